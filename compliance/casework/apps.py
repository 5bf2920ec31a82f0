from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "compliance.casework"
    label = "compliance_casework"
    default_auto_field = "django.db.models.BigAutoField"
