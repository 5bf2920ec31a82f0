"""The rendering of issued documents as a Celery task; see docs/sweeps.md."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from compliance.audit import clock
from documents.workers import render_waiting


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def render() -> None:
    """Render every document that has no bytes yet and that no other worker has in hand."""
    clock.unless_wrong(timezone.now(), _render)


def _render(at: datetime) -> None:
    render_waiting(at=at)
