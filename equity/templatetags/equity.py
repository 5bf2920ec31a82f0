"""Words of this floor on pages: what people wrote in two languages, kinds, places."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.duties import DUTIES
from compliance.web.language import current
from documents.facts.shared import Language
from equity.models import Issuer, JournalEntry
from equity.models.ledger import Account
from equity.words import not_applicable
from equity.words import said as words_of
from investors.actors import person_of

register = template.Library()

_DOCUMENTS = {
    "offering_document": _("Offering document"),
    "risk_acknowledgement": _("Risk acknowledgement"),
    "subscription_agreement": _("Subscription agreement"),
    "withdrawal_notice": _("Notice of withdrawal"),
    "amendment_notice": _("Notice of amendment"),
    "purchaser_confirmation": _("Confirmation after the closing"),
    "share_certificate": _("Share certificate"),
    "cooperative_share_certificate": _("Co-operative share certificate"),
    "bond_certificate": _("Bond certificate"),
    "payment_schedule": _("Payment schedule"),
    "annual_statement": _("Annual statement"),
    "portal_information": _("Form 45-110F3"),
    "portal_individual_information": _("Form 45-110F4"),
    "portal_resources_certificate": _("Form 45-110F5"),
    "exempt_distribution_report": _("Report of exempt distribution"),
}

_MOVEMENTS = {
    JournalEntry.Kind.PAYMENT.value: _("Payment received in trust"),
    JournalEntry.Kind.REFUND_DUE.value: _("Refund due"),
    JournalEntry.Kind.REFUND_PAID.value: _("Refund paid"),
    JournalEntry.Kind.CORRECTION.value: _("Payment taken back"),
    JournalEntry.Kind.RELEASE.value: _("Released to the issuer"),
}
_ACCOUNTS = {
    Account.TRUST.value: _("In the trust account"),
    Account.PURCHASERS.value: _("Owed to purchasers"),
    Account.REFUNDS.value: _("Refunds due"),
}


@register.filter
def said(value: Any, name: str = "") -> str:
    """What somebody answered, in the language of the page; empty where nothing applies. ``name`` is
    that of the part, where codes stand for words in it."""
    return "" if value is None or not_applicable(value) else words_of(value, current(), name)


@register.filter
def item(answers: dict[str, Any], key: str) -> Any:
    """One answer of a document by its item; None where there is none."""
    return answers.get(key)


@register.filter
def place(code: str) -> str:
    """A province or territory by its name in the language of the page; another code as it is."""
    return getattr(PROVINCES[code], current()) if code in PROVINCES else code


@register.filter
def places(codes: list[str]) -> str:
    """Provinces and territories by name, in a line."""
    return ", ".join(place(code) for code in codes)


@register.filter
def document_name(kind: str) -> str:
    """A kind of document in words."""
    return str(_DOCUMENTS.get(kind, kind))


@register.filter
def duty_name(code: str) -> str:
    """A duty by its title in the language of the page; another code as it is."""
    return DUTIES[code].title(current()) if code in DUTIES else code


@register.filter
def movement(kind: str) -> str:
    """What moved the money, in words."""
    return str(_MOVEMENTS[kind])


@register.filter
def ledger_account(code: str) -> str:
    """An account of the ledger in words."""
    return str(_ACCOUNTS[code])


@register.filter
def days(count: int) -> str:
    """A number of days in words."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


@register.filter
def left(count: int | None) -> str:
    """How long one may still subscribe, in words: None once the last day has passed."""
    if count is None:
        return str(_("last day passed"))
    if count == 0:
        return str(_("last day today"))
    return ngettext("%(count)d day left", "%(count)d days left", count) % {"count": count}


@register.filter
def securities(count: int) -> str:
    """A number of securities in words."""
    return ngettext("%(count)d security", "%(count)d securities", count) % {"count": count}


@register.filter
def rule_reason(code: str) -> str:
    """Why less is left than the person's own limit: the rule that binds, in words."""
    if code == "group.cap":
        return str(_("The cap of the issuer group leaves less than your own limit."))
    return str(_("The maximum of the offering leaves less than your own limit."))


_SPACE = frozenset(
    f"equity:{name}"
    for name in (
        "subscriptions",
        "subscription",
        "withdraw",
        "ask_about",
        "holdings",
        "holding",
        "documents",
        "asked",
    )
)
"""The pages that lie under an investor's own space."""


@register.simple_tag(takes_context=True)
def my_areas(context: template.Context) -> dict[str, Any]:
    """Whose pages the links at the top lead to: an investor's, an issuer's."""
    user = context.get("user") or AnonymousUser()
    signed_in = user.is_authenticated
    issuers = Issuer.objects.filter(members__user=user.pk) if signed_in else Issuer.objects.none()
    match = getattr(context.get("request"), "resolver_match", None)
    return {
        "investor": person_of(user) if signed_in else None,
        "in_space": match is not None and match.view_name in _SPACE,
        "issuers": list(issuers.order_by("name")),
    }


def kind_name(kind: str, language: Language) -> str:
    """A kind of security as the glossary names it."""
    return term(kind, language)
