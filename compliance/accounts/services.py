"""Writing accounts: users, and the roles they are given."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from compliance.accounts import actions
from compliance.accounts.models import RoleGrant, User
from compliance.accounts.roles import GRANTABLE_ROLES, Actor, Role, require
from compliance.accounts.selectors import display_name, is_officer, officers, staff_user, user_uuid
from compliance.approvals import services as approvals
from compliance.approvals.judging import needs_second_person
from compliance.approvals.models import ApprovalRequest, Consumption
from compliance.audit.services import record
from compliance.idempotency.services import Key, repeatable, row_telling
from compliance.vault.indexes import blind_index


class AccountError(ValueError):
    """What was asked of an account cannot be done; the sentence says why."""


def create_user(
    *,
    actor: Actor,
    email: str,
    at: datetime,
    name: str = "",
    language: str = "fr",
    password: str | None = None,
    is_staff: bool = False,
    verified: bool = False,
) -> User:
    """Create an account and return it; without a password none is accepted.

    ``verified`` says that the caller knows the address to be its owner's: sample people, imports.

    Any actor may: people register themselves through the system actor. Only an officer or the
    system makes staff. Raises AccountError when the address is empty or taken, or the language is
    not fr or en; ActorNotAllowed.
    """
    if is_staff:
        require(actor, Role.OFFICER, Role.SYSTEM, action=actions.USER_CREATE)
    if language not in User.Language.values:
        raise AccountError(f"An account speaks fr or en, not {language!r}.")
    if not email.strip():
        raise AccountError("An account needs an e-mail address.")
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    email,
                    password,
                    name=name,
                    language=language,
                    is_staff=is_staff,
                    date_joined=at,
                    address_verified_at=at if verified else None,
                )
        except IntegrityError as error:
            raise AccountError("There is an account with this e-mail address already.") from error
        record(
            actor=actor,
            action=actions.USER_CREATE,
            subject=user,
            at=at,
            payload={"language": language, "staff": is_staff},
        )
    return user


@repeatable("accounts:grant_role", row_telling(RoleGrant))
def grant_role(
    *,
    actor: Actor,
    user: AbstractBaseUser,
    role: Role,
    at: datetime,
    key: Key | None = None,
) -> RoleGrant:
    """Give a user a role from `at` on and return the grant.

    The system may (the installation, a story), and an officer may name an examiner; nobody to
    themselves. A new officer by an officer needs a second one (`ask_officer`). Raises AccountError
    when the role cannot be granted, is held already, or would be self-granted; ApprovalRefused;
    ActorNotAllowed.
    """
    require(actor, Role.OFFICER, Role.SYSTEM, action=actions.ROLE_GRANT)
    if role not in GRANTABLE_ROLES:
        raise AccountError(f"The role {role} follows from the data and is not granted.")
    if actor.id == user_uuid(user):
        raise AccountError("Nobody grants a role to themselves; ask another officer.")
    if role is Role.OFFICER and actor.role is Role.OFFICER:
        raise needs_second_person()
    return _grant(actor, user, role, at)


@repeatable("accounts:ask_officer", row_telling(ApprovalRequest))
def ask_officer(
    *, actor: Actor, user: AbstractBaseUser, at: datetime, key: Key | None = None
) -> ApprovalRequest:
    """Ask, as an officer, that a user become a compliance officer, and return the request.

    A second officer approves it (`approve_officer`). Where there is one officer only, nobody could:
    the second is named by the installation (`manage.py grant_role`). Raises AccountError,
    ActorNotAllowed.
    """
    require(actor, Role.OFFICER, action=actions.ROLE_GRANT)
    if not user.is_active:
        raise AccountError("This account is closed: nobody signs in with it.")
    if is_officer(user):
        raise AccountError(f"This user holds the role {Role.OFFICER} already.")
    if officers().count() < 2:
        raise AccountError(
            "There is one officer only, and nobody who could approve. Name the second one with "
            "`manage.py grant_role`."
        )
    return approvals.ask(
        actor=actor,
        act=actions.OFFICER_ROLE,
        subject=account_subject(user),
        content=_appointment(user),
        at=at,
    )


@repeatable("accounts:approve_officer", row_telling(RoleGrant))
def approve_officer(
    *, actor: Actor, request_id: UUID, seen: str, at: datetime, key: Key | None = None
) -> RoleGrant:
    """Approve a new compliance officer, as another officer, and return the grant.

    `seen` is the digest of the request that was read. Raises ApprovalRefused with every finding,
    AccountError when the role is held already, ActorNotAllowed, ApprovalRequest.DoesNotExist.
    """
    request = ApprovalRequest.objects.get(pk=request_id, act=actions.OFFICER_ROLE)
    user = get_user_model()._default_manager.get(pk=request.said["user"])
    given: dict[str, Any] = {"content": _appointment(user), "beneficiaries": [user], "at": at}
    approval = approvals.approve(actor=actor, request_id=request_id, seen=seen, **given)
    consumption = approvals.consume(actor=actor, approval=approval, **given)
    return _grant(actor, user, Role.OFFICER, at, consumption)


def account_subject(user: AbstractBaseUser) -> tuple[str, UUID]:
    """An account as the subject of a request, whatever its model and key."""
    return user._meta.label_lower, user_uuid(user)


def _appointment(user: AbstractBaseUser) -> dict[str, Any]:
    """What two officers agree on: this role, for this account as it is now. Whoever changes its
    name or address meanwhile, or closes it, has made another one of it."""
    known = f"{user.get_username()}/{display_name(user)}"
    return {
        "user": str(user.pk),
        "holder": user_uuid(user),
        "role": Role.OFFICER.value,
        "account": blind_index("approvals.account", known).hex(),
        "active": user.is_active,
    }


def _grant(
    actor: Actor,
    user: AbstractBaseUser,
    role: Role,
    at: datetime,
    consumption: Consumption | None = None,
) -> RoleGrant:
    granter = staff_user(actor)
    with transaction.atomic():
        try:
            with transaction.atomic():
                grant = RoleGrant.objects.create(
                    user_id=user.pk,
                    holder=user_uuid(user),
                    role=role.value,
                    granted_by_id=granter.pk if granter else None,
                    granter=None if granter is None else user_uuid(granter),
                    consumption=consumption,
                    granted_at=at,
                )
        except IntegrityError as error:
            raise AccountError(f"This user holds the role {role} already.") from error
        record(
            actor=actor,
            action=actions.ROLE_GRANT,
            subject=grant,
            at=at,
            payload={"user": user_uuid(user), "role": role.value},
        )
    return grant


@repeatable("accounts:revoke_role", row_telling(RoleGrant))
def revoke_role(
    *,
    actor: Actor,
    user: AbstractBaseUser,
    role: Role,
    at: datetime,
    key: Key | None = None,
) -> RoleGrant:
    """End the role a user holds, at `at`, and return the ended grant.

    An officer or the system may; one person is enough, because a role that is in doubt must end at
    once. Raises AccountError when the user does not hold it, or an officer would take it from the
    last officer; ActorNotAllowed.
    """
    require(actor, Role.OFFICER, Role.SYSTEM, action=actions.ROLE_REVOKE)
    held = list(
        RoleGrant.objects.select_for_update()
        .filter(role=role.value, revoked_at__isnull=True)
        .order_by("pk")
    )
    grant = next((row for row in held if row.user_id == user.pk), None)
    if grant is None:
        raise AccountError(f"This user does not hold the role {role}.")
    if role is Role.OFFICER and actor.role is Role.OFFICER and len(held) == 1:
        raise AccountError("The last officer keeps the role: nobody could act after that.")
    grant.revoked_at = at
    grant.save(update_fields=["revoked_at"])
    record(
        actor=actor,
        action=actions.ROLE_REVOKE,
        subject=grant,
        at=at,
        payload={"user": user_uuid(user), "role": role.value},
    )
    return grant
