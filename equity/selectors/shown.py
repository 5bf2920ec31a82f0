"""Prescribed statements as a person is shown them: the portal's entry notice, and the statements of
Form 45-110F2 with the words of one person and one offering filled in."""

from datetime import date

from compliance.rules.kernel.money import Language
from compliance.rules.kernel.terms import term
from compliance.rules.wording import Statement, statement
from equity.models import Offering, Portal
from investors.models import Person

_NOTICE = {"exempt": "E1", "dealer": "E2"}


def entry_notice(portal: Portal, on: date, language: Language) -> Statement:
    """The entry notice of that kind of portal (NI 45-110 s. 4)."""
    kind = portal.kind
    return statement(_NOTICE[kind], language, on, kind)


def button(language: Language) -> str:
    """The words on the button, which statement R10 quotes."""
    return "Je confirme" if language == "fr" else "I confirm"


def filled_in(
    rows: tuple[Statement, ...], offering: Offering, person: Person, language: Language
) -> list[tuple[Statement, str]]:
    """The statements of the form with their words for one person and one offering, whole."""
    quoted = f"« {button(language)} »" if language == "fr" else f"“{button(language)}”"
    values = {
        "issuer": offering.issuer.name,
        "security": term(offering.document.security_kind, language),
        "name": person.display_name or person.signatory,
        "button": quoted,
        "notice_address": offering.portal.email or offering.portal.address or offering.portal.name,
    }
    return [
        (row, row.render(**{name: values[name] or "—" for name in row.variables})) for row in rows
    ]
