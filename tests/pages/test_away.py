"""A site whose database is away or full: a page that says so, and nothing that is half done."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory
from psycopg import errors

from compliance.audit.models import Entry
from compliance.web import away
from compliance.web.policy import POLICY
from equity.models import Subscription
from tests import factories as f
from tests.equity.tables import snapshot
from tests.filling import refusing
from tests.pages.investing import Visit, visit, yes_to_all
from tests.pages.issuing import at
from tests.pages.test_sent_twice import NOON, key_in

pytestmark = pytest.mark.django_db
GONE = OperationalError("server closed the connection unexpectedly")


def patient(client: Client) -> Client:
    """A browser, which is shown the page of an error."""
    client.raise_request_exception = False
    return client


def assert_says_so(answer: Any) -> None:
    """The whole page, in both languages, as a page of status 503."""
    page = answer.content.decode()
    assert answer.status_code == 503, page
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "Le portail est indisponible pour le moment" in page
    assert "il ne sera pas traité une seconde fois" in page
    assert "The portal is unavailable for the moment" in page
    assert "it will not be carried out a second time" in page


def about_to_agree() -> tuple[Visit, dict[str, str]]:
    """A person before the last button, and what that button sends."""
    seen = visit()
    f.acknowledged(seen.cast, seen.person)
    with at(NOON):
        seen.post("risks", yes_to_all(seen))
        given = {"units": "20", "insider": "no"}
        review = seen.post("subscribe", {**given, "step": "review"})
    key = key_in(review, seen.url("subscribe"), seen.url("subscribe"))
    patient(seen.client)
    return seen, {**given, "step": "agree", "once": key}


def test_an_agreement_on_a_full_disk_is_not_there_and_the_same_form_makes_it_later() -> None:
    seen, form = about_to_agree()
    before = snapshot()
    with at(NOON):
        with refusing(Entry):
            assert_says_so(seen.post("subscribe", form))
        assert snapshot() == before
        answers = [seen.post("subscribe", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Subscription.objects.count() == 1


def test_an_agreement_that_was_kept_although_the_page_failed_is_not_made_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen, form = about_to_agree()

    def lost(*args: object) -> None:
        raise GONE

    with at(NOON):
        with monkeypatch.context() as patch:
            # After the commit: what the page was about to say cannot be kept.
            patch.setattr("compliance.web.acting.messages.success", lost)
            assert_says_so(seen.post("subscribe", form))
        assert Subscription.objects.count() == 1
        assert seen.post("subscribe", form).status_code == 303
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("when", ["INSERT", "UPDATE"])
def test_a_session_that_cannot_be_kept_is_told_too(when: str) -> None:
    """The view begins it, and a middleware writes it when every view is done."""
    user = f.make_user("Odile Côté")
    browser = patient(Client())
    given = {"email": user.email, "password": f.PASSWORD}
    with refusing(Session, when):
        assert_says_so(browser.post("/account/sign-in/", given))
    assert browser.post("/account/sign-in/", given).status_code == 303


def test_a_session_that_was_ended_elsewhere_is_a_bad_request() -> None:
    request = RequestFactory().get("/")
    assert away.bad_request(request, SessionInterrupted("deleted")).status_code == 400


@pytest.mark.parametrize("error", [GONE, InterfaceError("the connection is closed")])
def test_the_page_asks_nothing_of_a_database_that_is_away(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    seen = visit()
    patient(seen.client)

    def refuse(execute: Callable[..., Any], *args: Any) -> Any:
        raise error

    with connection.execute_wrapper(refuse), caplog.at_level(logging.ERROR):
        assert_says_so(seen.get("offering"))
    (told,) = caplog.records
    assert told.name == away.__name__
    assert told.exc_info is None
    assert "The database does not answer" in told.getMessage()
    assert seen.get("offering").status_code == 200


def made(error: type[Exception], cause: Exception) -> Exception:
    """An error as Django makes it of one of the server."""
    wrapped = error("refused")
    wrapped.__cause__ = cause
    return wrapped


@pytest.mark.parametrize(
    "error",
    [
        made(IntegrityError, errors.UniqueViolation()),
        made(OperationalError, errors.DeadlockDetected()),
        made(OperationalError, errors.QueryCanceled()),
        made(DataError, errors.NumericValueOutOfRange()),
        ZeroDivisionError(),
        FileNotFoundError(2, "No such file or directory"),
    ],
    ids=lambda error: type(error.__cause__ or error).__name__,
)
def test_a_bug_is_no_trouble_that_passes(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("equity.views.investor.render", broken)
    answer = patient(Client()).get("/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert "Une erreur est survenue" in answer.content.decode()
