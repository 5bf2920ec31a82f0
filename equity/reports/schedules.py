"""The rows of Schedules 1 and 2 of Form 45-106F1, as plain values: what is confidential.

Source: the columns as recalled (b1 to f3 of Schedule 1); the templates of SEDAR+ were not seen.
Whoever compares these with the template corrects the two tables below.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal

from django.db import connection
from django.db.models import F

from compliance.rules.ni45_106 import codes
from compliance.sealing.canonical import canonical_bytes
from equity import moves
from equity.models import ExemptReport, Offering, Subscription
from equity.reports import asked
from equity.reports.gathering import Distribution, completed
from investors.models import Person

Kind = Literal["text", "yes_no", "security_code", "province", "day", "count", "amount"]
Value = str | int | None

_SEALED: Final = """
SELECT coalesce(encode(sha256(string_agg(
         sha256(convert_to(ROW(s.id, s.province, s.units, s.amount, s.insider, p.id, p.kind,
           p.family_name, p.first_name, p.legal_name, p.street, p.municipality, p.province,
           p.postal_code, p.telephone, p.email, p.registrant)::text, 'UTF8')),
         ''::bytea ORDER BY s."order")), 'hex'), '')
FROM {} AS s JOIN {} AS p ON p.id = s.person_id
WHERE s.offering_id = %s AND s.state = %s
"""

_OF_ISSUER: Final = ("name", "form", "head_office", "neq", "address", "telephone", "website")
"""What a report prints of the issuer's file."""

COUNTRY: Final = "Canada"
YES, NO = "Y", "N"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its code on the form, its label in both languages, and what it holds. Rows hold
    days and amounts as text ("2026-04-01", "2500.00")."""

    code: str
    fr: str
    en: str
    kind: Kind = "text"


PURCHASERS: Final = (
    Column("b1", "Nom de famille", "Family name"),
    Column("b2", "Premier prénom", "First given name"),
    Column("b3", "Autres prénoms", "Secondary given names"),
    Column("b4", "Nom officiel (non-personne physique)", "Full legal name of non-individual"),
    Column("c1", "Adresse", "Street address"),
    Column("c2", "Municipalité", "Municipality"),
    Column("c3", "Province ou territoire", "Province or territory", "province"),
    Column("c4", "Code postal", "Postal code"),
    Column("c5", "Pays", "Country"),
    Column("c6", "Téléphone", "Telephone"),
    Column("c7", "Courriel", "E-mail"),
    Column("d1", "Date du placement", "Date of distribution", "day"),
    Column("d2", "Nombre de titres", "Number of securities", "count"),
    Column("d3", "Code de titre", "Security code", "security_code"),
    Column("d4", "Montant payé ($ CA)", "Amount paid (CAD)", "amount"),
    Column("e1", "Règlement, article, paragraphe", "Rule, section, subsection"),
    Column("e2", "Investisseur qualifié (2.3) : alinéa", "Accredited investor (2.3): paragraph"),
    Column("e3", "Parents et amis (2.5) : alinéa", "Family and friends (2.5): paragraph"),
    Column("e3", "Parents et amis (2.5) : personne", "Family and friends (2.5): person"),
    Column("e3", "Parents et amis (2.5) : poste", "Family and friends (2.5): position"),
    Column("e4", "Investisseur admissible (2.9) : alinéa", "Eligible investor (2.9): paragraph"),
    Column("f1", "Personne inscrite", "Registrant", "yes_no"),
    Column("f2", "Initié de l'émetteur", "Insider of the issuer", "yes_no"),
    Column("f3", "Personne rémunérée", "Person compensated"),
)
"""Schedule 1, one row for each subscription."""

PEOPLE: Final = (
    Column("a1", "Nom de famille", "Family name"),
    Column("a2", "Premier prénom", "First given name"),
    Column("a3", "Autres prénoms", "Secondary given names"),
    Column("b1", "Adresse domiciliaire", "Residential street address"),
    Column("b2", "Municipalité", "Municipality"),
    Column("b3", "Province ou État", "Province or state"),
    Column("b4", "Code postal", "Postal code"),
    Column("b5", "Pays", "Country"),
    Column("c1", "Personne participant au contrôle", "Control person", "yes_no"),
    Column("c2", "Nom officiel (non-personne physique)", "Full legal name of non-individual"),
    Column("c3", "Ses administrateurs et dirigeants", "Its directors and officers"),
)
"""Schedule 2, one row for each principal. The letters are ours: its columns have none that we
recall."""


def frozen(found: Distribution, certified_on: date) -> dict[str, Any]:
    """Both schedules of a distribution, as they are kept with the report."""
    answers = found.answers
    return {
        "issuer": found.offering.issuer.name,
        "certified_on": certified_on.isoformat(),
        "purchasers": purchasers(found),
        "chief_email": answers.get("chief_email") or answers.get("certifier_email", ""),
        "chief_telephone": answers.get("chief_telephone") or answers.get("certifier_telephone", ""),
        "people": people(found),
    }


def shown_digest(found: Distribution, last: ExemptReport | None) -> str:
    """SHA-256 over all that whoever certifies the next report looks at: the answers, the issuer and
    its principals, every completed subscription with its purchaser, and which report it amends.

    Purchasers are counted as the database holds them, sealed: a page of 6,000 opens none of them.
    One that is only sealed anew, under another key, has the page looked at again too. The day is
    left out: a page of yesterday evening is certified this morning.
    """
    issuer, portal = found.offering.issuer, found.offering.portal
    told = {
        "number": 1 if last is None else last.number + 1,
        "version": found.version.pk,
        "issuer": [getattr(issuer, name) for name in _OF_ISSUER],
        "answers": found.answers,
        "security_code": found.security_code,
        "purchasers": _sealed_digest(found.offering),
        "portal": [portal.name, portal.email, portal.telephone],
        "people": people(found),
    }
    return sha256(canonical_bytes(told)).hexdigest()


def _sealed_digest(offering: Offering) -> str:
    """SHA-256 over the completed subscriptions and their purchasers, as their rows are."""
    quote = connection.ops.quote_name
    tables = (quote(model._meta.db_table) for model in (Subscription, Person))
    with connection.cursor() as cursor:
        cursor.execute(_SEALED.format(*tables), [offering.pk, moves.COMPLETED])
        return str(cursor.fetchone()[0])


def purchasers(found: Distribution) -> list[list[Value]]:
    """The rows of Schedule 1, in the order of the register of holders.

    A subscription is reported where its purchaser resided at the agreement, as in item 7 f.
    """
    exempt = codes.exemption(found.on)
    on = found.offering.closing.closed_on.isoformat()
    portal = found.offering.portal
    paid = found.answers.get("portal_nrd") or portal.name
    compensated = str(paid) if found.answers.get("portal_paid") else ""
    return [
        [
            *_names(row.person),
            *_address(row),
            on,
            row.units,
            found.security_code,
            f"{row.amount:.2f}",
            exempt.cited,
            "",
            "",
            "",
            "",
            "",
            _yes_no(row.person.registrant),
            _yes_no(row.insider),
            compensated,
        ]
        for row in found.rows
    ]


def moved(found: Distribution) -> int:
    """How many subscriptions are of somebody who has told another province since they agreed: their
    address of today stands beside the province of then, and has to be looked at."""
    return completed(found.offering).exclude(person__province=F("province")).count()


def people(found: Distribution) -> list[list[Value]]:
    """The rows of Schedule 2, in the order in which the issuer declared its principals."""
    told = found.answers.get("people", {})
    rows: list[list[Value]] = []
    for name in found.principals:
        one = told.get(asked.person_key(name), {})
        entity = bool(one.get("entity"))
        legal = one.get("family_name", "") or name
        rows.append(
            [
                "" if entity else legal,
                "" if entity else one.get("given_name", ""),
                "" if entity else one.get("secondary_names", ""),
                one.get("street", ""),
                one.get("municipality", ""),
                one.get("province", ""),
                one.get("postal_code", ""),
                one.get("country", ""),
                _yes_no(bool(one.get("control"))),
                legal if entity else "",
                one.get("heads", "") if entity else "",
            ]
        )
    return rows


def _names(person: Person) -> tuple[Value, ...]:
    if person.kind == Person.Kind.ORGANISATION:
        return ("", "", "", person.legal_name)
    return (person.family_name, person.first_name, "", "")


def _address(row: Subscription) -> tuple[Value, ...]:
    person = row.person
    return (
        " ".join(person.street.split()),
        person.municipality,
        row.province,
        person.postal_code,
        COUNTRY,
        person.telephone,
        person.email,
    )


def _yes_no(value: bool | None) -> str:
    return "" if value is None else YES if value else NO
