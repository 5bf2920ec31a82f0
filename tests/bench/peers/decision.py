"""The decision about one subscription as a flat table: what every engine is given, and asked.

A case is a mapping of flat inputs: amounts in cents, days as ordinals, instants in seconds. What is
a list for us (authorisations by place, statements, languages) is folded into a flat input before
the clock starts, because not every engine has lists: work that only the peers are spared.
"""

from dataclasses import dataclass

GROUP_CAP, LIMIT, LIMIT_ADVISED = 150_000_000, 250_000, 1_000_000
NOTICE_DAYS = 30
EIGHTEEN = ("QC", "AB", "SK", "MB", "ON", "PE")
"""Where people are of age at 18; elsewhere, outside Canada too, 19 is asked."""

BOOLEANS = (
    "advised",
    "organisation",
    "offered_here",
    "identified",
    "read_french",
    "read_any",
    "acknowledged",
    "suitable",
    "entry_acknowledged",
    "dealer",
    "registered",
)
NUMBERS = (
    "on",
    "last_day",
    "amount",
    "maximum",
    "live",
    "closed",
    "person_live",
    "minimum",
    "age",
    "unanswered",
    "right_ends",
    "ninetieth_begins",
    "missing",
    "told",
    "confirmed",
    "f5",
    "f5_oldest",
)
TEXTS = ("state", "province")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its code, where it stands, and when it refuses, as Python."""

    code: str
    citation: str
    refuses: str


ROWS = (
    Row(
        "portal.authorised",
        "NI 45-110 s. 3",
        f"(dealer and not registered) or (not dealer and (told > on - {NOTICE_DAYS}"
        " or confirmed > on or f5 < f5_oldest or f5 > on))",
    ),
    Row("portal.entry_acknowledged", "NI 45-110 s. 4", "not entry_acknowledged"),
    Row("offering.open", "NI 45-110 s. 5", 'state != "open" or last_day < on'),
    Row("offering.room", "Form 45-110F1 item 5.7", "live + amount > maximum"),
    Row("group.cap", "NI 45-110 s. 5", f"closed + live + amount > {GROUP_CAP}"),
    Row(
        "purchaser.limit",
        "NI 45-110 s. 5",
        f"(advised and person_live + amount > {LIMIT_ADVISED})"
        f" or (not advised and person_live + amount > {LIMIT})",
    ),
    Row("purchaser.minimum", "Form 45-110F1 item 5.8", "person_live + amount < minimum"),
    Row("purchaser.resident", "Form 45-110F1 item 5.2", "not offered_here"),
    Row("purchaser.identified", "portal policy", "not identified"),
    Row(
        "purchaser.document_read",
        "NI 45-110 s. 5",
        '(province == "QC" and not read_french) or (province != "QC" and not read_any)',
    ),
    Row("purchaser.risks_acknowledged", "Form 45-110F2", "not acknowledged or unanswered > 0"),
    Row(
        "purchaser.not_too_late",
        "NI 45-110 s. 5",
        "ninetieth_begins != 0 and right_ends > ninetieth_begins",
    ),
    Row("purchaser.particulars_complete", "Form 45-106F1 Schedule 1", "missing > 0"),
    Row(
        "purchaser.of_age",
        "law of the province",
        f"not organisation and (age < 18 or (age < 19 and province not in {list(EIGHTEEN)}))",
    ),
    Row("purchaser.suitable", "NI 31-103", "dealer and not suitable"),
)

ROOMS = {
    "offering": "max(maximum - live, 0)",
    "group": f"max({GROUP_CAP} - closed - live, 0)",
    "purchaser": f"max(({LIMIT_ADVISED} if advised else {LIMIT}) - person_live, 0)",
}
"""What would still be accepted, in cents, under each limit."""
