"""Annual statements: each holder once, the figures of the year, and who sees them."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.audit.models import Entry
from compliance.outbox.models import Message
from documents.facts import AnnualStatementFacts, from_json
from documents.models import Document
from documents.services import FAILED, render_document
from equity.mails.writing import write_mails
from equity.models import AnnualStatement, Holding, Offering
from equity.selectors import statements as selectors
from equity.services import statements
from equity.services.statements import YearNotOver, issue_statements
from tests import factories as f
from tests.pages.issuing import at, client_of, issuer_client

pytestmark = pytest.mark.django_db

AFTER = datetime(2027, 1, 12, 15, 0, tzinfo=UTC)


def units_of(kind: str) -> int:
    """Two thousand dollars' worth."""
    return int(2000 / Decimal(f.PRICES[kind]))


def closed_with(*people: str, kind: str = "community_bond") -> tuple[f.Cast, Offering]:
    """A closed offering, and whoever holds something of it."""
    cast = f.open_offering(kind)
    for name in people:
        f.subscribed(cast, f.make_person(name), units=units_of(kind))
    return cast, f.closed(cast)


def issued(year: int = 2026) -> list[AnnualStatement]:
    return [one for one in issue_statements(year=year, at=AFTER) if one is not None]


def facts_of(statement: AnnualStatement) -> AnnualStatementFacts:
    paper = Document.objects.filter(subject_id=statement.pk).earliest("language")
    facts = from_json(paper.kind, paper.facts)
    assert isinstance(facts, AnnualStatementFacts)
    return facts


def test_each_holder_is_given_one_and_a_second_run_gives_none() -> None:
    closed_with("Anne Roy", "Clara Dubé")
    assert selectors.count_waiting(2026) == 2
    first = issued()
    assert len({one.person_id for one in first}) == len(first) == 2
    assert (selectors.count_waiting(2026), issued()) == (0, [])
    assert Document.objects.filter(kind="annual_statement").count() == 2
    assert Entry.objects.filter(action="equity:statement:issue").count() == 2


def test_each_holder_is_told_of_it_by_e_mail_in_their_language() -> None:
    closed_with("Anne Roy", "Clara Dubé")
    write_mails(at=AFTER, from_the_start=True)
    issued()
    write_mails(at=AFTER)
    write_mails(at=AFTER)
    told = Message.objects.filter(event="statement_issued")
    assert len({message.recipient_id for message in told}) == told.count() == 2
    message = told[0]
    assert message.subject.startswith("Votre relevé annuel 2026\u00a0: ")
    assert "au 31 décembre 2026" in message.body
    assert "2 000" not in message.body.replace("\u00a0", " ")


def test_a_second_row_for_the_same_holder_and_year_is_refused_by_the_database() -> None:
    closed_with("Anne Roy", "Clara Dubé")
    row = issued()[0]
    with pytest.raises(DatabaseError, match="annual_statement_once"), transaction.atomic():
        AnnualStatement.objects.create(
            issuer=row.issuer, person=row.person, year=2026, units=1, amount=1, issued_at=AFTER
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AnnualStatement.objects.filter(pk=row.pk).update(year=2025)


def test_a_sweep_that_finds_everybody_again_is_caught_by_the_row_of_each() -> None:
    """The broken copy: holders who have their statement are found all the same. Each is passed by;
    and where the row is made without asking, the database refuses it."""
    closed_with("Anne Roy", "Clara Dubé")
    issued()

    def everybody(year: int) -> QuerySet[Holding]:
        return Holding.objects.filter(issued_on__lte=date(year, 12, 31))

    with patch.object(selectors, "_waiting", everybody):
        found = list(issue_statements(year=2026, at=AFTER))
    assert found == [None, None]
    assert Document.objects.filter(kind="annual_statement").count() == 2


def test_a_bond_tells_what_is_owed_what_ran_and_what_falls_due() -> None:
    closed_with("Anne Roy", "Clara Dubé")
    (line,) = facts_of(issued()[0]).held
    debt, terms = line.debt, line.security.debt
    assert debt is not None
    assert terms is not None
    year = terms.rate.percent / 100 * line.amount
    assert debt.outstanding + debt.principal_due == line.amount
    # Issued on 11 March: 290 days of thirty to a month by the end of the year, or what is left of
    # them after the payments of the year.
    ran = (debt.accrued + debt.interest_due).quantize(Decimal("0.1"))
    assert ran == (year * 290 / 360).quantize(Decimal("0.1"))
    assert debt.next_interest > 0
    assert debt.next_on is not None
    assert debt.next_on.year == 2027


def test_of_the_year_before_nobody_held_anything_and_the_year_after_nothing_moved() -> None:
    closed_with("Anne Roy", "Clara Dubé")
    assert issued(2025) == []
    later = datetime(2028, 2, 1, 15, 0, tzinfo=UTC)
    (one, _two) = [row for row in issue_statements(year=2027, at=later) if row is not None]
    assert (facts_of(one).movements, len(facts_of(one).held)) == ((), 1)


@pytest.mark.parametrize("kind", ["cooperative_share", "convertible", "common_share"])
def test_other_securities_say_their_own_and_the_document_can_be_made(kind: str) -> None:
    closed_with("Anne Roy", "Clara Dubé", kind=kind)
    statement = issued()[0]
    facts = facts_of(statement)
    assert [(one.units, one.on) for one in facts.movements] == [(units_of(kind), date(2026, 3, 11))]
    assert facts.held[0].debt is None
    paper = Document.objects.filter(subject_id=statement.pk).earliest("language")
    assert (render_document(paper.pk, at=AFTER).pages or 0) >= 1


def test_a_holder_of_quebec_who_chose_english_gets_both_french_first() -> None:
    cast = f.open_offering()
    f.subscribed(cast, f.make_person("Anne Roy", language="en"), units=60)
    f.closed(cast)
    (statement,) = issued()
    papers = Document.objects.filter(subject_id=statement.pk).order_by("-language")
    assert [paper.language for paper in papers] == ["fr", "en"]


def test_a_year_that_is_not_over_is_refused() -> None:
    closed_with("Anne Roy", "Clara Dubé")
    with pytest.raises(YearNotOver), at(AFTER):
        list(issue_statements(year=2027, at=AFTER))
    # Still 31 December at the portal.
    with pytest.raises(YearNotOver):
        list(issue_statements(year=2026, at=datetime(2027, 1, 1, 4, 59, tzinfo=UTC)))
    assert not AnnualStatement.objects.exists()


def test_one_that_fails_holds_nobody_up_and_is_found_again() -> None:
    closed_with("Anne Roy", "Clara Dubé", "Luc Morin")
    whole, wrong = statements.statement_papers, Holding.objects.order_by("person")[1].person_id

    def breaks(statement, held, *, at):  # type: ignore[no-untyped-def]
        if statement.person_id == wrong:
            raise ValueError("a sheet is missing")
        return whole(statement, held, at=at)

    done: Counter[str] = Counter()
    with patch.object(statements, "statement_papers", breaks):
        made = [one for one in issue_statements(year=2026, at=AFTER, done=done) if one]
    assert (len(made), done[FAILED], selectors.count_waiting(2026)) == (2, 1, 1)
    assert [one.person_id for one in issued()] == [wrong]


def test_holders_are_read_batch_by_batch_with_a_fixed_number_of_questions() -> None:
    closed_with("Anne Roy", "Clara Dubé", "Luc Morin")
    with CaptureQueriesContext(connection) as whole:
        every = [row[0].pk for row in selectors.waiting(2026)]
    with patch.object(selectors, "_A_BATCH", 1), CaptureQueriesContext(connection) as one_by_one:
        assert [row[0].pk for row in selectors.waiting(2026)] == every
    assert (len(every), len(whole), len(one_by_one)) == (3, 3, 7)


def test_the_command_tells_what_it_did_and_refuses_in_words() -> None:
    closed_with("Anne Roy", "Clara Dubé")
    path = "equity.management.commands.annual_statements.timezone.now"
    out = StringIO()
    with patch(path, lambda: AFTER):
        call_command("annual_statements", 2026, stdout=out)
        call_command("annual_statements", 2026, stdout=out)
        for year in (2027, 1999):
            with pytest.raises(CommandError, match=str(year)):
                call_command("annual_statements", year)
    assert out.getvalue().splitlines() == [
        "Annual statements of 2026 issued: 2.",
        "Annual statements of 2026 issued: 0.",
    ]


def test_the_holder_and_the_issuer_see_it_and_nobody_else() -> None:
    cast, offering = closed_with("Anne Roy", "Clara Dubé")
    other, _closed = closed_with("Luc Morin")
    statement = next(one for one in issued() if one.issuer_id == offering.issuer_id)
    paper = Document.objects.get(subject_id=statement.pk)
    theirs = reverse("equity:my_document", args=[paper.pk])
    ours = reverse("equity:statement_document", args=[offering.issuer_id, paper.pk])
    with at(AFTER):
        holder = client_of(f.investor_user(statement.person))
        listed = holder.get(reverse("equity:documents")).content.decode()
        assert theirs in listed
        assert f"{offering.issuer.name}, 2026" in listed
        assert holder.get(theirs).status_code == 200
        assert holder.get(ours).status_code == 404
        issuer = issuer_client(cast)
        page = issuer.get(reverse("equity:statements", args=[offering.issuer_id]))
        assert ours in page.content.decode()
        assert issuer.get(ours)["Content-Type"] == "application/pdf"
        stranger = issuer_client(other)
        assert stranger.get(ours).status_code == 404
        wrong = reverse("equity:statement_document", args=[other.offering.issuer_id, paper.pk])
        assert stranger.get(wrong).status_code == 404
