"""A principal with the particulars of item 4.1 (``equity.particulars.PRINCIPAL``), as a form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from equity.forms.columns import Column, Rows, RowsSet
from equity.forms.fields import PARAGRAPH, Percent, Text

HELD = (
    Column("units", _("Number"), "whole", needed=True),
    Column("security", _("Type of security"), "plain", needed=True),
    Column("acquired_on", _("Acquired on"), "day"),
    Column("price_paid", _("Price paid for all"), "amount"),
)


class PrincipalForm(forms.Form):
    """Item 4.1: a person, their residence, their occupation, and what they hold."""

    name = Text(label=_("First and last name"))
    position = Text(label=_("Position"), help_text=_("For example founder and director."))
    municipality = Text(required=False, label=_("Municipality of residence"))
    jurisdiction = Text(required=False, label=_("Province, territory or country of residence"))
    occupation = Text(
        longest=PARAGRAPH,
        many_lines=True,
        required=False,
        label=_("Principal occupation in the last five years"),
    )
    expertise = Text(
        longest=PARAGRAPH,
        many_lines=True,
        required=False,
        label=_("Relevant expertise, education or experience"),
    )
    percent = Percent(
        required=False,
        label=_("Percentage of the issuer's securities"),
        help_text=_("0 where there is none."),
    )


def held_rows(posted: Any, stored: Any) -> Rows:
    """The securities of the issuer that a principal holds, with a few blank lines."""
    rows = stored if isinstance(stored, list) else []
    return RowsSet(
        posted,
        prefix="held",
        columns=HELD,
        languages=("fr",),
        initial=[row for row in rows if isinstance(row, Mapping)],
    )


def particulars_of(cleaned: Mapping[str, Any], held: Rows) -> dict[str, Any]:
    """The particulars as they are kept; an empty list of securities is an answer."""
    plain = {
        name: cleaned[name]
        for name in ("municipality", "jurisdiction", "occupation", "expertise", "percent")
        if cleaned.get(name)
    }
    return {**plain, "held": held.rows()}
