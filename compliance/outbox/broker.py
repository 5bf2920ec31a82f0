"""Whether the broker answers, in words. Nothing depends on it: the rows are the order."""

from celery import current_app
from kombu.exceptions import OperationalError


def trouble() -> str:
    """Why the broker cannot be used, as a sentence; empty when it answers or there is none."""
    if current_app.conf.task_always_eager:
        return ""
    try:
        with current_app.connection_for_write(connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=3)
    except (OperationalError, OSError) as error:
        return (
            f"The broker does not answer ({type(error).__name__}). Nothing is lost: the work is in "
            "the rows, this sweep does it, and the workers go on when the broker is back."
        )
    return ""
