"""E-mails about an account: written into the outbox, in the language of the account.

A secret link stands in the sealed body of its message and nowhere else: the trail and the logs
never hold it, and it has ended long before anybody could look for it in a backup.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.template.loader import render_to_string
from django.utils import translation

from compliance.accounts.selectors import display_name, user_uuid
from compliance.audit.models import Entry
from compliance.outbox.services import Letter, enqueue
from compliance.web.language import LANGUAGES


def write(user: AbstractBaseUser, event: str, *, entry: Entry, at: datetime, **facts: str) -> bool:
    """Tell the owner of an account what ``entry`` records, in the caller's transaction.

    The words are the template `accounts/mail/<event>.txt`, whose first line is the subject;
    ``facts`` are its variables. Returns whether there was an address to write to.
    """
    to = str(getattr(user, user.get_email_field_name(), "") or "").strip()
    if not to:
        return False
    language = str(getattr(user, "language", ""))
    language = language if language in LANGUAGES else settings.LANGUAGE_CODE[:2]
    with translation.override(language):
        written = render_to_string(
            f"accounts/mail/{event}.txt",
            {
                **facts,
                "name": display_name(user),
                "portal": settings.COMPLIANCE["PORTAL"],
                "demonstration": settings.COMPLIANCE["DEMONSTRATION"],
            },
        )
    subject, _, body = written.strip().partition("\n")
    return enqueue(
        Letter(user_uuid(user), to, language, subject, body.strip() + "\n"),
        event=f"accounts_{event}",
        cause_id=entry.pk,
        about=(user._meta.label_lower, user_uuid(user)),
        occurred_at=at,
        at=at,
    )
