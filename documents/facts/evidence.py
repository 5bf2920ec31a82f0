"""The summary of an evidence package: what a person reads before they open what is attached."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from documents.facts.shared import Facts, SubscriptionRef, require


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened: when, in words, and its number in the audit trail (0 where it has
    none)."""

    at: datetime
    what: str
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredRow:
    """A statement of Form 45-110F2 in the words that were shown, and the answer: "yes", "no", or
    empty where none was given."""

    statement: str
    text: str
    reply: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file that is attached, and the SHA-256 of its bytes (64 hexadecimal digits)."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSummaryFacts(Facts):
    """An evidence package in a few pages. `outcome` says in words how it ended. The notice and the
    answers are in the languages in which they were shown, as codes ("" where there are none);
    `answered_in` is that of the answers in words. `entries` are proven in a tree of `size` leaves;
    `key` is the portal's public key and `listed` the SHA-256 of the list of files that it signed.
    """

    kind: ClassVar[str] = "evidence_summary"

    purchaser: str
    outcome: str
    subscription: SubscriptionRef | None
    identified: tuple[EventRow, ...]
    notice: str
    notice_language: str
    shown: tuple[EventRow, ...]
    answered_in: str
    answers_language: str
    answers: tuple[AnsweredRow, ...]
    advice: tuple[EventRow, ...]
    events: tuple[EventRow, ...]
    files: tuple[FileRow, ...]
    entries: int
    size: int
    listed: str
    key: str
    program: str

    def check(self) -> None:
        """Answers are yes, no or nothing; what was shown has its language, a file its digest."""
        for text, spoken, name in (
            (self.notice, self.notice_language, "notice_language"),
            (self.answers, self.answers_language, "answers_language"),
        ):
            good = spoken in ("fr", "en") if text else spoken == ""
            require(good, f"evidence_summary.{name}", f"{spoken!r} is not its language")
        for number, one in enumerate(self.answers):
            path = f"evidence_summary.answers[{number}].reply"
            require(one.reply in ("yes", "no", ""), path, f"{one.reply!r} is no answer")
        for number, file in enumerate(self.files):
            path = f"evidence_summary.files[{number}].sha256"
            require(len(file.sha256) == 64, path, "64 hexadecimal digits are wanted")
