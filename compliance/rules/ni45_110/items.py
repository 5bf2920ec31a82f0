"""The items of Form 45-110F1 that an issuer answers (general instruction 6: none left out).

The numbers inside the fourteen items are recalled, not read; they are stable keys of ours. Items
made from the terms of the offering (5.1 to 5.4, 5.7, 5.8, 7.2), from the principals (4.1), from
prescribed statements (1, 5.9, 12, 13) or by the certificate (14) are not asked again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

ANSWERED = (
    "2.1",
    "2.2",
    "3.1",
    "4.2a",
    "4.2b",
    "4.2c",
    "4.2d",
    "5.5",
    "5.6",
    "6.1",
    "6.2",
    "6.3",
    "6.4",
    "6.5",
    "6.6",
    "7.1",
    "8.1",
    "9.1",
    "10.1",
    "10.2",
    "11.1",
    "11.2",
    "11.3",
)
NOT_APPLICABLE = "not_applicable"
"""The express answer that an item does not apply."""


def key(item: str) -> str:
    """The stable key of an item id as people write it: "4.2 a" is 4.2a."""
    return item.replace(" ", "")


def missing(answers: Mapping[str, Any], languages: Iterable[str] = ()) -> tuple[str, ...]:
    """The items without an answer, in the order of the form.

    An answer to 4.2 as a whole answers its four questions. An empty list is an answer (there is
    nothing to declare); an empty text is not. A text that is given by language must be there in
    every language of the document: a French version with English passages is not one.
    """
    wanted = frozenset(languages)
    return tuple(item for item in ANSWERED if not _answered(item, answers, wanted))


def _answered(item: str, answers: Mapping[str, Any], languages: frozenset[str]) -> bool:
    value = answers.get(item)
    if value is None and item.startswith("4.2"):
        value = answers.get("4.2")
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and _said_in_all(value, languages)


def _said_in_all(value: Any, languages: frozenset[str]) -> bool:
    """Whether every text of an answer that is given by language is there in all of them.

    A text left out in every language is no text at all, and is judged by the item's own shape.
    """
    if isinstance(value, Mapping):
        if value and value.keys() <= _LANGUAGES:
            said = {language for language, text in value.items() if str(text or "").strip()}
            return not said or languages <= said
        return all(_said_in_all(part, languages) for part in value.values())
    if isinstance(value, list | tuple):
        return all(_said_in_all(part, languages) for part in value)
    return True


_LANGUAGES = frozenset({"fr", "en"})
