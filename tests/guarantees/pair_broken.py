"""Copies that are broken on purpose, and the attacks that give each of them away."""

from dataclasses import replace
from typing import Any

from compliance.approvals import selectors
from compliance.approvals import services as approvals
from compliance.approvals.judging import judge as judged
from compliance.casework.models import CaseFlag
from equity.services import overrides, pairs, payouts


def judging(**instead: Any) -> Any:
    """The findings of an approval, with facts that are not looked at."""
    return lambda facts: judged(replace(facts, **instead))


SERVICES: dict[str, tuple[Any, str, Any, tuple[str, ...]]] = {
    "accounts of people compared, and not people": (
        selectors,
        "one_person",
        lambda one, other: one is not None and other is not None and one.pk == other.pk,
        ("who asked approves through another account",),
    ),
    "the sides of people not looked for": (
        pairs,
        "on_the_side_of",
        lambda *given, **names: False,
        ("a principal approves", "an account of the issuer asks"),
    ),
    "the content not compared": (
        approvals,
        "judge",
        judging(changed=False),
        ("approved after a change of the content", "content and digest forged alike"),
    ),
    "roles that were just given not looked for": (
        approvals,
        "judge",
        judging(granted_lately=False),
        ("who has their role from who asked approves",),
    ),
    "roles that have ended not looked for": (
        approvals,
        "judge",
        judging(officers=True),
        ("approved by one whose role has ended",),
    ),
    "holds not looked for": (
        payouts,
        "holds_on",
        lambda offering: CaseFlag.objects.none(),
        ("paid out while a flag holds",),
    ),
    "the persons of a hold not looked for": (
        overrides,
        "accounts_of",
        lambda persons: [],
        ("whom the hold concerns approves",),
    ),
}
REQUEST, APPROVAL = "compliance_approvals_approvalrequest", "compliance_approvals_approval"
TRIGGERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "compliance_approvals_keep_request": (
        REQUEST,
        "an override",
        ("a digest forged", "an old request stands again", "asked by nobody known, by hand"),
    ),
    "compliance_approvals_two_officers": (
        APPROVAL,
        "an override",
        (
            "approved by nobody known, by hand",
            "who has their role from who asked approves, by hand",
            "an old request is approved, by hand",
        ),
    ),
    "investors_two_persons": (
        APPROVAL,
        "an override",
        ("who asked approves through another account, by hand",),
    ),
    "equity_approved_by_outsiders": (
        APPROVAL,
        "bank details",
        ("an account of the issuer approves, by hand",),
    ),
    "casework_override_as_agreed": (
        "compliance_casework_override",
        "an override",
        ("another reason than the one that was read, by hand",),
    ),
    "casework_override_names_flag": (
        "compliance_casework_caseflag",
        "an override",
        ("a flag that came since is overridden too", "an override is taken over by another flag"),
    ),
    "compliance_approvals_use_once": (
        "compliance_approvals_consumption",
        "an override",
        (
            "used for another act",
            "used for other content",
            "used when who approved is no officer any more",
        ),
    ),
    "compliance_accounts_keep_grant": (
        "compliance_accounts_rolegrant",
        "a new officer",
        ("the effect without any approval", "the effect with the approval of something else"),
    ),
    "documents_confirmed_as_compared": (
        "documents_wordingconfirmation",
        "a prescribed statement",
        ("the effect with the approval of something else",),
    ),
    "equity_approval_as_agreed": (
        "equity_offeringapproval",
        "an opening",
        ("the effect without any approval", "the effect with the approval of something else"),
    ),
    "equity_c_approved_and_opened": (
        "equity_offering",
        "an opening",
        ("approved without an approval", "the offering goes to a portal that asks for one"),
    ),
    "equity_more_officers": ("equity_portal", "an opening", ("the portal asks for one again",)),
    "equity_account_as_agreed": (
        "equity_accountinforce",
        "bank details",
        ("the effect with the approval of something else",),
    ),
    "equity_correction_as_agreed": (
        "equity_correction",
        "a correction of money",
        ("the effect with the approval of something else",),
    ),
    "equity_payout_not_held": (
        "equity_payout",
        "a payout",
        ("paid out while a flag holds, by hand",),
    ),
    "equity_payout_as_agreed": (
        "equity_payout",
        "a payout",
        ("the effect with the approval of something else", "a cent less is paid than was agreed"),
    ),
}
