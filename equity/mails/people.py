"""To whom an e-mail goes: persons, and the accounts of issuers and officers."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from compliance.accounts.selectors import officers, user_uuid
from documents.facts.shared import Language
from equity import moves
from equity.models import Issuer, IssuerMember, Offering
from equity.papers.common import languages_for
from equity.parts import READER
from equity.words import ENGLISH, FRENCH
from investors.models import Person

_QUEBEC = "QC"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told: an address, how they are called, and their languages in order."""

    id: UUID
    to: str
    name: str
    languages: tuple[Language, ...]


def purchaser(person: Person) -> list[Recipient]:
    """The person; nobody where no address was given."""
    found = Recipient(person.pk, person.email, person.display_name, languages_for(person))
    return [found] if found.to.strip() else []


def purchasers(offering: Offering) -> list[Recipient]:
    """Everybody with a live subscription in an offering, once each, in the order of agreement."""
    rows = offering.subscriptions.filter(state__in=sorted(moves.LIVE)).select_related("person")
    persons = {row.person_id: row.person for row in rows.order_by("order")}
    return [one for person in persons.values() for one in purchaser(person)]


def issuer_people(issuer: Issuer, *, about: UUID | None = None) -> list[Recipient]:
    """The active accounts that act for an issuer, and the reader, if any, whom the e-mail is
    about; in Quebec the English ones get French first. Whoever only reads is not told of the
    issuer's work."""
    members = IssuerMember.objects.filter(issuer=issuer, user__is_active=True)
    users = (
        member.user
        for member in members.select_related("user").order_by("pk")
        if member.part != READER or user_uuid(member.user) == about
    )
    return _accounts(users, quebec=issuer.head_office == _QUEBEC)


def officer_people(*, but: UUID | None = None) -> list[Recipient]:
    """The active compliance officers, without the one who acted where that one is left out."""
    found = _accounts(officers().order_by("pk"), quebec=False)
    return [one for one in found if one.id != but]


def _accounts(users: Iterable[AbstractBaseUser], *, quebec: bool) -> list[Recipient]:
    found = (_account(user, quebec=quebec) for user in users)
    return [one for one in found if one.to.strip()]


def _account(user: AbstractBaseUser, *, quebec: bool) -> Recipient:
    """An account; a host project's users may have no language, and then it is French."""
    english = str(getattr(user, "language", FRENCH))[:2] == ENGLISH
    languages: tuple[Language, ...] = (FRENCH,)
    if english:
        languages = (FRENCH, ENGLISH) if quebec else (ENGLISH,)
    full_name = getattr(user, "get_full_name", None)
    return Recipient(
        id=user_uuid(user),
        to=str(getattr(user, user.get_email_field_name(), "") or ""),
        name=full_name() if full_name else "",
        languages=languages,
    )
