"""Words that a portal puts in: by two people, from their day on, and never into what was before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance.accounts.roles import Actor, ActorNotAllowed
from compliance.approvals.judging import ApprovalRefused
from compliance.approvals.models import ApprovalRequest
from compliance.audit.models import Entry
from compliance.rules.kernel.findings import not_met
from compliance.rules.wording import packaged, statement
from compliance.rules.wording.checking import WordsRefused
from compliance.rules.wording.resource import Entry as Put
from compliance.rules.wording.resource import Resource, checked_head, prescribed_of
from documents import confirming, importing, shelf
from documents.models import Document, WordingConfirmation, WordingVersion
from documents.selectors import PRESCRIBED_FORMS, unconfirmed_among, unconfirmed_statements
from documents.services import render_document
from documents.shelf import known
from equity.refusal import Refused
from equity.selectors.facts import filing_facts
from equity.services import filing
from tests import factories as f
from tests.papers.reading import facts_of

pytestmark = pytest.mark.django_db

BEGAN = "2021-09-21"
FILE = "a" * 64
NEW_P7 = "Vous pourriez ne jamais revendre ces titres."
R1 = "Comprenez-vous que vous pourriez tout perdre?"
LATER = f.OPENED + timedelta(hours=1)


def resource(
    texts: dict[str, str], *, form: str = "45-110F1", day: str = BEGAN, **head: Any
) -> Resource:
    """A file of the French words of some statements of a form."""
    given: dict[str, Any] = {
        "form": form,
        "language": "fr",
        "effective_from": day,
        "source": "Annexe 45-110A1, Bulletin de l'AMF",
        "source_sha256": FILE,
        "grade": "verified",
    }
    known_here = {one.id: one for one in prescribed_of(form, "fr")}
    return Resource(
        checked_head(given | head, on=f.OPENED.date()),
        tuple(Put(known_here[name], text) for name, text in texts.items()),
    )


def put_in(actor: Actor, given: Resource, at: datetime = f.OPENED) -> importing.Imported:
    return importing.import_wording(actor=actor, resource=given, at=at)


def confirm(actor: Actor, request_id: Any, at: datetime = f.OPENED) -> WordingConfirmation:
    request = ApprovalRequest.objects.get(pk=request_id)
    return confirming.confirm_wording(
        actor=actor, request_id=request.pk, seen=request.digest, at=at
    )


def officers() -> tuple[Actor, Actor]:
    return f.make_officer("Odile Côté"), f.make_officer("Omar Haddad")


def in_force(name: str, on: date, language: Any = "fr") -> str:
    return known().shelf.statement(name, language, on, "exempt").text


def agreed(cast: f.Cast, name: str, at: datetime) -> Any:
    """The facts of the agreement of a purchaser who agrees at that instant."""
    f.subscribed(cast, f.make_person(name), units=4, at=at, paid=False)
    return facts_of(cast.offering.pk, "subscription_agreement")


def printed(facts: Any, name: str) -> str:
    return {one.id: one.text for one in facts.wording}[name]


def test_words_that_nobody_confirmed_change_nothing_and_leave_the_mark() -> None:
    cast = f.open_offering()
    (request,) = put_in(cast.asks, resource({"P7": NEW_P7})).asked
    facts = agreed(cast, "Anne", f.OPENED)
    assert printed(facts, "P7") == statement("P7", "fr", f.OPENED.date()).text
    assert facts.unconfirmed == ("P7", "P9")
    with pytest.raises(ApprovalRefused) as alone:
        confirm(cast.asks, request)
    assert {one.code for one in not_met(alone.value.findings)} == {"approval.another_person"}
    assert not WordingConfirmation.objects.exists()
    confirm(cast.approves, request)
    facts = agreed(cast, "Clara", LATER)
    assert printed(facts, "P7") == NEW_P7
    assert facts.unconfirmed == ("P9",)
    assert {one.id for one in facts.wording} == {"P7", "P9", "D1"}
    entries = Entry.objects.filter(action__startswith="documents:wording").values_list(
        "action", flat=True
    )
    assert sorted(entries) == [
        "documents:wording:compare",
        "documents:wording:confirm",
        "documents:wording:import",
    ]


def test_words_hold_from_the_portals_midnight_of_their_first_day() -> None:
    """The day is the portal's: at 23:59 in Montréal it is the day after in UTC."""
    cast = f.open_offering()
    (request,) = put_in(cast.asks, resource({"P7": NEW_P7}, day="2026-03-10")).asked
    confirm(cast.approves, request)
    old = statement("P7", "fr", f.OPENED.date()).text
    midnight = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # summer time began on 8 March
    second = timedelta(seconds=1)
    for name, at, text in (
        ("Anne", midnight - timedelta(days=1), old),
        ("Clara", midnight - second, old),
        ("Denis", midnight, NEW_P7),
        ("Eva", midnight + timedelta(days=1), NEW_P7),
    ):
        facts = agreed(cast, name, at)
        assert (facts.wording_on.isoformat() >= "2026-03-10") is (text == NEW_P7)
        assert printed(facts, "P7") == text, name


def test_a_document_of_before_is_made_of_the_words_of_before() -> None:
    """Its bytes are made after the words changed, from the very day that it was issued on. A
    look-up by that day alone prints the new words, and is caught."""
    cast = f.open_offering()
    f.subscribed(cast, f.make_person("Anne"), units=4, paid=False)
    row = Document.objects.get(kind="subscription_agreement")
    (request,) = put_in(cast.asks, resource({"P7": NEW_P7})).asked
    with transaction.atomic():
        first = render_document(row.pk, at=f.OPENED).sha256
        transaction.set_rollback(True)
    confirm(cast.approves, request, at=LATER)
    assert in_force("P7", f.OPENED.date()) == NEW_P7
    facts = facts_of(cast.offering.pk, "subscription_agreement")
    with transaction.atomic():
        assert render_document(row.pk, at=LATER).sha256 == first
        transaction.set_rollback(True)
    by_the_day = known().shelf.statement("P7", "fr", facts.wording_on, "exempt")
    assert by_the_day.text != printed(facts, "P7")
    row.refresh_from_db()
    row.facts = {k: v for k, v in row.facts.items() if k != "wording"}
    row.save()
    # The broken copy: no words in the facts, and the shelf of the day under the printer.
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("documents.paper.words.packaged", lambda: known().shelf)
        assert render_document(row.pk, at=LATER).sha256 != first


def test_a_correction_of_confirmed_words_takes_two_people_again() -> None:
    asks, approves = officers()
    wrong, right = "Une faute ici?", "Sans faute ici?"
    (first,) = put_in(asks, resource({"P7": wrong})).asked
    confirm(approves, first)
    (second,) = put_in(approves, resource({"P7": right})).asked
    assert in_force("P7", f.OPENED.date()) == wrong
    with pytest.raises(ApprovalRefused):
        confirm(approves, second)
    confirm(asks, second, at=LATER)
    assert in_force("P7", f.OPENED.date()) == right
    # And back again: the same words as a version of their own, never by the old confirmation.
    (third,) = put_in(asks, resource({"P7": wrong})).asked
    assert in_force("P7", f.OPENED.date()) == right
    confirm(approves, third, at=LATER + timedelta(hours=1))
    assert in_force("P7", f.OPENED.date()) == wrong
    assert list(WordingVersion.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_what_is_in_the_file_already_counts_as_compared() -> None:
    asks, approves = officers()
    day = f.OPENED.date()
    same = statement("P9", "fr", day).text
    given = resource({"P7": NEW_P7, "P9": same.replace("\u00a0", " ")})
    assert [c.standing for c in importing.changes_of(given)] == ["new", "to_confirm"]
    done = put_in(asks, given)
    assert (len(done.versions), len(done.asked)) == (1, 2)
    assert [c.standing for c in importing.changes_of(given)] == ["waits", "asked"]
    with pytest.raises(WordsRefused, match="Nothing was put in"):
        put_in(asks, given)
    for request in done.asked:
        confirm(approves, request)
    assert [c.standing for c in importing.changes_of(given)] == ["confirmed", "confirmed"]
    assert set(unconfirmed_statements("exempt", ["fr"], day)).isdisjoint({"P7", "P9"})
    assert WordingConfirmation.objects.get(version=None).statement == "P9"


def test_newer_words_for_the_same_day_end_the_wait_of_older_ones() -> None:
    asks, approves = officers()
    (first,) = put_in(asks, resource({"P7": "Une faute."})).asked
    (other,) = put_in(asks, resource({"P7": "Un autre jour."}, day="2027-01-01")).asked
    (second,) = put_in(approves, resource({"P7": NEW_P7})).asked
    with pytest.raises(ApprovalRefused) as refused:
        confirm(approves, first)
    assert "approval.standing" in {one.code for one in not_met(refused.value.findings)}
    confirm(asks, second)
    confirm(approves, other)
    assert in_force("P7", date(2026, 12, 31)) == NEW_P7
    assert in_force("P7", date(2027, 1, 1)) == "Un autre jour."


def test_without_the_official_file_words_wait_to_be_compared() -> None:
    asks, approves = officers()
    done = put_in(asks, resource({"P7": NEW_P7}, source_sha256="", grade="secondary"))
    assert (len(done.versions), done.asked) == (1, ())
    version = WordingVersion.objects.get()
    given = {"text_digest": version.text_digest, "version_id": version.pk, "source": "Bulletin"}
    with pytest.raises(confirming.WordingFault):
        confirming.compare_wording(actor=asks, source_digest="", at=LATER, **given)
    request = confirming.compare_wording(actor=approves, source_digest=FILE, at=LATER, **given)
    confirm(asks, request.pk, at=LATER)
    with pytest.raises(confirming.WordingFault, match="confirmed"):
        confirming.compare_wording(actor=approves, source_digest=FILE, at=LATER, **given)
    found = known().shelf.statement("P7", "fr", f.OPENED.date())
    assert (found.text, found.grade) == (NEW_P7, "secondary")


def test_a_placeholder_is_never_confirmed_and_gives_way_to_words() -> None:
    """Of the certificate of Form 45-110F5 nobody has seen a word: what stands there is none."""
    asks, approves = officers()
    day = f.OPENED.date()
    held = statement("F5.C1", "fr", day)
    left = resource({"F5.C1": held.text}, form="45-110F5")
    assert [change.standing for change in importing.changes_of(left)] == ["unseen"]
    with pytest.raises(WordsRefused):
        put_in(asks, left)
    with pytest.raises(confirming.WordingFault, match="Nobody has seen"):
        confirming.compare_wording(
            actor=asks,
            text_digest=held.version_digest,
            source="Annexe 45-110A5",
            source_digest=FILE,
            at=f.OPENED,
        )
    (request,) = put_in(asks, resource({"F5.C1": "Le portail atteste."}, form="45-110F5")).asked
    waiting = unconfirmed_among(["F5.C1"], "exempt", "fr", day, known())
    confirm(approves, request)
    found = known().shelf.statement("F5.C1", "fr", day)
    assert (waiting, found.kind, found.text) == (("F5.C1",), "statement", "Le portail atteste.")
    assert unconfirmed_among(["F5.C1"], "exempt", "fr", day, known()) == ()


def test_nobody_but_an_officer_puts_words_in() -> None:
    person = f.make_person()
    with pytest.raises(ActorNotAllowed):
        put_in(f.investor_actor(person), resource({"P7": NEW_P7}))
    assert not WordingVersion.objects.exists()


def test_a_file_is_put_in_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asks, _approves = officers()
    made = WordingVersion.objects.create

    def fails_late(**given: Any) -> WordingVersion:
        if given["statement"] == "P9":
            raise DatabaseError("the disk is full")
        return made(**given)

    monkeypatch.setattr(WordingVersion.objects, "create", fails_late)
    with pytest.raises(DatabaseError, match="disk"):
        put_in(asks, resource({"P7": NEW_P7, "P9": "Deux jours ouvrables."}))
    assert not WordingVersion.objects.exists()
    assert not ApprovalRequest.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "guard"),
    [
        ({"text": "D'autres mots."}, "wording_version_digest"),
        ({"applies_to": "dealer"}, "wording_version_digest"),
        ({"source_digest": ""}, "wording_verified_by_file"),
        ({"number": 1}, "wording_version_number"),
    ],
)
def test_the_database_refuses_a_version_that_contradicts_itself(
    wrong: dict[str, Any], guard: str
) -> None:
    asks, _approves = officers()
    put_in(asks, resource({"P7": 'Des « guillemets », une \\ et un "mot".'}))
    row = WordingVersion.objects.get()
    row.pk, row.number = None, 2
    for name, value in wrong.items():
        setattr(row, name, value)
    with pytest.raises(DatabaseError, match=guard), transaction.atomic():
        row.save(force_insert=True)
    row = WordingVersion.objects.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.save()


def test_only_a_demonstration_opens_until_every_word_is_confirmed() -> None:
    """Half a form confirmed lifts nothing; the last word of the last form does."""
    content = replace(f.make_content("common_share"), languages=("fr",))
    cast = f.draft_offering(portal=f.make_portal(demonstration=False), content=content)
    f.certify(cast)
    owner_s = {"actor": cast.owner, "offering_id": cast.offering.pk, "at": f.OPENED}
    requests: list[Any] = []
    for form in PRESCRIBED_FORMS:
        every = prescribed_of(form, "fr")
        # Half as packaged, half in other words; a list of headings keeps its number.
        texts = [one.text if ";" in one.text else f"{one.text} *" for one in every]
        file = Resource(
            resource({}, form=form).head,
            tuple(Put(one, text) for one, text in zip(every, texts, strict=True)),
        )
        requests += put_in(cast.asks, file).asked
    *most, last = requests
    for request in most:
        confirm(cast.approves, request)
    with pytest.raises(Refused) as refused:
        filing.submit(**owner_s)
    assert {one.code for one in not_met(refused.value.findings)} == {"document.wording_confirmed"}
    confirm(cast.approves, last)
    filing.submit(**owner_s)
    filing.approve(**owner_s | {"actor": cast.asks})
    filing.open_offering(**owner_s)
    facts = facts_of(cast.offering.pk, "offering_document")
    assert facts.unconfirmed == ()
    assert printed(facts, "P1").endswith(" *")
    assert "D1" not in {one.id for one in facts.wording}
    row = Document.objects.get(kind="offering_document", language="fr")
    assert row.wording == [one.digest for one in facts.wording]
    # A correction that nobody has confirmed yet takes nothing away, and gives nothing.
    put_in(cast.asks, resource({"P1": "Autre."}))
    offering = cast.fresh()
    assert filing_facts(offering, offering.document, f.OPENED).unconfirmed == ()


def test_a_confirmation_is_seen_at_once_and_costs_no_question_more() -> None:
    """One small question, and a second one after a confirmation; never an old answer."""
    asks, approves = officers()
    (request,) = put_in(asks, resource({"P7": NEW_P7})).asked
    before = known()
    confirm(approves, request)
    with CaptureQueriesContext(connection) as caught:
        after = known()
        assert after.shelf is not before.shelf
        assert known() is after
    assert len(caught) == 3
    assert after.shelf.statement("P7", "fr", f.OPENED.date()).text == NEW_P7
    # What is remembered by a mark that was asked along with something else costs nothing.
    with CaptureQueriesContext(connection) as caught:
        assert shelf.known_by(after.mark) is after
        assert shelf.known_by(0).shelf is packaged()
    assert len(caught) == 0


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_confirm_at_once_confirm_once() -> None:
    asks, approves = officers()
    third = f.make_officer("Thi Nguyen")
    (request,) = put_in(asks, resource({"P7": NEW_P7})).asked
    barrier, told = Barrier(2), []

    def one(actor: Actor) -> None:
        barrier.wait()
        try:
            told.append(confirm(actor, request))
        except ApprovalRefused as refused:
            told.append(refused)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(actor,)) for actor in (approves, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in told) == ["ApprovalRefused", "WordingConfirmation"]
    assert WordingConfirmation.objects.count() == 1
