"""Due days at the desk: the register, the proof, the calendar, and the portal's own file."""

import logging
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from compliance.accounts.models import RoleGrant
from compliance.audit.models import Entry
from compliance.rules.ni45_110 import duties
from equity.models import CalendarFeed, ChangeNotice, Duty, PortalChange, ProofFile
from equity.refusal import Refused
from equity.services import closing, life, portals
from equity.services.portals import Standing
from tests import factories as f
from tests.ground.test_icalendar import read, text_of
from tests.pages.issuing import at, examiner_client, html, officer_client

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"
DUE = duties.due_on(duties.FILE_EXEMPT_REPORT, f.CLOSED.date())


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, 0, tzinfo=f.OPENED.tzinfo)


@pytest.fixture
def cast() -> f.Cast:
    """A closing in Quebec and Ontario."""
    found = f.open_offering()
    f.subscribed(found, f.make_person(), units=60)
    f.subscribed(found, f.make_person("Ian", "Fraser", province="ON", language="en"))
    f.closed(found)
    return found


def shown(client: Client, when: datetime, **filters: str) -> list[tuple[str, str]]:
    """The code and the place of each line, in the order of the page."""
    with at(when):
        page = client.get(desk("register"), filters)
    assert page.status_code == 200
    rows = [line.row.duty for line in page.context["lines"]]
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    return [(row.code.removeprefix("duty."), row.jurisdiction) for row in rows]


FILED = [("file_exempt_report", "ON"), ("file_exempt_report", "QC")]


def test_the_register_is_filtered_by_its_address(cast: f.Cast) -> None:
    client, day = officer_client(cast.asks), noon(f.CLOSED.date())
    everything = shown(client, day)
    assert len(everything) == 8
    assert shown(client, day, code="duty.file_exempt_report") == FILED
    assert set(shown(client, day, jurisdiction="ON")) == {
        ("file_exempt_report", "ON"),
        ("file_offering_document", "ON"),
    }
    assert shown(client, day, offering=str(cast.offering.pk)) == [
        row for row in everything if row[0] != "certify_resources"
    ]
    assert shown(client, day, portal=str(cast.portal.pk)) == everything
    other = f.make_portal()
    assert shown(client, day, portal=str(other.pk)) == [("certify_resources", "")]
    assert shown(client, day, code="duty.file_exempt_report", jurisdiction="BC") == []


TURNS: dict[date, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    DUE - timedelta(days=15): ([], []),
    DUE - timedelta(days=14): (FILED, []),
    DUE: (FILED, []),
    DUE + timedelta(days=1): ([], FILED),
}
"""Under, at and over: what is near, and what is overdue."""


def test_near_and_overdue_turn_with_the_day_at_the_portal(cast: f.Cast) -> None:
    client, code = officer_client(cast.asks), "duty.file_exempt_report"
    for day, (near, overdue) in TURNS.items():
        # Half past eleven in the evening in Quebec is the next day in UTC.
        late = noon(day) + timedelta(hours=10, minutes=30)
        for when in (noon(day), late):
            assert shown(client, when, state="near", code=code) == near, when
            assert shown(client, when, state="overdue", code=code) == overdue, when
            assert shown(client, when, state="open", code=code) == FILED, when
            assert shown(client, when, state="done", code=code) == [], when


def test_a_filter_that_is_none_is_told() -> None:
    client = officer_client(f.make_officer())
    for filters in ({"state": "lost"}, {"code": "duty.sing"}, {"offering": "1"}, {"portal": "x"}):
        response = client.get(desk("register"), filters)
        assert response.status_code == 422, filters
        assert "lines" not in response.context


def test_the_register_asks_as_much_for_many_as_for_few(cast: f.Cast) -> None:
    client = officer_client(cast.asks)

    def queries() -> int:
        with at(f.CLOSED), CaptureQueriesContext(connection) as asked:
            client.get(desk("register"))
        return len(asked)

    few = queries()
    Duty.objects.bulk_create(
        Duty(
            code=duties.FILE_EXEMPT_REPORT,
            offering=cast.offering,
            jurisdiction="MB",
            event_on=f.CLOSED.date() + timedelta(days=n),
            due_on=DUE,
            created_at=f.CLOSED,
        )
        for n in range(120)
    )
    assert queries() == few
    with at(f.CLOSED):
        page = client.get(desk("register"), {"code": "duty.file_exempt_report", "page": "3"})
    assert len(page.context["lines"]) == 22
    assert "code=duty.file_exempt_report&amp;page=2" in html(page)


def test_a_file_of_proof_is_handed_in_shown_and_taken_home(cast: f.Cast) -> None:
    duty = cast.offering.duties.get(code="duty.file_exempt_report", jurisdiction="ON")
    client, url = officer_client(cast.asks), desk("file", duty.pk)
    with at(f.CLOSED):
        assert client.post(url, {"reference": ""}).status_code == 422
        page = SimpleUploadedFile("page.pdf", b"<html></html>", "application/pdf")
        refused = client.post(url, {"reference": "", "file": page})
        assert escape("Seul un PDF, un PNG ou un JPEG") in html(refused)
        given = SimpleUploadedFile("reçu n° 1.pdf", PDF, "text/html")
        assert client.post(url, {"reference": "", "file": given}).status_code == 303
        kept = ProofFile.objects.get()
        listed = client.get(desk("register"), {"state": "done"})
        assert desk("proof", kept.pk) in html(listed)
        assert "Odile Côté" in html(listed)
    for reader in (client, examiner_client()):
        file = reader.get(desk("proof", kept.pk))
        assert file.content == PDF
        assert file["Content-Type"] == "application/pdf"
        assert file["Content-Disposition"].startswith("attachment; filename*=utf-8''re%C3%A7u")
        assert file["X-Content-Type-Options"] == "nosniff"
        assert file["Cache-Control"] == "private, no-store"
    assert Client().get(desk("proof", kept.pk)).status_code == 302


def test_another_file_under_the_same_key_is_refused(cast: f.Cast) -> None:
    first, second = cast.offering.duties.filter(code="duty.file_exempt_report")
    client, once = officer_client(cast.asks), "6e1c9fbd-6a0b-4c8e-9d7b-1f6d6a2b8c09"
    url = desk("file", first.pk)

    def post(content: bytes) -> int:
        file = SimpleUploadedFile("a.pdf", content)
        return client.post(url, {"reference": "", "file": file, "once": once}).status_code

    with at(f.CLOSED):
        assert [post(PDF), post(PDF), post(PDF + b"2")] == [303, 303, 422]
    assert ProofFile.objects.count() == 1
    second.refresh_from_db()
    assert second.done_at is None


# The calendar.


def address(client: Client, when: datetime = f.CLOSED) -> str:
    with at(when):
        page = client.post(desk("calendar"))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    whole: str = page.context["address"]
    assert html(page).count(escape(whole)) == 1
    return whole.removeprefix("http://testserver")


def feed(url: str, when: datetime = f.CLOSED) -> list[dict[str, str]]:
    with at(when):
        answer = Client().get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return read(answer.content)[1]


def test_a_calendar_names_nobody_and_keeps_its_ids(cast: f.Cast) -> None:
    client = officer_client(cast.asks)
    url = address(client)
    events = feed(url)
    told = Duty.objects.filter(done_at=None).exclude(code=duties.RETAIN)
    assert {event["UID"] for event in events} == {
        str(pk) for pk in told.values_list("pk", flat=True)
    }
    assert {event["SEQUENCE"] for event in events} == {"0"}
    with at(f.CLOSED):
        raw = Client().get(url).content.decode()
    whole = raw.replace("\r\n ", "")
    names = [cast.issuer.name, cast.portal.name]
    for row in cast.offering.subscriptions.select_related("person"):
        names += [row.person.display_name, str(row.person_id), str(row.amount)]
    assert not [name for name in names if name in whole]
    ontario = [text_of(event["SUMMARY"]) for event in events if "Ontario" in event["SUMMARY"]]
    assert any("Annexe 45-106A1" in title for title in ontario)
    duty = cast.offering.duties.get(code="duty.file_exempt_report", jurisdiction="ON")
    with at(f.CLOSED + timedelta(days=1)):
        client.post(desk("file", duty.pk), {"reference": "SEDAR-1"})
    (after,) = (
        event for event in feed(url, f.CLOSED + timedelta(days=2)) if event["UID"] == str(duty.pk)
    )
    assert after["SEQUENCE"] == "1"
    assert text_of(after["SUMMARY"]).startswith("Fait\N{NO-BREAK SPACE}: ")
    assert "SEDAR" not in str(after)
    later = feed(url, f.CLOSED + timedelta(days=92))
    assert str(duty.pk) not in {event["UID"] for event in later}


def test_a_calendar_speaks_the_language_in_which_it_was_made(cast: f.Cast) -> None:
    url = address(officer_client(cast.asks, "en"))
    assert any("Form 45-106F1" in event["SUMMARY"] for event in feed(url))


@pytest.fixture
def client() -> Client:
    """An officer at the desk of a portal, whose certificate of resources is due one day."""
    f.make_portal()
    return officer_client(f.make_officer())


def test_an_address_is_kept_nowhere_and_another_takes_its_place(client: Client) -> None:
    old = address(client)
    secret = parse_qs(urlsplit(old).query)["key"][0]
    assert len(secret) >= 43
    kept = repr(list(CalendarFeed.objects.values())) + repr(list(Entry.objects.values()))
    assert secret not in kept
    new = address(client)
    assert Client().get(old).status_code == 404
    assert feed(new)
    assert html(client.get(desk("calendar"))).count("key=") == 0
    with at(f.CLOSED):
        assert client.post(desk("close_calendar")).status_code == 303
    assert Client().get(new).status_code == 404
    assert "address" not in client.get(desk("calendar")).context


def test_a_sending_that_comes_twice_shows_no_address_that_opens_nothing(client: Client) -> None:
    once = {"once": "6e1c9fbd-6a0b-4c8e-9d7b-1f6d6a2b8c09"}
    with at(f.CLOSED):
        first, second = (client.post(desk("calendar"), once) for _ in range(2))
    assert "address" in first.context
    assert "address" not in second.context
    assert feed(first.context["address"].removeprefix("http://testserver"))


def test_an_address_ends_with_the_office_of_its_owner(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    url = address(client)
    assert feed(url)
    RoleGrant.objects.update(revoked_at=f.CLOSED)
    with caplog.at_level(logging.DEBUG):
        assert Client().get(url).status_code == 404
        assert Client().get(desk("calendar_feed")).status_code == 404
        assert Client().get(desk("calendar_feed"), {"key": "x"}).status_code == 404
        assert Client().post(url).status_code == 405
    secret = parse_qs(urlsplit(url).query)["key"][0]
    assert "calendar.ics" in caplog.text
    assert secret not in caplog.text


# The portal's own file.


def file_of(cast: f.Cast, when: datetime) -> tuple[str, dict[str, object]]:
    with at(when):
        page = officer_client(cast.asks).get(desk("portal", cast.portal.pk))
    return html(page), page.context["file"]


LAPSES = date(2026, 7, 6)
"""The day after the F5 of 5 January stops being current."""


def test_the_file_says_from_which_day_the_acts_of_an_offering_are_refused() -> None:
    """And on that day, and not on the one before, the services refuse them."""
    cast = f.open_offering(at=noon(date(2026, 6, 20)))
    page, file = file_of(cast, noon(date(2026, 6, 20)))
    (one,) = file.consequences
    assert (one.refused_from, one.allowed_from) == (LAPSES, None)
    assert one.acts == ("publish", "ask_closing", "approve_closing", "subscribe")
    assert file.f5_until == LAPSES - timedelta(days=1)
    assert "6 juillet 2026" in page
    assert "souscrire" in page
    assert "refusés aujourd" not in page
    for when, refused in ((LAPSES - timedelta(days=1), False), (LAPSES, True)):
        with pytest.raises(Refused) as told:
            closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=noon(when))
        codes = {row.code for row in told.value.findings if not row.met}
        assert ("portal.authorised" in codes) is refused
    page, file = file_of(cast, noon(LAPSES))
    assert "refusés aujourd" in page
    assert file.consequences[0].refused_from == LAPSES


def test_a_notice_period_that_runs_out_allows_again_and_a_place_that_is_lost_is_named() -> None:
    cast = f.open_offering()
    today = f.OPENED.date()
    standings = [Standing("QC", f3_delivered=today, f4_delivered=today, confirmed=today)]
    portals.set_authorisations(
        actor=cast.asks, portal_id=cast.portal.pk, standings=standings, at=f.OPENED
    )
    _, file = file_of(cast, f.OPENED)
    (one,) = file.consequences
    assert one.refused_from == today
    places = set(cast.offering.document.jurisdictions)
    assert set(one.finding.figures["missing"]) == places | {"QC"}
    assert one.allowed_from == (today + timedelta(days=30) if places <= {"QC"} else None)
    (standing,) = file.standings
    assert standing.from_on == today + timedelta(days=30)
    assert [row.pk for row in standing.offerings] == [cast.offering.pk]


def test_an_offering_that_has_ended_has_no_consequences() -> None:
    cast = f.open_offering()
    life.cancel(actor=cast.owner, offering_id=cast.offering.pk, at=f.OPENED)
    assert file_of(cast, f.OPENED)[1].consequences == []


def test_a_dealer_has_no_certificate_that_could_lapse() -> None:
    cast = f.open_offering(portal=f.make_portal("dealer"))
    (one,) = file_of(cast, f.OPENED)[1].consequences
    assert (one.refused_from, one.finding.met) == (None, True)
    assert file_of(cast, f.OPENED)[1].f5_until is None


def test_a_change_waits_until_every_regulator_was_told_with_a_proof() -> None:
    cast = f.open_offering()
    client = officer_client(cast.asks)
    with at(f.OPENED):
        url = desk("change", cast.portal.pk)
        told = {"form": "f4", "what": "Marie Roy ne dirige plus.", "happened_on": "2026-03-01"}
        assert client.post(url, {**told, "happened_on": "2026-03-03"}).status_code == 422
        assert client.post(url, {**told, "form": "f5"}).status_code == 422
        assert client.post(url, told).status_code == 303
        change = PortalChange.objects.get()
        (waiting,) = file_of(cast, f.OPENED)[1].changes
        assert len(waiting.waiting) == 13
        notify = desk("notify", change.pk)
        given = {"jurisdiction": "QC", "notified_on": "2026-03-02", "reference": "AMF-1"}
        assert client.post(notify, {**given, "reference": ""}).status_code == 422
        assert client.post(notify, {**given, "notified_on": "2026-02-28"}).status_code == 422
        assert client.post(notify, given).status_code == 303
        assert client.post(notify, given).status_code == 422
        page, file = file_of(cast, f.OPENED)
    assert ChangeNotice.objects.get().reference == "AMF-1"
    assert "QC" not in file.changes[0].waiting
    assert "Marie Roy ne dirige plus." in page
    assert "Marie" not in repr(list(Entry.objects.values("payload")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM equity_portalchange")
        assert b"Marie" not in bytes(cursor.fetchone()[0])
    assert client.get(desk("notify", change.pk)).status_code == 200


def test_the_first_certificate_needs_no_proof_and_the_next_one_does() -> None:
    portal = f.make_portal()
    officer = f.make_officer()
    client, url = officer_client(officer), desk("resources", portal.pk)
    with at(f.OPENED):
        assert client.post(url, {"on": "2026-03-02"}).status_code == 422
        assert client.post(url, {"on": "2026-03-02", "reference": "A5-2"}).status_code == 303
    assert portal.duties.exclude(done_at=None).get().reference == "A5-2"
