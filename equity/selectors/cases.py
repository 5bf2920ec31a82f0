"""What cases are about, in the words and rows of this floor: their portal, their offering."""

from collections.abc import Iterable
from uuid import UUID

from compliance.casework.kinds import OFFERING, PERSON, SUBSCRIPTION
from compliance.casework.models import Case
from equity.models import Offering, Portal, Subscription
from equity.selectors.suspicions import home_portal


def offering_of(case: Case) -> UUID | None:
    """The offering that a case is about, directly or through a subscription; None where there is
    none."""
    if case.subject_type == OFFERING:
        return case.subject_id
    if case.subject_type == SUBSCRIPTION:
        rows = Subscription.objects.filter(pk=case.subject_id)
        return rows.values_list("offering_id", flat=True).first()
    return None


def portal_of(case: Case) -> Portal | None:
    """The portal that a case is of: its offering's, its person's, or the first there is."""
    offering_id = offering_of(case)
    if offering_id is not None:
        return Portal.objects.filter(offerings=offering_id).first()
    if case.subject_type == PERSON:
        return home_portal(case.subject_id)
    return Portal.objects.order_by("pk").first()


def issuer_names(subjects: Iterable[UUID]) -> dict[UUID, str]:
    """The name of the issuer of each offering and subscription among the subjects of cases."""
    ids = list(subjects)
    offerings = Offering.objects.filter(pk__in=ids).values_list("pk", "issuer__name")
    rows = Subscription.objects.filter(pk__in=ids).values_list("pk", "offering__issuer__name")
    return dict([*offerings, *rows])
