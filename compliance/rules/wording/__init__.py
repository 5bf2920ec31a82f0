"""Prescribed wording: data, per language, dated and graded; never a translation catalogue.

The words of a form are the law's, not ours: they are not passed through gettext, and they change
on a day, not with a release. Nothing here is official text yet; see the head of each data file.
"""

from compliance.rules.wording.wording import (
    Statement,
    WordingError,
    risk_statements,
    statement,
    statement_ids,
    statements_of,
)

__all__ = [
    "Statement",
    "WordingError",
    "risk_statements",
    "statement",
    "statement_ids",
    "statements_of",
]
