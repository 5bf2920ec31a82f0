from typing import ClassVar

from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "compliance.signin"
    label = "compliance_signin"
    default_auto_field = "django.db.models.BigAutoField"

    recorded_elsewhere: ClassVar[tuple[str, ...]] = ("mfa.authenticator",)
    """Tables of other packages whose changes are recorded as ours are: whoever adds a second factor
    to an officer's account past the pages can sit at the desk."""

    sealed_elsewhere: ClassVar[str] = "compliance.signin.sealing"
    """What is sealed in such a table is brought under a new key by `rotate_data_keys` too."""
