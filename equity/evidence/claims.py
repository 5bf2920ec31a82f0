"""What each file of an evidence package shows, in words: the verifier says so where one is gone."""

from collections.abc import Sequence

from django.utils import translation

from compliance.audit.tree.packages import Claim
from equity.evidence.gathering import PurchaserFile
from equity.evidence.saying import MONTREAL, Shown
from equity.templatetags.equity import document_name

_CLAIMS: dict[str, tuple[str, str]] = {
    "agreement.json": (
        "ce qui a été conclu, et comment cela s'est terminé",
        "what was agreed, and how it ended",
    ),
    "identity.json": (
        "qui était la personne, et comment son identité a été vérifiée",
        "who the person was, and how their identity was verified",
    ),
    "entry-notice.json": (
        "l'avis d'entrée du portail qui a été reconnu, dans ses mots mêmes",
        "the portal's entry notice that was acknowledged, in its very words",
    ),
    "readings.json": (
        "quand le document d'offre a été ouvert, et dans quelle langue d'abord",
        "when the offering document was opened, and in which language first",
    ),
    "answers.json": (
        "ce que la personne a répondu à chaque énoncé de l'annexe 45-110A2, et quand",
        "what the person answered to each statement of Form 45-110F2, and when",
    ),
    "advice.json": (
        "le conseil d'un courtier inscrit qui a été reçu",
        "the advice of a registered dealer that was received",
    ),
    "events.json": (
        "ce qui s'est passé, dans l'ordre, à l'heure UTC et à celle de Montréal",
        "what happened, in order, in UTC and in Montréal time",
    ),
    "judgements.json": (
        "par quelles règles chaque acte a été jugé, et avec quels chiffres",
        "by which rules each act was judged, and with which figures",
    ),
    "withdrawal.json": (
        "comment le droit de résolution a été compté",
        "how the right of withdrawal was counted",
    ),
    "money.json": (
        "les mouvements de l'argent de la personne au compte en fiducie",
        "the movements of the person's money in the trust account",
    ),
    "documents.json": (
        "quels documents sont ici, de quel modèle et de quels faits chacun est fait",
        "which documents are here, and of which template and facts each is made",
    ),
    "software.json": (
        "quel programme, quels modèles et quelles règles ont servi",
        "which program, templates and rules were used",
    ),
    "trail.zip": (
        "que ce qui est raconté ici était inscrit au journal signé du portail",
        "that what is told here stood in the signed trail of the portal",
    ),
    "index.fr.html": (
        "la page en français qui raconte le tout à une personne",
        "the page in French that tells it all to a person",
    ),
    "index.en.html": (
        "la page en anglais qui raconte le tout à une personne",
        "the page in English that tells it all to a person",
    ),
    "LISEZMOI.txt": (
        "comment vérifier ce dossier, en français",
        "how to check this package, in French",
    ),
    "README.txt": (
        "comment vérifier ce dossier, en anglais",
        "how to check this package, in English",
    ),
    "verify_audit.py": (
        "le programme par lequel le portail a proposé de vérifier ce dossier",
        "the program by which the portal offered this package to be checked",
    ),
}


def claims_of(
    file: PurchaserFile, shown: Sequence[Shown], names: Sequence[str]
) -> tuple[Claim, ...]:
    """What every file of a package shows; raises KeyError for a file that shows nothing."""
    of_papers = {one.name: _of_paper(one) for one in shown}
    return tuple(
        Claim(*(of_papers[name] if name in of_papers else _CLAIMS[name]), files=(name,))
        for name in names
    )


def _of_paper(one: Shown) -> tuple[str, str]:
    """The document in words, in both languages."""
    names = {}
    for language in ("fr", "en"):
        with translation.override(language):
            names[language] = document_name(one.paper.kind)
    day = one.paper.issued_at.astimezone(MONTREAL).date().isoformat()
    spoken = {"fr": ("français", "French"), "en": ("anglais", "English")}[one.paper.language]
    return (
        f"le document lui-même\u00a0: {names['fr']}, en {spoken[0]}, du {day}",
        f"the document itself: {names['en']}, in {spoken[1]}, of {day}",
    )
