"""The account that an issuer is paid to, and the payout of a closing, each by two officers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from compliance.approvals.models import Consumption
from compliance.vault.fields import SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel
from equity.models.closing import Closing
from equity.models.issuer import Issuer


class IssuerAccount(SealedModel):
    """A bank account of an issuer as it was proposed; it pays nobody until it is in force.

    Everything that identifies it is sealed. ``details_index`` is a digest of it all under the index
    key: approvals bind it, and nobody without that key can test a guess against it.
    """

    append_only: ClassVar[bool] = True

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="accounts")
    institution = SealedTextField()
    transit = SealedTextField()
    number = SealedTextField()
    holder = SealedTextField()
    last_two = models.CharField(max_length=2)
    """The last two digits of the number, which is all that lists show."""
    details_index = BlindIndexField(source="details", purpose="issuer.account")
    proposed_by_role = models.CharField(max_length=16)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()

    @property
    def details(self) -> str:
        """All that identifies the account, as one text."""
        return "/".join((self.institution, self.transit, self.number, self.holder))


class AccountInForce(models.Model):
    """That an account is the one that its issuer is paid to, until the next row of the issuer."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_account_as_agreed",)

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="accounts_in_force")
    number = models.PositiveIntegerField()
    """1, 2, ... for each issuer; the highest is in force."""
    account = models.OneToOneField(IssuerAccount, on_delete=models.PROTECT, related_name="in_force")
    asked_by = models.UUIDField()
    approved_by = models.UUIDField()
    since = models.DateTimeField()
    consumption = models.OneToOneField(
        Consumption, on_delete=models.PROTECT, related_name="account_in_force"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["issuer", "number"], name="account_in_force_once"),
            models.CheckConstraint(
                name="account_by_two_people", condition=~Q(asked_by=F("approved_by"))
            ),
        )


class Payout(models.Model):
    """The money of a closing, paid out whole to the account in force, while no flag holds it back;
    there is one."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_payout_as_agreed", "equity_payout_not_held")

    closing = models.OneToOneField(Closing, on_delete=models.PROTECT, related_name="payout")
    account = models.ForeignKey(AccountInForce, on_delete=models.PROTECT, related_name="payouts")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    asked_by = models.UUIDField()
    approved_by = models.UUIDField()
    paid_at = models.DateTimeField()
    consumption = models.OneToOneField(Consumption, on_delete=models.PROTECT, related_name="payout")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="payout_by_two_people", condition=~Q(asked_by=F("approved_by"))
            ),
        )
