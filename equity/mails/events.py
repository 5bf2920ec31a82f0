"""The table: which act is told, under which text, to whom."""

from dataclasses import dataclass
from enum import StrEnum


class To(StrEnum):
    """Who is told."""

    PERSON = "person"
    """The person that the act is about."""
    PURCHASER = "purchaser"
    PURCHASERS = "purchasers"
    """Everybody with a live subscription in the offering, once each."""
    ISSUER = "issuer"
    OFFICERS = "officers"
    OTHER_OFFICERS = "other_officers"
    """All but the one who acted: a closing needs a second person."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line: the text (a table of texts.toml), the acts that are told by it, and to whom.

    An act is named as this floor names it; one of another floor by its whole tag.
    """

    code: str
    acts: tuple[str, ...]
    to: To


EVENTS = (
    Event("subscription_agreed", ("subscription:subscribe",), To.PURCHASER),
    Event("payment_received", ("subscription:pay",), To.PURCHASER),
    Event("payment_corrected", ("subscription:correct",), To.PURCHASER),
    Event(
        "subscription_withdrawn",
        ("subscription:withdraw", "subscription:record_withdrawal"),
        To.PURCHASER,
    ),
    Event("right_reopened", ("subscription:reopen",), To.PURCHASER),
    Event("right_ended", ("subscription:bind",), To.PURCHASER),
    Event("subscription_released", ("subscription:release",), To.PURCHASER),
    Event("subscription_lapsed", ("subscription:lapse",), To.PURCHASER),
    Event("refund_paid", ("subscription:refund",), To.PURCHASER),
    Event("securities_issued", ("subscription:complete",), To.PURCHASER),
    Event("statement_issued", ("statement:issue",), To.PERSON),
    Event("member_added", ("issuer:add_member",), To.ISSUER),
    Event("member_part", ("issuer:set_part",), To.ISSUER),
    Event("offering_suspended", ("offering:suspend",), To.PURCHASERS),
    Event("offering_resumed", ("offering:resume",), To.PURCHASERS),
    Event("identity_verified", ("investors:person:identify",), To.PERSON),
    Event("offering_submitted", ("offering:submit",), To.OFFICERS),
    Event("offering_approved", ("offering:approve",), To.ISSUER),
    Event("changes_requested", ("offering:request_changes",), To.ISSUER),
    Event("offering_refused", ("offering:refuse",), To.ISSUER),
    Event("offering_opened", ("offering:open",), To.ISSUER),
    Event("closing_asked", ("offering:ask_closing",), To.OTHER_OFFICERS),
    Event("offering_closed", ("offering:approve_closing",), To.ISSUER),
    Event("offering_failed", ("offering:fail", "offering:stop"), To.ISSUER),
    Event("refunds_to_pay", ("offering:fail", "offering:stop", "offering:cancel"), To.OFFICERS),
)

PREFIX = "equity:"


def tag_of(act: str) -> str:
    """The tag of the audit trail for an act of the table."""
    return act if act.count(":") > 1 else f"{PREFIX}{act}"


ACTIONS = tuple(sorted({tag_of(act) for event in EVENTS for act in event.acts}))
"""The action tags of the audit trail that somebody is told of."""


def events_of(action: str) -> tuple[Event, ...]:
    """The lines of the table for one action tag of the trail."""
    return tuple(event for event in EVENTS if action in map(tag_of, event.acts))
