"""Who is in a story: the portal, the people and the issuers."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from compliance.scenarios.reading.places import NBSP, Fields, Place
from compliance.scenarios.reading.story import (
    EarlierDistributionSpec,
    IssuerSpec,
    PersonSpec,
    PortalSpec,
    PrincipalSpec,
    RelationSpec,
)
from compliance.scenarios.reading.values import (
    LONGEST_NAME,
    Plain,
    amount,
    anything,
    boolean,
    check_name,
    day,
    one_of,
    province,
    provinces,
    region,
    text,
)
from compliance.scenarios.reading.vocabulary import ISSUER_FORMS, LANGUAGES, RELATION_KINDS
from compliance.scenarios.reading.yaml_nodes import Listing
from compliance.scenarios.reading.yaml_nodes import Mapping as MappingNode

SAMPLE_BORN = date(1980, 1, 1)

PORTAL_KEYS = (
    "kind",
    "name",
    "demonstration",
    "province",
    "authorised",
    "principals",
    "purchaser_fee",
)
PERSON_KEYS = ("role", "kind", "province", "born", "language", "identified")
ISSUER_KEYS = (
    "name",
    "form",
    "head_office",
    "reporting",
    "investment_fund",
    "has_operations",
    "principals",
    "related",
    "earlier_distributions",
)
# What item 4.1 of Form 45-110F1 asks of a principal besides the name and the position.
PRINCIPAL_PARTICULARS = (
    "municipality",
    "jurisdiction",
    "province",
    "residence",
    "occupation",
    "occupations",
    "expertise",
    "education",
    "experience",
    "securities_owned",
    "securities",
    "security_type",
    "date_acquired",
    "price_paid",
    "percent",
    "offences",
    "orders",
    "insolvency",
)


def authorised(place: Place) -> bool | frozenset[str]:
    """`true`, `false`, or the list of the provinces in which the portal is authorised."""
    if isinstance(place.node, Listing):
        return frozenset(provinces(place))
    if isinstance(place.node, MappingNode):
        place.fail(
            "true, false or a list of provinces is expected here",
            "true, false ou une liste de provinces est attendu ici",
        )
    return boolean(place)


def _flag(keys: Fields, name: str, *, default: bool) -> bool:
    place = keys.get(name)
    return default if place is None else boolean(place)


def read_portal(place: Place | None) -> PortalSpec:
    """The portal, with the values of the format for what is left out."""
    if place is None:
        return PortalSpec()
    keys = place.fields(PORTAL_KEYS)
    kind, name, where = keys.get("kind"), keys.get("name"), keys.get("province")
    status, principals = keys.get("authorised"), keys.get("principals")
    named = principals.each() if principals else ()
    return PortalSpec(
        kind=one_of(kind, ("exempt", "dealer")) if kind else "exempt",
        name=text(name, LONGEST_NAME) if name else None,
        demonstration=_flag(keys, "demonstration", default=True),
        province=province(where) if where else "QC",
        authorised=authorised(status) if status else True,
        principals=tuple(_principal(entry).name for entry in named),
        purchaser_fee=_flag(keys, "purchaser_fee", default=False),
    )


def read_people(
    place: Place | None, portal: PortalSpec, *, strict: bool
) -> Mapping[str, PersonSpec]:
    """Officers and investors by their short name."""
    people: dict[str, PersonSpec] = {}
    for name, entry in (place.entries() if place else {}).items():
        check_name(entry.place, name)
        people[name] = _person(name, entry.place, entry.key_line, portal, strict)
    return MappingProxyType(people)


def _person(name: str, place: Place, line: int, portal: PortalSpec, strict: bool) -> PersonSpec:
    keys = place.fields(PERSON_KEYS)
    role = one_of(keys.need("role"), ("officer", "investor"))
    if role == "officer":
        place.fields(("role",))
        return PersonSpec(short_name=name, role=role, line=line)
    kind_at, home, language = keys.get("kind"), keys.get("province"), keys.get("language")
    kind = one_of(kind_at, ("person", "organisation")) if kind_at else "person"
    where = region(home) if home else portal.province
    spoken = one_of(language, LANGUAGES) if language else ("fr" if where == "QC" else "en")
    return PersonSpec(
        short_name=name,
        role=role,
        line=line,
        kind=kind,
        province=where,
        born=_born(keys, kind, strict),
        language=spoken,
        identified=_flag(keys, "identified", default=False),
    )


def _born(keys: Fields, kind: str, strict: bool) -> date | None:
    born = keys.get("born")
    if kind == "organisation":
        if born is not None:
            born.fail(
                "an organisation is not born", "une organisation n'a pas de date de naissance"
            )
        return None
    if born is not None:
        return day(born)
    return None if strict else SAMPLE_BORN


def read_issuers(place: Place | None, people: Mapping[str, PersonSpec]) -> Mapping[str, IssuerSpec]:
    """Issuers by their short name; `related` may name only issuers of the same file."""
    entries = place.entries() if place else {}
    issuers: dict[str, IssuerSpec] = {}
    for name, entry in entries.items():
        check_name(entry.place, name)
        if name in people:
            entry.place.fail(
                f"{name} is already the name of a person", f"{name} est déjà le nom d'une personne"
            )
        issuers[name] = _issuer(name, entry.place, entry.key_line, tuple(entries))
    return MappingProxyType(issuers)


def _issuer(name: str, place: Place, line: int, issuers: tuple[str, ...]) -> IssuerSpec:
    keys = place.fields(ISSUER_KEYS)
    called, form, home = keys.get("name"), keys.get("form"), keys.get("head_office")
    principals, related = keys.get("principals"), keys.get("related")
    earlier = keys.get("earlier_distributions")
    return IssuerSpec(
        short_name=name,
        line=line,
        name=text(called, LONGEST_NAME) if called else None,
        form=one_of(form, ISSUER_FORMS) if form else "company",
        head_office=region(home) if home else "QC",
        reporting=_flag(keys, "reporting", default=False),
        investment_fund=_flag(keys, "investment_fund", default=False),
        has_operations=_flag(keys, "has_operations", default=True),
        principals=tuple(_principal(each) for each in principals.each()) if principals else None,
        related=tuple(_relation(each, name, issuers) for each in related.each()) if related else (),
        earlier_distributions=tuple(_earlier(each) for each in earlier.each()) if earlier else (),
    )


def _principal(place: Place) -> PrincipalSpec:
    """A principal: a mapping with the name, or the bare name."""
    if not isinstance(place.node, MappingNode):
        return PrincipalSpec(name=text(place, LONGEST_NAME))
    keys = place.fields(("name", "position", *PRINCIPAL_PARTICULARS))
    position = keys.get("position")
    particulars: dict[str, Plain] = {
        key: anything(value)
        for key, value in keys.values.items()
        if key not in ("name", "position")
    }
    return PrincipalSpec(
        name=text(keys.need("name"), LONGEST_NAME),
        position=text(position, LONGEST_NAME) if position else None,
        particulars=MappingProxyType(particulars),
    )


def known_issuer(place: Place, issuers: tuple[str, ...]) -> str:
    """The short name of an issuer of this file."""
    name = text(place)
    if name not in issuers:
        listed = ", ".join(issuers) or "-"
        place.fail(
            f"{name[:60]!r} is no issuer of this story (known: {listed})",
            f"{name[:60]!r} n'est pas un émetteur de ce récit (connus{NBSP}: {listed})",
        )
    return name


def _relation(place: Place, owner: str, issuers: tuple[str, ...]) -> RelationSpec:
    keys = place.fields(("issuer", "kind", "since", "until"))
    other = known_issuer(keys.need("issuer"), issuers)
    if other == owner:
        keys.need("issuer").fail(
            "an issuer is not related to itself", "un émetteur n'est pas lié à lui-même"
        )
    kind = one_of(keys.need("kind"), RELATION_KINDS)
    since, until_at = day(keys.need("since")), keys.get("until")
    until = day(until_at) if until_at else None
    if until is not None and until_at is not None and until < since:
        until_at.fail("the last day is before the first", "le dernier jour précède le premier")
    return RelationSpec(issuer=other, kind=kind, since=since, until=until)


def _earlier(place: Place) -> EarlierDistributionSpec:
    keys = place.fields(("closed", "amount"))
    return EarlierDistributionSpec(
        closed=day(keys.need("closed")), amount=amount(keys.need("amount"))
    )
