"""Samples of what a portal says of itself. All invented."""

from datetime import date, datetime
from decimal import Decimal

from documents.facts import (
    Answer,
    IndividualInformationFacts,
    PortalInformationFacts,
    ResourcesCertificateFacts,
    SignatoryFacts,
)
from documents.facts.portal import (
    ABOUT,
    PERSON_TOPICS,
    PORTAL_TOPICS,
    PeriodRow,
    PersonAnswer,
    PortalAnswer,
    PortalPrincipalRow,
    ReachFacts,
    SignedFacts,
)
from documents.facts.shared import Language
from documents.samples.cast import ON, WINTER, portal, said


def signature(language: Language, at: datetime) -> SignedFacts:
    """The signature of the portal's president."""
    return SignedFacts(
        signatory=SignatoryFacts(
            name="Solange Dufrêne", position=said(language, "présidente", "President")
        ),
        signed_at=at,
    )


def portal_resources_certificate(language: Language) -> ResourcesCertificateFacts:
    """Six months from the second of March."""
    at = datetime(2026, 3, 2, 9, 30, tzinfo=WINTER)
    return ResourcesCertificateFacts(
        language=language,
        reference="RF-2026-0003",
        issued_at=at,
        wording_on=ON,
        portal=portal(language),
        certified_on=date(2026, 3, 2),
        months=6,
        sufficient_until=date(2026, 9, 2),
        signed=signature(language, at),
        filed_under="RF-3",
    )


def portal_information(language: Language) -> PortalInformationFacts:
    """The whole of item A to H but one answer, which is not provided."""
    at = datetime(2026, 3, 2, 9, 30, tzinfo=WINTER)
    no = Answer(yes=False)
    return PortalInformationFacts(
        language=language,
        reference="F3-2026-0001",
        issued_at=at,
        wording_on=ON,
        portal=portal(language),
        version=2,
        trade_names=said(language, "L'Essai", "The Trial"),
        contact=ReachFacts(
            name="Solange Dufrêne",
            position=said(language, "présidente", "President"),
            address=("870, avenue De Salaberry, bureau 305", "Québec (Québec)  G1R 2T9"),
            telephone="418 555-0110",
            email="solange@portail.example",
        ),
        legal_form="nonprofit",
        organized_in="QC",
        organized_on=date(2019, 4, 11),
        organizing_documents=said(
            language, "Lettres patentes, règlement n° 1", "Letters patent, By-law No. 1"
        ),
        principals=(
            PortalPrincipalRow(
                name="Solange Dufrêne",
                title=said(language, "présidente", "President"),
                percent=Decimal("50"),
            ),
            PortalPrincipalRow(
                name="Émile Œuvrard", title=said(language, "trésorier", "Treasurer")
            ),
        ),
        business=said(
            language,
            "Financement participatif d'entreprises du Québec, par dons et par titres.",
            "Crowdfunding of businesses in Quebec, by donations and by securities.",
        ),
        how_it_works=said(
            language,
            "L'émetteur remplit son document d'offre en ligne. Un responsable le vérifie.\n\n"
            "Le souscripteur lit le document, reconnaît les risques et verse l'argent en fiducie.",
            "The issuer fills in its offering document online. An officer checks it.\n\n"
            "The purchaser reads the document, acknowledges the risks and pays into trust.",
        ),
        other_business="",
        trust_institution="Caisse d'essai",
        trust_address=("1, rue des Remparts", "Québec (Québec)  G1R 5M1"),
        trust_account=said(language, "Compte des souscripteurs", "Purchasers' account"),
        answers=tuple(
            PortalAnswer(about=about, topic=topic, answer=no)  # type: ignore[arg-type]
            for about in ABOUT
            for topic in PORTAL_TOPICS
        ),
        records_at=said(
            language,
            "Au siège, et chez un hébergeur au Québec.",
            "At the head office and in Quebec.",
        ),
        signed=signature(language, at),
    )


def portal_individual_information(language: Language) -> IndividualInformationFacts:
    """The president, with a matter that she discloses."""
    at = datetime(2026, 3, 2, 9, 30, tzinfo=WINTER)
    told = Answer(
        yes=True,
        details=said(
            language,
            "Poursuite civile de 2021, abandonnée la même année.",
            "A civil action of 2021, abandoned in the same year.",
        ),
    )
    return IndividualInformationFacts(
        language=language,
        reference="F4-2026-0001",
        issued_at=at,
        wording_on=ON,
        portal=portal(language),
        version=1,
        name="Solange Dufrêne",
        other_names="Solange Roy",
        residences=(
            PeriodRow(
                what="12, rue Sainte-Ursule, Québec (Québec)",
                since=said(language, "mai 2022", "May 2022"),
            ),
            PeriodRow(
                what="4401, rue De Bullion, Montréal (Québec)",
                since=said(language, "juillet 2015", "July 2015"),
                until=said(language, "avril 2022", "April 2022"),
            ),
        ),
        title=said(language, "présidente", "President"),
        percent=Decimal("50"),
        role_since=said(language, "avril 2019", "April 2019"),
        employments=(
            PeriodRow(
                what=said(language, "Portail d'essai", "Trial Portal"),
                role=said(language, "présidente", "President"),
                since=said(language, "avril 2019", "April 2019"),
            ),
        ),
        other_activities=said(
            language, "Administratrice d'une garderie.", "Director of a day-care centre."
        ),
        answers=tuple(
            PersonAnswer(topic=topic, answer=told if topic == "civil" else Answer(yes=False))
            for topic in PERSON_TOPICS
        ),
        signed=None,
    )
