"""A principal with the particulars of item 4.1 (``equity.particulars.PRINCIPAL``), as a form."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from equity.forms.columns import Column, ColumnsForm, Rows, RowsSet
from equity.forms.fields import Text

LANGUAGES = ("fr", "en")
"""Documents of an issuer may be in both; what stands in one language stands for the other."""
COLUMNS = (
    Column("municipality", _("Municipality of residence"), "plain"),
    Column(
        "jurisdiction",
        _("Province, territory or country of residence"),
        "plain",
        _("A code such as QC, or words."),
    ),
    Column("occupation", _("Principal occupation in the last five years"), "area"),
    Column("expertise", _("Relevant expertise, education or experience"), "area"),
    Column(
        "percent",
        _("Percentage of the issuer's securities"),
        "percent",
        _("0 where there is none."),
    ),
)
HELD = (
    Column("units", _("Number"), "whole", needed=True),
    Column("security", _("Type of security"), "line", needed=True),
    Column("acquired_on", _("Acquired on"), "day"),
    Column("price_paid", _("Price paid for all"), "amount"),
)


class PrincipalForm(ColumnsForm):
    """Item 4.1: a person, their residence, their occupation, and their share of the issuer."""

    name = Text(label=_("First and last name"))
    position = Text(label=_("Position"), help_text=_("For example founder and director."))

    def __init__(self, posted: Any, *, name: str, position: str, stored: Mapping[str, Any]) -> None:
        super().__init__(posted, columns=COLUMNS, languages=LANGUAGES)
        self.initial = {"name": name, "position": position, **self.shown(stored)}


def held_rows(posted: Any, stored: Any) -> Rows:
    """The securities of the issuer that a principal holds, with a few blank lines."""
    rows = stored if isinstance(stored, list) else []
    return RowsSet(
        posted,
        prefix="held",
        columns=HELD,
        languages=LANGUAGES,
        initial=[row for row in rows if isinstance(row, Mapping)],
    )


def particulars_of(form: PrincipalForm, held: Rows, before: Mapping[str, Any]) -> dict[str, Any]:
    """The particulars as they are kept; an empty list of securities is an answer.

    What these forms do not ask for is kept as it was.
    """
    asked = {column.name for column in COLUMNS}
    kept = {name: value for name, value in before.items() if name not in asked}
    return {**kept, **form.values(), "held": held.rows()}
