"""Where an answer lacks something: the control to go to, and the languages that are not there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from equity.forms import securities
from equity.forms.columns import Column
from equity.forms.items import Item


@dataclass(frozen=True, slots=True)
class Lacking:
    """An item that is not answered, or not in every language of the document."""

    item: Item
    anchor: str
    """The id of the element to go to: the very field where one is known, else the item."""
    languages: tuple[str, ...] = ()
    """The languages in which a text is missing; empty where there is no answer at all."""


def lacking(item: Item, stored: Any, languages: Sequence[str]) -> Lacking:
    """What an item that counts as missing lacks."""
    blank = list(_untranslated(item, stored, languages))
    if not blank:
        return Lacking(item, f"item-{item.prefix}")
    names = {language for _anchor, language in blank}
    return Lacking(item, blank[0][0], tuple(each for each in languages if each in names))


def _untranslated(item: Item, stored: Any, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The controls of texts that are there in one language and not in another, in their order."""
    if item.shape == "text":
        yield from _blank(f"id_{item.prefix}-", item.columns, {"text": stored}, languages)
    elif isinstance(stored, Mapping):
        yield from _blank(f"id_{item.prefix}-", item.columns, stored, languages)
    elif isinstance(stored, list):
        for number, row in enumerate(stored):
            if isinstance(row, Mapping):
                begins = f"id_{item.prefix}_row-{number}-"
                yield from _blank(begins, item.columns, row, languages)


def _blank(
    begins: str, columns: Iterable[Column], values: Mapping[str, Any], languages: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for column in columns:
        texts = values.get(column.name)
        if not column.translated or not isinstance(texts, Mapping):
            continue
        said = [language for language in languages if str(texts.get(language) or "").strip()]
        for language in languages:
            if said and language not in said:
                yield f"{begins}{column.name}_{language}", language


def particular_anchor(kind: str, missing: Iterable[str], languages: Sequence[str]) -> str:
    """The control of the first particular of a security that is missing; the price for any other
    name than a column's."""
    columns = {column.name: column for column in securities.COLUMNS.get(kind, ())}
    for name in missing:
        column = columns.get(securities.first_column(name))
        if column is not None:
            return f"id_{next(iter(column.keys(languages).values()))}"
    return "id_price"
