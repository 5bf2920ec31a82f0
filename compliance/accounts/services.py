"""Writing accounts: users, and the roles they are given."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from compliance.accounts import actions
from compliance.accounts.models import RoleGrant, User
from compliance.accounts.roles import GRANTABLE_ROLES, Actor, Role, require
from compliance.accounts.selectors import staff_user, user_uuid
from compliance.audit.services import record


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
) -> User:
    """Create an account and return it; without a password none is accepted.

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


def grant_role(*, actor: Actor, user: AbstractBaseUser, role: Role, at: datetime) -> RoleGrant:
    """Give a user a role from `at` on and return the grant.

    An officer or the system may, and nobody to themselves. Raises AccountError when the role
    cannot be granted, is held already, or would be self-granted; ActorNotAllowed.
    """
    require(actor, Role.OFFICER, Role.SYSTEM, action=actions.ROLE_GRANT)
    if role not in GRANTABLE_ROLES:
        raise AccountError(f"The role {role} follows from the data and is not granted.")
    if actor.id == user_uuid(user):
        raise AccountError("Nobody grants a role to themselves; ask another officer.")
    granter = staff_user(actor)
    with transaction.atomic():
        try:
            with transaction.atomic():
                grant = RoleGrant.objects.create(
                    user_id=user.pk,
                    role=role.value,
                    granted_by_id=granter.pk if granter else None,
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


def revoke_role(*, actor: Actor, user: AbstractBaseUser, role: Role, at: datetime) -> RoleGrant:
    """End the role a user holds, at `at`, and return the ended grant.

    An officer or the system may. Raises AccountError when the user does not hold it;
    ActorNotAllowed.
    """
    require(actor, Role.OFFICER, Role.SYSTEM, action=actions.ROLE_REVOKE)
    with transaction.atomic():
        grant = (
            RoleGrant.objects.select_for_update()
            .filter(user_id=user.pk, role=role.value, revoked_at__isnull=True)
            .first()
        )
        if grant is None:
            raise AccountError(f"This user does not hold the role {role}.")
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
