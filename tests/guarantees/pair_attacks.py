"""The ways to do alone what two people do, or to do something else than what was approved."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.services import revoke_role
from compliance.approvals.models import Approval, ApprovalRequest, Consumption
from compliance.approvals.services import digest_of
from tests.guarantees.closing_scene import execute
from tests.guarantees.pair_scenes import AT, Pair, as_asked, other_use

OTHER = "service: approval.another_person"
NO_OFFICER = "service: approval.by_officers"
INTERESTED = "service: approval.disinterested"
LATELY = "service: approval.not_granted_lately"
NOT_STANDING = "service: approval.standing"
CHANGED = "service: approval.unchanged"
NOT_ALLOWED = "service: actor.not_allowed"
TWO_PEOPLE = "database: approval_by_two_people"
TWO_PERSONS = "database: approval_by_two_persons"
OUTSIDERS = "database: approval_by_outsiders"
OFFICERS = "database: approval_by_officers"
NOT_LATELY = "database: approval_not_granted_lately"
OF_STANDING = "database: approval_of_standing_request"
WHOLE = "database: approval_request_is_whole"
KEPT = "database: approval_request_is_kept"
AS_GIVEN = "database: approval_used_as_given"
USED_ONCE = "database: approval_used_as_given"
NO_RIGHT = "database: permission denied for table compliance_approvals_approvalrequest"

Attack = tuple[Callable[[Pair], object], Callable[[Pair], str]]


def always(text: str) -> Callable[[Pair], str]:
    return lambda pair: text


# --- Through the services -------------------------------------------------------------------------


def _anew_and_approves(pair: Pair) -> object:
    pair.request = pair.ask(pair.people.approves)
    return as_asked(pair)


def _replaced(pair: Pair) -> object:
    """The request was replaced; the old one is approved."""
    ApprovalRequest.objects.filter(pk=pair.request.pk).update(standing=False)
    return as_asked(pair)


def _asker_gone(pair: Pair) -> object:
    asker = User.objects.get(pk=pair.people.asks.id)
    revoke_role(actor=SYSTEM, user=asker, role=Role.OFFICER, at=AT)
    return as_asked(pair)


def _of(role: Role) -> Callable[[Pair], object]:
    return lambda pair: pair.by(SYSTEM if role is Role.SYSTEM else Actor(role, uuid4()))


# --- Past the services ----------------------------------------------------------------------------


def approval_by(officer: Any, **columns: Any) -> Callable[[Pair], object]:
    """An approval by hand, by whoever this gives of the pair's people."""

    def attack(pair: Pair) -> Approval:
        given = {
            "request_id": pair.request.pk,
            "digest": pair.request.digest,
            "asked_by": pair.request.asked_by,
            "approved_by": officer(pair),
            "approved_at": AT,
        }
        return Approval.objects.create(**given | columns)

    return attack


def _second(pair: Pair) -> Any:
    return pair.people.approves.id


def _set(assignment: str) -> Callable[[Pair], object]:
    return lambda pair: execute(
        f"UPDATE compliance_approvals_approvalrequest SET {assignment} WHERE id = %s",
        pair.request.pk,
    )


def _stands_again(pair: Pair) -> object:
    _set("standing = false")(pair)
    return _set("standing = true")(pair)


def _old_by_hand(pair: Pair) -> object:
    _set("standing = false")(pair)
    return approval_by(_second)(pair)


def forged(**columns: Any) -> Callable[[Pair], object]:
    """A request written by hand in the name of the officer who asked."""

    def attack(pair: Pair) -> object:
        row = ApprovalRequest.objects.get(pk=pair.request.pk)
        ApprovalRequest.objects.filter(pk=row.pk).update(standing=False)
        row.pk, row._state.adding, row.standing = uuid4(), True, True
        for name, value in columns.items():
            setattr(row, name, value(row) if callable(value) else value)
        row.save(force_insert=True)
        return row

    return attack


def _redigested(pair: Pair) -> object:
    """Content and digest forged alike, then approved in good faith: the service looks again."""
    text = pair.request.content.replace("{", '{"a":"b",', 1)
    pair.request = forged(content=text, digest=digest_of(text))(pair)  # type: ignore[assignment]
    return as_asked(pair)


def used(**columns: Any) -> Callable[[Pair], object]:
    """A use by hand of an approval by hand of two people."""

    def attack(pair: Pair) -> object:
        approval = approval_by(_second)(pair)
        given = {
            "approval": approval,
            "act": pair.act,
            "digest": pair.request.digest,
            "used_by_role": "officer",
            "used_by": pair.people.approves.id,
            "used_at": AT,
        }
        return Consumption.objects.create(**given | columns)

    return attack


def _used_twice(pair: Pair) -> object:
    first = used()(pair)
    return Consumption.objects.create(
        approval_id=first.approval_id,  # type: ignore[attr-defined]
        act=pair.act,
        digest=pair.request.digest,
        used_by_role="officer",
        used_by=pair.people.approves.id,
        used_at=AT,
    )


def _used_by_nobody_left(pair: Pair) -> object:
    """The officer who approved is none any more when the approval is used."""
    approval = approval_by(_second)(pair)
    approver = User.objects.get(pk=pair.people.approves.id)
    revoke_role(actor=SYSTEM, user=approver, role=Role.OFFICER, at=AT)
    return Consumption.objects.create(
        approval=approval,
        act=pair.act,
        digest=pair.request.digest,
        used_by_role="officer",
        used_by=pair.people.approves.id,
        used_at=AT,
    )


ATTACKS: dict[str, Attack] = {
    "who asked approves": (lambda p: p.by(p.people.asks), always(OTHER)),
    "who asked approves through another account": (lambda p: p.by(p.people.twin), always(OTHER)),
    "the other asks anew and approves too": (_anew_and_approves, always(OTHER)),
    "who has their role from who asked approves": (
        lambda p: p.by(p.people.lately),
        always(LATELY),
    ),
    "approved after a change of the content": (lambda p: p.after_change(p), lambda p: p.changed),
    "approved for another digest than what stands": (
        lambda p: p.by(p.people.approves, "0" * 64),
        always(CHANGED),
    ),
    "an old request is approved": (_replaced, always(NOT_STANDING)),
    "approved by one whose role has ended": (lambda p: p.by(p.people.ended), always(NO_OFFICER)),
    "approved when the role of who asked has ended": (_asker_gone, always(NO_OFFICER)),
    "approved by an examiner": (lambda p: p.by(p.people.examiner), always(NOT_ALLOWED)),
    **{
        f"approved by {role.value}": (_of(role), always(NOT_ALLOWED))
        for role in (Role.SYSTEM, Role.ISSUER, Role.INVESTOR)
    },
    "content and digest forged alike": (_redigested, always(CHANGED)),
    "who asked approves, by hand": (
        approval_by(lambda p: p.people.asks.id),
        always(TWO_PEOPLE),
    ),
    "who asked approves through another account, by hand": (
        approval_by(lambda p: p.people.twin.id),
        always(TWO_PERSONS),
    ),
    "who has their role from who asked approves, by hand": (
        approval_by(lambda p: p.people.lately.id),
        always(NOT_LATELY),
    ),
    "approved by nobody known, by hand": (approval_by(lambda p: uuid4()), always(OFFICERS)),
    "approved by one whose role has ended, by hand": (
        approval_by(lambda p: p.people.ended.id),
        always(OFFICERS),
    ),
    "another is said to have asked": (
        approval_by(_second, asked_by=uuid4()),
        always(OF_STANDING),
    ),
    "approved for another digest, by hand": (
        approval_by(_second, digest="0" * 64),
        always(OF_STANDING),
    ),
    "approved before it was asked": (
        approval_by(_second, approved_at=AT - timedelta(seconds=1)),
        always(OF_STANDING),
    ),
    "an old request is approved, by hand": (_old_by_hand, always(OF_STANDING)),
    "content forged under its digest": (
        forged(content=lambda row: row.content.replace("{", '{"a":"b",', 1)),
        always(WHOLE),
    ),
    "a digest forged": (forged(digest="0" * 64), always(WHOLE)),
    "another act under the digest of this one": (forged(act="other_act"), always(WHOLE)),
    "another subject under the digest of this one": (forged(subject_id=uuid4()), always(WHOLE)),
    "asked by nobody known, by hand": (
        forged(asked_by=uuid4()),
        always("database: approval_asked_by_officer"),
    ),
    "the content is changed": (_set("content = content"), always(NO_RIGHT)),
    "the asker is changed": (_set("asked_by = gen_random_uuid()"), always(NO_RIGHT)),
    "the request is removed": (
        lambda p: execute("DELETE FROM compliance_approvals_approvalrequest WHERE standing"),
        always(NO_RIGHT),
    ),
    "an old request stands again": (_stands_again, always(KEPT)),
    "used twice": (_used_twice, always(USED_ONCE)),
    "used for another act": (used(act="other_act"), always(AS_GIVEN)),
    "used for other content": (used(digest="0" * 64), always(AS_GIVEN)),
    "used before it was approved": (
        used(used_at=AT - timedelta(seconds=1)),
        always(AS_GIVEN),
    ),
    "used when who approved is no officer any more": (
        _used_by_nobody_left,
        always("database: approval_used_of_officers"),
    ),
    "the effect without any approval": (lambda p: p.effect(None), lambda p: p.bare),
    "the effect with the approval of something else": (
        lambda p: p.effect(other_use(p.people)),
        lambda p: f"database: {p.guard}",
    ),
}
"""What is tried on every act, and the refusal that belongs to it."""

OF_AN_ISSUER: dict[str, Attack] = {
    "a principal approves": (lambda p: p.by(p.people.namesake), always(INTERESTED)),
    "an account of the issuer approves": (lambda p: p.by(_member(p)), always(INTERESTED)),
    "an account of the issuer approves, by hand": (
        approval_by(lambda p: _member(p).id),
        always(OUTSIDERS),
    ),
    "an account of the issuer asks": (
        lambda p: _asked_by_member(p),
        always(INTERESTED),
    ),
}
"""What is tried beside, where an issuer gains by the act."""


def _member(pair: Pair) -> Actor:
    assert pair.member is not None
    return pair.member


def _asked_by_member(pair: Pair) -> object:
    pair.request = pair.ask(_member(pair))
    return as_asked(pair)
