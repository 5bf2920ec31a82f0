"""Loading the demonstration: its stories, moved to today, each whole or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from django.db import transaction

from compliance.accounts.models import User
from compliance.accounts.selectors import roles_of
from compliance.rules.kernel.zones import local_date
from compliance.scenarios.left_waiting import leave_waiting
from compliance.scenarios.playing.play import play
from compliance.scenarios.playing.shifting import shifted
from compliance.scenarios.playing.world import mail_of
from compliance.scenarios.reading import read_text
from compliance.scenarios.reading.samples import issuer_name
from compliance.scenarios.reading.story import Story
from compliance.signin.demonstration import give_factor
from equity.models import Issuer

DAY_ZERO = date(2026, 6, 30)
"""The day that stands for today in the files of the demonstration."""
PASSWORD = "demonstration"
SIGN_INS = (
    ("odile", "responsable de la conformité", "compliance officer"),
    ("omar", "responsable de la conformité", "compliance officer"),
    ("atelier", "émetteur, placement en préparation", "issuer, offering in preparation"),
    ("erabliere", "émetteur, en attente d'approbation", "issuer, waiting for approval"),
    ("ferme", "émetteur, placement ouvert", "issuer, open offering"),
    ("costumerie", "émetteur, placement clos", "issuer, closed offering"),
    ("boulangerie", "émetteur, modification en préparation", "issuer, amendment in preparation"),
    ("marie", "investisseuse du Québec", "investor in Quebec"),
    ("paul", "investisseur de l'Ontario", "investor in Ontario"),
)
"""Short name, and what the person is, in French and in English."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One story of the demonstration: how many there are, and whether it was played just now."""

    number: int
    of: int
    title: str
    played: bool


def load(*, at: datetime) -> Iterator[Loaded]:
    """Play each story that is not there yet, oldest first, and say so as it is done.

    A story is one transaction: when anything dies in the middle, it is not there, and the next
    loading plays it. Afterwards there is work that waits for people, and those of ``SIGN_INS`` can
    sign in with ``PASSWORD``.
    """
    texts = _texts()
    for number, (name, text) in enumerate(texts, start=1):
        story = read_text(text, path=name)
        story = shifted(story, (local_date(at, story.portal.zone) - DAY_ZERO).days)
        yield Loaded(number, len(texts), story.title, _play_once(story))
    leave_waiting(at=at)
    _open_accounts()


def _texts() -> list[tuple[str, str]]:
    folder = files("compliance.scenarios").joinpath("demonstration")
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return [(e.name, e.read_text(encoding="utf-8")) for e in sorted(found, key=lambda e: e.name)]


@transaction.atomic
def _play_once(story: Story) -> bool:
    names = [issuer_name(issuer) for issuer in story.issuers.values()]
    if Issuer.objects.filter(name__in=names).exists():
        return False
    _, played = play(story)
    failed = [sentence for step in played.steps for sentence in step.failed]
    if failed:
        raise RuntimeError(f"{story.path} did not play as it was written: {failed[0]}")
    return True


def _open_accounts() -> None:
    """Give a password to the people who are offered as sign-ins, and to the officers among them
    the second factor that the desk asks for, once."""
    addresses = [mail_of(name) for name, _, _ in SIGN_INS]
    for user in User.objects.filter(email_index__in=addresses):
        if not user.has_usable_password():
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        if roles_of(user):
            give_factor(user)
