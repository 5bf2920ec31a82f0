from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "compliance.web"
    label = "compliance_web"
    default_auto_field = "django.db.models.BigAutoField"
