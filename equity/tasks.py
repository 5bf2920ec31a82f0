"""The sweeps of this floor as Celery tasks: no arguments, nothing kept, safe to run twice."""

from celery import shared_task
from django.utils import timezone

from equity import sweeps


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def bring_time() -> None:
    """Do what time has brought."""
    sweeps.bring_time(timezone.now())


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def leave_reminders() -> None:
    """Leave the reminders that are due."""
    sweeps.leave_reminders(timezone.now())


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def write_letters() -> None:
    """Write the e-mails of acts that nobody was told of yet."""
    sweeps.write_letters(timezone.now())


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def look_again() -> None:
    """The same, from the first entry of the trail: once a night, so that nothing rests on a
    position that was kept."""
    sweeps.write_letters(timezone.now(), from_the_start=True)
