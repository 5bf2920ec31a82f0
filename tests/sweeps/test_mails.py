"""E-mails: each act told once, to whom it concerns, in their language, in words that are true."""

import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.audit.actions import registered
from compliance.audit.models import Entry
from compliance.outbox.models import Heard, Message
from compliance.rules.kernel.money import NBSP
from equity import mails
from equity.mails.casework import TEXTS as CASE_TEXTS
from equity.mails.events import EVENTS, tag_of
from equity.mails.texts import compose, texts
from equity.mails.writing import write_mails
from equity.services import amendments, filing, life, money
from equity.services.time import tick
from investors.services import identify
from tests.equity.test_services_two_people import correct
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    certify,
    closed,
    draft_offering,
    investor_actor,
    issuer_user,
    make_content,
    make_person,
    open_offering,
    subscribed,
)

pytestmark = pytest.mark.django_db

REMINDERS = {"duty_near", "duty_overdue", "refund_overdue", "resources_due", "resources_lapsed"}


def told(event: str) -> list[Message]:
    """The messages of one event, after the sweep, in their order."""
    return list(Message.objects.filter(event=event).order_by("number"))


def only(event: str) -> Message:
    (message,) = told(event)
    return message


def test_every_line_of_the_table_has_its_text_and_its_act() -> None:
    acts = {one.tag for one in registered()}
    assert {tag_of(act) for event in EVENTS for act in event.acts} <= acts
    told = {event.code for event in EVENTS} | REMINDERS | set(CASE_TEXTS)
    assert told | {"frame", "checkpoint"} == set(texts())
    assert all(set(text) == {"fr", "en"} for text in texts().values())


def test_both_languages_of_a_text_name_the_same_facts() -> None:
    def names(text: dict[str, str]) -> set[str]:
        return set(re.findall(r"[{\[]([a-z_]+)[}\]]", "\n".join(text.values())))

    assert {code: names(text["fr"]) for code, text in texts().items()} == {
        code: names(text["en"]) for code, text in texts().items()
    }


def test_the_texts_are_typed_with_plain_spaces_and_written_with_those_of_quebec() -> None:
    source = Path(mails.__file__).with_name("texts.toml").read_text(encoding="utf-8")
    assert NBSP not in source
    assert tomllib.loads(source) == texts()
    for text in texts().values():
        # Before ; ! ? Quebec writes no space.
        assert not any(re.search(r"\s[;!?]", part) for part in text["fr"].values())


def test_an_agreement_is_told_with_the_end_of_the_right() -> None:
    cast, marie = open_offering(), make_person()
    subscription = subscribed(cast, marie)
    write_mails(at=OPENED)
    message = only("subscription_agreed")
    assert (message.to, message.recipient_id) == (marie.email, marie.pk)
    assert (message.language, message.subject_id) == ("fr", subscription.pk)
    assert message.subject == f"Souscription conclue{NBSP}: Érablière du Ruisseau inc."
    assert "jusqu'à la fin du 4 mars 2026" in message.body
    assert f"4 titres de l'émetteur Érablière du Ruisseau inc. pour 100,00{NBSP}$" in message.body
    assert message.body.startswith("Bonjour Marie Lacœur,\n")
    assert f"Démonstration{NBSP}:" in message.body
    # Paid in the meantime: nothing is said to be owed.
    assert "Il reste" not in message.body
    assert f"reçu 100,00{NBSP}$" in only("payment_received").body


@pytest.mark.parametrize(
    ("province", "language", "written", "first"),
    [
        ("QC", "fr", "fr", "Bonjour"),
        ("QC", "en", "fr,en", "Bonjour"),
        ("ON", "en", "en", "Hello"),
        ("ON", "fr", "fr", "Bonjour"),
    ],
)
def test_the_language_is_the_persons_and_french_comes_first_in_quebec(
    province: str, language: str, written: str, first: str
) -> None:
    cast = open_offering()
    subscribed(cast, make_person(province=province, language=language), paid=False)
    write_mails(at=OPENED)
    message = only("subscription_agreed")
    assert message.language == written
    assert message.body.startswith(first)
    assert ("Hello" in message.body) is ("en" in written)
    assert ("$100.00 remains to be paid" in message.body) is ("en" in written)
    assert (f"100,00{NBSP}$ à payer" in message.body) is ("fr" in written)
    assert ("Souscription conclue" in message.subject) is ("fr" in written)
    assert ("Subscription agreed" in message.subject) is ("en" in written)


def test_an_act_is_told_once_however_often_the_sweep_runs() -> None:
    subscribed(open_offering(), make_person())
    first = write_mails(at=OPENED)
    again = write_mails(at=OPENED)
    looked = write_mails(at=OPENED, from_the_start=True)
    assert first.caused == Message.objects.count() > 0
    assert (again.heard, again.caused, looked.heard) == (0, 0, 0)
    assert Heard.objects.count() == first.heard


def test_two_payments_are_two_mails() -> None:
    cast, marie = open_offering(), make_person()
    subscription = subscribed(cast, marie, paid=False)
    for part in ("40.00", "60.00"):
        money.pay(
            actor=investor_actor(marie),
            subscription_id=subscription.pk,
            amount=Decimal(part),
            at=OPENED + timedelta(minutes=int(part[:2])),
        )
    write_mails(at=OPENED)
    assert [
        f"{p}{NBSP}$" in m.body
        for p, m in zip(("40,00", "60,00"), told("payment_received"), strict=True)
    ] == [True, True]


def test_a_withdrawal_says_what_is_refunded_and_by_when() -> None:
    cast, marie, paul = open_offering(), make_person(), make_person("Paul", "Roy")
    paid, unpaid = subscribed(cast, marie), subscribed(cast, paul, paid=False)
    for person, subscription in ((marie, paid), (paul, unpaid)):
        money.withdraw(actor=investor_actor(person), subscription_id=subscription.pk, at=OPENED)
    money.refund(actor=cast.asks, subscription_id=paid.pk, at=BOUND)
    write_mails(at=BOUND)
    bodies = {m.recipient_id: m.body for m in told("subscription_withdrawn")}
    assert f"La somme de 100,00{NBSP}$ vous sera remboursée" in bodies[marie.pk]
    assert "au plus tard le 9 mars 2026" in bodies[marie.pk]
    assert "rien à rembourser" in bodies[paul.pk]
    assert "La somme" not in bodies[paul.pk]
    refunded = only("refund_paid")
    assert refunded.recipient_id == marie.pk
    assert f"remboursé 100,00{NBSP}$" in refunded.body


def test_an_amendment_tells_the_new_end_and_the_first_mail_keeps_the_old_one() -> None:
    cast, marie = open_offering(), make_person()
    subscribed(cast, marie)
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=make_content(days=70),
        what="Durée",
        at=BOUND,
    )
    certify(cast, BOUND)
    amendments.publish(actor=cast.owner, offering_id=cast.offering.pk, at=BOUND)
    tick(at=CLOSED)
    # Written late, all at once: each still says what was true of its own act.
    write_mails(at=CLOSED)
    assert "fin du 4 mars 2026" in only("subscription_agreed").body
    assert "fin du 9 mars 2026" in only("right_reopened").body
    assert ["4 mars" in m.body for m in told("right_ended")] == [True, False]
    assert "à la fin du 9 mars 2026" in told("right_ended")[1].body


@pytest.mark.parametrize("how", ["cancel", "stop", "fail"])
def test_an_offering_that_ends_tells_everybody_what_is_due_back(how: str) -> None:
    cast, marie = open_offering(), make_person()
    owner = issuer_user(cast.issuer)
    subscribed(cast, marie)
    if how == "fail":
        tick(at=OPENED + timedelta(days=91))
    else:
        actor = cast.owner if how == "cancel" else cast.asks
        getattr(life, how)(actor=actor, offering_id=cast.offering.pk, at=BOUND)
    write_mails(at=OPENED + timedelta(days=91))
    released = only("subscription_released")
    words = "a été retiré par l'émetteur" if how == "cancel" else "n'a pas été réalisé"
    assert words in released.body
    assert f"100,00{NBSP}$ vous sera remboursée sans déduction, au plus tard le" in released.body
    officers = told("refunds_to_pay")
    assert {m.recipient_id for m in officers} == {cast.asks.id, cast.approves.id}
    assert all(f"100,00{NBSP}$ en tout" in m.body and words in m.body for m in officers)
    # Who withdrew it knows.
    assert [m.recipient_id for m in told("offering_failed")] == (
        [] if how == "cancel" else [owner.pk]
    )


def test_a_closing_tells_the_holders_the_lapsed_the_issuer_and_the_second_officer() -> None:
    cast = open_offering()
    owner = issuer_user(cast.issuer)
    marie, paul = make_person(), make_person("Paul", "Roy")
    subscribed(cast, marie, units=40)
    half = subscribed(cast, paul, paid=False)
    money.pay(
        actor=investor_actor(paul), subscription_id=half.pk, amount=Decimal("50.00"), at=OPENED
    )
    closed(cast)
    write_mails(at=CLOSED)
    issued = only("securities_issued")
    assert issued.recipient_id == marie.pk
    assert "le 11 mars 2026" in issued.body
    assert f"40 titres pour 1{NBSP}000,00{NBSP}$" in issued.body
    lapsed = only("subscription_lapsed")
    assert lapsed.recipient_id == paul.pk
    assert f"La somme de 50,00{NBSP}$" in lapsed.body
    assert only("offering_closed").recipient_id == owner.pk
    assert f"pour 1{NBSP}000,00{NBSP}$" in only("offering_closed").body
    assert only("closing_asked").recipient_id == cast.approves.id


def test_the_issuer_and_the_officers_hear_of_the_filing() -> None:
    cast = draft_offering()
    owner, offering_id = issuer_user(cast.issuer), cast.offering.pk
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=offering_id, at=OPENED)
    filing.request_changes(
        actor=cast.asks, offering_id=offering_id, reason="Le prix {x}", at=OPENED
    )
    write_mails(at=OPENED)
    assert {m.recipient_id for m in told("offering_submitted")} == {cast.asks.id, cast.approves.id}
    changes = only("changes_requested")
    # What an officer typed is not read again for names in braces.
    assert f"Ce qui est demandé{NBSP}: Le prix {{x}}" in changes.body
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=offering_id, at=BOUND)
    filing.approve(actor=cast.asks, offering_id=offering_id, at=BOUND)
    filing.open_offering(actor=cast.owner, offering_id=offering_id, at=BOUND)
    write_mails(at=BOUND)
    assert len(told("offering_submitted")) == 4
    assert {m.recipient_id for m in (only("offering_approved"), only("offering_opened"))} == {
        owner.pk
    }
    assert "Son dernier jour est le 4 mai 2026" in only("offering_opened").body


def test_a_refusal_gives_its_reason() -> None:
    cast = draft_offering()
    issuer_user(cast.issuer)
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    filing.refuse(actor=cast.asks, offering_id=cast.offering.pk, reason="Fraude.", at=OPENED)
    write_mails(at=OPENED)
    assert "Fraude." in only("offering_refused").body


def test_who_left_no_address_holds_nobody_up() -> None:
    cast, marie = open_offering(), make_person()
    subscribed(cast, marie)
    marie.email = ""
    marie.save(update_fields=["email"])
    heard = write_mails(at=OPENED)
    assert heard.failed == 0
    assert told("subscription_agreed") == []
    assert write_mails(at=OPENED).heard == 0


def test_an_entry_that_fails_does_not_hold_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cast, marie = open_offering(), make_person()
    subscribed(cast, marie)
    with monkeypatch.context() as patched:
        patched.setattr("equity.mails.writing.compose", _fails_for("subscription_agreed"))
        first = write_mails(at=OPENED)
    assert (first.failed, told("subscription_agreed")) == (1, [])
    assert only("payment_received").recipient_id == marie.pk
    assert "could not hear" in caplog.text
    assert marie.email not in caplog.text
    assert (write_mails(at=OPENED).heard, len(told("subscription_agreed"))) == (1, 1)


def _fails_for(event: str) -> object:
    def broken(code: str, *rest: object) -> tuple[str, str]:
        if code == event:
            raise KeyError("a name that the text does not have")
        return compose(code, *rest)  # type: ignore[arg-type]

    return broken


def test_nothing_personal_lies_in_clear() -> None:
    subscribed(open_offering(), make_person())
    write_mails(at=OPENED)
    raw = Message.objects.filter(event="subscription_agreed").values().get()
    assert all("Marie" not in str(value) and "courriel" not in str(value) for value in raw.values())
    clear = {name for name, value in raw.items() if isinstance(value, str)}
    assert clear == {"event", "subject_type", "language", "last_error"}


def test_a_draft_and_a_reading_are_told_to_nobody() -> None:
    draft_offering()
    assert Entry.objects.filter(action="equity:offering:draft").exists()
    assert write_mails(at=OPENED).heard == 0


def test_a_suspension_and_its_end_are_told_to_everybody_who_is_still_in_once_each() -> None:
    cast, marie, paul = open_offering(), make_person(), make_person("Paul", "Roy")
    subscribed(cast, marie)
    subscribed(cast, marie, paid=False)
    gone = subscribed(cast, paul)
    money.withdraw(actor=investor_actor(paul), subscription_id=gone.pk, at=OPENED)
    life.suspend(actor=cast.asks, offering_id=cast.offering.pk, reason="Secret.", at=BOUND)
    life.resume(actor=cast.asks, offering_id=cast.offering.pk, at=BOUND)
    write_mails(at=BOUND)
    suspended, resumed = only("offering_suspended"), only("offering_resumed")
    assert suspended.recipient_id == resumed.recipient_id == marie.pk
    assert "le 5 mars 2026" in suspended.body
    assert "Secret" not in suspended.body
    assert "votre droit de résolution ne changent pas" in suspended.body
    assert write_mails(at=BOUND).caused == 0


def test_nobody_in_is_nobody_told() -> None:
    cast = open_offering()
    life.suspend(actor=cast.asks, offering_id=cast.offering.pk, at=BOUND)
    write_mails(at=BOUND)
    assert told("offering_suspended") == []


def test_a_verified_identity_is_told_with_its_last_day() -> None:
    cast, marie = open_offering(), make_person()
    identify(
        actor=cast.asks, person=marie, method="in_person", at=BOUND, expires_on=date(2027, 3, 5)
    )
    write_mails(at=BOUND)
    first, second = told("identity_verified")
    assert first.recipient_id == second.recipient_id == marie.pk
    assert "vaut jusqu'au" not in first.body
    assert "vaut jusqu'au 5 mars 2027" in second.body
    assert "in_person" not in second.body


def test_a_corrected_payment_is_told_with_what_is_owed_again() -> None:
    cast, marie = open_offering(), make_person()
    subscription = subscribed(cast, marie)
    correct(cast, subscription)
    write_mails(at=CLOSED)
    message = only("payment_corrected")
    assert message.recipient_id == marie.pk
    assert f"Un paiement de 100,00{NBSP}$" in message.body
    assert f"Il reste 100,00{NBSP}$ à payer" in message.body
