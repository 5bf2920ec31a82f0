"""Short words for codes that appear inside sentences, in both languages (``terms.toml``)."""

import tomllib
from importlib.resources import files

_TERMS: dict[str, tuple[str, str]] = {
    code: (words["fr"], words["en"])
    for code, words in tomllib.loads(
        files("compliance.rules.kernel").joinpath("terms.toml").read_text(encoding="utf-8")
    ).items()
}


def term(code: str, language: str) -> str:
    """The word for a code in ``fr`` or ``en``; a code without an entry is shown as it is."""
    words = _TERMS.get(code)
    if words is None:
        return code
    return words[0] if language == "fr" else words[1]
