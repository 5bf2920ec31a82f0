"""The people of an issuer, and the part of each."""

from uuid import UUID

from compliance.accounts.selectors import user_uuid
from equity.models import IssuerMember


def member_of(issuer_id: UUID, account: UUID) -> IssuerMember | None:
    """The link of an account to an issuer, by the id that the trail names it by; None for none."""
    links = IssuerMember.objects.filter(issuer=issuer_id).select_related("user").order_by("pk")
    return next((link for link in links if user_uuid(link.user) == account), None)
