"""In which words a person answered Form 45-110F2: their digest is kept with the answers."""

import hashlib
from datetime import date

from compliance.rules.kernel.money import Language
from compliance.rules.wording import Shelf, risk_statements
from investors.models import RiskAcknowledgement

_ELSEWHERE = {
    "fr": "Les mots qui ont été affichés figurent dans la reconnaissance de risque elle-même.",
    "en": "The words that were shown are in the risk acknowledgement itself.",
}


def risks_digest(shelf: Shelf, portal_kind: str, language: Language, on: date) -> str:
    """SHA-256, in hexadecimal, of the words of the statements that a purchaser answers, in the
    order of Form 45-110F2, as a shelf has them on a day."""
    shown = hashlib.sha256()
    for row in risk_statements(portal_kind, on):
        shown.update(shelf.statement(row, language, on, portal_kind).version_digest.encode())
    return shown.hexdigest()


class Answered:
    """The words that a person was shown when they answered. They may have changed since, and words
    that were confirmed later may count from an earlier day: the digest decides, never the day."""

    def __init__(self, row: RiskAcknowledgement, portal_kind: str, on: date, shelf: Shelf) -> None:
        self._kind, self._on = portal_kind, on
        language: Language = "fr" if row.language == "fr" else "en"
        self.shelf = next(
            (
                state
                for state in (shelf.known_at(row.at), *shelf.states())
                if risks_digest(state, portal_kind, language, on) == row.statements_digest
            ),
            None,
        )
        """The shelf as it was then; None where no shelf ever had the words that were answered."""

    def words(self, statement_id: str, language: Language) -> str:
        """The words of a statement, or of those that are on no shelf any more, a sentence that says
        where they stand."""
        if self.shelf is None:
            return _ELSEWHERE[language]
        return self.shelf.statement(statement_id, language, self._on, self._kind).text
