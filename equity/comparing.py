"""Two versions of an offering document as a page compares them: item, title, words before and
after. One piece of code for the issuer, the investor and the officer."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.facts.shared import Language
from equity.changes import changes
from equity.forms.items import BY_ID
from equity.models import Version

_TITLES: dict[str, str | Promise] = {
    "4.2": _("Offences, sanctions and bankruptcies"),
    "5.2": _("Where it is offered, and in which languages"),
    "5.3a": _("How long it is open"),
    "5.4": _("The security"),
    "5.7": _("Minimum, maximum and price"),
    "5.8": _("Minimum subscription"),
    "7.2": _("Use of funds"),
}
"""Titles of the items that are made from the terms, and are asked under none of these numbers."""


@dataclass(frozen=True, slots=True)
class Compared:
    """An item that differs. An empty text is nothing before, or nothing left."""

    item: str
    title: str | Promise
    before: str
    after: str

    @property
    def number(self) -> str:
        """Its number as the form prints it."""
        return BY_ID[self.item].number if self.item in BY_ID else self.item


def compared_items(before: Version, after: Version, language: Language) -> tuple[Compared, ...]:
    """Each item that differs between two versions of one offering, in the order of the form.

    The principals are the issuer's and belong to no version: they are not compared.
    """
    return tuple(
        Compared(item, item_title(item), old, new)
        for item, old, new in changes(before, after, language)
    )


def item_title(item: str) -> str | Promise:
    """What an item of the document is about, in a few words; empty for one we do not know."""
    found = BY_ID.get(item)
    return _TITLES.get(item, "") if found is None else found.title
