"""Who appears in the samples: portals, issuers, a purchaser, and what they sell. All invented."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from documents.facts import (
    CooperativeTerms,
    DebtTerms,
    DocumentRef,
    IssuerFacts,
    PersonFacts,
    PortalFacts,
    RateTerms,
    SecurityFacts,
    ShareTerms,
    SubscriptionRef,
)
from documents.facts.shared import Language

WINTER = timezone(timedelta(hours=-5))
SUMMER = timezone(timedelta(hours=-4))
ON = date(2026, 3, 2)


def said(language: Language, fr: str, en: str) -> str:
    """The words of that language."""
    return fr if language == "fr" else en


def portal(language: Language) -> PortalFacts:
    """An exempt portal of Quebec."""
    return PortalFacts(
        name=said(language, "Portail d'essai", "Trial Portal"),
        kind="exempt",
        province="QC",
        address=("870, avenue De Salaberry, bureau 305", "Québec (Québec)  G1R 2T9"),
        email="conformite@portail.example",
        telephone="418 555-0110",
        website="portail.example",
    )


def dealer_portal(language: Language) -> PortalFacts:
    """A portal operated by a registered dealer."""
    return replace(
        portal(language),
        kind="dealer",
        dealer_name="Courtage Nord inc.",
        registration="exempt_market_dealer",
    )


def maple(language: Language) -> IssuerFacts:
    """A maple company."""
    return IssuerFacts(
        name="Érablière du Ruisseau inc.",
        form="company",
        head_office="QC",
        address=("1420, rang du Ruisseau", "Saint-Ferdinand (Québec)  G0N 1N0"),
        telephone="418 555-0142",
        website="erabliereduruisseau.example",
        email="bonjour@erabliereduruisseau.example",
        business_number="1170000042",
        governing_act=said(
            language,
            "Loi sur les sociétés par actions (RLRQ, c. S-31.1)",
            "Business Corporations Act (CQLR, c. S-31.1)",
        ),
        organized_in="QC",
    )


def land_trust(language: Language) -> IssuerFacts:
    """A community land trust."""
    return IssuerFacts(
        name="Fiducie foncière du Faubourg",
        form="nonprofit",
        head_office="QC",
        address=("55, rue Saint-Joseph Est", "Québec (Québec)  G1K 3A7"),
        telephone="418 555-0177",
        website="faubourg.example",
        governing_act=said(
            language,
            "Loi sur les compagnies, partie III (RLRQ, c. C-38)",
            "Companies Act, Part III (CQLR, c. C-38)",
        ),
        organized_in="QC",
    )


def market(language: Language) -> IssuerFacts:
    """A solidarity co-operative."""
    return IssuerFacts(
        name="Coopérative de solidarité du Marché",
        form="cooperative",
        head_office="QC",
        address=("210, rue Principale", "Val-David (Québec)  J0T 2N0"),
        telephone="819 555-0123",
        website="marche.example",
        governing_act=said(
            language,
            "Loi sur les coopératives (RLRQ, c. C-67.2)",
            "Cooperatives Act (CQLR, c. C-67.2)",
        ),
        organized_in="QC",
    )


def marie() -> PersonFacts:
    """A purchaser in Quebec."""
    return PersonFacts(
        name="Marie-Ève Lacœur-Bélanger",
        province="QC",
        address=("18, rue des Érables, app. 4", "Rimouski (Québec)  G5L 1A1"),
        email="marie-eve@courriel.example",
        telephone="581 555-0101",
    )


def class_a(language: Language) -> SecurityFacts:
    """Common shares of the maple company."""
    return SecurityFacts(
        kind="common_share",
        designation=said(language, "actions ordinaires de catégorie A", "Class A common shares"),
        price=Decimal("25.00"),
        share=ShareTerms(
            class_name="A",
            votes=said(language, "Un vote par action.", "One vote per share."),
            dividends=said(
                language,
                "Dividendes non cumulatifs, lorsque le conseil d'administration en déclare.",
                "Non-cumulative dividends, when declared by the board of directors.",
            ),
            liquidation=said(
                language,
                "Partage du reliquat des biens, à parts égales par action, après les créanciers.",
                "An equal share per share of the remaining property, after creditors.",
            ),
            tag_along=said(
                language,
                "Si les fondateurs vendent leurs actions, le porteur peut vendre les siennes aux "
                "mêmes conditions.",
                "If the founders sell their shares, the holder may sell on the same terms.",
            ),
            drag_along=said(
                language,
                "Si les porteurs de 75 % des votes acceptent une offre visant toutes les actions, "
                "le porteur doit vendre les siennes aux mêmes conditions.",
                "If holders of 75% of the votes accept an offer for all the shares, the holder "
                "must sell on the same terms.",
            ),
            transfer=said(
                language,
                "Aucun transfert sans le consentement du conseil d'administration.",
                "No transfer without the consent of the board of directors.",
            ),
        ),
    )


def bond(language: Language) -> SecurityFacts:
    """Community bonds of the land trust."""
    return SecurityFacts(
        kind="community_bond",
        designation=said(
            language, "obligations communautaires de série 2026", "Series 2026 community bonds"
        ),
        price=Decimal("500.00"),
        debt=DebtTerms(
            rate=RateTerms(kind="fixed", percent=Decimal("4.00")),
            interest="simple",
            day_count="30/360",
            payments="half_yearly",
            repayment="equal_principal",
            term_months=60,
            issued_on=date(2026, 9, 15),
            matures_on=date(2031, 9, 15),
            rank=said(
                language,
                "Après les créanciers hypothécaires, à égalité entre elles.",
                "After mortgage creditors, equally among themselves.",
            ),
            early_by_issuer=said(
                language,
                "En tout temps après 24 mois, sans pénalité, sur préavis de 30 jours.",
                "At any time after 24 months, without penalty, on 30 days' notice.",
            ),
            early_by_holder=said(
                language,
                "En cas de décès ou de difficulté grave, selon les liquidités.",
                "On death or in serious hardship, as cash allows.",
            ),
            months_without_transfer=12,
            renewal=said(
                language,
                "Au choix du porteur, pour cinq ans.",
                "At the holder's choice, for five years.",
            ),
        ),
    )


def coop_share(language: Language) -> SecurityFacts:
    """Preferred shares of the co-operative."""
    return SecurityFacts(
        kind="cooperative_share",
        designation=said(
            language,
            "parts privilégiées de catégorie B, série 1",
            "Class B, Series 1 preferred shares",
        ),
        price=Decimal("100.00"),
        cooperative=CooperativeTerms(
            share_type="preferred",
            class_name=said(language, "B, série 1", "B, Series 1"),
            interest_limit=said(
                language, "5 % par année, non cumulatif.", "5% per year, non-cumulative."
            ),
            by_law=said(language, "Règlement n° 4 sur le capital", "By-law No. 4 on capital"),
            by_law_on=date(2025, 11, 20),
            resolution=said(language, "Résolution CA-2026-03", "Resolution CA-2026-03"),
            resolution_on=date(2026, 1, 8),
            privileges=said(
                language,
                "Priorité sur les parts sociales pour l'intérêt et le remboursement. Aucun droit "
                "de vote n'est rattaché à ces parts.",
                "Priority over common shares for interest and repayment. These shares carry no "
                "voting right.",
            ),
            redemption=said(
                language,
                "À la demande du détenteur après cinq ans, dans l'ordre d'émission des séries, "
                "sous réserve de l'article 38 de la Loi sur les coopératives.",
                "At the holder's request after five years, in the order of issue of the series, "
                "subject to section 38 of the Cooperatives Act.",
            ),
            transfer=said(
                language,
                "Avec l'approbation du conseil d'administration.",
                "With the approval of the board of directors.",
            ),
        ),
    )


def document_ref(version: int = 1) -> DocumentRef:
    """The offering document of the maple company."""
    days = {1: date(2026, 3, 2), 2: date(2026, 3, 16)}
    return DocumentRef(reference="DO-2026-0007", version=version, dated=days[version])


def subscription(security: SecurityFacts, units: int = 100) -> SubscriptionRef:
    """A subscription for a hundred units."""
    return SubscriptionRef(
        reference="S-2026-000184",
        agreed_at=datetime(2026, 3, 4, 12, 7, tzinfo=WINTER),
        units=units,
        price=security.price,
        total=security.price * units,
    )


def head(
    language: Language, reference: str, issuer: IssuerFacts, at: datetime
) -> dict[str, object]:
    """What every document says."""
    return {
        "language": language,
        "reference": reference,
        "issued_at": at,
        "wording_on": ON,
        "portal": portal(language),
        "issuer": issuer,
    }
