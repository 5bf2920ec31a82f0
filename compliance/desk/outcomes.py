"""From a decision to what it causes: one table, and the one way to decide a case.

Every kind of case and every decision it allows has exactly one line here, also where nothing
follows, and a test holds the table to the kinds. The acts run in the transaction of the decision:
one that is refused undoes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from compliance.accounts.roles import Actor
from compliance.audit.services import record
from compliance.casework.actions import CASE_TELL, ISSUER_TELL, SUBJECT_NOTE
from compliance.casework.kinds import KINDS
from compliance.casework.models import Case, CaseDecision
from compliance.casework.models.work import PUBLISHED
from compliance.casework.services import settle_case
from compliance.casework.trouble import CaseRefused
from compliance.idempotency.services import Key, repeatable, row_telling
from equity.selectors.cases import offering_of
from equity.services import life, money


@dataclass(frozen=True, slots=True)
class Doing:
    """What an act is given: the case, its decision, who decided and when, and what they gave."""

    case: Case
    decision: CaseDecision
    actor: Actor
    at: datetime
    sent: datetime | None


Act = Callable[[Doing], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision causes: the acts in their order, and a sentence that says so beforehand."""

    acts: tuple[Act, ...]
    fr: str
    en: str

    def say(self, language: str) -> str:
        """The sentence in ``fr`` or ``en``."""
        return self.fr if language == "fr" else self.en


def no_act(doing: Doing) -> None:
    """Nothing follows but the decision itself."""


def tell(doing: Doing) -> None:
    """Whoever opened the case finds the answer on their page, and an e-mail says that it is there
    (written from this entry)."""
    record(
        actor=doing.actor,
        action=CASE_TELL,
        subject=doing.case,
        at=doing.at,
        payload={"decision": doing.decision.pk, "published_for": doing.decision.published_for},
    )


def note_in_file(doing: Doing) -> None:
    """The decision is noted in the trail of the offering concerned, which its dossier shows; of the
    subject itself where no offering is."""
    offering_id = offering_of(doing.case)
    about = (doing.case.subject_type, doing.case.subject_id)
    record(
        actor=doing.actor,
        action=SUBJECT_NOTE,
        subject=about if offering_id is None else ("equity.offering", offering_id),
        at=doing.at,
        payload={"case": doing.case.pk, "outcome": doing.decision.outcome},
    )


def tell_issuer(doing: Doing) -> None:
    """The issuer finds on the page of its offering that the document must be amended, and an e-mail
    says so (written from this entry). Amending is the issuer's own act (Form 45-110F1, general
    instruction 1): nothing here begins it, and the public page promises none."""
    record(
        actor=doing.actor,
        action=ISSUER_TELL,
        subject=doing.case,
        at=doing.at,
        payload={"decision": doing.decision.pk, "offering": doing.decision.published_for},
    )


def record_withdrawal(doing: Doing) -> None:
    """The withdrawal is recorded from the instant the notice was sent (W-20); raises Refused where
    it was sent too late, or the closing is approved."""
    if doing.sent is None:
        raise CaseRefused("sent.empty", "A notice was sent at some instant.")
    money.record_withdrawal(
        actor=doing.actor, subscription_id=doing.case.subject_id, sent=doing.sent, at=doing.at
    )


def suspend_offering(doing: Doing) -> None:
    """The offering takes no subscription until an officer resumes it; raises Refused where it is
    not open."""
    offering_id = offering_of(doing.case)
    if offering_id is None:
        raise CaseRefused("case.no_offering", "The case is about no offering.")
    life.suspend(actor=doing.actor, offering_id=offering_id, at=doing.at)


_NOTHING = Outcome((no_act,), "Rien d'autre ne suit.", "Nothing else follows.")
_NOTED = Outcome(
    (note_in_file,),
    "Le signalement demeure, et le soupçon est consigné au dossier.",
    "The flag stands, and the suspicion is noted in the file.",
)
_TOLD = Outcome(
    (tell,),
    "La réponse est communiquée à la personne, sur sa page et par courriel.",
    "The answer is told to the person, on their page and by e-mail.",
)

OUTCOMES: Mapping[tuple[str, str], Outcome] = MappingProxyType(
    {
        ("near_match", "different_people"): _NOTHING,
        ("near_match", "same_person"): Outcome(
            (note_in_file,),
            "Le signalement demeure : les montants de ces fiches doivent être comptés ensemble.",
            "The flag stands: the amounts of these files are to be counted together.",
        ),
        ("shared_address", "explained"): _NOTHING,
        ("shared_address", "suspicious"): _NOTED,
        ("late_withdrawal", "accept"): Outcome(
            (record_withdrawal,),
            "La résolution est consignée à l'instant de l'envoi, et le remboursement est dû.",
            "The withdrawal is recorded from the instant it was sent, and the refund is due.",
        ),
        ("late_withdrawal", "issuer_takes_back"): Outcome(
            (note_in_file,),
            "L'émetteur reprend les titres et rembourse; c'est consigné au dossier du placement.",
            "The issuer takes the securities back and refunds; it is noted in the offering's file.",
        ),
        ("late_withdrawal", "refuse"): _NOTHING,
        ("third_party_payment", "own_money"): Outcome(
            (no_act,),
            "Le souscripteur peut payer de nouveau; rien n'est inscrit en fiducie d'ici là.",
            "The purchaser may pay again; nothing is booked in trust until then.",
        ),
        ("third_party_payment", "stays_refused"): _NOTHING,
        ("third_party_payment", "suspicious"): _NOTED,
        ("shared_account", "explained"): _NOTHING,
        ("shared_account", "suspicious"): _NOTED,
        ("under_limit", "explained"): _NOTHING,
        ("under_limit", "suspicious"): _NOTED,
        ("insider", "insider"): Outcome(
            (note_in_file,),
            "C'est consigné au dossier du placement, pour l'Annexe 1 du rapport.",
            "It is noted in the offering's file, for Schedule 1 of the report.",
        ),
        ("insider", "not_insider"): _NOTHING,
        ("insider", "suspend"): Outcome(
            (note_in_file, suspend_offering),
            "Le placement est suspendu, et c'est consigné à son dossier.",
            "The offering is suspended, and it is noted in its file.",
        ),
        ("complaint", "uphold"): Outcome(
            (tell, note_in_file),
            "La réponse est communiquée, et la plainte est consignée au dossier.",
            "The answer is told, and the complaint is noted in the file.",
        ),
        ("complaint", "uphold_and_suspend"): Outcome(
            (tell, note_in_file, suspend_offering),
            "La réponse est communiquée, la plainte est consignée et le placement est suspendu.",
            "The answer is told, the complaint is noted and the offering is suspended.",
        ),
        ("complaint", "dismiss"): _TOLD,
        ("complaint", "withdrawn"): _NOTHING,
        ("question", "answer"): _TOLD,
        ("question", "publish"): Outcome(
            (tell,),
            "La question et la réponse paraissent à la page du placement, pour tous.",
            "Question and answer stand on the page of the offering, for everybody.",
        ),
        ("question", "publish_and_amend"): Outcome(
            (tell, note_in_file, tell_issuer),
            "La question et la réponse paraissent pour tous; l'émetteur est avisé qu'il doit"
            " modifier son document, et c'est consigné au dossier. Rien n'est suspendu.",
            "Question and answer stand for everybody; the issuer is told that its document must be"
            " amended, and it is noted in the file. Nothing is suspended.",
        ),
        ("question", "decline"): _TOLD,
        ("other", "settled"): _NOTHING,
    }
)
"""What each decision on each kind of case causes."""


@repeatable("case:decide", row_telling(CaseDecision))
def decide(
    *,
    actor: Actor,
    case: Case,
    outcome: str,
    reason: str,
    at: datetime,
    answer: str | None = None,
    question: str | None = None,
    sent: datetime | None = None,
    key: Key | None = None,
) -> CaseDecision:
    """Decide a case and do what follows, all of it or nothing; returns the decision.

    ``answer``, ``question`` and ``sent`` are given where the decision asks for them (``Choice``).
    An officer may. Raises ActorNotAllowed, CaseClosed, CaseRefused, and Refused where an act that
    would follow is refused: then the case stays undecided.
    """
    decision = settle_case(
        actor=actor,
        case=case,
        outcome=outcome,
        reason=reason,
        at=at,
        answer=answer,
        question=question,
        published_for=offering_of(case) if outcome in PUBLISHED else None,
    )
    choice = KINDS[case.kind].choice(outcome)
    assert choice is not None
    if ("sent" in choice.asks) != (sent is not None):
        raise CaseRefused("sent.empty", "The instant is given where it is asked for.")
    doing = Doing(decision.case, decision, actor, at, sent)
    for act in OUTCOMES[case.kind, outcome].acts:
        act(doing)
    return decision
