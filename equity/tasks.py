"""The sweeps of this floor as Celery tasks: no arguments, nothing kept, safe to run twice.

A worker whose clock is not to be believed says so in its log and sweeps nothing.
"""

from functools import partial

from celery import shared_task
from django.utils import timezone

from compliance.audit import clock
from equity import sweeps


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def bring_time() -> None:
    """Do what time has brought."""
    clock.unless_wrong(timezone.now(), sweeps.bring_time)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def leave_reminders() -> None:
    """Leave the reminders that are due."""
    clock.unless_wrong(timezone.now(), sweeps.leave_reminders)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def work_on_cases() -> None:
    """Raise the cases that rules find, and tell what cases ask and answer."""
    clock.unless_wrong(timezone.now(), sweeps.work_on_cases)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def write_letters() -> None:
    """Write the e-mails of acts that nobody was told of yet."""
    clock.unless_wrong(timezone.now(), sweeps.write_letters)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def look_again() -> None:
    """The same, from the first entry of the trail: once a night, so that nothing rests on a
    position that was kept."""
    clock.unless_wrong(timezone.now(), partial(sweeps.write_letters, from_the_start=True))
    clock.unless_wrong(timezone.now(), partial(sweeps.work_on_cases, from_the_start=True))
