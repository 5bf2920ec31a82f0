"""What can be done in a story: one table of verbs, and the reading of what each takes.

A verb's `with` may hold, besides its own keys, the `offering` or `subscription` that the step could
also name beside `do`; in both places at once is a key given twice. Names that no step ever declares
are no fault of the file: such a step is refused while playing, with `state.not_allowed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from compliance.scenarios.reading.offerings import AMENDABLE_KEYS, OFFERING_KEYS, read_offering
from compliance.scenarios.reading.parties import authorised, known_issuer
from compliance.scenarios.reading.places import NBSP, Fields, Place
from compliance.scenarios.reading.story import (
    AcknowledgeParams,
    AdviseParams,
    AmendParams,
    ConcurrentParams,
    FileParams,
    IssuerSpec,
    NoParams,
    OfferingParams,
    Params,
    PayParams,
    PersonSpec,
    PortalStatusParams,
    ReadParams,
    ReasonParams,
    RecordWithdrawalParams,
    RefundParams,
    RelateParams,
    SubscribeParams,
)
from compliance.scenarios.reading.values import (
    LONGEST_NAME,
    LONGEST_REGISTRATION,
    amount,
    boolean,
    day,
    instant,
    one_of,
    province,
    text,
    whole,
)
from compliance.scenarios.reading.vocabulary import ANSWERS, DUTIES, LANGUAGES, RELATION_KINDS

Presence = Literal["required", "optional", "no"]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who a step may name, and the clock its times are read by."""

    people: Mapping[str, PersonSpec]
    issuers: Mapping[str, IssuerSpec]
    zone: ZoneInfo


Reader = Callable[[Fields, Cast], Params]


def _nothing(_keys: Fields, _cast: Cast) -> Params:
    return NoParams()


def _reason(keys: Fields, _cast: Cast) -> Params:
    reason = keys.get("reason")
    return ReasonParams(text(reason) if reason else None)


def _offering(keys: Fields, _cast: Cast) -> Params:
    return OfferingParams(read_offering(keys.values))


def _amend(keys: Fields, _cast: Cast) -> Params:
    return AmendParams(text(keys.need("what")), read_offering(keys.values))


def _portal_status(keys: Fields, _cast: Cast) -> Params:
    return PortalStatusParams(authorised(keys.need("authorised")))


def _relate(keys: Fields, cast: Cast) -> Params:
    issuers = tuple(cast.issuers)
    issuer, to = known_issuer(keys.need("issuer"), issuers), known_issuer(keys.need("to"), issuers)
    if issuer == to:
        keys.need("to").fail(
            "an issuer is not related to itself", "un émetteur n'est pas lié à lui-même"
        )
    kind = one_of(keys.need("kind"), RELATION_KINDS)
    return RelateParams(issuer, to, kind, day(keys.need("since")))


def _concurrent(keys: Fields, _cast: Cast) -> Params:
    return ConcurrentParams(amount(keys.need("amount")), boolean(keys.need("unconditional")))


def _language(keys: Fields) -> str | None:
    language = keys.get("language")
    return one_of(language, LANGUAGES) if language else None


def _read(keys: Fields, _cast: Cast) -> Params:
    return ReadParams(_language(keys))


def _acknowledge(keys: Fields, _cast: Cast) -> Params:
    given = keys.get("answers")
    answers = given.fields(ANSWERS).values if given else {}
    said = {row: boolean(place) for row, place in answers.items()}
    return AcknowledgeParams(_language(keys), MappingProxyType(said))


def _advise(keys: Fields, cast: Cast) -> Params:
    investor = text(keys.need("investor"))
    person = cast.people.get(investor)
    if person is None or person.role != "investor":
        keys.need("investor").fail(
            f"{investor[:60]!r} is no investor of this story",
            f"{investor[:60]!r} n'est pas un investisseur de ce récit",
        )
    dealer, registration = keys.get("dealer"), keys.get("registration")
    return AdviseParams(
        investor,
        boolean(keys.need("suitable")),
        text(dealer, LONGEST_NAME) if dealer else None,
        text(registration, LONGEST_REGISTRATION) if registration else None,
    )


def _subscribe(keys: Fields, _cast: Cast) -> Params:
    return SubscribeParams(whole(keys.need("units"), 1))


def _pay(keys: Fields, _cast: Cast) -> Params:
    paid, source = keys.get("amount"), keys.get("from")
    return PayParams(
        amount(paid) if paid else None,
        one_of(source, ("purchaser", "other")) if source else "purchaser",
    )


def _record_withdrawal(keys: Fields, cast: Cast) -> Params:
    return RecordWithdrawalParams(instant(keys.need("sent"), cast.zone))


def _file(keys: Fields, _cast: Cast) -> Params:
    reference, where = keys.get("reference"), keys.get("jurisdiction")
    return FileParams(
        one_of(keys.need("duty"), DUTIES),
        text(reference, LONGEST_NAME) if reference else None,
        province(where) if where else None,
    )


def _refund(keys: Fields, _cast: Cast) -> Params:
    everything = keys.get("all")
    return RefundParams(boolean(everything) if everything else False)


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: whose it is, what its step names, the keys of its `with`, and whether `as` names
    what it makes."""

    by: Literal["issuer", "officer", "investor", "nobody"]
    read: Reader
    keys: tuple[str, ...] = ()
    offering: Presence = "required"
    subscription: Presence = "no"
    names: bool = False


def _on_subscription(by: Literal["officer", "investor"], read: Reader, *keys: str) -> Verb:
    return Verb(by, read, keys, offering="optional", subscription="required")


VERBS: dict[str, Verb] = {
    "draft": Verb("issuer", _offering, OFFERING_KEYS, offering="no", names=True),
    "edit": Verb("issuer", _offering, OFFERING_KEYS),
    "certify": Verb("issuer", _nothing),
    "submit": Verb("issuer", _nothing),
    "open": Verb("issuer", _nothing),
    "cancel": Verb("issuer", _nothing),
    "suspend": Verb("officer", _reason, ("reason",)),
    "resume": Verb("officer", _reason, ("reason",)),
    "stop": Verb("officer", _reason, ("reason",)),
    "portal_status": Verb("officer", _portal_status, ("authorised",), offering="optional"),
    "approve": Verb("officer", _reason, ("reason",)),
    "request_changes": Verb("officer", _reason, ("reason",)),
    "refuse": Verb("officer", _reason, ("reason",)),
    "relate": Verb("officer", _relate, ("issuer", "to", "kind", "since"), offering="optional"),
    "amend": Verb("issuer", _amend, ("what", *AMENDABLE_KEYS)),
    "publish": Verb("issuer", _nothing),
    "concurrent": Verb("issuer", _concurrent, ("amount", "unconditional")),
    "read": Verb("investor", _read, ("language",)),
    "acknowledge": Verb("investor", _acknowledge, ("language", "answers")),
    "advise": Verb("officer", _advise, ("investor", "dealer", "registration", "suitable")),
    "subscribe": Verb("investor", _subscribe, ("units",), names=True),
    "pay": _on_subscription("investor", _pay, "amount", "from"),
    "withdraw": _on_subscription("investor", _nothing),
    "record_withdrawal": _on_subscription("officer", _record_withdrawal, "sent"),
    "ask_closing": Verb("officer", _reason, ("reason",)),
    "approve_closing": Verb("officer", _reason, ("reason",)),
    "file": Verb("officer", _file, ("duty", "reference", "jurisdiction"), "optional", "optional"),
    "refund": Verb("officer", _refund, ("all",), "optional", "optional"),
    "wait": Verb("nobody", _nothing, (), "optional", "optional"),
}


def check_refund(
    step: Place, params: Params, offering: str | None, subscription: str | None
) -> None:
    """A refund names one subscription, or `all: true` and an offering."""
    if not isinstance(params, RefundParams):
        return
    if params.everything and subscription is not None:
        _at(step, "subscription").fail(
            "a refund names a subscription or all, not both",
            "un remboursement vise une souscription ou toutes, non les deux",
        )
    if params.everything and offering is None:
        _at(step, "offering").fail(
            "all needs the offering whose refunds are paid",
            "all demande le placement dont les remboursements sont faits",
        )
    if not params.everything and subscription is None:
        _at(step, "subscription").fail(
            "a refund needs a subscription, or all: true with an offering",
            f"un remboursement demande une souscription, ou all{NBSP}: true avec un placement",
        )


def _at(step: Place, key: str) -> Place:
    return Place(step.node, step.under(key), step.file)
