"""The words a scenario may use for codes: rules, duties, states, documents, items of the form.

They are listed rather than taken from the catalogue in force, because a file is judged before its
first day is known, and a code never changes its meaning.
"""

import re

OFFERING_STATES = (
    "draft",
    "submitted",
    "changes_requested",
    "refused",
    "approved",
    "open",
    "suspended",
    "closing",
    "closed",
    "cancelled",
    "failed",
)
SUBSCRIPTION_STATES = ("agreed", "binding", "completed", "withdrawn", "lapsed", "released")

DOCUMENT_KINDS = (
    "offering_document",
    "risk_acknowledgement",
    "subscription_agreement",
    "withdrawal_notice",
    "amendment_notice",
    "purchaser_confirmation",
    "share_certificate",
    "cooperative_share_certificate",
    "bond_certificate",
    "payment_schedule",
)

DUTIES = (
    "duty.refund",
    "duty.file_offering_document",
    "duty.file_exempt_report",
    "duty.confirm_purchasers",
    "duty.inform_issuer",
    "duty.notify_amendment",
    "duty.certify_resources",
    "duty.retain",
)

RULE_CODES = (
    "issuer.head_office_in_canada",
    "issuer.not_reporting",
    "issuer.not_investment_fund",
    "issuer.has_operations",
    "issuer.principals_declared",
    "portal.authorised",
    "portal.no_common_principal",
    "portal.no_purchaser_fee",
    "portal.entry_acknowledged",
    "security.eligible",
    "security.terms_complete",
    "offering.amounts_consistent",
    "offering.within_group_cap",
    "offering.one_at_a_time",
    "offering.within_90_days",
    "offering.no_group_commission",
    "offering.open",
    "offering.room",
    "document.items_complete",
    "document.certified",
    "document.french_available",
    "document.wording_confirmed",
    "group.cap",
    "group.wider_links",
    "purchaser.limit",
    "purchaser.minimum",
    "purchaser.of_age",
    "purchaser.resident",
    "purchaser.identified",
    "purchaser.document_read",
    "purchaser.risks_acknowledged",
    "purchaser.not_too_late",
    "purchaser.suitable",
    "purchaser.particulars_complete",
    "closing.minimum_reached",
    "closing.withdrawal_over",
    "closing.within_90_days",
    "closing.group_cap",
    "closing.purchaser_limits",
    "closing.funds_in_trust",
    "closing.two_people",
    "closing.gross_release",
    "certificate.resale_legend",
    "payment.from_purchaser",
    "amendment.terms_locked",
    "amendment.rights_outlive",
    "actor.not_allowed",
    "state.not_allowed",
)

SECURITY_KINDS = (
    "common_share",
    "preferred_share",
    "convertible",
    "community_bond",
    "debt",
    "cooperative_share",
    "partnership_unit",
    "other",
)
ISSUER_FORMS = ("company", "cooperative", "nonprofit", "partnership")
RELATION_KINDS = ("affiliate", "common_enterprise", "same_founder")
LANGUAGES = ("fr", "en")

# The statements R1 to R9 of Form 45-110F2 that are answered yes or no.
ANSWERS = tuple(f"R{number}" for number in range(1, 10))

# The items of Form 45-110F1, and the two parents whose parts may be answered in one go.
ITEM_IDS = (
    *("1.1", "1.2", "2.1", "2.2", "3.1", "4.1", "4.2", "4.2a", "4.2b", "4.2c", "4.2d", "4.2x"),
    *("5.1", "5.2", "5.3", "5.3a", "5.3b", "5.4", "5.5", "5.6", "5.7", "5.8", "5.9"),
    *("6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "7.1", "7.2", "8.1", "9.1", "10.1", "10.2"),
    *("11.1", "11.2", "11.3", "12.1", "13.1", "14.1", "14.2", "14.3"),
)
_ITEM_LETTER = re.compile(r"([0-9]+\.[0-9]+)\s*\(?([a-dx])\)?")


def item_id(key: str) -> str | None:
    """The canonical spelling of an item id ("4.2 a" and "4.2a" are "4.2a"); None for what is
    none."""
    lettered = _ITEM_LETTER.fullmatch(key.strip())
    spelled = f"{lettered[1]}{lettered[2]}" if lettered else key.strip()
    return spelled if spelled in ITEM_IDS else None
