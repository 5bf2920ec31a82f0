"""The table of acts that need a second person, and the words for each.

Each app registers its own in its module `actions.py`, imported at start-up. A code is recorded in
requests and looked for by triggers: it is never renamed and never used again for something else.
"""

import re
from dataclasses import dataclass

_CODE = re.compile(r"[a-z][a-z_]{0,39}")


class UnknownAct(LookupError):  # noqa: N818 - it names what happened
    """The code is not in the table of acts."""


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act that two people do together."""

    code: str
    """As recorded: `payout`."""
    fr: str
    """What is done, in French, as a title."""
    en: str
    """The same in English."""
    effect_fr: str
    """What happens once the second person has approved, in French."""
    effect_en: str
    """The same in English."""

    def title(self, language: str) -> str:
        """What is done, in `fr` or `en`."""
        return self.fr if language == "fr" else self.en

    def effect(self, language: str) -> str:
        """What happens once it is approved, in `fr` or `en`."""
        return self.effect_fr if language == "fr" else self.effect_en


_table: dict[str, Act] = {}


def register(*acts: Act) -> None:
    """Add acts to the table; raises ValueError on a malformed code, no words, or a clash."""
    for act in acts:
        if not _CODE.fullmatch(act.code):
            raise ValueError(f"{act.code!r} is not the code of an act; write `bank_details`.")
        if not all(words.strip() for words in (act.fr, act.en, act.effect_fr, act.effect_en)):
            raise ValueError(f"The act {act.code} needs its words in both languages.")
        if _table.setdefault(act.code, act) != act:
            raise ValueError(f"The act {act.code} is registered twice, with different words.")


def act(code: str) -> Act:
    """The registered act of this code; raises UnknownAct."""
    try:
        return _table[code]
    except KeyError:
        raise UnknownAct(
            f"No act {code!r} is registered. Add it to the `actions.py` of its app."
        ) from None


def registered() -> tuple[Act, ...]:
    """All registered acts, by code."""
    return tuple(_table[code] for code in sorted(_table))
