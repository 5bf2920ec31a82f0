from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "compliance.audit"
    label = "compliance_audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The trail is read by processes that never import the services which wrote it.
        autodiscover_modules("actions")
