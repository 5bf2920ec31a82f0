"""Offerings and the versions of their document."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import FSMField

from compliance.vault.fields import SealedJSONField
from compliance.vault.models import SealedModel
from equity import moves
from equity.models.issuer import Issuer
from equity.models.portal import Portal
from equity.transitions import moving

_MOVES = moves.OFFERING_MOVES


class Offering(models.Model):
    """One crowdfunding distribution, from draft to its end.

    ``live_amount``, ``agreements`` and ``ceiling`` are kept by the database with the subscriptions
    that change them (``migrations/sql/guards.sql``); nothing here writes them.
    ``held_by_officer`` and ``amending`` are the two reasons to be suspended; both must be over for
    the offering to be open again.
    """

    kept_by_database: ClassVar[tuple[str, ...]] = (
        "live_amount",
        "agreements",
        "ceiling",
        "ceiling_on",
        "group_closed",
    )
    guards: ClassVar[tuple[str, ...]] = (
        "equity_a_legal_move",
        "equity_b_one_at_a_time",
        "equity_c_approved_and_opened",
        "equity_closed_together",
        "equity_never_deleted",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="offerings")
    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, related_name="offerings")
    state = FSMField(default=moves.DRAFT, protected=True)
    in_force = models.OneToOneField(
        "Version", on_delete=models.PROTECT, null=True, related_name="in_force_of"
    )
    working = models.OneToOneField(
        "Version", on_delete=models.PROTECT, null=True, related_name="working_of"
    )
    held_by_officer = models.BooleanField(default=False)
    amending = models.BooleanField(default=False)
    first_available_at = models.DateTimeField(null=True)
    first_available = models.DateField(null=True)
    last_day = models.DateField(null=True)
    last_day_judged = models.DateField(null=True)
    """The last day that was already judged against the minimum (W-18: once)."""
    live_amount = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"))
    ceiling = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """The most that may be live on ``ceiling_on``: the maximum, or what is left of the cap."""
    ceiling_on = models.DateField(null=True)
    group_closed = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """What the issuer group closed in the window that ends on ``ceiling_on``."""
    moved_on = models.DateField(null=True)
    """The portal's day of the last move into or out of a state that is under way."""
    agreements = models.PositiveIntegerField(default=0)
    """How many subscriptions were ever agreed; gives each its order without counting them."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """The legal instant of the end: closing, cancellation, stop, or the midnight of a failure."""
    ended_recorded_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="offering_state_known", condition=Q(state__in=moves.OFFERING_STATES)
            ),
            models.CheckConstraint(
                name="live_amount_not_negative", condition=Q(live_amount__gte=0)
            ),
        )
        indexes = (models.Index(fields=["state"]),)

    @property
    def amendments(self) -> int:
        """How many amendments of the document were published."""
        return 0 if self.in_force is None else self.in_force.number - 1

    @property
    def document(self) -> "Version":
        """The version people see: the one in force, else the one in preparation."""
        version = self.in_force or self.working
        assert version is not None
        return version

    @moving(_MOVES["submit"])
    def submit(self) -> None:
        """The issuer hands the offering to the portal."""

    @moving(_MOVES["approve"])
    def approve(self) -> None:
        """An officer approves it; it may open."""

    @moving(_MOVES["request_changes"])
    def request_changes(self) -> None:
        """An officer sends it back."""

    @moving(_MOVES["refuse"])
    def refuse(self) -> None:
        """An officer refuses it for good."""

    @moving(_MOVES["open"])
    def open(self) -> None:
        """The document becomes available; the 90 days start."""

    @moving(_MOVES["suspend"])
    def suspend(self) -> None:
        """An officer suspends it."""
        self.held_by_officer = True

    @moving(_MOVES["resume"])
    def resume(self) -> str:
        """The officer's suspension is over; an amendment may still hold it."""
        self.held_by_officer = False
        return moves.SUSPENDED if self.amending else moves.OPEN

    @moving(_MOVES["amend"])
    def amend(self) -> None:
        """The issuer starts an amendment."""
        self.amending = True

    @moving(_MOVES["publish"])
    def publish(self) -> str:
        """The amended document is in force; an officer may still hold the offering."""
        self.amending = False
        return moves.SUSPENDED if self.held_by_officer else moves.OPEN

    @moving(_MOVES["ask_closing"])
    def ask_closing(self) -> None:
        """An officer asks for the closing."""

    @moving(_MOVES["approve_closing"])
    def close(self) -> None:
        """Another officer approves it; the distribution is closed."""

    @moving(_MOVES["cancel"])
    def cancel(self) -> None:
        """The issuer withdraws the offering."""

    @moving(_MOVES["stop"])
    def stop(self) -> None:
        """An officer stops it for good."""

    @moving(_MOVES["fail"])
    def fail(self) -> None:
        """Its time passed without a closing (W-18)."""


class Version(SealedModel):
    """One version of an offering: its terms and its document's answers, frozen once published.

    A certificate binds the digest of the content; an edit that changes the content undoes it.
    """

    guards: ClassVar[tuple[str, ...]] = ("equity_keep_published",)

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    what = models.TextField(blank=True, default="")
    """What an amendment changes, in the issuer's words."""
    security_kind = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """Price of one security, or the denomination of one bond."""
    particulars = models.JSONField(default=dict)
    """The particulars of that kind of security (``equity.particulars``)."""
    minimum = models.DecimalField(max_digits=14, decimal_places=2)
    maximum = models.DecimalField(max_digits=14, decimal_places=2)
    minimum_per_purchaser = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    days = models.PositiveIntegerField()
    jurisdictions = models.JSONField()
    languages = models.JSONField()
    group_commission = models.BooleanField(default=False)
    items = SealedJSONField(default=dict)
    """Answers to the items of Form 45-110F1, by item id."""
    certified_at = models.DateTimeField(null=True)
    certified_by = models.UUIDField(null=True)
    certifier = SealedJSONField(default=dict)
    certified_digest = models.CharField(max_length=64, blank=True, default="")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["offering", "number"], name="version_number_once"),
        )
        ordering = ("number",)


class UseOfFunds(models.Model):
    """One line of item 7.2: what the money is for, at the minimum and at the maximum."""

    guards: ClassVar[tuple[str, ...]] = ("equity_keep_published",)

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="use_of_funds")
    order = models.PositiveIntegerField()
    what = models.CharField(max_length=300)
    minimum = models.DecimalField(max_digits=14, decimal_places=2)
    maximum = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="use_of_funds_not_negative", condition=Q(minimum__gte=0, maximum__gte=0)
            ),
        )
        ordering = ("order",)


class ConcurrentMoney(models.Model):
    """Money of distributions under other exemptions, as it now stands; the latest row counts."""

    append_only: ClassVar[bool] = True

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="concurrent")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    unconditional = models.BooleanField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="concurrent_not_negative", condition=Q(amount__gte=0)),
        )
