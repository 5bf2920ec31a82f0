from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "compliance.desk"
    label = "compliance_desk"
    default_auto_field = "django.db.models.BigAutoField"
