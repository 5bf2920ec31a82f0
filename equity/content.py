"""The content of an offering's document as plain values, whatever screen or file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from equity.models import UseOfFunds, Version


@dataclass(frozen=True, slots=True)
class UseRow:
    """One line of item 7.2, in CAD."""

    what: str
    minimum: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The terms of an offering and the answers of its document.

    ``price`` is that of one security, or the denomination of one bond. ``particulars`` and
    ``items`` are plain JSON: amounts and percentages as text, days in ISO form.
    """

    security_kind: str
    price: Decimal | None
    minimum: Decimal
    maximum: Decimal
    days: int
    jurisdictions: tuple[str, ...]
    languages: tuple[str, ...]
    use_of_funds: tuple[UseRow, ...]
    particulars: Mapping[str, Any] = field(default_factory=dict)
    minimum_per_purchaser: Decimal = Decimal("0.00")
    group_commission: bool = False
    items: Mapping[str, Any] = field(default_factory=dict)


_PLAIN = (
    "security_kind",
    "price",
    "minimum",
    "maximum",
    "days",
    "minimum_per_purchaser",
    "group_commission",
)


def content_of(version: Version) -> Content:
    """The content of a version as it is stored."""
    return Content(
        **{name: getattr(version, name) for name in _PLAIN},
        jurisdictions=tuple(version.jurisdictions),
        languages=tuple(version.languages),
        particulars=dict(version.particulars),
        items=dict(version.items),
        use_of_funds=tuple(
            UseRow(row.what, row.minimum, row.maximum) for row in version.use_of_funds.all()
        ),
    )


def write_content(version: Version, content: Content) -> Version:
    """Store a content in a version, whole. Any certificate of the version is undone."""
    for name in _PLAIN:
        setattr(version, name, getattr(content, name))
    version.jurisdictions = list(content.jurisdictions)
    version.languages = list(content.languages)
    version.particulars = dict(content.particulars)
    version.items = dict(content.items)
    version.certified_at = None
    version.certified_by = None
    version.certifier = {}
    version.certified_digest = ""
    version.save()
    version.use_of_funds.all().delete()
    UseOfFunds.objects.bulk_create(
        UseOfFunds(
            version=version,
            order=order,
            what=row.what,
            minimum=row.minimum,
            maximum=row.maximum,
        )
        for order, row in enumerate(content.use_of_funds)
    )
    return version
