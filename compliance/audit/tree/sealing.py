"""What the sweep does: chain what is new, sign, hand the checkpoint to places out of reach."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from compliance.audit.tree.chaining import behind, chain
from compliance.audit.tree.checkpoints import EVERY, TreeDamaged, sign
from compliance.audit.tree.packages import TrailDamaged
from compliance.audit.tree.places import anchor


@dataclass(slots=True)
class Sealed:
    """What one run did, by kind, and in words what kept it from doing more."""

    done: Counter[str] = field(default_factory=Counter)
    trouble: str = ""
    damage: str = ""
    """In words, where somebody changed the trail or wrote it past the services."""


def seal_up_to_now(at: datetime) -> None:
    """Sign the trail up to now, for something that is to be proven by it. Raises TrailDamaged."""
    if damage := seal_trail(at, every=timedelta(0)).damage:
        raise TrailDamaged(damage)


def seal_trail(at: datetime, *, from_the_start: bool = False, every: timedelta = EVERY) -> Sealed:
    """Chain, sign and hand over. Each is found again by the next run where it could not be done.

    `every` is how old the last checkpoint must be before the tree is signed again.
    """
    run = Sealed()
    chained = chain(from_the_start=from_the_start)
    run.done["entries_chained"] = chained.added
    if chained.unreadable:
        run.trouble = run.damage = (
            f"The audit trail has rows that cannot be read, the first at position "
            f"{chained.unreadable[0]}: somebody wrote them past the services."
        )
    elif chained.busy and (since := behind()) is not None:
        run.trouble = (
            f"Nothing was chained since {since:%Y-%m-%d %H:%M}, and another process holds the "
            "chainer's place: find out which."
        )
    try:
        run.done["checkpoints_signed"] = int(sign(at=at, every=every) is not None)
    except TreeDamaged as damage:
        run.trouble = run.damage = f"THE AUDIT TRAIL WAS CHANGED. {damage}"
        return run
    run.done["checkpoints_anchored"], failed = anchor(at=at)
    if failed:
        run.trouble = (
            f"The checkpoint could not be handed to {', '.join(failed)}; see the log. It is tried "
            "again by the next sweep."
        )
    return run
