"""The second factor of the demonstration's officers: a known seed, and its code shown on the page.

A newcomer who tries the product has no application at hand for people who do not exist. Three
locks keep this out of a real portal: the installation must call itself a demonstration, the page
must have been asked for at this machine's own name, and the account's seed must be the known one,
which only the loading of the demonstration writes. A real account never shows a code, wherever it
runs.
"""

import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser

from compliance.sealing.aead import SealBroken
from compliance.signin.sealing import opened

SEED = "DEMONSTRATIONDEMONSTRATIONDEMONS"
"""Base 32, like the seed of any application. It is public: it protects nothing."""
_HERE = ("localhost", "127.0.0.1", "[::1]")


def on() -> bool:
    """Whether this installation is a demonstration."""
    return settings.COMPLIANCE.get("DEMONSTRATION") is True


def give_factor(user: AbstractBaseUser) -> None:
    """Give an account of the demonstration the known seed, once; raises RuntimeError elsewhere."""
    if not on():
        raise RuntimeError("Only a demonstration has second factors that everybody knows.")
    if not Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, SEED)
        RecoveryCodes.activate(user)


def current_code(seed: str = SEED) -> str:
    """The code that an application with this seed shows now."""
    return format_hotp_value(hotp_value(seed, int(time.time()) // app_settings.TOTP_PERIOD))


def code_of(user: Any, host: str) -> str:
    """The code to show on the page; "" unless all three locks are open."""
    here = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if not on() or here not in _HERE:
        return ""
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    if row is None or not _is_known(row.data["secret"]):
        return ""
    return current_code()


def _is_known(secret: str) -> bool:
    try:
        return opened(secret) == SEED
    except SealBroken:
        return False
