"""Forms 45-110F3 and F4: filled in version after version, and issued as documents of the portal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role, require
from compliance.idempotency.services import Key
from documents.facts.shared import Language
from documents.models import Document
from equity.models import Portal, PortalFormVersion, PortalPrincipal
from equity.papers.portal import freeze_own
from equity.selectors.clock import portal_day
from equity.selectors.portal_forms import F3, F4, FormFile, form_file, saved_version, subject_of
from equity.services.common import Done, leave_entry, repeatable
from equity.services.portal_changes import record_change


class NothingToIssue(ValueError):  # noqa: N818 - it says what is wrong
    """The form says what the document issued last says, or was never filled in."""


class AnotherVersion(ValueError):  # noqa: N818 - it says what is wrong
    """What is saved is no longer the version that was shown; nothing was issued."""


def _form(portal_id: UUID, principal_id: UUID | None) -> tuple[Portal, PortalPrincipal | None, str]:
    """The portal, held; raises DoesNotExist for a portal or a principal of it that is not there."""
    portal = Portal.objects.select_for_update().get(pk=portal_id)
    if principal_id is None:
        return portal, None, F3
    principal = portal.principals.select_related("portal").get(pk=principal_id)
    return portal, principal, F4


@repeatable("portal:save_form")
def save_form(
    *,
    actor: Actor,
    portal_id: UUID,
    principal_id: UUID | None,
    language: Language,
    content: Mapping[str, Any],
    at: datetime,
    key: Key | None = None,
) -> Done[PortalFormVersion]:
    """Save the answers of Form F3, or of F4 of a principal, in one language, as a new version.

    ``content`` is the whole of it as plain JSON; the same as before adds no version. Raises
    ActorNotAllowed, Portal.DoesNotExist, PortalPrincipal.DoesNotExist.
    """
    require(actor, Role.OFFICER, action="portal:save_form")
    assert actor.id is not None
    portal, principal, form = _form(portal_id, principal_id)
    before = saved_version(portal, principal, language)
    if before is not None and before.content == dict(content):
        return Done(before)
    version = PortalFormVersion.objects.create(
        portal=portal,
        form=form,
        principal=principal,
        language=language,
        number=1 if before is None else before.number + 1,
        content=dict(content),
        saved_at=at,
        saved_by=actor.id,
    )
    said = {"form": form, "language": language, "number": version.number}
    leave_entry(actor, "portal:save_form", portal, at, payload={**said, "version": version.pk})
    return Done(version)


@repeatable("portal:issue_form")
def issue_form(
    *,
    actor: Actor,
    portal_id: UUID,
    principal_id: UUID | None,
    language: Language,
    number: int,
    at: datetime,
    change: str = "",
    key: Key | None = None,
) -> Done[Portal]:
    """Issue Form F3 or F4 as it was saved last, as a document that supersedes the one before.

    ``number`` is that of the saved version that the officer was shown. ``change``, in words, is
    recorded as a change that each regulator who has the form is to be told of. The document is to
    be signed by hand: an officer who issues it cannot sign in the name of whoever certifies.
    Raises NothingToIssue, AnotherVersion, ActorNotAllowed, DoesNotExist.
    """
    require(actor, Role.OFFICER, action="portal:issue_form")
    portal, principal, form = _form(portal_id, principal_id)
    standing = form_file(portal, principal, language, at)
    _require_new(standing, number)
    document: Document = freeze_own(standing.facts, subject=subject_of(portal, principal), at=at)
    said = {"form": form, "language": language, "document": document.pk, "number": number}
    leave_entry(actor, "portal:issue_form", portal, at, payload=said)
    if change.strip():
        record_change(
            actor=actor,
            portal_id=portal.pk,
            form=form,
            what=change.strip(),
            happened_on=portal_day(portal, at),
            at=at,
        )
    return Done(portal)


def _require_new(standing: FormFile, number: int) -> None:
    if standing.saved is None:
        raise NothingToIssue("The form was never filled in.")
    if standing.saved.number != number:
        raise AnotherVersion("The form was saved again since it was shown.")
    if not standing.to_issue:
        raise NothingToIssue("The document issued last says the same.")
