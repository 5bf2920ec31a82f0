"""What the texts name, in one language: amounts, days, references, as the rows now have them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Sum

from compliance.accounts.selectors import display_name
from compliance.audit.models import Entry
from compliance.rules.kernel.money import ZERO, format_cad, format_date
from compliance.rules.kernel.terms import term
from compliance.rules.ni45_110 import duties
from documents.facts.shared import Language
from equity import moves
from equity.models import (
    AnnualStatement,
    Closing,
    Duty,
    Holding,
    Issuer,
    Offering,
    Portal,
    Subscription,
    WithdrawalRight,
)
from equity.papers.common import reference
from equity.parts import CERTIFIER
from equity.selectors.clock import portal_day
from equity.selectors.members import member_of
from equity.selectors.remarks import latest_request
from equity.words import FRENCH, pick, province

_HOW = {
    moves.CANCELLED: (
        ("a été retiré par l'émetteur", "was withdrawn by the issuer"),
        ("Placement retiré", "Offering withdrawn"),
    ),
    moves.FAILED: (
        ("n'a pas été réalisé", "was not completed"),
        ("Placement non réalisé", "Offering not completed"),
    ),
}


def portal_facts(portal: Portal | None, language: Language) -> dict[str, str]:
    """What every e-mail says of the portal; nothing where no portal is known."""
    if portal is None:
        return {"portal": "", "contact": "", "demonstration": ""}
    return {
        "portal": portal.name,
        "contact": portal.email,
        "demonstration": "yes" if portal.demonstration else "",
    }


def offering_facts(offering: Offering, entry: Entry, language: Language) -> dict[str, str]:
    """What the e-mails about an offering name."""
    how, how_subject = _HOW.get(offering.state, (("", ""), ("", "")))
    deciding = offering.state in {moves.CHANGES_REQUESTED, moves.REFUSED}
    return {
        **portal_facts(offering.portal, language),
        "issuer": offering.issuer.name,
        "day": format_date(portal_day(offering.portal, entry.at), language),
        "last_day": _day(offering.last_day, language),
        # The reason of a later act is not the reason of this one.
        "reason": offering.reason if deciding else "",
        **_remarks(offering),
        "how": pick(how, language),
        "how_subject": pick(how_subject, language),
        **_closing(offering, language),
        **_owed(offering, language),
    }


def subscription_facts(
    subscription: Subscription, entry: Entry, language: Language
) -> dict[str, str]:
    """What the e-mails to a purchaser name."""
    live = subscription.state in moves.LIVE
    duty = Duty.objects.filter(subscription=subscription, code=duties.REFUND).first()
    return {
        **offering_facts(subscription.offering, entry, language),
        "reference": reference("S", subscription.pk),
        "amount": format_cad(subscription.amount, language),
        "units": _units(subscription.units, language),
        "paid": _money(Decimal(str(entry.payload.get("amount", "0"))), language),
        "unpaid": _money(subscription.owed if live else ZERO, language),
        "refund": _money(ZERO if duty is None else duty.amount, language),
        "refund_by": _day(None if duty is None else duty.due_on, language),
        "nothing_paid": "yes" if duty is None else "",
        "right_ends": format_date(_right_end(subscription, entry), language),
    }


def member_facts(issuer: Issuer, entry: Entry, language: Language) -> dict[str, str]:
    """What the e-mails about an issuer's people name: who, and the part as the entry has it.

    They are of the portal that the issuer last prepared an offering on, else of the first one.
    """
    last = issuer.offerings.select_related("portal").order_by("-created_at").first()
    portal = Portal.objects.order_by("pk").first() if last is None else last.portal
    link = member_of(issuer.pk, UUID(str(entry.payload["user"])))
    part = str(entry.payload.get("part", CERTIFIER))
    return {
        **portal_facts(portal, language),
        "issuer": issuer.name,
        "member": "" if link is None else display_name(link.user),
        "part": term(part, language),
    }


def person_facts(portal: Portal | None, entry: Entry, language: Language) -> dict[str, str]:
    """What the e-mails about a person's identity name: until when its verification is current."""
    until = entry.payload.get("expires_on")
    return {
        **portal_facts(portal, language),
        "until": format_date(date.fromisoformat(until), language) if until else "",
    }


def statement_facts(statement: AnnualStatement, language: Language) -> dict[str, str]:
    """What the e-mail about an annual statement names. It is signed by the portal of the holder's
    last closing."""
    held = Holding.objects.filter(person=statement.person_id, issuer=statement.issuer_id)
    last = held.select_related("offering__portal").order_by("issued_on", "number").last()
    return {
        **portal_facts(None if last is None else last.offering.portal, language),
        "issuer": statement.issuer.name,
        "year": str(statement.year),
    }


def duty_facts(owed: list[Duty], language: Language) -> dict[str, str]:
    """What a reminder names: duties of one kind and one due day, of one offering or portal."""
    first = owed[0]
    portal = first.portal if first.offering is None else first.offering.portal
    assert portal is not None
    places = sorted({duty.jurisdiction for duty in owed if duty.jurisdiction})
    return {
        **portal_facts(portal, language),
        "whom": portal.name if first.offering is None else first.offering.issuer.name,
        "duty": duties.DUTIES[first.code].title(language),
        "due_on": format_date(first.due_on, language),
        "places": ", ".join(province(code, language) for code in places),
        "total": format_cad(sum((duty.amount for duty in owed), ZERO), language),
    }


def _right_end(subscription: Subscription, entry: Entry) -> date:
    """The last day of the right that the entry opened or ended, as it was counted then.

    The subscription carries the current one, which an amendment may have moved since.
    """
    rights = WithdrawalRight.objects.filter(subscription=subscription)
    ended = entry.payload.get("legal_at")
    if ended is not None:
        found = rights.filter(ends_at=datetime.fromisoformat(ended)).last()
    else:
        found = rights.filter(from_at=entry.at).last()
    return subscription.right_ends_on if found is None else found.ends_on


def _remarks(offering: Offering) -> dict[str, str]:
    """How many remarks wait, and the items they are about; their words stay on the page."""
    asked = latest_request(offering) if offering.state == moves.CHANGES_REQUESTED else None
    if asked is None:
        return {"remarks": "", "items": ""}
    items = dict.fromkeys(told.item for told in asked.remarks if told.item)
    return {"remarks": str(len(asked.remarks)), "items": ", ".join(items)}


def _closing(offering: Offering, language: Language) -> dict[str, str]:
    closing = Closing.objects.filter(offering=offering).first()
    if closing is None:
        return {"closed_on": "", "total": ""}
    return {
        "closed_on": format_date(closing.closed_on, language),
        "total": format_cad(closing.amount, language),
    }


def _owed(offering: Offering, language: Language) -> dict[str, str]:
    """The refunds of an offering that are not paid yet, in all, and their last day."""
    open_ones = Duty.objects.filter(offering=offering, code=duties.REFUND, done_at=None)
    found = open_ones.aggregate(total=Sum("amount", default=ZERO), by=Max("due_on"))
    return {
        "owed": _money(found["total"], language),
        "owed_by": _day(found["by"], language),
        "nothing_owed": "" if found["total"] else "yes",
    }


def _money(amount: Decimal, language: Language) -> str:
    """An amount; empty for nothing, so that a paragraph may depend on it."""
    return format_cad(amount, language) if amount else ""


def _day(day: date | None, language: Language) -> str:
    return "" if day is None else format_date(day, language)


def _units(count: int, language: Language) -> str:
    if language == FRENCH:
        return f"{count} titre" if count < 2 else f"{count} titres"
    return f"{count} security" if count == 1 else f"{count} securities"
