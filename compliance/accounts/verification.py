"""That an address is its owner's: a link goes there, and whoever opens it says so.

What the law makes the portal send to an investor (the notice of the right to withdraw, an
amendment) goes to an address; so nobody subscribes before theirs was verified (`may_commit`).
Everything else stays open: to read an offering asks nothing of anybody.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from compliance.accounts import actions, letters
from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM
from compliance.accounts.selectors import AnyUser
from compliance.audit.services import record
from compliance.outbox.models import Message
from compliance.rules.kernel.catalogue import Rule
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.grades import Grade

LIFE = timedelta(days=3)
"""How long a link works."""
PAUSE = timedelta(minutes=2)
"""How long the page waits before it writes again: a mailbox is not to be filled."""
_SALT = "compliance.accounts.verification"
_EVENT = "verify_address"

_FIRST_WRITTEN = date(2026, 11, 26)
UNVERIFIED = Finding(
    Rule(
        code="account.address_verified",
        judged=("act",),
        binds="portal",
        citation_fr="Politique du portail\u00a0: adresse vérifiée",
        citation_en="Portal policy: verified address",
        grade=Grade.POLICY,
        start=_FIRST_WRITTEN,
        until=None,
        reviewed=_FIRST_WRITTEN,
        title_fr="L'adresse électronique du compte est vérifiée.",
        title_en="The e-mail address of the account is verified.",
        met_fr="Votre adresse électronique est vérifiée.",
        met_en="Your e-mail address is verified.",
        unmet_fr=(
            "Votre adresse électronique n'est pas encore vérifiée\u00a0: c'est là que vous "
            "parviennent les avis sur vos droits."
        ),
        unmet_en=(
            "Your e-mail address is not verified yet: it is where notices about your rights reach "
            "you."
        ),
        reading="",
    ),
    met=False,
)
"""What a page says to an investor whose address nobody verified. A matter of pages, not of law."""


class LinkEnded(ValueError):  # noqa: N818 - it says what happened
    """The link was not made here, is too old, or was sent to an address that has changed since."""


def page() -> str:
    """The page that sends the link: `COMPLIANCE["VERIFY_PAGE"]`, the name of an address; "" where
    the installation verifies no addresses, as in a host project that does so itself."""
    named = settings.COMPLIANCE.get("VERIFY_PAGE")
    return reverse(named) if named else ""


def may_commit(user: AnyUser) -> bool:
    """Whether the account's address was verified, where the installation verifies addresses."""
    return not page() or not isinstance(user, User) or user.address_verified_at is not None


def verified_address(user: AnyUser) -> str:
    """The address at which the account was verified; empty where it was not, or where the
    installation verifies none."""
    if not page() or not isinstance(user, User) or user.address_verified_at is None:
        return ""
    return user.email


def ask_to_verify(*, user: User, at: datetime, link: Callable[[str], str]) -> bool:
    """Send the link that verifies the account's address; returns False when one went out less than
    ``PAUSE`` ago, or the address is verified already.

    ``link`` makes the address of the page from its token. Writes an entry and a message.
    """
    if user.address_verified_at is not None:
        return False
    with transaction.atomic():
        # One at a time for one account: two presses of the button are one letter.
        User.objects.select_for_update().get(pk=user.pk)
        recent = Message.objects.filter(
            event=f"accounts_{_EVENT}", recipient_id=user.pk, created_at__gt=at - PAUSE
        )
        if recent.exists():
            return False
        entry = record(actor=SYSTEM, action=actions.ADDRESS_ASK, subject=user, at=at)
        letters.write(user, _EVENT, entry=entry, at=at, link=link(token_for(user)))
    return True


def token_for(user: User) -> str:
    """What stands in the link: signed, dated, and good for the present address only."""
    return signing.dumps([str(user.pk), _address_mark(user)], salt=_SALT)


def account_behind(token: str) -> User:
    """The account of a link; raises LinkEnded."""
    try:
        pk, mark = signing.loads(token, salt=_SALT, max_age=LIFE)
        user = User.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, ValueError, User.DoesNotExist) as error:
        raise LinkEnded("The link is too old, or was not made here.") from error
    if not constant_time_compare(mark, _address_mark(user)):
        raise LinkEnded("The address of the account has changed since.")
    return user


def verify_address(*, token: str, at: datetime) -> User:
    """Record that the address of the link's account is its owner's, and return the account.

    Again changes nothing. Raises LinkEnded.
    """
    user = account_behind(token)
    mark_verified(user=user, at=at)
    return user


def mark_verified(*, user: AbstractBaseUser, at: datetime) -> None:
    """Record that the owner of the account has opened a link that went to its address, once."""
    if not isinstance(user, User):
        return
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        if held.address_verified_at is None:
            held.address_verified_at = at
            held.save(update_fields=["address_verified_at"])
            record(actor=SYSTEM, action=actions.ADDRESS_VERIFY, subject=held, at=at)
        user.address_verified_at = held.address_verified_at


def _address_mark(user: User) -> str:
    return salted_hmac(_SALT, user.email.strip().lower(), algorithm="sha256").hexdigest()[:24]
