"""The offering document of a version not yet in force, for whoever prepares or reviews it."""

from datetime import datetime

from documents.facts import OfferingDocumentFacts
from documents.facts.shared import Language
from equity.models import Offering, Version
from equity.papers.common import marked
from equity.papers.offering import certified, offering_facts
from equity.selectors.content import content_digest


def preview_facts(
    offering: Offering, version: Version, language: Language, *, at: datetime
) -> OfferingDocumentFacts:
    """The facts of a document as it would be issued at that instant.

    Items without an answer are printed as still to be completed; the last day is counted from the
    day of the preview. Where the version is certified as it stands, so is the document. Raises
    FactsError where the version holds what no document can say (an unknown kind of security).
    """
    facts = offering_facts(offering, version, language, at=at)
    if version.certified_at is not None and version.certified_digest == content_digest(version):
        facts = certified(facts, offering, version)
    shown = marked(facts)
    assert isinstance(shown, OfferingDocumentFacts)
    return shown
