"""The roof: settings, addresses, workers and the database engine. Nothing below imports it."""

from compliance.config.celery import app as celery_app

__all__ = ["celery_app"]
