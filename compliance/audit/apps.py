from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "compliance.audit"
    label = "compliance_audit"
    default_auto_field = "django.db.models.BigAutoField"
