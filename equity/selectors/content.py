"""The content of a version: what was published, and what a certificate binds."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from compliance.sealing.canonical import canonical_bytes
from equity.models import Issuer, UseOfFunds, Version

PRINTED = ("name", "form", "head_office", "address", "telephone", "website", "neq")
"""The issuer's own particulars that the document prints (``equity.papers.common.issuer_facts``)."""


@lru_cache(maxsize=256)
def published(version_id: UUID) -> Version:
    """A version that is or was in force, to be read only: it is kept in memory and shared.

    It may be, because a published version never changes (``version_published_is_kept``). Raises
    Version.DoesNotExist for one that is not published.
    """
    return Version.objects.get(pk=version_id, published_at__isnull=False)


def content_digest(version: Version, uses: Iterable[UseOfFunds] | None = None) -> str:
    """SHA-256 over everything that the document says: terms, items, use of funds, the issuer's
    own particulars, its principals.

    A certificate is good for exactly this digest; any later change undoes it.
    """
    rows = version.use_of_funds.all() if uses is None else uses
    issuer = version.offering.issuer
    content = {
        "number": version.number,
        "what": version.what,
        "security": version.security_kind,
        "price": None if version.price is None else _cents(version.price),
        "particulars": version.particulars,
        "minimum": _cents(version.minimum),
        "maximum": _cents(version.maximum),
        "minimum_per_purchaser": _cents(version.minimum_per_purchaser),
        "days": version.days,
        "jurisdictions": version.jurisdictions,
        "languages": version.languages,
        "group_commission": version.group_commission,
        "items": version.items,
        "use_of_funds": [[row.what, _cents(row.minimum), _cents(row.maximum)] for row in rows],
        "issuer": {name: getattr(issuer, name) for name in PRINTED},
        "principals": _declared(issuer),
    }
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def principals_digest(issuer: Issuer) -> str:
    """SHA-256 over the principals as they are declared: a page that shows one by its place in the
    list says with this which list it showed."""
    return hashlib.sha256(canonical_bytes(_declared(issuer))).hexdigest()


def _declared(issuer: Issuer) -> list[list[Any]]:
    return [[row.name, row.position, row.particulars] for row in issuer.principals.all()]


def _cents(amount: Decimal) -> str:
    """An amount as text with two decimals: the digest is the same before and after saving."""
    return f"{amount:.2f}"
