"""The content of an offering's document as plain values, whatever screen or file it came from."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from compliance.sealing.canonical import canonical_bytes
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


@dataclass(frozen=True, slots=True)
class Part:
    """What one page of the builder holds of a content: names of terms, ids of items."""

    names: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def part_digest(content: Content, part: Part) -> str:
    """SHA-256 of a part of a content: two people who read the same part have the same digest."""
    told = {name: _told(getattr(content, name)) for name in part.names}
    answers = {item: content.items[item] for item in part.items if item in content.items}
    return hashlib.sha256(canonical_bytes([told, answers])).hexdigest()


def _told(value: Any) -> Any:
    """A term the same before and after it was stored: amounts with their two decimals."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, UseRow):
        return {name: _told(one) for name, one in asdict(value).items()}
    return [_told(one) for one in value] if isinstance(value, tuple) else value


def with_part(
    content: Content, part: Part, values: Mapping[str, Any], answers: Mapping[str, Any]
) -> Content:
    """The content with a part of it replaced: ``values`` by name, ``answers`` by item; an item of
    the part that has no answer is no longer answered."""
    kept = {item: answer for item, answer in content.items.items() if item not in part.items}
    return replace(
        content,
        **{name: values[name] for name in part.names},
        items={**kept, **{item: answers[item] for item in part.items if item in answers}},
    )


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
