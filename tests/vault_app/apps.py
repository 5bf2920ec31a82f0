from django.apps import AppConfig


class VaultAppConfig(AppConfig):
    """Models that exist for the tests only; it has no migrations, so the tables are synced."""

    name = "tests.vault_app"
    label = "vault_app"
    default_auto_field = "django.db.models.BigAutoField"
