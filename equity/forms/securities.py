"""The particulars of each kind of security, as forms (Form 45-110F1 items 5.4 to 5.6).

The keys are those of ``compliance.rules.ni45_110.security.REQUIRED``; a rule says what is missing,
these forms only say what can be written.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.terms import term
from compliance.rules.ni45_110.security import REQUIRED
from compliance.web.language import current
from equity.forms.columns import Column
from equity.forms.fields import Amount

DEBTS = frozenset({"community_bond", "debt"})
KINDS = tuple(REQUIRED)

_RESTRICTIONS = (
    Column("restrictions", _("Restrictions on transfer"), "area"),
    Column("tag_along", _("Tag-along right"), "area"),
    Column("drag_along", _("Drag-along right"), "area"),
    Column("pre_emption", _("Pre-emptive right"), "area"),
)
_RIGHTS = ("tag_along", "drag_along", "pre_emption")
_SHARE = (
    Column("class", _("Class"), "plain", _("For example A.")),
    Column("votes", _("Votes"), "area"),
    Column("dividends", _("Dividends"), "area"),
    Column("rank", _("Rank on liquidation"), "area"),
    *_RESTRICTIONS,
)
_CONVERTIBLE = (
    Column(
        "converts_into",
        _("Converts into"),
        "choice",
        choices=(
            ("common_share", _("Common shares")),
            ("preferred_share", _("Non-convertible preference shares")),
        ),
    ),
    Column("ratio", _("Ratio"), "line", _("Or give the discount below.")),
    Column("discount", _("Discount, in percent"), "percent"),
    Column("trigger", _("What triggers the conversion"), "area"),
    Column("expiry", _("When the right to convert expires"), "line"),
)
_RATE = (
    Column(
        "rate_kind",
        _("Rate"),
        "choice",
        choices=(("fixed", _("Fixed")), ("floating", _("Floating"))),
    ),
    Column(
        "rate_percent",
        _("Percent a year"),
        "percent",
        _("For a floating rate, the rate of today, margin included."),
    ),
    Column("rate_reference", _("Reference of a floating rate"), "plain"),
    Column("rate_margin", _("Margin over the reference, in percent"), "percent"),
    Column("rate_floor", _("Floor, in percent"), "percent"),
)
_DEBT = (
    *_RATE,
    Column(
        "interest",
        _("Interest"),
        "choice",
        choices=(("simple", _("Simple")), ("compound", _("Compound"))),
    ),
    Column(
        "day_count",
        _("Days are counted as"),
        "choice",
        choices=(("30/360", _("30/360")), ("actual/365", _("Actual/365"))),
    ),
    Column(
        "payments",
        _("Payments"),
        "choice",
        choices=(
            ("monthly", _("Monthly")),
            ("quarterly", _("Quarterly")),
            ("half_yearly", _("Half-yearly")),
            ("yearly", _("Yearly")),
            ("at_maturity", _("At maturity")),
        ),
    ),
    Column("term_months", _("Term, in months"), "whole", least=1, most=1200),
    Column(
        "repayment",
        _("Repayment of the principal"),
        "choice",
        choices=(
            ("bullet", _("All at maturity")),
            ("equal_principal", _("Equal parts of the principal")),
            ("annuity", _("Equal payments")),
        ),
    ),
    Column("security_given", _("Security given"), "area", _("Write “none” where there is none.")),
    Column("rank", _("Rank"), "area"),
    Column("redemption_by_issuer", _("Early redemption by the issuer"), "area"),
    Column("redemption_by_holder", _("Early redemption by the holder"), "area"),
    Column("months_without_transfer", _("Months without transfer"), "whole", least=0, most=1200),
    Column("renewal", _("Renewal"), "area"),
)
_COOPERATIVE = (
    Column(
        "class",
        _("Kind of share"),
        "choice",
        choices=(("social", _("Common (social) share")), ("preferred", _("Preferred share"))),
    ),
    Column("interest_limit", _("Limit on interest"), "line"),
    Column("by_law", _("By-law"), "line"),
    Column("board_resolution", _("Resolution of the board"), "line"),
    Column("redemption", _("Repayment, subject to section 38"), "area"),
    Column("privileges", _("Privileges"), "area"),
)
_PARTNERSHIP = (
    Column("general_partner", _("General partner"), "plain"),
    Column("agreement", _("Partnership agreement"), "line"),
    Column("distributions", _("Distributions"), "area"),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "common_share": _SHARE,
    "preferred_share": _SHARE,
    "convertible": _CONVERTIBLE,
    "community_bond": _DEBT,
    "debt": _DEBT,
    "cooperative_share": _COOPERATIVE,
    "partnership_unit": _PARTNERSHIP,
}
_PIECES: dict[str, dict[str, str]] = {
    "rate": {column.name: column.name.removeprefix("rate_") for column in _RATE},
    "early_redemption": {name: name for name in ("redemption_by_issuer", "redemption_by_holder")},
}
"""Particulars that are kept in one piece and asked in several: column name to key of the piece."""


def first_column(particular: str) -> str:
    """The name of the first column in which a particular is asked."""
    return next(iter(_PIECES.get(particular, {particular: particular})))


def shown(particulars: Mapping[str, Any]) -> dict[str, Any]:
    """Stored particulars as the columns name them: the pieces of one stand beside the others."""
    found = dict(particulars)
    for name, pieces in _PIECES.items():
        value = found.pop(name, None)
        if isinstance(value, Mapping) and "fr" not in value:
            found |= {column: value.get(key) for column, key in pieces.items()}
        elif value is not None:
            found[next(iter(pieces))] = value
    restrictions = found.get("restrictions")
    if isinstance(restrictions, Mapping) and "transfer" in restrictions:
        found["restrictions"] = restrictions["transfer"]
        found |= {name: text for name, text in restrictions.items() if name in _RIGHTS}
    return found


def stored(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Particulars as they are kept, each in one piece.

    ``before`` are those that stood: what these forms do not ask for is kept as it was.
    """
    asked = {column.name for columns in COLUMNS.values() for column in columns}
    inside = {column for pieces in _PIECES.values() for column in pieces}
    whole = {
        name: {key: values[column] for column, key in pieces.items() if column in values}
        for name, pieces in _PIECES.items()
    }
    if "converts_into" in values:
        # Said for the words that stood; other words may convert into another kind.
        asked.add("converts_into_kind")
    return {
        **{name: value for name, value in before.items() if name not in asked | set(_PIECES)},
        **{name: value for name, value in values.items() if name not in inside},
        **{name: value for name, value in whole.items() if value},
    }


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of eligible securities, in words."""
    return [(kind, term(kind, current())) for kind in KINDS]


class KindForm(forms.Form):
    """Which kind of security is offered."""

    kind = forms.ChoiceField(choices=kind_choices, label=_("Kind of security"))


class PriceForm(forms.Form):
    """What one security costs; for a bond or another debt, its denomination."""

    price = Amount(label=_("Price of one security"))

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if kind in DEBTS:
            self.fields["price"].label = _("Denomination")
