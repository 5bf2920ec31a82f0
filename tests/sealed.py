"""A portal that seals: its folder of keys, and documents that are rendered and wait for a seal."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from documents.facts import Paper
from documents.facts.shared import Language
from documents.models import Document, DocumentContent
from documents.render import Rendered
from documents.samples import samples
from documents.seals.ring import Known, install, new_key
from documents.services import issue
from tests.documents import printing

HOLDER = "Portail d’essai"


def keyed(folder: Path, at: datetime, *, holder: str = HOLDER) -> Known:
    """Make a key in a folder, good from `at`."""
    return install(folder, new_key(holder, at=at))


def facts(kind: str = "withdrawal_notice", language: Language = "fr", reference: str = "") -> Paper:
    """The sample of a kind, under another reference where one is given."""
    made = samples(language)[kind]
    return replace(made, reference=reference) if reference else made


def printed(kind: str, language: Language, reference: str = "") -> Rendered:
    """The sample of a kind as it is issued; printed once in a run."""
    return printing.printed(facts(kind, language, reference))


def rendered(
    at: datetime,
    *,
    kind: str = "withdrawal_notice",
    language: Language = "fr",
    reference: str = "",
    subject: UUID | None = None,
    person: UUID | None = None,
) -> Document:
    """A document that is issued and has its bytes."""
    made = issue(
        facts=facts(kind, language, reference),
        offering_id=uuid4(),
        subject=("equity.subscription", subject or uuid4()),
        person_id=person,
        at=at,
    )
    # The same facts make the same bytes, so that they are printed once.
    paper = printed(kind, language, reference)
    DocumentContent.objects.create(document=made, pdf=paper.pdf)
    made.sha256, made.pages, made.rendered_at = paper.sha256, paper.pages, at
    made.save(update_fields=["sha256", "pages", "rendered_at"])
    return made
