"""The cast of the ground floor's tests."""

from datetime import UTC, datetime

import pytest

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.selectors import staff_actor
from compliance.accounts.services import create_user, grant_role

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def odile(db: None) -> User:
    """A compliance officer."""
    user = create_user(
        actor=SYSTEM, email="Odile@Exemple.CA", name="Odile Côté", at=AT, password="erable-2026"
    )
    grant_role(actor=SYSTEM, user=user, role=Role.OFFICER, at=AT)
    return user


@pytest.fixture
def odile_acts(odile: User) -> Actor:
    return staff_actor(odile, Role.OFFICER)


@pytest.fixture
def marie(db: None) -> User:
    """Somebody with an account and no role."""
    return create_user(actor=SYSTEM, email="marie@exemple.ca", name="Marie", at=AT)
