"""How sure we are of a line of the law. The grade is shown wherever the line is shown."""

from enum import StrEnum


class Grade(StrEnum):
    """Evidence grade of a figure, a rule or a statement (rulebook, first page)."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    POLICY = "policy"

    def label(self, language: str) -> str:
        """The grade in words, in ``fr`` or ``en``."""
        return _LABELS[self][0 if language == "fr" else 1]


_LABELS = {
    Grade.VERIFIED: ("vérifié", "verified"),
    Grade.SECONDARY: ("de seconde main", "secondary"),
    Grade.RECALLED: ("de mémoire", "recalled"),
    Grade.POLICY: ("politique du portail", "portal policy"),
}
