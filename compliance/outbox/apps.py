from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "compliance.outbox"
    label = "compliance_outbox"
    default_auto_field = "django.db.models.BigAutoField"
