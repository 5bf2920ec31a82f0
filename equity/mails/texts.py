"""Making the words of an e-mail from its text and its facts."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from documents.facts.shared import Language
from documents.paper.words import fill, typeset

Facts = Mapping[str, str]

_CONDITION = re.compile(r"\[([a-z_]+)\] ")


@cache
def texts() -> Mapping[str, Any]:
    """Every text by event and language, as texts.toml has them."""
    return tomllib.loads(files("equity.mails").joinpath("texts.toml").read_text(encoding="utf-8"))


def compose(
    event: str, languages: tuple[Language, ...], facts: Callable[[Language], Facts]
) -> tuple[str, str]:
    """The subject and the body of an e-mail in one language or in two, in the order given.

    ``facts`` gives the names of the text in a language; raises KeyError for one it does not give.
    """
    written = [_one(event, language, facts(language)) for language in languages]
    subject = " / ".join(subject for subject, _ in written)
    rule = f"\n\n{'-' * 40}\n\n"
    return subject, rule.join(body for _, body in written) + "\n"


def _one(event: str, language: Language, facts: Facts) -> tuple[str, str]:
    text, frame = texts()[event][language], texts()["frame"][language]
    whole = "\n\n".join((frame["greeting"], text["body"].strip(), frame["closing"].strip()))
    paragraphs = (_paragraph(one.strip(), facts) for one in whole.split("\n\n"))
    body = "\n\n".join(filter(None, (typeset(one, language) for one in paragraphs)))
    return typeset(fill(text["subject"], facts), language), body


def _paragraph(text: str, facts: Facts) -> str:
    """A paragraph filled in; empty where its condition is not given."""
    condition = _CONDITION.match(text)
    if condition is None:
        return fill(text, facts)
    return fill(text[condition.end() :], facts) if facts.get(condition[1]) else ""
