from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApprovalsConfig(AppConfig):
    name = "compliance.approvals"
    label = "compliance_approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The floors above hand over what they know of who signs in (`people.know`).
        autodiscover_modules("people")
