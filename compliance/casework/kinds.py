"""The kinds of cases, as one table: queue, priority, service level, decisions, evidence, flags.

Everything here is the portal's own choice and no rule of law; docs/casework.md says it in words and
a test holds the two equal. A code is stored with every case, so it never changes its meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

OFFERING, SUBSCRIPTION = "equity.offering", "equity.subscription"
PERSON, ISSUER = "investors.person", "equity.issuer"


class Priority(IntEnum):
    """How pressing a case or a flag is; the lowest number comes first."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A code with its words."""

    code: str
    fr: str
    en: str

    def say(self, language: str) -> str:
        """The words in ``fr`` or ``en``."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Choice(Word):
    """A decision that may be taken on cases of a kind. What it causes is said on the top floor."""

    evidence: tuple[str, ...] = ()
    """Kinds of evidence that must be in the case before it is taken."""
    asks: tuple[str, ...] = ()
    """What the officer gives besides the reason: ``answer``, ``question``, ``sent``."""
    clears: bool = True
    """Whether it clears the flags; where it confirms what they suspect, they stand and hold on."""


@dataclass(frozen=True, slots=True)
class Kind(Word):
    """A kind of case."""

    queue: str
    priority: Priority
    days: int
    """The service level: working days from the day after the opening, questions not counted."""
    subjects: tuple[str, ...]
    """What a case of this kind may be about, as `app.model`."""
    decisions: tuple[Choice, ...]

    def choice(self, code: str) -> Choice | None:
        """The decision of this code, where the kind allows it."""
        return next((one for one in self.decisions if one.code == code), None)


@dataclass(frozen=True, slots=True)
class FlagKind:
    """What a flag of a rule means: the kind of case it opens, its priority, whether it holds."""

    code: str
    """The code of the rule in rules.toml."""
    kind: str
    priority: Priority
    holding: bool = False
    """Whether its subject is to be held until the flag is cleared."""


QUEUES = (
    Word("identity", "Identité", "Identity"),
    Word("money", "Argent", "Money"),
    Word("offerings", "Placements", "Offerings"),
    Word("complaints", "Plaintes", "Complaints"),
    Word("questions", "Questions", "Questions"),
)
EVIDENCE = (
    Word("identity", "Pièce d'identité", "Identity document"),
    Word("notice", "Avis de résolution reçu", "Notice of withdrawal received"),
    Word("bank", "Relevé ou preuve de la banque", "Statement or proof of the bank"),
    Word("letter", "Lettre ou courriel", "Letter or e-mail"),
    Word("other", "Autre pièce", "Other item"),
)
_EXPLAINED = Choice("explained", "Explication suffisante", "Sufficiently explained")
_SUSPICIOUS = Choice("suspicious", "Soupçon maintenu", "Suspicion stands", clears=False)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            Kind(
                "near_match",
                "Identités presque semblables",
                "Nearly matching identities",
                "identity",
                Priority.HIGH,
                5,
                (PERSON,),
                (
                    Choice(
                        "different_people",
                        "Personnes différentes",
                        "Different people",
                        evidence=("identity",),
                    ),
                    Choice("same_person", "Même personne", "Same person", clears=False),
                ),
            ),
            Kind(
                "shared_address",
                "Adresse partagée par plusieurs",
                "Address shared by many",
                "identity",
                Priority.NORMAL,
                10,
                (PERSON,),
                (_EXPLAINED, _SUSPICIOUS),
            ),
            Kind(
                "late_withdrawal",
                "Avis de résolution tardif",
                "Late notice of withdrawal",
                "money",
                Priority.URGENT,
                5,
                (SUBSCRIPTION,),
                (
                    Choice(
                        "accept",
                        "Avis envoyé à temps",
                        "Notice sent in time",
                        evidence=("notice",),
                        asks=("sent",),
                    ),
                    Choice(
                        "issuer_takes_back",
                        "Reprise par l'émetteur",
                        "Taken back by the issuer",
                        evidence=("notice",),
                    ),
                    Choice("refuse", "Avis envoyé trop tard", "Notice sent too late"),
                ),
            ),
            Kind(
                "third_party_payment",
                "Paiement d'un tiers",
                "Payment from a third party",
                "money",
                Priority.URGENT,
                3,
                (SUBSCRIPTION,),
                (
                    Choice(
                        "own_money",
                        "Argent du souscripteur",
                        "The purchaser's own money",
                        evidence=("bank",),
                    ),
                    Choice("stays_refused", "Paiement refusé", "Payment stays refused"),
                    _SUSPICIOUS,
                ),
            ),
            Kind(
                "shared_account",
                "Compte bancaire commun à plusieurs",
                "One bank account for many",
                "money",
                Priority.HIGH,
                5,
                (PERSON, SUBSCRIPTION, OFFERING),
                (_EXPLAINED, _SUSPICIOUS),
            ),
            Kind(
                "under_limit",
                "Montants juste sous une limite",
                "Amounts just under a limit",
                "money",
                Priority.NORMAL,
                10,
                (OFFERING, PERSON),
                (_EXPLAINED, _SUSPICIOUS),
            ),
            Kind(
                "insider",
                "Souscription d'un initié de l'émetteur",
                "Subscription by an insider of the issuer",
                "offerings",
                Priority.NORMAL,
                5,
                (SUBSCRIPTION,),
                (
                    Choice("insider", "Initié, à inscrire", "Insider, to be reported"),
                    Choice("not_insider", "N'est pas un initié", "Not an insider"),
                    Choice("suspend", "Suspendre le placement", "Suspend the offering"),
                ),
            ),
            Kind(
                "complaint",
                "Plainte",
                "Complaint",
                "complaints",
                Priority.HIGH,
                20,
                (OFFERING, SUBSCRIPTION, PERSON),
                (
                    Choice("uphold", "Plainte fondée", "Complaint upheld", asks=("answer",)),
                    Choice(
                        "uphold_and_suspend",
                        "Plainte fondée, placement suspendu",
                        "Complaint upheld, offering suspended",
                        asks=("answer",),
                    ),
                    Choice(
                        "dismiss", "Plainte non fondée", "Complaint dismissed", asks=("answer",)
                    ),
                    Choice("withdrawn", "Plainte retirée", "Complaint withdrawn"),
                ),
            ),
            Kind(
                "question",
                "Question d'un investisseur",
                "Question from an investor",
                "questions",
                Priority.NORMAL,
                3,
                (OFFERING, SUBSCRIPTION),
                (
                    Choice("answer", "Répondre en privé", "Answer privately", asks=("answer",)),
                    Choice(
                        "publish",
                        "Répondre pour tous",
                        "Answer for everybody",
                        asks=("question", "answer"),
                    ),
                    Choice(
                        "publish_and_amend",
                        "Répondre pour tous, document à modifier",
                        "Answer for everybody, document to be amended",
                        asks=("question", "answer"),
                    ),
                    Choice("decline", "Ne pas répondre", "Decline to answer", asks=("answer",)),
                ),
            ),
            Kind(
                "other",
                "Autre affaire",
                "Other matter",
                "offerings",
                Priority.NORMAL,
                10,
                (OFFERING, SUBSCRIPTION, PERSON, ISSUER),
                (Choice("settled", "Affaire réglée", "Matter settled"),),
            ),
        )
    }
)
"""By code. To add a kind: a line here, its outcomes on the top floor, a migration for the codes."""

FLAGS: Mapping[str, FlagKind] = MappingProxyType(
    {
        flag.code: flag
        for flag in (
            FlagKind("case.near_match", "near_match", Priority.HIGH, holding=True),
            FlagKind("case.shared_address", "shared_address", Priority.NORMAL),
            FlagKind("case.third_party", "third_party_payment", Priority.URGENT, holding=True),
            FlagKind("case.shared_account", "shared_account", Priority.HIGH),
            FlagKind("case.under_limit_many", "under_limit", Priority.NORMAL),
            FlagKind("case.under_limit_one", "under_limit", Priority.NORMAL),
            FlagKind("case.insider", "insider", Priority.NORMAL),
            FlagKind("case.insider_undeclared", "insider", Priority.HIGH),
        )
    }
)
"""By the code of the rule that raises it."""

BY_INVESTORS = ("question", "complaint")
"""What an investor may open; the system opens what its rules find, an officer anything."""


def queue_of(kind: str) -> str:
    """The queue in which cases of a kind wait."""
    return KINDS[kind].queue


def kinds_in(queue: str) -> tuple[str, ...]:
    """The codes of the kinds of a queue."""
    return tuple(kind.code for kind in KINDS.values() if kind.queue == queue)


def allowed_pairs() -> tuple[tuple[str, str], ...]:
    """Every pair of a kind and a decision that it allows."""
    return tuple((kind.code, one.code) for kind in KINDS.values() for one in kind.decisions)
