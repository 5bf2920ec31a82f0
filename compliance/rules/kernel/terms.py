"""Short words for codes that appear inside sentences, in both languages (``terms.toml``)."""

import tomllib
from importlib.resources import files

from compliance.rules.kernel.zones import PROVINCES

_TERMS: dict[str, tuple[str, str]] = {
    code: (words["fr"], words["en"])
    for code, words in tomllib.loads(
        files("compliance.rules.kernel").joinpath("terms.toml").read_text(encoding="utf-8")
    ).items()
}


def term(code: str, language: str, sense: str = "") -> str:
    """The word for a code in ``fr`` or ``en``; a code without an entry is shown as it is.

    A province or territory is named in full. ``sense`` tells two words of one code apart: ``open``
    is a state, and in the sense ``move`` an act.
    """
    if code in PROVINCES:
        return PROVINCES[code].fr if language == "fr" else PROVINCES[code].en
    words = _TERMS.get(f"{code}_{sense}") or _TERMS.get(code)
    if words is None:
        return code
    return words[0] if language == "fr" else words[1]
