"""Facts for the rules about portals, issuers and filings, read from the rows."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110 import items, withdrawal
from compliance.rules.ni45_110.facts import (
    AuthorisationFacts,
    FilingFacts,
    IssuerFacts,
    PortalFacts,
    PublicationFacts,
)
from compliance.rules.ni45_110.security import ELIGIBLE, OTHER, RATE_KINDS, missing_terms
from documents.selectors import unconfirmed_statements
from equity import moves
from equity.models import (
    Authorisation,
    Offering,
    Portal,
    PortalPrincipal,
    Principal,
    ResourcesCertificate,
    Version,
)
from equity.particulars import principal_incomplete
from equity.selectors import groups
from equity.selectors.clock import portal_day
from equity.selectors.content import content_digest
from equity.words import not_applicable


def portal_facts(portal: Portal, on: date) -> PortalFacts:
    """The portal as it stands on its day ``on``: its authorisations in force, the last F5 that was
    certified by then, its principals."""
    row = Portal.objects.annotate(**portal_columns("pk")).get(pk=portal.pk)
    return told_portal(portal, row, on)


def portal_columns(portal: str) -> dict[str, Any]:
    """What ``told_portal`` reads, to be asked along with a row whose column ``portal`` names it."""
    own = {"portal": OuterRef(portal)}
    standing = Authorisation.objects.filter(**own, ended_at=None).order_by("jurisdiction")
    told = JSONObject(**{name: F(name) for name in _AUTHORISATION})
    certified = ResourcesCertificate.objects.filter(**own).order_by("certified_on")
    return {
        "told_authorisations": ArraySubquery(standing.values(told=Cast(told, TextField()))),
        # Every day, and not the last: which of them counts hangs on the day that is judged.
        "told_certified": ArraySubquery(certified.values("certified_on")),
        "told_principals": ArraySubquery(
            PortalPrincipal.objects.filter(**own).values("name_index")
        ),
    }


_AUTHORISATION = ("jurisdiction", "registered", "f3_delivered", "f4_delivered", "confirmed")


def told_portal(portal: Portal, row: Any, on: date) -> PortalFacts:
    """The facts of a portal on its day ``on``, from a row that was asked for ``portal_columns``."""
    return PortalFacts(
        kind=portal.kind,
        demonstration=portal.demonstration,
        purchaser_fee=portal.purchaser_fee,
        authorisations=_authorisations(tuple(row.told_authorisations)),
        f5_certified=max((day for day in row.told_certified if day <= on), default=None),
        principals=frozenset(_keys(row.told_principals)),
    )


@lru_cache(maxsize=256)
def _authorisations(told: tuple[str, ...]) -> tuple[AuthorisationFacts, ...]:
    """Remembered by their very words, since every subscription tells the same ones."""
    return tuple(
        AuthorisationFacts(
            jurisdiction=row["jurisdiction"],
            registered=row["registered"],
            **{name: _day(row[name]) for name in ("f3_delivered", "f4_delivered", "confirmed")},
        )
        for row in map(json.loads, told)
    )


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)


def _keys(indexes: Iterable[bytes]) -> list[str]:
    return [bytes(index).hex() for index in indexes]


def _principals_of(group: frozenset[str]) -> QuerySet[Principal]:
    return Principal.objects.filter(issuer__in=[UUID(member) for member in group])


def issuer_facts(offering: Offering, version: Version, group: frozenset[str]) -> IssuerFacts:
    """The issuer as s. 5 looks at it, with the principals of its whole group."""
    issuer = offering.issuer
    principals = list(issuer.principals.all())
    # Item 4.1 may hold the particulars itself; that it does not apply tells none.
    answered = "4.1" in version.items and not not_applicable(version.items["4.1"])
    return IssuerFacts(
        head_office=issuer.head_office,
        reporting=issuer.reporting,
        investment_fund=issuer.investment_fund,
        has_operations=issuer.has_operations,
        principals_declared=len(principals),
        principals_incomplete=0
        if answered
        else sum(principal_incomplete(row) for row in principals),
        group_principals=frozenset(
            _keys(_principals_of(group).values_list("name_index", flat=True))
        ),
    )


def filing_facts(offering: Offering, version: Version, at: datetime) -> FilingFacts:
    """An offering as it would be filed at that instant with that version of its document."""
    on = portal_day(offering.portal, at)
    edges = groups.component_edges(offering.issuer_id)
    uses = list(version.use_of_funds.all())
    return FilingFacts(
        issuer=issuer_facts(offering, version, groups.group_of(offering.issuer_id, edges, on)),
        portal=portal_facts(offering.portal, on),
        window=groups.window(offering.issuer_id, edges, on),
        wider_links=groups.wider_count(offering.issuer_id, edges, on),
        other_active=groups.other_active(offering, edges, on),
        security_kind=version.security_kind,
        converts_into=_converts_into(version.particulars),
        rate_kind=_rate_kind(version.particulars),
        missing_terms=missing_terms(version.security_kind, version.price, version.particulars),
        price=version.price,
        minimum=version.minimum,
        maximum=version.maximum,
        use_minimum=sum((row.minimum for row in uses), ZERO),
        use_maximum=sum((row.maximum for row in uses), ZERO),
        days=version.days,
        first_available=offering.first_available or on,
        jurisdictions=tuple(version.jurisdictions),
        languages=tuple(version.languages),
        group_commission=version.group_commission,
        items_missing=_items_missing(version),
        certified=version.certified_digest == content_digest(version, uses),
        unconfirmed=unconfirmed_statements(offering.portal.kind, version.languages, on),
    )


def _items_missing(version: Version) -> tuple[str, ...]:
    """The items without an answer; all of them where the document exists in no language."""
    return items.missing(version.items if version.languages else {}, version.languages)


def _converts_into(particulars: Mapping[str, Any]) -> str | None:
    """The kind a security converts into: ``converts_into_kind``, else ``converts_into``.

    Words that name no kind are ``other``, which no rule makes eligible: facts are kept in the
    trail, where no words of an issuer may stand. None when nothing is said.
    """
    value = particulars.get("converts_into_kind") or particulars.get("converts_into")
    if isinstance(value, Mapping) and "kind" in value:
        value = value["kind"]
    if not value and particulars.get("convertible") is True:
        return OTHER  # It converts, and nothing says into one of the shares of paragraph (c).
    return _code(value, ELIGIBLE)


def _rate_kind(particulars: Mapping[str, Any]) -> str | None:
    """The kind of rate that debt bears; ``other`` for words of the issuer's, None when not said."""
    rate = particulars.get("rate")
    return _code(rate.get("kind") if isinstance(rate, Mapping) else None, RATE_KINDS)


def _code(value: object, known: frozenset[str]) -> str | None:
    if not value:
        return None
    return value if isinstance(value, str) and value in known else OTHER


def publication_facts(offering: Offering, at: datetime) -> PublicationFacts:
    """What the publication of an amendment at that instant would do to the live rights."""
    assert offering.first_available is not None
    ninetieth = withdrawal.ninetieth_day(offering.first_available)
    provinces = (
        offering.subscriptions.filter(state__in=moves.LIVE)
        .values_list("province", flat=True)
        .distinct()
        .order_by("province")
    )
    rights = [
        withdrawal.right(
            at,
            purchaser=province,
            issuer=offering.issuer.head_office,
            portal=offering.portal.province,
        )
        for province in provinces
    ]
    last = max(rights, key=lambda right: right.ends_at, default=None)
    return PublicationFacts(
        live=Decimal(offering.live_amount),
        rights_end=None if last is None else last.ends_at,
        ninetieth_begins=withdrawal.begins(ninetieth, offering.portal.province),
        rights_end_on=None if last is None else last.ends_on,
        ninetieth_day=ninetieth,
    )


def today(offering: Offering, at: datetime) -> date:
    """The portal's day for an offering."""
    return portal_day(offering.portal, at)
