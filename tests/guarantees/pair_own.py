"""What is tried on one act alone; and everything that is tried on each."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from compliance.accounts.roles import Actor
from compliance.casework.models import CaseFlag, Override, OverrideReason
from compliance.casework.services.overriding import override_flags
from equity.models import Payout, Subscription
from equity.services import corrections, ledger, overrides, payouts
from tests import factories as f
from tests.guarantees.closing_scene import CENT, execute
from tests.guarantees.pair_acts import entry_alone
from tests.guarantees.pair_attacks import ATTACKS, OF_AN_ISSUER, Attack, always, approval_by
from tests.guarantees.pair_override import hold, purchaser_who_is_an_officer
from tests.guarantees.pair_scenes import Pair, as_asked, other_use


def _denied(table: str) -> Callable[[Pair], str]:
    return always(f"database: permission denied for table {table}")


def raw(statement: str) -> Callable[[Pair], object]:
    """A statement about the subject of the request, or of the officer who asked."""
    return lambda pair: execute(
        statement.format(subject=pair.request.subject_id, asker=pair.people.asks.id)
    )


def _to_other_portal(pair: Pair) -> object:
    return execute(
        "UPDATE equity_offering SET portal_id = %s WHERE id = %s",
        f.make_portal().pk,
        pair.request.subject_id,
    )


def _paid_less(pair: Pair) -> object:
    """A legitimate approval, and a cent less paid out than was agreed."""
    with patch.object(payouts.Payout.objects, "create", _a_cent_less):
        return as_asked(pair)


def _a_cent_less(**given: Any) -> Payout:
    row = Payout(**given | {"amount": given["amount"] - CENT})
    row.save(force_insert=True)
    return row


def _taken_back(more: Decimal) -> Callable[[Pair], object]:
    """A legitimate approval, and another amount in the entry than was agreed."""
    post = ledger.post_correction

    def attack(pair: Pair) -> object:
        with patch.object(
            corrections.ledger,
            "post_correction",
            lambda row, amount, at: post(row, amount + more, at),
        ):
            return as_asked(pair)

    return attack


def _after_its_end(pair: Pair) -> object:
    """The effect by hand once the purchaser has withdrawn."""
    assert pair.change is not None
    pair.change()
    return pair.effect(other_use(pair.people))


def _held(pair: Pair) -> CaseFlag:
    """A hold that comes once the payout was asked for."""
    rows = Subscription.objects.filter(offering=pair.request.subject_id, state="completed")
    return hold(rows.latest("order"))


def _paid_by_a_mistaken_service(pair: Pair) -> object:
    """A legitimate approval by a service that does not look for holds."""
    _held(pair)
    with patch.object(payouts, "holds_on", lambda offering: CaseFlag.objects.none()):
        return as_asked(pair)


def _purchaser(pair: Pair) -> Actor:
    [person] = pair.request.said["persons"]
    return purchaser_who_is_an_officer(Subscription.objects.get(person=person))


def _for_another_reason(pair: Pair) -> object:
    """The second officer's use, said to be for words that nobody approved."""
    given = OverrideReason.objects.get(pk=pair.request.said["reason"])
    with patch.object(overrides, "override_flags", _swapping(given)):
        return as_asked(pair)


def _swapping(given: OverrideReason) -> Callable[..., Any]:
    other = OverrideReason.objects.create(
        case=given.case, reason="Autre chose.", asked_at=given.asked_at, asked_by=given.asked_by
    )
    return lambda **names: override_flags(**names | {"reason": other})


def _a_flag_more(pair: Pair) -> object:
    """A legitimate approval, written on a flag that came since, too."""
    said = pair.request.said
    row = Subscription.objects.get(person=said["persons"][0])
    new = hold(row, f"{row.pk}:new")
    with patch.object(
        overrides,
        "override_flags",
        lambda **names: override_flags(**names | {"flags": [*names["flags"], new]}),
    ):
        return as_asked(pair)


def _moved_to_another_flag(pair: Pair) -> object:
    """A flag of another case names an override that was agreed for this one."""
    as_asked(pair)
    elsewhere = f.subscribed(f.open_offering(), f.make_person("Béatrice"), units=20)
    return execute(
        "UPDATE compliance_casework_caseflag SET override_id = %s WHERE id = %s",
        Override.objects.get(reason__case=pair.request.subject_id).pk,
        hold(elsewhere).pk,
    )


OWN: dict[str, dict[str, Attack]] = {
    "a new officer": {
        "a role is dated back": (
            raw("UPDATE compliance_accounts_rolegrant SET granted_at = granted_at - interval '2d'"),
            _denied("compliance_accounts_rolegrant"),
        ),
        "a role is said to come from the system": (
            raw("UPDATE compliance_accounts_rolegrant SET granted_by_id = NULL, granter = NULL"),
            _denied("compliance_accounts_rolegrant"),
        ),
        "a role that has ended lives again": (
            raw("UPDATE compliance_accounts_rolegrant SET revoked_at = NULL"),
            always("database: rolegrant_is_kept"),
        ),
        "a role is removed": (
            raw("DELETE FROM compliance_accounts_rolegrant"),
            _denied("compliance_accounts_rolegrant"),
        ),
        "an account is unlinked from its person": (
            raw("DELETE FROM investors_login WHERE user_id = '{asker}'"),
            _denied("investors_login"),
        ),
    },
    "an opening": {
        "approved without an approval": (
            raw("UPDATE equity_offering SET state = 'approved' WHERE id = '{subject}'"),
            always("database: offering_approved_by_two"),
        ),
        "the portal asks for one again": (
            raw("UPDATE equity_portal SET approval_officers = 1 WHERE approval_officers = 2"),
            always("database: portal_never_asks_less"),
        ),
        "the offering goes to a portal that asks for one": (
            _to_other_portal,
            always("database: offering_parties_are_kept"),
        ),
    },
    "bank details": {
        "the account is changed": (
            raw("UPDATE equity_issueraccount SET number = number"),
            _denied("equity_issueraccount"),
        ),
    },
    "a correction of money": {
        "the entry of a correction alone": (
            lambda p: entry_alone(p.request.subject_id, Decimal(p.request.said["amount"])),
            always("database: correction_as_agreed"),
        ),
        "a cent more is taken back than was agreed": (
            _taken_back(CENT),
            always("database: subscription_paid_is_posted"),
        ),
        "by hand, after the subscription has ended": (
            _after_its_end,
            always("database: correction_while_live"),
        ),
        "the same payment is taken back twice": (
            lambda p: (as_asked(p), p.ask(p.people.asks)),
            always("service: correction.payment"),
        ),
    },
    "an override": {
        "whom the hold concerns approves": (
            lambda p: p.by(_purchaser(p)),
            always("service: approval.disinterested"),
        ),
        "whom the hold concerns approves, by hand": (
            lambda p: approval_by(lambda _pair: _purchaser(p).id)(p),
            always("database: approval_by_outsiders"),
        ),
        "another reason than the one that was read, by hand": (
            _for_another_reason,
            always("database: override_as_agreed"),
        ),
        "a flag that came since is overridden too": (
            _a_flag_more,
            always("database: override_names_flag"),
        ),
        "a flag without any override": (
            lambda p: CaseFlag.objects.filter(case=p.request.subject_id).update(override=0),
            always("database: override_names_flag"),
        ),
        "the words of the reason are changed": (
            raw("UPDATE compliance_casework_overridereason SET reason = reason"),
            _denied("compliance_casework_overridereason"),
        ),
        "an override is taken over by another flag": (
            _moved_to_another_flag,
            always("database: override_names_flag"),
        ),
    },
    "a payout": {
        "paid out while a flag holds": (
            lambda p: (_held(p), as_asked(p)),
            always("service: payout.not_held"),
        ),
        "paid out while a flag holds, by hand": (
            _paid_by_a_mistaken_service,
            always("database: payout_not_held"),
        ),
        "a cent less is paid than was agreed": (
            _paid_less,
            always("database: payout_whole_to_account_in_force"),
        ),
    },
}
"""What is tried on one act alone."""


def attacks_on(name: str, pair: Pair) -> dict[str, Attack]:
    """Everything that is tried on an act."""
    return ATTACKS | (OF_AN_ISSUER if pair.issuer else {}) | OWN.get(name, {})
