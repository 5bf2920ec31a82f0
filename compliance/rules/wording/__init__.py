"""Prescribed wording: data, per language, dated and graded; never a translation catalogue.

The words of a form are the law's, not ours: they are not passed through gettext, and they change
on a day, not with a release. No packaged words are official text; see the head of each data file.
"""

from compliance.rules.wording.statements import (
    PLACEHOLDER,
    Statement,
    WordingError,
    fill_in,
    variables_of,
    words_digest,
)
from compliance.rules.wording.wording import (
    ImportedWords,
    Shelf,
    packaged,
    risk_statements,
    statement,
    statement_ids,
    statements_of,
    with_imported,
)

__all__ = [
    "PLACEHOLDER",
    "ImportedWords",
    "Shelf",
    "Statement",
    "WordingError",
    "fill_in",
    "packaged",
    "risk_statements",
    "statement",
    "statement_ids",
    "statements_of",
    "variables_of",
    "with_imported",
    "words_digest",
]
