"""The register of action tags, and the words for each.

A tag is recorded (`equity:offering:open`); its wording is looked up when the trail is shown, so
the words may be improved without touching what was recorded. A tag is never renamed and never
used again for something else: entries of past years carry it.

Each app registers its own tags in a module `actions.py`, imported at start-up.
"""

import re
from dataclasses import dataclass

_TAG = re.compile(r"[a-z][a-z0-9_]*(:[a-z][a-z0-9_]*){2}")
_LANGUAGES = ("fr", "en")


class UnknownAction(LookupError):  # noqa: N818 - it names what happened
    """The tag is not in the register."""


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of thing that is recorded."""

    tag: str
    """`app:subject:verb`, as recorded."""
    fr: str
    """What happened, in French, as a title in a list."""
    en: str
    """The same in English."""


_register: dict[str, Action] = {}


def register(*actions: Action) -> None:
    """Add actions to the register; raises ValueError on a malformed tag, no words, or a clash."""
    for action in actions:
        if not _TAG.fullmatch(action.tag) or len(action.tag) > 80:
            raise ValueError(f"{action.tag!r} is not an action tag; write `app:subject:verb`.")
        if not action.fr.strip() or not action.en.strip():
            raise ValueError(f"The action {action.tag} needs its words in both languages.")
        if _register.setdefault(action.tag, action) != action:
            raise ValueError(f"The action {action.tag} is registered twice, with different words.")


def action(tag: str) -> Action:
    """The registered action of this tag; raises UnknownAction."""
    try:
        return _register[tag]
    except KeyError:
        raise UnknownAction(
            f"No action {tag!r} is registered. Add it to the `actions.py` of its app."
        ) from None


def wording(tag: str, language: str) -> str:
    """What the tag says in `fr` or `en`; raises UnknownAction, or ValueError on the language."""
    if language not in _LANGUAGES:
        raise ValueError(f"No wording in {language!r}; there is fr and en.")
    known = action(tag)
    return known.fr if language == "fr" else known.en


def registered() -> tuple[Action, ...]:
    """All registered actions, by tag."""
    return tuple(_register[tag] for tag in sorted(_register))
