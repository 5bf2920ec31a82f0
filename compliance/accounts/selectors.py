"""Reading accounts: who holds which role now."""

from collections.abc import Collection
from uuid import UUID, uuid5

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet, UUIDField

from compliance.accounts.models import RoleGrant
from compliance.accounts.roles import Actor, ActorNotAllowed, Role

# Fixed for ever: the audit trail of a host project names its users by ids made from this one.
_HOST_USERS = UUID("8d8d3a0e-6f0d-5c52-9a53-0f1a6a7f4c11")

AnyUser = AbstractBaseUser | AnonymousUser


def user_uuid(user: AbstractBaseUser) -> UUID:
    """The id by which the audit trail names a user.

    The key itself where it is a UUID, as here; in a host project whose users have another key, a
    UUID made from that key, the same each time.
    """
    if isinstance(user.pk, UUID):
        return user.pk
    return uuid5(_HOST_USERS, f"{user._meta.label_lower}:{user.pk}")


def account_of(email: str) -> AbstractBaseUser | None:
    """The user who signs in with this address, in any case: through the blind index here, by the
    natural key of its users in a host project. None when there is none."""
    users = get_user_model()._default_manager
    try:
        return users.get_by_natural_key(email.strip())
    except get_user_model().DoesNotExist:
        return None


def display_name(user: AbstractBaseUser) -> str:
    """How screens call a user: the full name where the user model has one, else what they sign in
    with. A host's users may have no name at all."""
    full_name = getattr(user, "get_full_name", None)
    return (full_name() if full_name else "") or user.get_username()


def staff_user(actor: Actor) -> AbstractBaseUser | None:
    """The user that an officer or examiner is; None for any other actor or an unknown id."""
    if actor.id is None or actor.role not in (Role.OFFICER, Role.EXAMINER):
        return None
    users = get_user_model()._default_manager
    if isinstance(get_user_model()._meta.pk, UUIDField):
        return users.filter(pk=actor.id).first()
    # The id was made from the key and cannot be turned back; few users ever held a role.
    granted = users.filter(pk__in=RoleGrant.objects.values("user_id"))
    return next((user for user in granted if user_uuid(user) == actor.id), None)


def staff_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """How screens call the officers and examiners of these ids, in one query; whoever has none of
    them is left out."""
    users = get_user_model()._default_manager
    if isinstance(get_user_model()._meta.pk, UUIDField):
        found = users.filter(pk__in=ids)
    else:
        # As in ``staff_user``: the ids were made from the keys.
        found = users.filter(pk__in=RoleGrant.objects.values("user_id"))
    return {user_uuid(user): display_name(user) for user in found if user_uuid(user) in ids}


def roles_of(user: AnyUser) -> frozenset[Role]:
    """The granted roles that an active user holds now; empty for anybody else."""
    if not isinstance(user, AbstractBaseUser) or not user.is_active:
        return frozenset()
    held = RoleGrant.objects.filter(user_id=user.pk, revoked_at__isnull=True)
    return frozenset(Role(role) for role in held.values_list("role", flat=True))


def is_officer(user: AnyUser) -> bool:
    """Whether the user is active and holds the role of compliance officer now."""
    return Role.OFFICER in roles_of(user)


def is_examiner(user: AnyUser) -> bool:
    """Whether the user is active and holds the role of examiner now."""
    return Role.EXAMINER in roles_of(user)


def officers() -> QuerySet[AbstractBaseUser]:
    """The active users who hold the role of compliance officer now."""
    return get_user_model()._default_manager.filter(
        is_active=True,
        pk__in=RoleGrant.objects.filter(role=Role.OFFICER.value, revoked_at__isnull=True).values(
            "user_id"
        ),
    )


def staff_actor(user: AnyUser, role: Role) -> Actor:
    """The actor that a user is in a role that they hold; raises ActorNotAllowed when they do not.

    The roles are read each time, so a role that was taken away is gone at the next request.
    """
    if not isinstance(user, AbstractBaseUser) or role not in roles_of(user):
        raise ActorNotAllowed(None, f"act as {role}")
    return Actor(role, user_uuid(user), display_name(user))
