"""``manage.py decisions replay``: judge every stored decision again, by today's code."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, OutputWrapper
from django.db import Error as DatabaseError
from django.db import transaction

from compliance.decisions.proposing import Proposal
from compliance.decisions.replay import Decision, Decisions
from compliance.decisions.running import UNJUDGED, Totals, Verdict, replay
from compliance.desk.decisions_told import lines, rows, total_lines, total_row
from compliance.rules.kernel.proposals import ProposalError

_LARGEST = 64 * 1024
"""Bytes of a file of proposed figures; a larger one is not one."""


class Command(BaseCommand):
    """Replay the stored decisions, by the figures in force or by proposed ones."""

    help = "Judge stored decisions again. Exit 0: all agree; 1: some differ; 2: cannot be judged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``replay`` with its options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        told = verbs.add_parser("replay", help="judge again, and tell every difference")
        told.add_argument("--since", type=_day, metavar="DATE", help="judged on that day or after")
        told.add_argument("--until", type=_day, metavar="DATE", help="judged on that day or before")
        told.add_argument("--question", metavar="Q", help="subscription, filing, closing...")
        told.add_argument("--under", type=Path, metavar="FILE", help="TOML of proposed figures")
        told.add_argument("--json", action="store_true", help="one JSON object on each line")
        told.add_argument("--language", choices=("fr", "en"), default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and tell; exit 0, 1 or 2, with a sentence where nothing could be done."""
        try:
            proposal = _proposal(options["under"])
            with transaction.atomic():
                code = self._replay(options, proposal)
        except (ProposalError, OSError, DatabaseError) as fault:
            self.stderr.write(str(fault))
            code = UNJUDGED
        if code:
            raise SystemExit(code)

    def _replay(self, options: dict[str, Any], proposal: Proposal | None) -> int:
        asked = Decisions(**{name: options[name] for name in ("since", "until", "question")})
        totals, proposed = Totals(), proposal is not None
        for verdict in replay(_watched(asked, self.stderr), totals, proposal):
            told = _rows(verdict) if options["json"] else lines(verdict, options["language"])
            for line in told:
                self.stdout.write(line)
        if options["json"]:
            self.stdout.write(_json(total_row(totals, proposed=proposed)))
        else:
            for line in total_lines(totals, options["language"], proposed=proposed):
                self.stdout.write(line)
        return totals.code


def _rows(verdict: Verdict) -> Iterator[str]:
    return (_json(row) for row in rows(verdict))


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _proposal(path: Path | None) -> Proposal | None:
    """The proposed figures. Raises ProposalError or OSError, in words."""
    if path is None:
        return None
    with path.open("rb") as file:
        raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise ProposalError(f"{path} is larger than a file of figures can be.")
    try:
        return Proposal(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ProposalError(f"{path} is not a text in UTF-8.") from None
    except ProposalError as fault:
        raise ProposalError(f"{path}: {fault}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it as 2026-03-02.") from None


def _watched(asked: Decisions, out: OutputWrapper) -> Iterator[Decision]:
    """The decisions, with a bar on a terminal for whoever waits."""
    if not out.isatty():
        yield from asked
        return
    total = max(asked.count(), 1)
    for done, decision in enumerate(asked, start=1):
        yield decision
        if done == total or done % 500 == 0:
            filled = min(30 * done // total, 30)
            out.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,} / {total:,}", ending="")
            out.flush()
    out.write("")
