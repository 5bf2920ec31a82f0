"""The delivery as a Celery task; see docs/sweeps.md."""

from celery import shared_task

from compliance.outbox import delivery


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def deliver() -> None:
    """Send what waits in the outbox. Running it twice, or never, costs a minute at most."""
    delivery.deliver()
