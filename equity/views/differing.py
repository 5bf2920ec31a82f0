"""What an amendment changes, item by item and word by word: one way to show it, to the issuer who
prepares it and to whoever subscribed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from compliance.web.language import current
from equity.changes import changes
from equity.differing import Piece, pieces
from equity.forms.items import BY_ID, SECTIONS
from equity.models import Version


@dataclass(frozen=True, slots=True)
class Difference:
    """One item of the offering document that differs between two versions."""

    item: str
    """Its number in Form 45-110F1."""
    title: str
    pieces: tuple[Piece, ...]


def differences(before: Version, after: Version) -> list[Difference]:
    """What differs between two versions, in the language of the page and the form's order."""
    return [
        Difference(item, title_of(item), pieces(old, new))
        for item, old, new in changes(before, after, current())
    ]


def title_of(item: str) -> str:
    """The words for an item: its own, or those of its section; empty for one that is unknown."""
    if item in BY_ID:
        return str(BY_ID[item].title)
    named = {"5.3a": _("Last day to subscribe"), "5.7": _("Amounts and price")}
    if item in named:
        return named[item]
    sections = {section.number: section for section in SECTIONS}
    found = sections.get(item) or sections.get(item.partition(".")[0])
    return "" if found is None else str(found.title)
