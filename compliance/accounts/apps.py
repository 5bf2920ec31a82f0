from django.apps import AppConfig
from django.core.checks import Tags, register

from compliance.accounts.checks import check_second_factor


class AccountsConfig(AppConfig):
    name = "compliance.accounts"
    label = "compliance_accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_second_factor, Tags.security, deploy=True)
