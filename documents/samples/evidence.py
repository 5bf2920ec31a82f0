"""The summary of an evidence package of an invented subscription."""

from datetime import datetime

from documents.facts.evidence import AnsweredRow, EventRow, EvidenceSummaryFacts, FileRow
from documents.facts.shared import Language
from documents.samples.cast import SUMMER, WINTER, class_a, head, maple, marie, said, subscription


def evidence_summary(language: Language) -> EvidenceSummaryFacts:
    """Completed, with two statements of Form 45-110F2."""
    opened = datetime(2026, 3, 3, 9, 12, tzinfo=WINTER)
    answered = datetime(2026, 3, 3, 9, 40, tzinfo=WINTER)
    at = datetime(2026, 4, 2, 9, 0, tzinfo=SUMMER)
    return EvidenceSummaryFacts(
        **head(language, "DP-2026-000184", maple(language), at),  # type: ignore[arg-type]
        purchaser=marie().name,
        outcome=said(
            language,
            "Réalisée : le placement est clos et les titres sont émis.",
            "Completed: the offering closed and the securities were issued.",
        ),
        subscription=subscription(class_a(language)),
        identified=(EventRow(at=opened, what=said(language, "en personne", "in person")),),
        notice=said(
            language,
            "Avis d'entrée, dans les mots d'essai.",
            "Entry notice, in trial words.",
        ),
        notice_language=language,
        shown=(
            EventRow(
                at=opened,
                what=said(
                    language, "Le document d'offre, en français", "The offering document, in French"
                ),
            ),
        ),
        answered_in=said(language, "français", "French"),
        answers_language=language,
        answers=(
            AnsweredRow(
                statement="R1",
                text=said(language, "Premier énoncé d'essai?", "First trial statement?"),
                reply="yes",
                at=answered,
            ),
            AnsweredRow(
                statement="R2",
                text=said(language, "Second énoncé d'essai?", "Second trial statement?"),
                reply="no",
                at=answered,
            ),
        ),
        advice=(),
        events=(
            EventRow(
                at=answered,
                what=said(language, "Risques reconnus", "Risks acknowledged"),
                position=118,
            ),
        ),
        files=(FileRow(name="answers.json", sha256="5b" * 32),),
        entries=31,
        size=1042,
        listed="a7" * 32,
        key="portail.example/audit+0a1b2c3d+AQ==",
        program="equity-compliance 0.1.0",
    )
