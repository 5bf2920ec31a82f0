"""Who sees and does what at the desk, as one table made of the addresses themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compliance.accounts.roles import Role
from compliance.desk.urls import urlpatterns
from compliance.desk.views.common import SEATS

_PARAMETER = re.compile(r"<\w+:(\w+)>")
BY_SECRET = frozenset({"calendar_feed"})
"""Addresses that a program reads by the secret in them, in nobody's role."""
MARK = "<!-- the table below is written by compliance.desk.seats; a test holds it -->"


@dataclass(frozen=True, slots=True)
class Seat:
    """One address of the desk: who sees it and who acts there."""

    name: str
    address: str
    says: str
    roles: tuple[Role, ...]
    methods: tuple[str, ...]

    def may(self, role: Role) -> str:
        """What a role may do there, in a word; empty for nothing: it is answered by 404."""
        if role not in self.roles:
            return ""
        return "acts" if self.acts else "reads"

    @property
    def acts(self) -> bool:
        """Whether something is done there, by an officer alone; a search by POST does nothing."""
        return self.roles == (Role.OFFICER,) and "POST" in self.methods

    @property
    def officers_only(self) -> bool:
        """Whether an examiner has nothing to read there."""
        return self.roles == (Role.OFFICER,)


def seats() -> Iterator[Seat]:
    """Every address of the desk but those by a secret, in the order in which they are told apart.
    Raises KeyError for a view that says nobody's role, which no address may lead to."""
    for pattern in urlpatterns:
        view: Any = pattern.callback
        assert pattern.name is not None
        if pattern.name in BY_SECRET:
            continue
        roles, methods = SEATS[f"{view.__module__.rpartition('.')[2]}.{view.__name__}"]
        yield Seat(
            name=pattern.name,
            address="/" + _PARAMETER.sub(r"{\1}", str(pattern.pattern)),
            says=" ".join((view.__doc__ or "").split("\n\n")[0].split()),
            roles=roles,
            methods=methods,
        )


def table() -> str:
    """The table as Markdown."""
    rows = ["| address | what it is | officer | examiner |", "|---|---|---|---|"]
    for seat in seats():
        cells = (seat.may(Role.OFFICER), seat.may(Role.EXAMINER))
        says = seat.says.replace("|", "\\|")
        rows.append(f"| `{seat.address}` | {says} | {' | '.join(cell or '–' for cell in cells)} |")
    return "\n".join(rows) + "\n"
