"""Who among an issuer's own people may do what: the one table.

The part of a person is on their link to the issuer (``IssuerMember.part``). Nothing of it is law:
Form 45-110F1 asks that an authorised individual certifies (general instruction 4), and the rest is
the portal's own caution, so that whoever only prepares does not sign, open or withdraw by accident.

A partner that stands behind the issuer (a municipality, a credit union) and its advisers (lawyer,
accountant) read: they change nothing, no purchaser is named to them, and they are not written to
about the issuer's work.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from equity.content import Content

PREPARER = "preparer"
ACCOUNTANT = "accountant"
CERTIFIER = "certifier"
READER = "reader"
PARTS = (PREPARER, ACCOUNTANT, CERTIFIER, READER)

_ALL = frozenset(PARTS)
_OWN = _ALL - {READER}
_WRITERS = frozenset({PREPARER, CERTIFIER})
_MONEY = frozenset({ACCOUNTANT, CERTIFIER})
_SIGNS = frozenset({CERTIFIER})

ACTS: Mapping[str, frozenset[str]] = {
    "look": _ALL,
    "work": _OWN,
    "holders": _OWN,
    "figures": _OWN,
    "write": _WRITERS,
    "answer": _OWN,
    "principals": _WRITERS,
    "submit": _WRITERS,
    "amend": _WRITERS,
    "account": _MONEY,
    "concurrent": _MONEY,
    "certify": _SIGNS,
    "open": _SIGNS,
    "publish": _SIGNS,
    "cancel": _SIGNS,
    "members": _SIGNS,
    "report": _OWN,
    "issue_report": _SIGNS,
}
"""Each act, and the parts that may do it."""
OF_MOVES = {
    name: name for name in ("certify", "submit", "open", "amend", "publish", "cancel", "concurrent")
}
"""The acts that are moves of an offering; what is edited is looked at by ``act_of_change``."""

_FIGURES = ("minimum", "maximum", "minimum_per_purchaser", "price", "use_of_funds")
_FIGURE_ITEMS = frozenset({"6.5", "6.6", "7.1", "7.2p", "7.2d", "9.1", "11.2"})


def require_known(part: str) -> None:
    """Raise ValueError for what is no part."""
    if part not in PARTS:
        raise ValueError("This is no part of an issuer's people.")


def act_of_change(before: Content, after: Content) -> str:
    """What replacing one content by another is: "figures" where nothing else differs (amounts,
    price, use of funds, and the items about statements, funds and fees), else "write"."""
    changed = {
        name
        for name in Content.__dataclass_fields__
        if name != "items" and _plain(getattr(before, name)) != _plain(getattr(after, name))
    }
    items = {
        item
        for item in {*before.items, *after.items}
        if before.items.get(item) != after.items.get(item)
    }
    return "figures" if changed <= set(_FIGURES) and items <= _FIGURE_ITEMS else "write"


def _plain(value: Any) -> Any:
    return value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value
