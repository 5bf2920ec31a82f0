"""The page of an evidence package, in each language: it opens in any browser, by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from compliance.audit.models import SignedCheckpoint
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language
from equity import moves
from equity.evidence.gathering import PurchaserFile
from equity.evidence.saying import DECLINED, LOOKED, MONTREAL, outcome

OUTCOMES: Mapping[str, str | Promise] = {
    moves.AGREED: _("Agreed: the right of withdrawal still runs."),
    moves.BINDING: _("Binding: the right of withdrawal ended unused, and the closing is awaited."),
    moves.COMPLETED: _("Completed: the offering closed and the securities were issued."),
    moves.WITHDRAWN: _("Withdrawn: the purchaser cancelled in time; what was paid goes back."),
    moves.LAPSED: _("Lapsed: it was not paid in full at the closing; nothing was issued."),
    moves.RELEASED: _("Released: the offering did not close; what was paid goes back."),
    DECLINED: _(
        "Declined: at least one statement of Form 45-110F2 was answered no, and nothing was bought."
    ),
    LOOKED: _("Nothing was bought: what was opened and answered is below, and nothing followed."),
}
"""How it ended, in words."""


def index_page(
    file: PurchaserFile,
    language: Language,
    data: Mapping[str, Any],
    *,
    entries: int,
    proof: SignedCheckpoint,
) -> str:
    """Everything about one purchaser. `data` are the data files by name, `entries` how many are
    proven in the tree of `proof`."""
    with translation.override(language):
        context = {
            "language": language,
            "other": "en" if language == "fr" else "fr",
            "file": file,
            "offering": file.offering,
            "bought": file.bought,
            "outcome": OUTCOMES[outcome(file)],
            "data": {name.partition(".")[0].replace("-", "_"): told for name, told in data.items()},
            "readings": _readings(file, data["readings.json"]["opened"]),
            "answered": list(zip(file.acknowledgements, data["answers.json"], strict=True)),
            "acts": [
                _act(act, row) for act, row in zip(file.acts, data["events.json"], strict=True)
            ],
            "names": sorted(data),
            "entries": entries,
            "proof": proof,
            "where": MONTREAL,
        }
        return render_to_string("equity/evidence/index.html", context)


def _readings(file: PurchaserFile, told: list[dict[str, Any]]) -> list[tuple[Any, str | None]]:
    return [(row, each["document"]) for row, each in zip(file.readings, told, strict=True)]


def _act(act: Any, told: dict[str, Any]) -> dict[str, Any]:
    language = translation.get_language()[:2]
    return {
        "entry": act.entry,
        "utc": _utc(act.entry.at),
        "words": told["words"][language],
        "judgements": [
            {
                "on": each.on,
                "rulebook": each.rulebook,
                "findings": [
                    {
                        "met": one.met,
                        "sentence": one.message(language),
                        "citation": one.citation(language),
                        "grade": Grade(one.grade).label(language),
                        "code": one.code,
                    }
                    for one in each.findings
                ],
            }
            for each in act.judgements
        ],
    }


def _utc(at: datetime) -> str:
    return translate("%(instant)s UTC") % {"instant": f"{at:%Y-%m-%d %H:%M:%S}"}
