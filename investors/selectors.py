"""Where a person stands towards one offering: read, acknowledged, advised, identified."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

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
class Standing:
    """What a person has done towards an offering and the version of its document in force."""

    entry_acknowledged: bool
    languages_read: tuple[str, ...]
    acknowledgement: RiskAcknowledgement | None
    """The latest one, when it is for the version in force and not used up yet."""
    advice: Advice | None
    """The latest word, when no amendment was published since."""
    identified: bool

    @property
    def suitable(self) -> bool:
        """Whether the latest standing word says that the offering suits the person."""
        return self.advice is not None and self.advice.suitable


def standing(
    person: Person,
    *,
    offering_id: UUID,
    version_id: UUID | None,
    amendments: int,
    portal_id: UUID,
    portal_kind: str,
    on: date,
) -> Standing:
    """Where a person stands on a day; ``version_id`` is the version in force, None before any."""
    return Standing(
        entry_acknowledged=entry_acknowledged(person, portal_id, portal_kind),
        languages_read=() if version_id is None else languages_read(person, version_id),
        acknowledgement=_standing_acknowledgement(person, offering_id, version_id),
        advice=standing_advice(person, offering_id, amendments),
        identified=identified(person, on) is not None,
    )


def identified(person: Person, on: date) -> Identification | None:
    """The latest verification of a person's identity that is current on the day."""
    current = person.identifications.filter(Q(expires_on=None) | Q(expires_on__gte=on))
    return current.order_by("-verified_at").first()


def entry_acknowledged(person: Person, portal_id: UUID, portal_kind: str) -> bool:
    """Whether the person acknowledged the entry notice of that portal as it is now operated."""
    return EntryAcknowledgement.objects.filter(
        person=person, portal_id=portal_id, portal_kind=portal_kind
    ).exists()


def languages_read(person: Person, version_id: UUID) -> tuple[str, ...]:
    """The languages in which a person opened a version of an offering document."""
    rows = Reading.objects.filter(person=person, version_id=version_id).order_by("language")
    return tuple(rows.values_list("language", flat=True))


def _standing_acknowledgement(
    person: Person, offering_id: UUID, version_id: UUID | None
) -> RiskAcknowledgement | None:
    latest = (
        RiskAcknowledgement.objects.filter(person=person, offering_id=offering_id)
        .order_by("-pk")
        .first()
    )
    if latest is None or latest.used_by is not None or latest.version_id != version_id:
        return None
    return latest


def standing_advice(person: Person, offering_id: UUID, amendments: int) -> Advice | None:
    """The latest advice, void once an amendment was published after it (W-14)."""
    latest = Advice.objects.filter(person=person, offering_id=offering_id).order_by("-pk").first()
    return latest if latest is not None and latest.amendments == amendments else None


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
