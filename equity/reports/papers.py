"""Form 45-106F1 as a paper: the draft with what it lacks, and the report that was issued."""

from datetime import datetime

from documents import services as documents
from documents.facts import ExemptReportFacts
from documents.facts.shared import Language
from equity.models import ExemptReport
from equity.papers.common import marked
from equity.reports.drafting import languages, report_facts
from equity.reports.gathering import Distribution


def draft_report(found: Distribution, language: Language, *, at: datetime) -> ExemptReportFacts:
    """The next report of a closed distribution as it now stands; nothing is issued.

    An amended one is shown as if the one before had been filed today. Raises FactsError where it
    does not add up.
    """
    last = ExemptReport.objects.filter(offering=found.offering).order_by("-number").first()
    facts = report_facts(
        found,
        language,
        number=1 if last is None else last.number + 1,
        amends_filed_on=None if last is None else found.on,
        certified_on=None,
        at=at,
    )
    return marked(facts)


def issue_exempt_report(found: Distribution, row: ExemptReport, *, at: datetime) -> None:
    """Issue the document of a report in each of its languages; it supersedes that of the one
    before."""
    for language in languages(found):
        facts = report_facts(
            found,
            language,
            number=row.number,
            amends_filed_on=row.amends_filed_on,
            certified_on=row.certified_on,
            at=at,
        )
        documents.issue(
            facts=marked(facts),
            offering_id=found.offering.pk,
            subject=("equity.offering", found.offering.pk),
            person_id=None,
            at=at,
        )
