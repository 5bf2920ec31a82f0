from django.apps import AppConfig
from django.core.checks import register

from compliance.web.checks import check_settings


class WebConfig(AppConfig):
    name = "compliance.web"
    label = "compliance_web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_settings)
