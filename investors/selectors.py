"""Where a person stands towards one offering: read, acknowledged, advised, identified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from compliance.prepared.queries import PreparedQuery
from compliance.rules.kernel.dates import birthday_reached
from investors.models import (
    Advice,
    EntryAcknowledgement,
    Identification,
    Person,
    Reading,
    RiskAcknowledgement,
)

_PERSON = ("family_name", "first_name")
_ORGANISATION = ("legal_name", "signatory")
_ADDRESS = ("street", "municipality", "postal_code")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A risk acknowledgement that still serves: its key, and the answers by statement."""

    id: int
    answers: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Standing:
    """A person, and what they have done towards an offering and the version in force."""

    person: Person
    entry_acknowledged: bool
    languages_read: tuple[str, ...]
    acknowledgement: Acknowledged | None
    """The latest one, when it is for the version in force and not used up yet."""
    advice_id: int | None
    """The latest word, when no amendment was published since (W-14)."""
    suitable: bool
    """Whether that word says that the offering suits the person."""
    identified: bool


def standing(
    person_id: UUID,
    *,
    offering_id: UUID,
    version_id: UUID | None,
    amendments: int,
    portal_id: UUID,
    portal_kind: str,
    on: date,
) -> Standing:
    """Where a person stands on a day; ``version_id`` is the version in force, None before any.

    One question to the database, because every subscription asks it. Raises Person.DoesNotExist.
    """
    row: Any = _STANDING.one(
        person=person_id,
        offering=offering_id,
        version=version_id or _NO_VERSION,
        portal=portal_id,
        kind=portal_kind,
        on=on,
    )
    advice = row.latest_advice
    # Advice is void once an amendment was published after it (W-14).
    stands = advice is not None and advice["amendments"] == amendments
    return Standing(
        person=row,
        entry_acknowledged=row.is_acquainted,
        languages_read=tuple(row.read_in),
        acknowledgement=_standing_acknowledgement(row.latest_acknowledgement, version_id),
        advice_id=advice["id"] if stands else None,
        suitable=stands and advice["suitable"],
        identified=row.is_identified,
    )


_NO_VERSION = UUID(int=0)


def _standing_query(
    person: UUID, offering: UUID, version: UUID, portal: UUID, kind: str, on: date
) -> QuerySet[Person]:
    own = {"person": OuterRef("pk")}
    acknowledgements = RiskAcknowledgement.objects.filter(**own, offering_id=offering)
    advice = Advice.objects.filter(**own, offering_id=offering)
    readings = Reading.objects.filter(**own, version_id=version)
    return Person.objects.filter(pk=person).annotate(
        is_acquainted=Exists(
            EntryAcknowledgement.objects.filter(**own, portal_id=portal, portal_kind=kind)
        ),
        read_in=ArraySubquery(readings.order_by("language").values("language")),
        latest_acknowledgement=Subquery(
            acknowledgements.order_by("-pk").values(
                row=JSONObject(
                    id=F("pk"), version=F("version_id"), used=F("used_by"), answers=F("answers")
                )
            )[:1]
        ),
        latest_advice=Subquery(
            advice.order_by("-pk").values(
                row=JSONObject(id=F("pk"), amendments=F("amendments"), suitable=F("suitable"))
            )[:1]
        ),
        is_identified=Exists(Identification.objects.filter(_current(on), **own)),
    )


_STANDING = PreparedQuery(
    _standing_query, person=UUID, offering=UUID, version=UUID, portal=UUID, kind=str, on=date
)


def _standing_acknowledgement(
    latest: Mapping[str, Any] | None, version_id: UUID | None
) -> Acknowledged | None:
    """The latest acknowledgement, unless it is used up or is for another version (W-13)."""
    if latest is None or latest["used"] is not None or latest["version"] != str(version_id):
        return None
    return Acknowledged(latest["id"], latest["answers"])


def _current(on: date) -> Q:
    """Verifications of an identity that are current on the day."""
    return Q(expires_on=None) | Q(expires_on__gte=on)


def identified(person: Person, on: date) -> Identification | None:
    """The latest verification of a person's identity that is current on the day."""
    return person.identifications.filter(_current(on)).order_by("-verified_at").first()


def entry_acknowledged(person: Person, portal_id: UUID, portal_kind: str) -> bool:
    """Whether the person acknowledged the entry notice of that portal as it is now operated."""
    return EntryAcknowledgement.objects.filter(
        person=person, portal_id=portal_id, portal_kind=portal_kind
    ).exists()


def missing_particulars(person: Person) -> tuple[str, ...]:
    """What Form 45-106F1 Schedule 1 asks of a purchaser and the person has not given.

    A person gives name, address, telephone and e-mail; an organisation its legal name and
    signatory too; both say whether they are a registrant.
    """
    named = _ORGANISATION if person.kind == Person.Kind.ORGANISATION else _PERSON
    missing = [name for name in named if not getattr(person, name).strip()]
    if not all(getattr(person, part).strip() for part in _ADDRESS):
        missing.append("address")
    missing += [name for name in ("telephone", "email") if not getattr(person, name).strip()]
    if person.registrant is None:
        missing.append("registrant")
    return tuple(missing)


def age_on(person: Person, on: date) -> int | None:
    """A person's age in whole years on a day; None for an organisation or an unknown birth date.

    Born on 29 February, one is a year older on 1 March of a common year.
    """
    if person.kind == Person.Kind.ORGANISATION or not person.born:
        return None
    born = date.fromisoformat(person.born)
    if born > on:
        return 0  # A slip of the year: of age nowhere, and no reason to break the judgement.
    years = on.year - born.year
    return years if birthday_reached(born, years, on) else years - 1
