from django.apps import AppConfig
from django.core.checks import Tags, register

from documents.checks import check_seal


class DocumentsConfig(AppConfig):
    name = "documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the seal looked at before the site is put to work."""
        register(check_seal, Tags.security, deploy=True)
