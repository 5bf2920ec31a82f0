"""Reading the audit trail."""

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch, QuerySet

from compliance.audit.models import Entry, Judgement
from compliance.audit.services import Subject, subject_key
from compliance.audit.tree.leaves import canonical, with_judgements
from compliance.sealing.merkle import root_of

_CHUNK = 1000


def trail(subject: Subject) -> QuerySet[Entry]:
    """The entries about one subject, oldest first, with their judgements."""
    subject_type, subject_id = subject_key(subject)
    return _told().filter(subject_type=subject_type, subject_id=subject_id)


def latest(subject: Subject, actions: Iterable[str]) -> Entry | None:
    """The latest entry about a subject with one of these action tags; None where there is none."""
    subject_type, subject_id = subject_key(subject)
    about = Entry.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return about.filter(action__in=tuple(actions)).order_by("-position").first()


def entries() -> QuerySet[Entry]:
    """Every entry, oldest first, with its judgements."""
    return _told()


def count() -> int:
    """How many entries there are."""
    return Entry.objects.count()


def head() -> str:
    """The root (hexadecimal) of the RFC 9162 tree over all entries, in the order of position.

    A running digest of a trail at rest, such as a played story's; what is signed and compared is
    the tree of `compliance.audit.tree`, which also holds the changes of rows.
    """
    return root_of(canonical(entry) for entry in _in_order()).hex()


def _in_order() -> Iterator[Entry]:
    after = -1
    rows = Entry.objects.order_by("position")
    while page := with_judgements(rows.filter(position__gt=after)[:_CHUNK]):
        yield from page
        after = page[-1].position


def _told() -> QuerySet[Entry]:
    return Entry.objects.order_by("position").prefetch_related(
        Prefetch("judgements", queryset=Judgement.objects.order_by("rank"))
    )
