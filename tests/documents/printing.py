"""Documents printed once per run of the tests, whoever asks for them."""

import os
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from documents.facts import KINDS, Paper, facts_digest
from documents.render import Rendered, render, words_used
from documents.samples import samples

_FACTS: dict[str, Paper] = {}


def printed(facts: Paper) -> Rendered:
    """The document made of these facts."""
    digest = facts_digest(facts)
    _FACTS[digest] = facts
    return _printed(digest)


@cache
def _printed(digest: str) -> Rendered:
    facts = _FACTS[digest]
    shared = os.environ.get("PAPERS_SHARED")
    if not shared:
        return render(facts.kind, facts)
    folder = Path(shared)
    found = sorted(folder.glob(f"{digest}.*.pdf"))
    if found:
        pdf = found[0].read_bytes()
        return Rendered(pdf, sha256(pdf).hexdigest(), int(found[0].suffixes[0][1:]))
    made = render(facts.kind, facts)
    # Renamed when it is whole: another worker may be looking for it.
    beside = folder / f"{digest}.{os.getpid()}"
    beside.write_bytes(made.pdf)
    beside.rename(folder / f"{digest}.{made.pages}.pdf")
    return made


def sample(kind: str, language: str = "fr") -> Paper:
    """The sample of a kind."""
    return samples(language)[kind]  # type: ignore[arg-type]


def statements_used(facts: Paper) -> tuple[str, ...]:
    """Ids of the prescribed statements that a document prints, in their order."""
    return tuple(one.id for one in words_used(facts))


def drafted(facts: Paper) -> Paper:
    """The same, with the draft mark on every page."""
    return replace(facts, unconfirmed=statements_used(facts) or ("N1", "P9"))


def named(facts: Paper) -> str:
    """What to call a document in a test."""
    return f"{facts.kind}-{facts.language}" + ("-draft" if facts.unconfirmed else "")


def every() -> list[Paper]:
    """A document of every kind in both languages, without the draft mark and with it."""
    plain = [sample(kind, language) for language in ("fr", "en") for kind in KINDS]
    return [*plain, *map(drafted, plain)]
