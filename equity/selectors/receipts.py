"""What of the audit trail is one purchaser's own: the entries and changes that prove their part."""

from django.db.models import Q

from compliance.audit.models import Change, Entry
from compliance.audit.services import subject_key
from equity.models import Subscription, WithdrawalRight
from investors.models import RiskAcknowledgement


def receipt_positions(subscription: Subscription) -> list[int]:
    """The positions in the trail of what concerns one subscription, in order.

    The acts on it; the purchaser's own acts in its offering (what was read and answered); and the
    changes of its row, of its rights of withdrawal and of its risk acknowledgement. Nothing of
    another purchaser, even of an act that concerned many.
    """
    kind, key = subject_key(subscription)
    offering_kind, offering = subject_key(subscription.offering)
    acts = Entry.objects.filter(
        Q(subject_type=kind, subject_id=key)
        | Q(
            subject_type=offering_kind,
            subject_id=offering,
            actor_role="investor",
            actor_id=subscription.person_id,
        )
    )
    rights = WithdrawalRight.objects.filter(subscription=subscription)
    rows = (
        Q(table=Subscription._meta.db_table, row=str(key))
        | Q(
            table=WithdrawalRight._meta.db_table,
            row__in=[str(pk) for pk in rights.values_list("pk", flat=True)],
        )
        | Q(
            table=RiskAcknowledgement._meta.db_table,
            row=str(subscription.acknowledgement_id),
        )
    )
    found = {*acts.values_list("position", flat=True)}
    found |= {*Change.objects.filter(rows).values_list("position", flat=True)}
    return sorted(found)
