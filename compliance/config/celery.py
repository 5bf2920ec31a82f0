"""The Celery application. The committed row is the order; a lost message costs a minute."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.config.settings")
app = Celery("compliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SWEEPS = (
    "equity.tasks.bring_time",
    "equity.tasks.leave_reminders",
    "documents.tasks.render",
    "documents.tasks.seal_documents",
    "equity.tasks.write_letters",
    "equity.tasks.work_on_cases",
    "compliance.outbox.tasks.deliver",
    "compliance.audit.tasks.seal",
)


def schedule(every: int) -> dict[str, dict[str, Any]]:
    """What beat orders: each sweep every so many seconds, and once a night a look from the start.

    An order that nobody took up before the next one is dropped: workers that come back after three
    days find one order of each kind, not four thousand.
    """
    entries: dict[str, dict[str, Any]] = {
        task: {"task": task, "schedule": every, "options": {"expires": every}} for task in SWEEPS
    }
    entries["look_again"] = {"task": "equity.tasks.look_again", "schedule": crontab("30", "3")}
    entries["seal_again"] = {
        "task": "compliance.audit.tasks.seal_from_the_start",
        "schedule": crontab("45", "3"),
    }
    return entries
