"""What allauth asks of a site, answered by our accounts, our outbox and our trail.

allauth's own table of addresses stays empty: it would hold in clear what our accounts seal.
Addresses are found by their blind index, and verified in `compliance.accounts.verification`.
"""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.accounts.selectors import display_name
from compliance.signin import demonstration, entering, factors
from compliance.signin.sealing import opened, sealed
from compliance.vault.indexes import blind_index
from compliance.web import clock
from compliance.web.language import LANGUAGES, remember


class AccountAdapter(DefaultAccountAdapter):
    """Signing in and out, and what is said on the way."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "There were too many tries. Wait five minutes, then try again, or choose a new "
            "password."
        ),
        "rate_limited": _("There were too many tries. Wait a minute, then try again."),
        "incorrect_code": _(
            "This code is not the right one, or it was used already. Wait for the next one."
        ),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
    }

    def get_login_stages(self) -> list[str]:
        """After the password, the second factor of an account that has one; nothing else."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by our own registration."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing leaves past the outbox: our views write the letters with their entries."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """As `send_mail`."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our views say what was done, in our words."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted by account; the address itself is not kept, not even as a bare digest,
        which anybody who reads the cache could guess."""
        return blind_index("signin.attempts", str(credentials.get("username", ""))).hex()

    def forget_attempts(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Whoever chose a new password by the link may sign in at once."""
        self._delete_login_attempts_cached_email(request, username=user.get_username())

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether this is the user's password; tries are counted as those of signing in are."""
        found = self.authenticate(context.request, username=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """An account that has a second factor confirms by it: confirmed by the password alone, a
        session would be shown the recovery codes, or given a passkey, and so the desk."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not (user.is_authenticated and factors.has_factor(user)):
            return found
        return [method for method in found if method["id"] != "reauthenticate"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who has signed in within the last minutes; where the account has a second
        factor, who has shown it within them."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if factors.has_factor(request.user):
            records = [record for record in records if record.get("method") == "mfa"]
        newest = max((record["at"] for record in records), default=0.0)
        return time.time() - newest >= app_settings.REAUTHENTICATION_TIMEOUT

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse:
        """Record the session; the pages speak the account's language from then on."""
        response = super().post_login(request, user, **kwargs)
        entering.opened(request, user, at=clock.now())
        language = getattr(user, "language", "")
        if language in LANGUAGES and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember(response, language)
        return response


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: sealed seeds, and the portal's name in the application."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def get_totp_issuer(self) -> str:
        return str(settings.COMPLIANCE["PORTAL"])

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        """What tells one account of a person from another, in an application or a passkey."""
        return user.get_username()

    def _get_site_name(self) -> str:
        return str(settings.COMPLIANCE["PORTAL"])

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The seed; outside a demonstration, one that nobody knows in place of the one that
        everybody does, so that a database that was a demonstration once has no open door."""
        seed = opened(encrypted_text)
        if seed == demonstration.SEED and not demonstration.on():
            return generate_totp_secret()
        return seed

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}


def shown_name(user: AbstractBaseUser) -> str:
    """How an authenticator shows the account (`ACCOUNT_USER_DISPLAY`)."""
    return display_name(user)
