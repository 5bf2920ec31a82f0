from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    name = "compliance.scenarios"
    label = "compliance_scenarios"
    default_auto_field = "django.db.models.BigAutoField"
