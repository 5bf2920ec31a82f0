"""Which acts were asked for under a key, and what was answered."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.accounts.roles import Role

LONGEST_KEY = 255
VISIBLE = r"^[\x21-\x7e]+$"


class KeyedAct(models.Model):
    """One act that somebody asked for under a key; the row is committed with the act, or not at
    all.

    The unique constraint lets one key of one actor claim one act, whoever asks at once. The claim
    is written first and its answer last, in the same transaction. Triggers let the answer be
    written once, refuse a commit without it, and keep the row for good.
    """

    unaudited: ClassVar[str] = "it repeats the answer of an act that has its own entry"

    kept_by_database: ClassVar[tuple[str, ...]] = (
        "id",
        "actor_role",
        "actor_id",
        "key",
        "act",
        "body",
        "at",
    )
    guards: ClassVar[tuple[str, ...]] = (
        "compliance_idempotency_answered_once",
        "compliance_idempotency_answered_at_commit",
        "compliance_idempotency_never_deleted",
    )

    actor_role = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    """None for the system, which has keys of its own like any actor."""
    key = models.CharField(max_length=LONGEST_KEY)
    act = models.CharField(max_length=80)
    """`subscription:pay`: the same key under another act is another body."""
    body = models.BinaryField(max_length=32)
    """HMAC of what was asked, under the index key: ids and amounts are guessed from a bare hash."""
    answer = models.TextField(null=True)
    """Canonical JSON: ids, states, amounts and findings; never personal data."""
    at = models.DateTimeField()
    """The instant of the act."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["actor_role", "actor_id", "key"],
                name="idempotency_key_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(actor_role__in=[role.value for role in Role]),
                name="idempotency_actor_role",
            ),
            models.CheckConstraint(
                condition=Q(actor_role=Role.SYSTEM.value, actor_id__isnull=True)
                | (~Q(actor_role=Role.SYSTEM.value) & Q(actor_id__isnull=False)),
                name="idempotency_actor",
            ),
            models.CheckConstraint(condition=Q(key__regex=VISIBLE), name="idempotency_key_visible"),
        )

    def __str__(self) -> str:
        return f"{self.act} of {self.actor_role} {self.actor_id}"
