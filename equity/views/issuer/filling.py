"""What a section of the builder asks: its forms, over what is stored or over what was posted.

Each section is a part of the content (``equity.content.Part``): its forms read that part, and after
``is_valid`` give it back, whole. Nothing is stored here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from compliance.rules.kernel.terms import term
from compliance.web.language import current
from equity.content import Part, UseRow
from equity.forms import securities
from equity.forms.answers import ItemForm, answers_of, particulars_form
from equity.forms.items import BY_ID, Section
from equity.forms.offering import TermsForm, use_rows
from equity.models import Version

LANGUAGES = ("fr", "en")
_TERMS = (
    "minimum",
    "maximum",
    "minimum_per_purchaser",
    "days",
    "jurisdictions",
    "languages",
    "group_commission",
)
_SECURITY = ("security_kind", "price", "particulars")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field that cannot be read: its label, why, and the id of its control."""

    label: str
    why: str
    field: str


@dataclass(frozen=True, slots=True)
class Filling:
    """The forms of one section."""

    part: Part
    context: Mapping[str, Any]
    forms: tuple[Any, ...]

    def is_valid(self) -> bool:
        """Whether everything filled in can be read; every form is asked, for all their errors."""
        valid = [form.is_valid() for form in self.forms]
        return all(valid)

    def values(self) -> dict[str, Any]:
        """The terms of the part, by name; after ``is_valid``."""
        if "form" in self.context:
            return _terms_of(self.context["form"].cleaned_data)
        if "particulars" in self.context:
            return {
                "security_kind": self.context["kind"],
                "price": self.context["price_form"].cleaned_data["price"],
                "particulars": securities.stored(
                    self.context["particulars"].values(), self.context["before"]
                ),
            }
        uses = self.context.get("uses")
        return {} if uses is None else {"use_of_funds": use_lines(uses)}

    def answers(self) -> dict[str, Any]:
        """The answers to the items of the part that were given; after ``is_valid``."""
        return answers_of(self.context.get("answers", ()), {})

    def wrong(self) -> list[Wrong]:
        """Every field that cannot be read, in the order of the page; after ``is_valid``."""
        return [
            Wrong(_label(form, name), " ".join(map(str, errors)), form[name].id_for_label)
            for form in _leaves(self.forms)
            for name, errors in form.errors.items()
            if name in form.fields
        ]


def ordered(languages: Iterable[str]) -> tuple[str, ...]:
    """French first, always."""
    given = set(languages)
    return tuple(language for language in LANGUAGES if language in given)


def filling(part: Section, version: Version, posted: QueryDict | None, kind: str) -> Filling:
    """The forms of a section over a version; over ``posted`` where it is given.

    ``kind`` is the kind of security that was asked for; another than those there are is the one
    that the version has.
    """
    if part.key == "terms":
        initial = {name: getattr(version, name) for name in _TERMS}
        form = TermsForm(posted, initial=initial)
        return Filling(Part(_TERMS), {"form": form}, (form,))
    if part.key == "security":
        return _security(version, posted, kind)
    return _items(part, version, posted)


def _terms_of(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: given[name] for name in ("minimum", "maximum", "minimum_per_purchaser", "days")},
        "jurisdictions": tuple(given["jurisdictions"]),
        "languages": ordered(given["languages"]),
        "group_commission": bool(given["group_commission"]),
    }


def _security(version: Version, posted: QueryDict | None, asked: str) -> Filling:
    kind = next(
        each
        for each in (asked, version.security_kind, securities.KINDS[0])
        if each in securities.COLUMNS
    )
    price = securities.PriceForm(posted, kind=kind, initial={"price": version.price})
    particulars = particulars_form(
        posted,
        securities.COLUMNS[kind],
        securities.shown(version.particulars),
        version.languages,
    )
    context = {
        "kind_form": securities.KindForm(initial={"kind": kind}),
        "kind": kind,
        "kind_name": term(kind, current()),
        "price_form": price,
        "particulars": particulars,
        "before": version.particulars,
    }
    return Filling(Part(_SECURITY), context, (price, particulars))


def _items(part: Section, version: Version, posted: QueryDict | None) -> Filling:
    """A section made of items; section 7 has the lines of item 7.2 beside them."""
    answers = [
        ItemForm(
            posted, item=BY_ID[item], stored=version.items.get(item), languages=version.languages
        )
        for item in part.items
    ]
    context: dict[str, Any] = {"answers": answers}
    if part.key != "funds":
        return Filling(Part(items=part.items), context, tuple(answers))
    rows = [
        {"what": row.what, "minimum": row.minimum, "maximum": row.maximum}
        for row in version.use_of_funds.all()
    ]
    uses = context["uses"] = use_rows(posted, rows)
    return Filling(Part(("use_of_funds",), part.items), context, (*answers, uses))


def use_lines(uses: Any) -> tuple[UseRow, ...]:
    """The lines in the order that was asked for; blank and deleted ones are left out."""
    found = [form.cleaned_data for form in uses.ordered_forms if form.cleaned_data.get("what")]
    return tuple(UseRow(row["what"], row["minimum"], row["maximum"]) for row in found)


def _leaves(given: Iterable[Any]) -> Iterator[forms.BaseForm]:
    """The forms that have fields: those of an item, and those of its lines."""
    for form in given:
        if isinstance(form, forms.BaseFormSet):
            yield from form.forms
        else:
            yield form
            if isinstance(form, ItemForm):
                yield from _leaves([form.inner, *([form.rows] if form.rows is not None else [])])


def _label(form: forms.BaseForm, name: str) -> str:
    """How the page calls a field: with its question where its own label is a language."""
    columns = getattr(form, "columns", ())
    for column in columns:
        keys = column.keys(getattr(form, "languages", ()))
        if name in keys.values() and len(keys) > 1:
            return f"{column.label} – {form.fields[name].label}"
    return str(form.fields[name].label or name)
