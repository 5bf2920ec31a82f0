"""``manage.py decisions replay``: what it prints, and how it ends."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.audit.models import Judgement
from compliance.audit.services import Judged, record
from compliance.decisions.replay import Decisions
from compliance.decisions.writing import plain_facts
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.questions import QUESTIONS
from tests import factories as f
from tests.decisions.anything import FACTS, PERSON, SUBJECT
from tests.rules import given

pytestmark = pytest.mark.django_db
ON = given.ON
INVESTOR = Actor(Role.INVESTOR, PERSON)


def keep(
    question: str = "subscription",
    facts: Any = None,
    *,
    on: date = ON,
    digest: str = "",
    actor: Actor = INVESTOR,
    more: dict[str, Any] | None = None,
) -> None:
    """Store a decision as an act does; ``more`` is added to its facts."""
    facts = FACTS[question] if facts is None else facts
    book = rulebook(on)
    record(
        actor=actor,
        action="equity:subscription:subscribe",
        subject=("equity.subscription", SUBJECT),
        at=f.OPENED,
        judgements=[
            Judged(
                question=question,
                on=on,
                rulebook_digest=digest or book.digest,
                facts={**plain_facts(facts), **(more or {})},
                findings=QUESTIONS[question].judge(facts, book),
            )
        ],
    )


def run(*words: str) -> tuple[int, str, str]:
    """The exit code, the output and the complaints."""
    out, err = StringIO(), StringIO()
    try:
        call_command("decisions", "replay", *words, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def rows(*words: str) -> tuple[int, list[dict[str, Any]]]:
    code, out, err = run("--json", *words)
    assert err == ""
    return code, [json.loads(line) for line in out.splitlines()]


def test_nothing_stored_and_everything_agrees() -> None:
    assert rows() == (
        0,
        [{"kind": "totals", "judged": 0, "differing": 0, "corrected": 0, "unjudged": 0}],
    )
    keep()
    code, out, err = run("--language", "en")
    assert (code, err) == (0, "")
    assert out == (
        "Decisions judged: 1. Different: 0, of which 0 where figures or rules were corrected. "
        "Not to be judged: 0.\n"
    )


def test_days_and_questions_are_chosen() -> None:
    keep(on=date(2026, 3, 1))
    keep(on=date(2026, 3, 2))
    keep("closing", on=date(2026, 3, 3), actor=SYSTEM)
    for words, judged in (
        (("--since", "2026-03-02"), 2),
        (("--until", "2026-03-02"), 2),
        (("--since", "2026-03-02", "--until", "2026-03-02"), 1),
        (("--question", "closing"), 1),
        (("--question", "payment"), 0),
    ):
        assert rows(*words)[1][-1]["judged"] == judged
    with pytest.raises(CommandError, match="write it as 2026-03-02"):
        run("--since", "yesterday")


def test_a_difference_ends_with_1_and_names_the_entry() -> None:
    keep(digest="0" * 64)
    code, (told, totals) = rows()
    assert code == 1
    assert (told["kind"], told["code"], told["what"]) == ("difference", "", "rulebook")
    assert (told["stored"], told["today"]) == ("0" * 64, rulebook(ON).digest)
    assert told["subject"] == f"equity.subscription:{SUBJECT}"
    assert told["position"] == Judgement.objects.get().entry.position
    assert (totals["differing"], totals["corrected"]) == (1, 1)
    code, out, _ = run()
    assert code == 1
    assert "les chiffres ou les règles de ce jour ont été corrigés depuis (000000000000" in out


def test_what_cannot_be_judged_ends_with_2_and_a_sentence() -> None:
    keep(more={"weight": 3})
    keep()
    code, (told, totals) = rows()
    assert (code, told["kind"]) == (2, "unjudged")
    assert told["fault"] == "weight: is no field of SubscriptionFacts."
    assert (totals["judged"], totals["unjudged"]) == (1, 1)
    assert "ne peut être jugée de nouveau" in run()[1]


def proposal(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "proposed.toml"
    path.write_text(text, encoding="utf-8")
    return path


TIGHT = '[[figure]]\nname = "purchaser_limit"\nfrom = 2026-01-01\nvalue = "600.00"\n'


def test_under_a_proposal_it_says_who_would_be_refused_and_by_how_much(tmp_path: Path) -> None:
    keep()
    keep(facts=given.subscription(amount=given.D("600.00")))
    path = proposal(tmp_path, TIGHT)
    code, (told, totals) = rows("--under", str(path))
    assert code == 0
    assert {name: told[name] for name in ("kind", "code", "met", "room", "excess", "persons")} == {
        "kind": "change",
        "code": "purchaser.limit",
        "met": [True, False],
        "room": ["2500.00", "600.00"],
        "excess": ["0.00", "400.00"],
        "persons": [str(PERSON)],
    }
    assert (totals["judged"], totals["refused"], totals["accepted"]) == (2, 1, 0)
    assert totals["excess"] == {"purchaser.limit": "400.00"}
    assert totals["moved"] == {"purchaser.limit": 1}
    code, out, _ = run("--under", str(path), "--language", "en")
    first, *rest = out.splitlines()
    assert first.endswith(
        "purchaser.limit: met, would be not met; room $2,500.00 → $600.00; "
        f"excess $0.00 → $400.00; persons: {PERSON}"
    )
    assert rest[-1] == (
        "  purchaser.limit: 1 would turn, $400.00 over in all; 1 would keep their answer with "
        "another room"
    )


def test_a_bad_file_of_figures_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    keep()
    for text, said in (
        (TIGHT.replace("purchaser_limit", "limit"), "There is no figure 'limit'"),
        (TIGHT.replace('"600.00"', "600.0"), "never a float"),
        ("\0", "is not TOML"),
        ("#" * 70_000, "is larger than"),
    ):
        path = proposal(tmp_path, text)
        code, out, err = run("--under", str(path))
        assert (code, out) == (2, "")
        assert said in err
    path.write_bytes(b"\xff")
    assert "is not a text in UTF-8" in run("--under", str(path))[2]
    code, _, err = run("--under", str(tmp_path / "nowhere.toml"))
    assert (code, "No such file" in err) == (2, True)
    assert run("--under", str(tmp_path))[0] == 2


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_drawn_on_a_terminal_alone() -> None:
    keep()
    keep()
    err = Terminal()
    call_command("decisions", "replay", stdout=StringIO(), stderr=err)
    assert "] 2 / 2" in err.getvalue()


def test_it_reads_in_one_statement_in_the_order_of_the_trail() -> None:
    for _ in range(3):
        keep()
    with CaptureQueriesContext(connection) as asked:
        found = list(Decisions())
    (statement,) = asked.captured_queries
    assert statement["sql"].startswith("DECLARE")  # A cursor of the server: rows come in pieces.
    assert [each.position for each in found] == sorted(each.position for each in found)
    assert len(found) == Decisions().count() == 3
