"""Offerings as the public and an investor see them: the list, one offering, one's own."""

from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from compliance.rules.kernel.money import ZERO
from equity import moves
from equity.models import Duty, Offering, Subscription
from investors.models import Person

_AMOUNT = DecimalField(max_digits=14, decimal_places=2)
_binding = (
    Subscription.objects.filter(offering=OuterRef("pk"), state=moves.BINDING)
    .order_by()
    .values("offering")
    .values(total=Sum("amount"))
)
"""What is binding in an offering: asked of those on the page alone, and not of all."""


def listed(*, by_opening: bool = False) -> QuerySet[Offering]:
    """The offerings whose document is available and which have not ended, with what is binding.

    Alphabetical by issuer, or the latest opening first. No other order exists: a portal that puts
    one offering before another for its merits would be giving advice (NI 45-110 s. 4, secondary).
    """
    order = (F("first_available_at").desc(), "pk") if by_opening else ("issuer__name", "pk")
    return (
        Offering.objects.filter(state__in=moves.OPENED)
        .select_related("issuer", "portal", "in_force")
        .annotate(binding=Coalesce(Subquery(_binding), ZERO, output_field=_AMOUNT))
        .order_by(*order)
    )


def public() -> QuerySet[Offering]:
    """The offerings that anybody may see: those whose document was made available, ended or not."""
    return Offering.objects.filter(first_available__isnull=False).select_related(
        "issuer", "portal", "in_force"
    )


def subscriptions_of(person: Person) -> QuerySet[Subscription]:
    """A person's subscriptions, the latest first, with what their pages show."""
    return (
        Subscription.objects.filter(person=person)
        .select_related("offering__issuer", "offering__portal", "version", "person")
        .prefetch_related(
            Prefetch("duties", queryset=Duty.objects.order_by("created_at"), to_attr="refunds")
        )
        .order_by("-agreed_at", "-order")
    )


def offering_names(offering_ids: set[UUID]) -> dict[UUID, str]:
    """The names of the issuers of offerings, by the id of the offering."""
    rows = Offering.objects.filter(pk__in=offering_ids).values_list("pk", "issuer__name")
    return dict(rows)
