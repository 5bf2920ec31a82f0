"""The address by which an officer's calendar program reads the due days."""

import hashlib
import secrets
from datetime import datetime

from compliance.accounts.roles import Actor, Role, require
from compliance.idempotency.services import Key
from equity.models import CalendarFeed
from equity.services.common import Done, leave_entry, repeatable


def new_token() -> str:
    """A secret of 256 bits for an address; whoever has it reads the calendar."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a secret. A plain digest will do: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()


@repeatable("calendar:replace")
def replace_feed(
    *, actor: Actor, token_digest: str, language: str, at: datetime, key: Key | None = None
) -> Done[CalendarFeed]:
    """Let the officer's calendar be read by a new secret; the one before no longer opens it."""
    require(actor, Role.OFFICER, action="calendar:replace")
    assert actor.id is not None
    feed, _ = CalendarFeed.objects.update_or_create(
        owner=actor.id,
        defaults={"token_digest": token_digest, "language": language, "made_at": at},
    )
    leave_entry(actor, "calendar:replace", feed, at)
    return Done(feed)


@repeatable("calendar:close")
def close_feed(*, actor: Actor, at: datetime, key: Key | None = None) -> Done[CalendarFeed]:
    """Let nobody read the officer's calendar any more. Raises CalendarFeed.DoesNotExist."""
    require(actor, Role.OFFICER, action="calendar:close")
    assert actor.id is not None
    feed = CalendarFeed.objects.select_for_update().get(owner=actor.id)
    feed.token_digest = None
    feed.save(update_fields=["token_digest"])
    leave_entry(actor, "calendar:close", feed, at)
    return Done(feed)
