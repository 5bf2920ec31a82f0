"""Item 4 of Form 45-110F1: the principals, and what they and the issuer answered."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from documents.facts import Answer, DisclosureRow, HeldRow, PrincipalRow
from documents.facts.shared import Language
from equity import words
from equity.models import Issuer, Principal
from equity.papers.answers import Answers
from equity.words import said

_LETTERS = ("a", "b", "c", "d")
_EVERYBODY = ("L'émetteur et ses principaux intéressés", "The issuer and its principals")
_ISSUER = frozenset({"issuer", "the issuer", "émetteur", "l'émetteur"})


def principal_rows(
    principals: Sequence[Principal], answers: Answers, language: Language
) -> tuple[PrincipalRow, ...]:
    """Item 4.1, one row a principal, with what item 4.1 of the answers says of them by name."""
    value = answers.get("4.1")
    if principals:
        answers.absent.pop("4.1", None)
    rows = value if isinstance(value, list | tuple) else [value]
    told = {said(words.parts(row).get("name"), language): words.parts(row) for row in rows}
    known = {person.name for person in principals}
    for row in rows:
        if said(words.parts(row).get("name"), language) not in known:
            answers.note("4.1", row)
    return tuple(
        _row(person, {**told.get(person.name, {}), **person.particulars}, language)
        for person in principals
    )


def principal_position(person: Principal, language: Language) -> str:
    """What a principal is to the issuer, in words."""
    return words.sentence(said(person.position, language, "position"))


def _row(person: Principal, given: Mapping[str, Any], language: Language) -> PrincipalRow:
    """A number that cannot be read as one is printed in words beside the expertise."""
    place = said(given.get("jurisdiction"), language)
    expertise = [said(given.get("expertise"), language)]
    held, in_words = _held(given.get("held"), language)
    if in_words:
        name = words.sentence(words.label("held", language))
        expertise.append(words.colon(name, in_words, language))
    percent = words.number(given.get("percent"))
    if percent is None and given.get("percent") not in (None, ""):
        name = words.sentence(words.label("percent", language))
        expertise.append(words.colon(name, said(given["percent"], language), language))
    return PrincipalRow(
        name=person.name,
        municipality=said(given.get("municipality"), language),
        jurisdiction=words.province(place, language),
        position=principal_position(person, language),
        occupation=said(given.get("occupation"), language),
        expertise="\n\n".join(filter(None, expertise)),
        held=held,
        percent=Decimal(0) if percent is None else percent,
    )


def _held(value: Any, language: Language) -> tuple[tuple[HeldRow, ...], str]:
    """Securities held: the rows that can be counted, and the rest in words."""
    rows, rest = [], []
    for one in value if isinstance(value, list | tuple) else [value]:
        given = words.parts(one)
        text = said(one, language)
        units, security = (
            words.whole(given.get("units")),
            said(given.get("security"), language, "security"),
        )
        counted = words.counted(text) if not given else None
        if counted is not None:
            units, security = counted
        if units is not None:
            acquired, price = words.day(given.get("acquired_on")), given.get("price_paid")
            rows.append(
                HeldRow(
                    units=units,
                    security=security,
                    acquired_on=acquired,
                    price_paid=words.amount(price),
                )
            )
        elif words.yes_or_no(one, language) is not False:
            rest.append(text)
    return tuple(rows), "\n".join(filter(None, rest))


def disclosure_rows(
    issuer: Issuer, principals: Sequence[Principal], answers: Answers, language: Language
) -> tuple[DisclosureRow, ...]:
    """Item 4.2, a row for the issuer, each principal and whoever else an answer names.

    An answer in words that names nobody cannot be given to one of them: all answers then stand in
    one row for the issuer and its principals together.
    """
    given = {letter: list(answers.asked(letter)) for letter in _LETTERS}
    if not any(item in answers.items for item in ("4.2", *(f"4.2{one}" for one in _LETTERS))):
        return ()
    if any(not subject for found in given.values() for subject, _ in found):
        return (_together(given, language),)
    subjects = dict.fromkeys([issuer.name, *(person.name for person in principals)])
    about = {
        letter: [(_whom(subject, subjects, issuer), details) for subject, details in found]
        for letter, found in given.items()
    }
    for found in about.values():
        subjects |= dict.fromkeys(subject for subject, _ in found)
    return tuple(
        DisclosureRow(
            subject=subject,
            **{
                letter: _answer([details for whom, details in found if whom == subject])
                for letter, found in about.items()
            },
        )
        for subject in subjects
    )


def _whom(subject: str, known: Mapping[str, None], issuer: Issuer) -> str:
    """The subject as it is known here: a name in another case, or the word for the issuer."""
    wanted = subject.casefold().strip()
    if wanted in _ISSUER:
        return issuer.name
    return next((name for name in known if name.casefold() == wanted), subject)


def _together(given: Mapping[str, list[tuple[str, str]]], language: Language) -> DisclosureRow:
    return DisclosureRow(
        subject=words.pick(_EVERYBODY, language),
        **{
            letter: _answer(
                [
                    words.colon(subject, details, language) if subject else details
                    for subject, details in found
                ]
            )
            for letter, found in given.items()
        },
    )


def _answer(details: list[str]) -> Answer:
    return Answer(yes=bool(details), details="\n\n".join(filter(None, details)))
