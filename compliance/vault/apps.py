from django.apps import AppConfig
from django.core.checks import register

from compliance.vault.checks import check_key_ring


class VaultConfig(AppConfig):
    name = "compliance.vault"
    label = "compliance_vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_key_ring)
