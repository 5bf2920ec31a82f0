from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "compliance.accounts"
    label = "compliance_accounts"
    default_auto_field = "django.db.models.BigAutoField"
