from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "compliance.idempotency"
    label = "compliance_idempotency"
    default_auto_field = "django.db.models.BigAutoField"
