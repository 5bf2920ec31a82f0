from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.module_loading import autodiscover_modules

from compliance.audit.guard.checks import check_database, check_sealing


class AuditConfig(AppConfig):
    name = "compliance.audit"
    label = "compliance_audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_database, Tags.security, deploy=True)
        register(check_sealing, Tags.security, deploy=True)
        # The trail is read by processes that never import the services which wrote it.
        autodiscover_modules("actions")
