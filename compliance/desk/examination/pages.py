"""The pages of a bundle, in one language each: they open in any browser, by themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from compliance.audit.actions import wording
from compliance.casework.selectors import cases_about
from compliance.desk.examination.gathering import Scope
from compliance.desk.selectors import duties_of, officer_name
from compliance.rules.kernel.money import Language
from documents.models import Document
from equity.evidence.gathering import SubscriptionFile
from equity.models import Closing, Offering
from equity.selectors.figures import offering_figures

LANGUAGES: tuple[Language, ...] = ("fr", "en")


def cover_page(
    scope: Scope, language: Language, *, days: Sequence[str], covered: int, size: int, at: datetime
) -> str:
    """The page that the examiner begins with: how to check, which offerings, which rules. ``days``
    are the days whose rules are in the bundle, ``covered`` the entries proven in the tree."""
    offerings = [(number, row) for number, row in enumerate(scope.offerings, start=1)]
    context = {
        "scope": scope,
        "offerings": offerings,
        "days": days,
        "covered": covered,
        "size": size,
        "made_at": at,
    }
    return _page("cover", language, context)


def index_page(
    offering: Offering,
    language: Language,
    *,
    rows: Sequence[tuple[str, SubscriptionFile]],
    documents: Sequence[Document],
    at: datetime,
) -> str:
    """The page of one offering. ``rows`` are the subscriptions with the names of their pages."""
    closing = Closing.objects.filter(offering=offering).first()
    context = {
        "offering": offering,
        "version": offering.working or offering.document,
        "figures": offering_figures(offering, at),
        "rows": rows,
        "documents": documents,
        "cases": cases_about(offering),
        "closing": closing,
        "asked": "" if closing is None else officer_name(closing.asked_by),
        "approved": "" if closing is None else officer_name(closing.approved_by),
    }
    with translation.override(language):
        return _page("index", language, {**context, "duties": duties_of(offering, at)})


Shown = Mapping[tuple[UUID, str], str]
"""The SHA-256 of the offering document of a version in a language."""


def subscription_page(
    file: SubscriptionFile, language: Language, versions: Any, *, name: str, shown: Shown
) -> str:
    """Everything about one subscription. ``name`` is that of its page, without the language."""
    answered: Language = "en" if file.subscription.acknowledgement.language == "en" else "fr"
    context = {
        "name": name,
        "file": file,
        "subscription": file.subscription,
        "offering": file.subscription.offering,
        "answered": answered,
        "answers": file.answers(answered),
        "acts": [(act, wording(act.entry.action, language)) for act in file.acts],
        "readings": [
            (row, versions.get(row.version_id), shown.get((row.version_id, row.language), ""))
            for row in file.readings
        ],
    }
    return _page("subscription", language, context)


def _page(name: str, language: Language, context: dict[str, Any]) -> str:
    with translation.override(language):
        told = {**context, "language": language, "other": "en" if language == "fr" else "fr"}
        return render_to_string(f"desk/examination/{name}.html", told)
