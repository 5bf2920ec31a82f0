"""The rendering and sealing of issued documents as Celery tasks; see docs/sweeps.md."""

from datetime import datetime
from itertools import chain

from celery import shared_task
from django.utils import timezone

from compliance.audit import clock
from documents.seals.services import running_from, seal_pending, stamp_pending
from documents.workers import render_waiting


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def render() -> None:
    """Render every document that has no bytes yet and that no other worker has in hand."""
    clock.unless_wrong(timezone.now(), _render)


def _render(at: datetime) -> None:
    render_waiting(at=at)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def seal_documents() -> None:
    """Seal every rendered document that has no seal, and stamp anew those whose stamp ends soon."""
    clock.unless_wrong(timezone.now(), _seal)


def _seal(at: datetime) -> None:
    running = running_from(at)
    for _ in chain(seal_pending(clock=running), stamp_pending(clock=running)):
        continue
