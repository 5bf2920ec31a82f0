"""The rules of PDF/A-2 and PDF/UA-1 that a program can judge, written anew on pikepdf.

No full validator can be had on PyPI, npm or Debian. These rules are our own reading of ISO 19005-2
(through the wording of its public test profiles) and of the Matterhorn protocol 1.1 of the PDF
Association; each has a copy of a document, broken on purpose, that it must catch
(`tests/documents/breaking.py`). What no rule here can judge is named in documents/README.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.documents.rules.paper import Paper

Rule = Callable[[Paper], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a file breaks, and how."""

    rule: str
    what: str


RULES: dict[str, Rule] = {}
"""Every rule by its name: the clause of ISO 19005-2, the checkpoint of Matterhorn, or "house"."""


def rule(name: str) -> Callable[[Rule], Rule]:
    """Enter a rule under its name."""

    def entered(function: Rule) -> Rule:
        assert name not in RULES, name
        RULES[name] = function
        return function

    return entered


def judge(pdf: bytes, *, sealed: bool = False) -> list[Finding]:
    """All that a file breaks. A sealed one may have its invisible field, and nothing more."""
    with Paper.opened(pdf, sealed=sealed) as paper:
        return findings(paper)


def findings(paper: Paper) -> list[Finding]:
    """All that an opened file breaks."""
    return [Finding(name, what) for name, function in RULES.items() for what in function(paper)]


# Entered by being read: archive, tags and glyphs are the three chapters of the rules.
from tests.documents.rules import archive, glyphs, tags  # noqa: E402, F401
