"""The sealing of the trail as a Celery task; see docs/sweeps.md."""

import logging
from datetime import datetime
from functools import partial

from celery import shared_task
from django.utils import timezone

from compliance.audit import clock
from compliance.audit.tree.sealing import seal_trail

logger = logging.getLogger(__name__)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def seal() -> None:
    """Chain what is new, sign the tree, hand the checkpoint over."""
    clock.unless_wrong(timezone.now(), _seal)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def seal_from_the_start() -> None:
    """The same, looking for entries without a leaf from the first one on: once a night."""
    clock.unless_wrong(timezone.now(), partial(_seal, from_the_start=True))


def _seal(at: datetime, *, from_the_start: bool = False) -> None:
    run = seal_trail(at, from_the_start=from_the_start)
    if run.trouble:
        logger.error("%s", run.trouble)
