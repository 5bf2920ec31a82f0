"""The settings of a Celery worker that a test starts: its database, its broker, a fast beat."""

import os

from compliance.config.celery import schedule
from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["SWEEPS_DATABASE"]
CELERY_BROKER_URL = os.environ["SWEEPS_BROKER"]
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BEAT_SCHEDULE = schedule(1)
