"""Users of the site, and the roles granted to them.

A host project may have a user model of its own: roles stand beside whatever `AUTH_USER_MODEL`
names, and `User` is the default for the site that this project runs.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.accounts.roles import GRANTABLE_ROLES
from compliance.vault.fields import SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel


class UserManager(BaseUserManager["User"]):
    """Users by the e-mail address they type, in any case, through its blind index."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of this e-mail address; raises DoesNotExist."""
        return self.get(email_index=username or "")

    async def aget_by_natural_key(self, username: str | None) -> "User":
        """The same, for asynchronous callers."""
        return await self.aget(email_index=username or "")

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Store a user; no password means that none will be accepted.

        `createsuperuser` and Django's own tools come here. Code of the project calls
        `compliance.accounts.services.create_user`, which leaves an audit entry.
        """
        if not email or not email.strip():
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self,
        email_index: str | None = None,
        password: str | None = None,
        *,
        email: str | None = None,
        **extra: Any,
    ) -> "User":
        """Store a user with every Django permission.

        `createsuperuser` passes the address under the name of USERNAME_FIELD, so `email_index` is
        the typed address here, as it is in `get_by_natural_key`.
        """
        flags = {"is_staff": True, "is_superuser": True}
        if any(extra.setdefault(name, value) is not value for name, value in flags.items()):
            raise ValueError("A superuser is staff and superuser.")
        return self.create_user(email or email_index or "", password, **extra)


class User(SealedModel, AbstractBaseUser, PermissionsMixin):
    """A person who signs in. E-mail and name are sealed; the index finds the e-mail."""

    class Language(models.TextChoices):
        FRENCH = "fr", _("French")
        ENGLISH = "en", _("English")

    email = SealedTextField(_("e-mail address"), max_length=254)
    email_index = BlindIndexField(
        _("e-mail address"), source="email", purpose="accounts.user.email", unique=True
    )
    name = SealedTextField(_("name"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    address_verified_at = models.DateTimeField(_("address verified"), null=True, editable=False)
    """When its owner opened a link that went to the address; None while nobody did."""

    USERNAME_FIELD = "email_index"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        swappable = "AUTH_USER_MODEL"
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=["fr", "en"]), name="accounts_user_language"
            )
        ]

    def __str__(self) -> str:
        # Log lines and error pages print objects; they must not print the address.
        return f"user {self.pk}"

    def get_username(self) -> str:
        """The e-mail address as its owner typed it."""
        return self.email

    def clean(self) -> None:
        """Django would write the typed name into USERNAME_FIELD, which is computed here."""
        self.email = self.email.strip()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()


class RoleGrant(models.Model):
    """That a user was given a role by somebody else, and until when.

    Nothing of it ever changes but that it ends, once, and nobody becomes an officer by an officer's
    doing without the approval of a second one (`migrations/sql/grants.sql`).
    """

    kept_by_database: ClassVar[tuple[str, ...]] = (
        "id",
        "user",
        "holder",
        "role",
        "granted_by",
        "granter",
        "granted_at",
        "consumption",
    )
    guards: ClassVar[tuple[str, ...]] = ("compliance_accounts_keep_grant",)

    class GrantedRole(models.TextChoices):
        OFFICER = "officer", _("compliance officer")
        EXAMINER = "examiner", _("examiner")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants"
    )
    holder = models.UUIDField(db_index=True)
    """The id by which the trail and approvals name the user (`selectors.user_uuid`)."""
    role = models.CharField(max_length=16, choices=GrantedRole.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None when the system granted it: the first officer, or a story that is played."""
    granter = models.UUIDField(null=True)
    """The id of whoever granted it, as ``holder`` is the user's."""
    consumption = models.OneToOneField(
        "compliance_approvals.Consumption",
        on_delete=models.PROTECT,
        null=True,
        related_name="role_grant",
    )
    """The approval that was used up, for an officer's role that officers gave."""
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in GRANTABLE_ROLES]),
                name="accounts_rolegrant_role",
            ),
            # Nobody grants a role to themselves, whatever code is asked to.
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
                name="accounts_rolegrant_by_another",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("granted_at")),
                name="accounts_rolegrant_revoked_later",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(revoked_at__isnull=True),
                name="accounts_rolegrant_one_alive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} granted to {self.user_id}"

    def alive_at(self, at: datetime) -> bool:
        """Whether the role was held at this instant."""
        return self.granted_at <= at and (self.revoked_at is None or at < self.revoked_at)
