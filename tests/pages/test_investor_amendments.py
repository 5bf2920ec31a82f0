"""An amendment as whoever subscribed sees it: what changed, the new right, the button to cancel."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from compliance.web import apps as web
from equity.services import amendments
from equity.templatetags.investing import countdown, day_of, time_left
from tests.factories import (
    OPENED,
    both,
    certify,
    investor_user,
    make_content,
    make_items,
    make_person,
    subscribed,
)
from tests.pages.investing import Visit, text_of, visit
from tests.pages.issuing import at

pytestmark = pytest.mark.django_db
LATER = OPENED + timedelta(hours=5)


def amend(
    seen: Visit, *, when: datetime = LATER, what: str = "Deux fours.", **changed: Any
) -> None:
    """Amend the offering and publish it."""
    cast = seen.cast
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=replace(make_content(), **changed),
        what=what,
        at=when,
    )
    certify(cast, when)
    amendments.publish(actor=cast.owner, offering_id=cast.offering.pk, at=when)
    cast.fresh()


def business(french: str) -> dict[str, Any]:
    return make_items() | {"3.1": both(french, "Sugar.")}


@pytest.fixture
def amended() -> tuple[Visit, Any]:
    """Somebody who subscribed before an amendment that changes one word and one amount."""
    seen = visit()
    mine = subscribed(seen.cast, seen.person, units=20)
    amend(
        seen,
        items=business("Du sirop <b>d'été</b>."),
        maximum=Decimal("50000.00"),
        use_of_funds=(replace(make_content().use_of_funds[0], maximum=Decimal("50000.00")),),
    )
    return seen, mine


def test_what_changed_is_shown_word_by_word_with_words_for_who_listens(amended: Any) -> None:
    seen, _mine = amended
    with at(LATER):
        page = text_of(seen.get("amendments"))
    assert "Selon l'émetteur : Deux fours." in page
    assert '<ins><span class="hidden">[ajouté : </span>50 000,00 $' in page
    assert '<del><span class="hidden">[retiré : </span>100 000,00 $' in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "5.7 Montants et prix" in page
    assert "style=" not in page


def test_the_new_right_is_told_with_its_end_and_one_button(amended: Any) -> None:
    seen, mine = amended
    mine.refresh_from_db(fields=["right_ends_at", "right_ends_on"])
    cancel = reverse("equity:withdraw", args=[mine.pk])
    with at(LATER):
        page = text_of(seen.get("amendments"))
        own = text_of(seen.client.get(reverse("equity:subscription", args=[mine.pk])))
    for shown in (page, own):
        assert "minuit le 4 mars 2026" in shown
        assert shown.count(cancel) == 1
        assert "Il reste 2 jours et" in shown
    assert "Votre droit de résolution recommence" in page
    assert "Le document d'offre a été modifié après votre souscription" in own
    assert "Document modifié : votre droit de résolution a recommencé" in own
    with at(mine.right_ends_at):
        assert cancel not in text_of(seen.get("amendments"))


def test_who_subscribes_to_the_amended_version_is_not_told_that_a_right_started_again(
    amended: Any,
) -> None:
    seen, _mine = amended
    other = make_person("Anne", email="anne@courriel.example")
    fresh = Visit(seen.cast, other, visit_client(other))
    fresh.post("entry")
    mine = subscribed(seen.cast, other, at=LATER)
    with at(LATER):
        page = text_of(fresh.get("amendments"))
        own = text_of(fresh.client.get(reverse("equity:subscription", args=[mine.pk])))
    assert "recommence" not in page
    assert "Votre droit de résolution" in page
    assert "modifié après votre souscription" not in own


def visit_client(person: Any) -> Client:
    client = Client()
    client.force_login(investor_user(person))
    client.cookies["django_language"] = "fr"
    return client


def test_a_visitor_sees_the_difference_and_nobodys_right(amended: Any) -> None:
    seen, _mine = amended
    visitor = Client()
    assert visitor.get(seen.url("amendments"))["Location"].startswith(seen.url("entry"))
    visitor.post(seen.url("entry"))
    visitor.cookies["django_language"] = "en"
    with at(LATER):
        page = text_of(visitor.get(seen.url("amendments")))
    assert "Version 2, published on March 2, 2026" in page
    assert "withdraw" not in page
    assert seen.person.family_name not in page


def test_an_offering_that_was_never_amended_says_so() -> None:
    assert "Le document d'offre n'a pas été modifié." in text_of(visit().get("amendments"))


def test_a_version_in_preparation_is_nobodys_business_yet(amended: Any) -> None:
    seen, _mine = amended
    amendments.amend(
        actor=seen.cast.owner,
        offering_id=seen.cast.offering.pk,
        content=replace(make_content(), items=business("Rien de public.")),
        what="Secret",
        at=LATER,
    )
    with at(LATER):
        page = text_of(seen.get("amendments"))
    assert "Secret" not in page
    assert "Rien de public" not in page


def test_many_amendments_are_asked_for_by_as_many_questions_as_one(amended: Any) -> None:
    seen, _mine = amended
    counts = []
    for number in range(2):
        with at(LATER), CaptureQueriesContext(connection) as asked:
            assert seen.get("amendments").status_code == 200
        counts.append(len(asked))
        amend(seen, items=business(f"Du sirop {number}."), what=f"Encore {number}.")
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("left", "french", "english"),
    [
        (timedelta(0), "", ""),
        (timedelta(seconds=-1), "", ""),
        (timedelta(seconds=1), "moins d'une minute", "less than a minute"),
        (timedelta(seconds=59), "moins d'une minute", "less than a minute"),
        (timedelta(seconds=60), "1 minute", "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes", "59 minutes"),
        (timedelta(hours=1), "1 heure", "1 hour"),
        (timedelta(hours=1, minutes=1), "1 heure et 1 minute", "1 hour and 1 minute"),
        (timedelta(hours=23, minutes=59), "23 heures et 59 minutes", "23 hours and 59 minutes"),
        (timedelta(days=1), "1 jour", "1 day"),
        (timedelta(days=1, minutes=59), "1 jour", "1 day"),
        (timedelta(days=1, hours=4), "1 jour et 4 heures", "1 day and 4 hours"),
    ],
)
def test_how_long_a_right_still_runs(left: timedelta, french: str, english: str) -> None:
    for language, told in (("fr", french), ("en", english)):
        with translation.override(language):
            assert time_left(OPENED + left, OPENED) == told
            shown = countdown(OPENED + left, OPENED)
            assert bool(shown["text"]) is bool(told)
            assert told in shown["text"]


def test_the_script_of_the_countdown_knows_every_word_that_the_server_gives() -> None:
    script = (Path(web.__file__).parent / "static/web/countdown.js").read_text(encoding="utf-8")
    given = set(re.findall(r'"(\w+)": ', countdown(OPENED + LEFT, OPENED)["words"]))
    assert given == set(re.findall(r"words\.(\w+)", script))


LEFT = timedelta(days=1)


def test_a_day_is_that_of_the_place() -> None:
    with translation.override("fr"):
        assert day_of(datetime.fromisoformat("2026-03-03T04:30:00+00:00"), "QC") == "2 mars 2026"
        assert day_of(datetime.fromisoformat("2026-03-03T04:30:00+00:00"), "NL") == "3 mars 2026"
        assert day_of(None, "QC") == "—"
