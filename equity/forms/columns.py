"""Columns: one named answer each, in one or two languages, between a form and plain JSON.

The items of Form 45-110F1, the particulars of a security and those of a principal are all made of
columns. A text in words is kept as ``{"fr": ..., "en": ...}`` with the languages that were filled
in; a day in ISO form, an amount or a percentage as text. A blank column is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from equity.forms.fields import (
    CHAPTER,
    LINE,
    PARAGRAPH,
    Amount,
    Day,
    Email,
    OneProvince,
    Percent,
    Text,
    Whole,
)

Words = str | Promise
Kind = Literal[
    "line",
    "area",
    "chapter",
    "plain",
    "block",
    "whole",
    "percent",
    "amount",
    "day",
    "choice",
    "email",
    "province",
]

TRANSLATED = frozenset({"line", "area", "chapter"})
"""Kinds that are written in each language of the offering."""
LANGUAGE_NAMES = {"fr": _("In French"), "en": _("In English")}
_LONGEST = {
    "line": LINE,
    "area": PARAGRAPH,
    "chapter": CHAPTER,
    "plain": LINE,
    "block": PARAGRAPH,
    "email": 254,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One answer: its key in the stored mapping, its label, its kind, and what is asked of it."""

    name: str
    label: Words
    kind: Kind = "line"
    help: Words = ""
    needed: bool = False
    """Without it, whatever else was filled in beside it is not an answer."""
    choices: tuple[tuple[str, Words], ...] = ()
    least: int = 0
    most: int = 1_000_000_000

    @property
    def translated(self) -> bool:
        """Whether it is written in each language of the offering."""
        return self.kind in TRANSLATED

    def keys(self, languages: Sequence[str]) -> dict[str, str]:
        """The names of its form fields, by language; one under "" where there is no language."""
        if self.translated:
            return {language: f"{self.name}_{language}" for language in languages}
        return {"": self.name}


def fields_of(columns: Iterable[Column], languages: Sequence[str]) -> dict[str, forms.Field]:
    """A form field for every column, in every language where it is written in words."""
    return {
        key: _field(column, language, many=len(languages) > 1)
        for column in columns
        for language, key in column.keys(languages).items()
    }


def _field(column: Column, language: str, *, many: bool) -> forms.Field:
    common: dict[str, Any] = {
        "required": False,
        "label": LANGUAGE_NAMES[language] if language and many else column.label,
        "help_text": "" if language and many else column.help,
    }
    field = _made(column, common)
    if language:
        # The blank placeholder lets the style sheet mark a text that is not translated as it is
        # typed (``.pair``, :placeholder-shown).
        field.widget.attrs |= {"lang": language, "placeholder": " "}
    return field


def _made(column: Column, common: dict[str, Any]) -> forms.Field:
    kind = column.kind
    if kind == "whole":
        return Whole(least=column.least, most=column.most, **common)
    if kind == "percent":
        return Percent(**common)
    if kind == "amount":
        return Amount(**common)
    if kind == "day":
        return Day(**common)
    if kind == "choice":
        return forms.ChoiceField(choices=(("", "—"), *column.choices), **common)
    if kind == "province":
        return OneProvince(**common)
    if kind == "email":
        return Email(**common)
    return Text(longest=_LONGEST[kind], many_lines=kind in ("area", "chapter", "block"), **common)


def texts_of(value: Any, languages: Sequence[str]) -> dict[str, str]:
    """A stored text by language; one stored without a language is in the offering's first.

    An answer that came from elsewhere in another shape is shown as words, never lost unseen.
    """
    if isinstance(value, Mapping) and any(language in value for language in ("fr", "en")):
        return {language: str(value.get(language) or "") for language in languages}
    text = _in_words(value)
    return {language: text if n == 0 else "" for n, language in enumerate(languages)}


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "; ".join(filter(None, (_in_words(part) for part in value.values())))
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, (_in_words(part) for part in value)))
    return str(value)


def initial_of(
    columns: Iterable[Column], stored: Mapping[str, Any], languages: Sequence[str]
) -> dict[str, Any]:
    """What the form fields of the columns show for stored values."""
    shown: dict[str, Any] = {}
    for column in columns:
        value = stored.get(column.name)
        if column.translated:
            texts = texts_of(value, languages)
            shown |= {key: texts[language] for language, key in column.keys(languages).items()}
        elif value is not None:
            shown[column.name] = value
    return shown


def values_of(
    columns: Iterable[Column], cleaned: Mapping[str, Any], languages: Sequence[str]
) -> dict[str, Any]:
    """Plain JSON of what was filled in; a blank column is left out."""
    found: dict[str, Any] = {}
    for column in columns:
        if column.translated:
            texts = {
                language: cleaned.get(key)
                for language, key in column.keys(languages).items()
                if cleaned.get(key)
            }
            if texts:
                found[column.name] = texts
        elif cleaned.get(column.name) not in (None, ""):
            found[column.name] = _plain(cleaned[column.name])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Group:
    """A column as a page shows it: its label, and its fields side by side by language."""

    column: Column
    fields: tuple[forms.BoundField, ...]

    @property
    def side_by_side(self) -> bool:
        """Whether there are several languages beside each other."""
        return len(self.fields) > 1

    @property
    def untranslated(self) -> bool:
        """Whether it is written in one language of the document and not in another."""
        return len({bool(str(bound.value() or "").strip()) for bound in self.fields}) > 1


def groups_of(
    form: forms.BaseForm, columns: Iterable[Column], languages: Sequence[str]
) -> list[Group]:
    """The columns of a form, for a page."""
    return [
        Group(column, tuple(form[key] for key in column.keys(languages).values()))
        for column in columns
    ]


class ColumnsForm(forms.Form):
    """A form over columns: ``columns`` and ``languages`` are given when it is made."""

    def __init__(
        self, *args: Any, columns: Sequence[Column], languages: Sequence[str], **options: Any
    ) -> None:
        self.columns, self.languages = tuple(columns), tuple(languages)
        super().__init__(*args, **options)
        self.fields.update(fields_of(columns, languages))

    @property
    def groups(self) -> list[Group]:
        """The columns as a page shows them."""
        return groups_of(self, self.columns, self.languages)

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show for stored values."""
        return initial_of(self.columns, stored, self.languages)

    def values(self) -> dict[str, Any]:
        """Plain JSON of what was filled in; after ``is_valid``."""
        return values_of(self.columns, self.cleaned_data, self.languages)

    def clean(self) -> dict[str, Any]:
        """What is needed beside anything else filled in is asked for at its own field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = values_of(self.columns, cleaned, self.languages)
        if given:
            for column in self.columns:
                if column.needed and column.name not in given:
                    self._ask(column)
        return cleaned

    def _ask(self, column: Column) -> None:
        key = next(iter(column.keys(self.languages).values()))
        if key not in self.errors:
            self.add_error(key, _("This is needed to complete the line."))


class Rows(forms.BaseFormSet):
    """Rows of columns: filled-in ones, and a few blank ones to fill in; a blank one is ignored."""

    spare = 2
    most = 40
    can_delete: bool

    def __init__(
        self,
        posted: Any,
        *,
        prefix: str,
        columns: Sequence[Column],
        languages: Sequence[str],
        initial: Sequence[Mapping[str, Any]],
    ) -> None:
        self.columns, self.languages = tuple(columns), tuple(languages)
        super().__init__(
            posted,
            prefix=prefix,
            # A posted row that is as it was stored would count as untouched, and a row that Django
            # takes for a blank one is thrown away: a page saved twice would lose its lines.
            initial=[initial_of(columns, row, languages) for row in initial if posted is None],
            form_kwargs={"columns": self.columns, "languages": self.languages},
        )

    def rows(self) -> list[dict[str, Any]]:
        """Plain JSON of the filled-in rows, in their order; after ``is_valid``."""
        found = [
            form.values()
            for form in self.forms
            if form.is_valid() and not form.cleaned_data.get("DELETE")
        ]
        return [row for row in found if row]


RowsSet: type[Rows] = forms.formset_factory(  # type: ignore[assignment]
    ColumnsForm,
    formset=Rows,
    extra=Rows.spare,
    max_num=Rows.most,
    validate_max=True,
    absolute_max=Rows.most + 10,
    can_delete=True,
)
