"""Duties with a due day: what a closing, a failure, a publication or an F5 leaves to be done."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from compliance.rules.kernel.dates import months_after, years_after
from compliance.rules.ni45_110.book import rulebook

REFUND = "duty.refund"
FILE_OFFERING_DOCUMENT = "duty.file_offering_document"
FILE_EXEMPT_REPORT = "duty.file_exempt_report"
CONFIRM_PURCHASERS = "duty.confirm_purchasers"
INFORM_ISSUER = "duty.inform_issuer"
NOTIFY_AMENDMENT = "duty.notify_amendment"
CERTIFY_RESOURCES = "duty.certify_resources"
RETAIN = "duty.retain"


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of duty: its figure, what it follows, whom it binds, its proof, and its title."""

    code: str
    after: str
    figure: str
    per: str
    binds: str
    proof: str
    """What shows that it was done: ``act`` or ``shown``."""
    title_fr: str
    title_en: str

    def title(self, language: str) -> str:
        """What is to be done, in ``fr`` or ``en``."""
        return self.title_fr if language == "fr" else self.title_en


def _load() -> dict[str, Duty]:
    text = files("compliance.rules.ni45_110").joinpath("duties.toml").read_text(encoding="utf-8")
    return {row["code"]: Duty(**row) for row in tomllib.loads(text)["duty"]}


DUTIES = _load()
"""Every kind of duty by code, in the order of the data file."""

DONE_BY_ACT = frozenset(code for code, duty in DUTIES.items() if duty.proof == "act")
"""Duties that an act of the product does, and whose proof is what that act left."""
AFTER_CLOSING_PER_JURISDICTION = (FILE_OFFERING_DOCUMENT, FILE_EXEMPT_REPORT)
AFTER_CLOSING = (CONFIRM_PURCHASERS, INFORM_ISSUER)


def due_on(code: str, event_on: date) -> date:
    """The due day of a duty that an event of ``event_on`` leaves; refunds have W-8 of their own.

    Calendar days, months or years by the unit of the duty's figure. The publication of an
    amendment is notified the same day.
    """
    figure = DUTIES[code].figure
    if not figure:
        return event_on
    book = rulebook(event_on)
    unit = book.regime.figures[figure].unit
    count = book.count(figure)
    if unit == "calendar days":
        return event_on + timedelta(days=count)
    if unit == "months":
        return months_after(event_on, count)
    if unit == "years":
        return years_after(event_on, count)
    raise ValueError(f"The duty {code} is counted in {unit}; refund_due counts business days.")
