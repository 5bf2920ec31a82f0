"""Acts that may be asked for again: the same key and the same body get the same answer.

    @repeatable("subscription:pay", TELLING)
    def pay(*, actor: Actor, ..., at: datetime, key: Key | None = None) -> Done[Subscription]:

The decorator takes the place of ``transaction.atomic``. With a key it claims the key first, runs
the act, writes down the answer, and commits the three together; whoever comes with the same key
meanwhile waits for that commit and is given its answer. An act that is refused or fails leaves no
key: it did nothing, and may be asked for again. Without a key it is ``transaction.atomic``.
"""

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import models, transaction

from compliance.accounts.roles import Actor
from compliance.idempotency.models import LONGEST_KEY, KeyedAct
from compliance.prepared.cursor import preparing_cursor
from compliance.sealing.canonical import canonical_bytes, plain, written
from compliance.sealing.index import keyed_digest
from compliance.vault.keys import ring

Given = ParamSpec("Given")
Result = TypeVar("Result")
Row = TypeVar("Row", bound=models.Model)

_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
_PURPOSE = "idempotency.body"
_BESIDE = frozenset({"actor", "at", "key"})
"""What is not part of the body: who asks is the scope of the key, and a retry comes later."""
_CLAIM = """
INSERT INTO compliance_idempotency_keyedact (actor_role, actor_id, key, act, body, at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id
"""
_ANSWER = "UPDATE compliance_idempotency_keyedact SET answer = $1 WHERE id = $2"


@dataclass(frozen=True, slots=True)
class Sent:
    """A key together with what was sent under it, for whoever makes the act's arguments out of it.

    A page works its arguments out from what is stored as well as from the form; sent again, the
    same form would make other ones. What it promises is about the form.
    """

    key: str
    body: Any


Key = str | Sent


class KeyFault(ValueError):  # noqa: N818 - it says what is wrong with the key
    """A key is 1 to 255 visible characters of ASCII, without spaces."""


class KeyReused(ValueError):  # noqa: N818 - it says what happened; nothing was done
    """The key was used by this actor for something else; nothing was done."""


@dataclass(frozen=True, slots=True)
class Telling(Generic[Result]):
    """How what an act returns is written down, and given again: floors above say it for theirs."""

    write: Callable[[Result], Any]
    """The result as plain JSON: ids, states, amounts, days; no personal data."""
    read: Callable[[str], Result]
    """The result again, from the text of the answer."""


def repeatable(
    act: str, telling: Telling[Result]
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Let a service with a ``key`` be asked for again; ``act`` names it for good (`duty:file`).

    The service takes keywords only. Its body is those arguments, without ``actor``, ``at`` and
    ``key``, and without those left at their default, so that a parameter added later changes no
    body; or what a ``Sent`` says. Raises KeyFault on a key that is none, KeyReused when the actor
    used it for another act or body, CanonicalError on a body without a canonical form.
    """

    def wrap(service: Callable[Given, Result]) -> Callable[Given, Result]:
        defaults = _defaults(service)

        @wraps(service)
        def once(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            given: dict[str, Any] = dict(kwargs)
            key: Key | None = given.pop("key", None)
            act_once: Callable[..., Result] = service
            with transaction.atomic():
                if key is None:
                    return act_once(*args, **given)
                given = {name: _kept(value) for name, value in given.items()}
                body = key.body if isinstance(key, Sent) else _body(given, defaults)
                text = key.key if isinstance(key, Sent) else key
                return _once(act, telling, act_once, given, text, body)

        return once

    return wrap


def _once(
    act: str,
    telling: Telling[Result],
    service: Callable[..., Result],
    given: dict[str, Any],
    key: str,
    body: Any,
) -> Result:
    """Claim the key and do the act, or give the answer of whoever claimed it before."""
    actor: Actor = given["actor"]
    if not _KEY.fullmatch(key):
        raise KeyFault(f"A key is 1 to {LONGEST_KEY} visible characters of ASCII without spaces.")
    digest = body_digest(act, body)
    claim = _claim(actor, key, act, digest, given["at"])
    if claim is None:
        return telling.read(_answered(actor, key, act, digest))
    result = service(**given)
    # Plain JSON already, so it is not looked through again: the act's locks are held meanwhile.
    _answer(claim, written(telling.write(result)).decode())
    return result


def _claim(actor: Actor, key: str, act: str, digest: bytes, at: Any) -> int | None:
    """Claim a key in this transaction and return the claim; None when it was used before.

    One statement: to look first and then write would let two look before either writes. When
    another transaction holds the key, PostgreSQL waits here until that one has ended.
    """
    with preparing_cursor() as cursor:
        cursor.execute(_CLAIM, [actor.role.value, actor.id, key, act, digest, at])
        row = cursor.fetchone()
    return None if row is None else row[0]


def _answer(claim: int, text: str) -> None:
    """Write the answer beside its claim, in the transaction of the act."""
    with preparing_cursor() as cursor:
        cursor.execute(_ANSWER, [text, claim])


def _answered(actor: Actor, key: str, act: str, digest: bytes) -> str:
    """The answer that was given under a key; raises KeyReused when it was for something else."""
    row = KeyedAct.objects.get(actor_role=actor.role.value, actor_id=actor.id, key=key)
    if row.act != act or bytes(row.body) != digest:
        raise KeyReused("This key was used for something else. Nothing was done.")
    assert row.answer is not None  # A trigger refuses the commit of a key without its answer.
    return row.answer


def is_answered(*, actor: Actor, key: Key | None) -> bool:
    """Whether this actor was given an answer under this key: a page that looks at more than its
    form before it acts, and would refuse what it has just done, asks this first."""
    if key is None:
        return False
    text = key.key if isinstance(key, Sent) else key
    return KeyedAct.objects.filter(
        actor_role=actor.role.value, actor_id=actor.id, key=text
    ).exists()


def told_row(row: models.Model) -> dict[str, Any]:
    """What an answer says of any row: its kind and its id."""
    return {"type": row._meta.label_lower, "id": plain(row.pk)}


def row_telling(model: type[Row]) -> Telling[Row]:
    """The answer of a service that returns a row of one model, which is then read as it now is."""

    def read(text: str) -> Row:
        return model._default_manager.get(pk=json.loads(text)["id"])

    return Telling(told_row, read)


def body_digest(act: str, body: Any) -> bytes:
    """The 32 bytes by which the body of an act is known again."""
    return keyed_digest(canonical_bytes([act, _comparable(body)]), ring=ring(), purpose=_PURPOSE)


def _defaults(service: Callable[..., Any]) -> dict[str, Any]:
    """The defaults of a service's parameters; raises TypeError when it cannot be repeatable."""
    parameters = inspect.signature(service).parameters.values()
    positional = {p.name for p in parameters if p.kind not in (p.KEYWORD_ONLY, p.VAR_KEYWORD)}
    names = {p.name for p in parameters}
    if positional or not names >= _BESIDE:
        raise TypeError(f"{service.__qualname__} must take actor, at and key, by keyword only.")
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def _kept(value: Any) -> Any:
    """A value that can be looked at twice: an iterator is read once and kept."""
    return tuple(value) if isinstance(value, Iterator) else value


def _body(given: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in given.items()
        if name not in _BESIDE and not (name in defaults and value == defaults[name])
    }


def _comparable(value: Any) -> Any:
    """A value such that equal ones have equal canonical bytes: 100 and 100.00 are one amount. The
    bytes of a file are known by their digest."""
    if isinstance(value, Decimal) and value.is_finite():
        text = format(value if value else value.copy_abs(), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, Mapping):
        return {name: _comparable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_comparable(item) for item in value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, models.Model):
        return told_row(value)
    if isinstance(value, type) and issubclass(value, models.Model):
        return value._meta.label_lower
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _comparable(getattr(value, one.name)) for one in fields(value)}
    return value
