"""Where an issuer is paid to, and what was paid out."""

from uuid import UUID

from equity.models import AccountInForce, Offering, Payout


def account_in_force(issuer_id: UUID) -> AccountInForce | None:
    """The account that an issuer is paid to now; None while two officers approved none."""
    rows = AccountInForce.objects.filter(issuer=issuer_id).select_related("account")
    return rows.order_by("-number").first()


def payout_of(offering: Offering) -> Payout | None:
    """The payout of an offering's closing; None while there is none."""
    rows = Payout.objects.filter(closing__offering=offering)
    return rows.select_related("account__account", "closing").first()
