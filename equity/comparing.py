"""Two versions of an offering document as a page compares them: item, title, words before and
after. One piece of code for the issuer, the investor and the officer."""

from dataclasses import dataclass

from django.utils.functional import Promise

from documents.facts.shared import Language
from equity.changes import changes
from equity.forms.items import BY_ID, item_title
from equity.models import Version

_TITLED_AS = {"5.3a": "5.3", "4.2": "4.1"}
"""Parts of an item that have no title of their own."""


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
        Compared(item, item_title(_TITLED_AS.get(item, item)), old, new)
        for item, old, new in changes(before, after, language)
    )
