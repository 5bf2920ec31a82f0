"""A whole offering document, in both languages: the maple company sells shares."""

from datetime import date, datetime
from decimal import Decimal

from documents.facts import (
    AmendmentRow,
    AmountRow,
    Answer,
    CertificateFacts,
    ContactFacts,
    DisclosureRow,
    HeldRow,
    OfferingDocumentFacts,
    OutstandingRow,
    Passage,
    PrincipalPayment,
    PrincipalRow,
    RightsFacts,
    UseRow,
)
from documents.facts.shared import Language
from documents.samples.cast import SUMMER, class_a, head, maple, said

NO = Answer(yes=False)


def offering_document(language: Language) -> OfferingDocumentFacts:
    """Version 2, certified, with an amendment."""
    at = datetime(2026, 3, 16, 9, 45, tzinfo=SUMMER)
    return OfferingDocumentFacts(
        **head(language, "DO-2026-0007", maple(language), at),  # type: ignore[arg-type]
        version=2,
        dated=date(2026, 3, 16),
        first_available_on=date(2026, 3, 3),
        security=class_a(language),
        contact=ContactFacts(
            name="Aline Marguerite Roy",
            position=said(language, "présidente", "President"),
            address=maple(language).address,
            telephone="418 555-0142",
            email="aline.roy@erabliereduruisseau.example",
        ),
        overview=said(
            language,
            "Nous exploitons une érablière biologique de 11 000 entailles à Saint-Ferdinand et "
            "vendons notre sirop à des restaurants et à des épiceries de quartier.\n\nNous "
            "réunissons des fonds pour remplacer notre évaporateur au mazout par un évaporateur "
            "électrique et doubler notre atelier d'embouteillage.",
            "We run an organic sugar bush of 11,000 taps in Saint-Ferdinand and sell our syrup to "
            "restaurants and neighbourhood grocers.\n\nWe are raising funds to replace our "
            "oil-fired evaporator with an electric one and to double our bottling workshop.",
        ),
        principals=principals(language),
        disclosures=disclosures(language),
        jurisdictions=("QC", "ON"),
        raise_by=date(2026, 5, 2),
        amendments=(
            AmendmentRow(
                on=date(2026, 3, 16),
                description=said(
                    language,
                    "L'évaporateur sera acheté d'occasion; le montant maximal passe de "
                    "250 000,00 $ à 200 000,00 $ (rubriques 5.7, 7.2 et 10.1).",
                    "The evaporator will be bought used; the maximum goes from $250,000.00 to "
                    "$200,000.00 (items 5.7, 7.2 and 10.1).",
                ),
            ),
        ),
        rights=RightsFacts(
            voting=said(language, "Un vote par action.", "One vote per share."),
            income=said(
                language,
                "Dividendes non cumulatifs, lorsque le conseil d'administration en déclare.",
                "Non-cumulative dividends, when declared by the board of directors.",
            ),
            dissolution=said(
                language,
                "Partage du reliquat des biens, à parts égales par action.",
                "An equal part of the remaining property for each share.",
            ),
        ),
        restrictions=said(
            language,
            "La convention entre actionnaires prévoit un droit de sortie conjointe et un droit de "
            "sortie forcée. Aucun transfert n'est permis sans le consentement du conseil.",
            "The shareholders' agreement provides tag-along and drag-along rights. No transfer is "
            "allowed without the consent of the board.",
        ),
        minimum=AmountRow(amount=Decimal("50000.00"), units=2000),
        maximum=AmountRow(amount=Decimal("200000.00"), units=8000),
        minimum_per_purchaser=Decimal("100.00"),
        business=business(language),
        documents_at=said(
            language,
            "Les statuts et la convention entre actionnaires peuvent être consultés au siège et "
            "sur la page du placement.",
            "The articles and the shareholders' agreement may be consulted at the head office and "
            "on the page of the offering.",
        ),
        operations=("operating", "profit"),
        financial_statements=True,
        outstanding=(
            OutstandingRow(
                designation=said(
                    language, "Actions ordinaires de catégorie A", "Class A common shares"
                ),
                units=40000,
            ),
            OutstandingRow(
                designation=said(
                    language, "Actions privilégiées de catégorie P", "Class P preferred shares"
                ),
                units=500,
                description=said(
                    language,
                    "Sans droit de vote, dividende fixe de 3 %, rachetables à 100,00 $.",
                    "Non-voting, fixed dividend of 3%, redeemable at $100.00.",
                ),
            ),
        ),
        raised_before=said(
            language,
            "En 2023, 60 000,00 $ par un prêt du fonds régional, employés à la tubulure.",
            "In 2023, $60,000.00 through a loan of the regional fund, used for tubing.",
        ),
        uses=uses(language),
        paid_to_principals=(
            PrincipalPayment(
                name="Hubert Cœurdacier",
                relationship=said(
                    language,
                    "Secrétaire; son entreprise fait l'installation électrique",
                    "Secretary; his firm does the electrical work",
                ),
                amount=Decimal("8000.00"),
            ),
        ),
        debt_repayment="",
        previous=(),
        portal_compensation=said(
            language,
            "Payable par l'émetteur à la clôture seulement.",
            "Payable by the issuer at closing only.",
        ),
        portal_commission_percent=Decimal("5"),
        portal_fee=Decimal("500.00"),
        risks=risks(language),
        lacks_resources=True,
        reporting=said(
            language,
            "Une lettre par trimestre et les états financiers annuels, sur la page du placement.",
            "A letter every quarter and the annual financial statements, on the offering's page.",
        ),
        annual_information=Answer(
            yes=True,
            details=said(
                language,
                "La Loi sur les sociétés par actions exige des états financiers annuels.",
                "The Business Corporations Act requires annual financial statements.",
            ),
        ),
        voting_trust=None,
        certificate=CertificateFacts(
            name="Aline Marguerite Roy",
            position=said(language, "présidente", "President"),
            signed_at=at,
        ),
        not_applicable=("8.1", "11.3"),
    )


def principals(language: Language) -> tuple[PrincipalRow, ...]:
    """Two founders."""
    shares = said(language, "actions ordinaires A", "Class A common shares")
    quebec = said(language, "Québec", "Quebec")
    return (
        PrincipalRow(
            name="Aline Marguerite Roy",
            municipality="Saint-Ferdinand",
            jurisdiction=quebec,
            position=said(
                language, "Fondatrice, administratrice, présidente", "Founder, director, President"
            ),
            occupation=said(
                language,
                "Acéricultrice; directrice de l'érablière depuis 2014.",
                "Maple producer; manager of the sugar bush since 2014.",
            ),
            expertise=said(
                language,
                "Baccalauréat en agronomie; vingt ans de métier, dont huit comme formatrice.",
                "Bachelor of Agronomy; twenty years in the trade, eight of them teaching.",
            ),
            held=(
                HeldRow(
                    units=28000,
                    security=shares,
                    acquired_on=date(2014, 5, 1),
                    price_paid=Decimal("28000.00"),
                ),
            ),
            percent=Decimal("69.14"),
        ),
        PrincipalRow(
            name="Hubert Cœurdacier",
            municipality="Thetford Mines",
            jurisdiction=quebec,
            position=said(language, "Administrateur, secrétaire", "Director, Secretary"),
            occupation=said(
                language, "Maître électricien à son compte.", "Self-employed master electrician."
            ),
            expertise=said(
                language,
                "Conversion électrique de six évaporateurs dans Chaudière-Appalaches.",
                "Electric conversion of six evaporators in Chaudière-Appalaches.",
            ),
            held=(
                HeldRow(
                    units=12000,
                    security=shares,
                    acquired_on=date(2019, 9, 15),
                    price_paid=Decimal("60000.00"),
                ),
            ),
            percent=Decimal("29.63"),
        ),
    )


def disclosures(language: Language) -> tuple[DisclosureRow, ...]:
    """Nothing to disclose but a bankruptcy of a former company."""
    yes = Answer(
        yes=True,
        details=said(
            language,
            "Administrateur d'Électro-Amiante inc. jusqu'à sa faillite en 2011.",
            "Director of Électro-Amiante inc. until its bankruptcy in 2011.",
        ),
    )
    return (
        DisclosureRow(subject=maple(language).name, a=NO, b=NO, c=NO, d=NO),
        DisclosureRow(subject="Aline Marguerite Roy", a=NO, b=NO, c=NO, d=NO),
        DisclosureRow(subject="Hubert Cœurdacier", a=NO, b=NO, c=NO, d=yes),
    )


def business(language: Language) -> tuple[Passage, ...]:
    """Item 6.1."""
    return (
        Passage(
            heading=said(language, "Produits et clients", "Products and customers"),
            text=said(
                language,
                "Nous produisons en moyenne 38 000 livres de sirop par saison. Le tiers est vendu "
                "en barils à l'agence de vente; le reste, embouteillé sur place, va à "
                "74 épiceries et restaurants et à notre boutique en ligne.",
                "We make on average 38,000 pounds of syrup a season. A third is sold in barrels "
                "to the sales agency; the rest, bottled on site, goes to 74 grocers and "
                "restaurants and to our on-line shop.",
            ),
        ),
        Passage(
            heading=said(language, "Étapes", "Milestones"),
            text=said(
                language,
                "Certification biologique en 2016, tubulure refaite en 2023, entente de "
                "distribution signée avec un grossiste de Montréal en janvier 2026.",
                "Organic certification in 2016, new tubing in 2023, distribution agreement signed "
                "with a Montreal wholesaler in January 2026.",
            ),
        ),
        Passage(
            heading=said(language, "Équipe et lieux", "Team and premises"),
            text=said(
                language,
                "Trois personnes à l'année et neuf pendant la saison. L'érablière, d'une "
                "superficie de 62 hectares, appartient à l'émetteur; une hypothèque de premier "
                "rang la grève.",
                "Three people all year and nine in season. The issuer owns the sugar bush of "
                "62 hectares, which bears a first-ranking mortgage.",
            ),
        ),
    )


def uses(language: Language) -> tuple[UseRow, ...]:
    """Item 7.2: both columns add up to the amounts of item 5.7."""
    lines = (
        ("Évaporateur électrique d'occasion", "Used electric evaporator", 35000, 85000),
        ("Atelier d'embouteillage", "Bottling workshop", 0, 52000),
        ("Raccordement et installation électrique", "Electrical connection and work", 8000, 12500),
        ("Fonds de roulement", "Working capital", 4000, 40000),
        ("Commission et frais du portail", "Commission and fees of the portal", 3000, 10500),
    )
    return tuple(
        UseRow(description=said(language, fr, en), minimum=Decimal(low), maximum=Decimal(high))
        for fr, en, low, high in lines
    )


def risks(language: Language) -> tuple[Passage, ...]:
    """Item 10.1."""
    lines = (
        (
            "La saison dépend du temps.",
            "The season depends on the weather.",
            "Un printemps trop chaud peut réduire la récolte de moitié; c'est arrivé en 2021.",
            "Too warm a spring may halve the harvest; it did in 2021.",
        ),
        (
            "Un seul grossiste achète le quart de notre production.",
            "One wholesaler buys a quarter of our production.",
            "Son départ nous obligerait à vendre en barils, à un prix moindre.",
            "Should it leave, we would have to sell in barrels, at a lower price.",
        ),
        (
            "L'équipement d'occasion peut demander des réparations imprévues.",
            "Used equipment may need unforeseen repairs.",
            "Nous avons prévu 4 000,00 $ par année à cette fin, ce qui pourrait ne pas suffire.",
            "We have set aside $4,000.00 a year for it, which may not be enough.",
        ),
    )
    return tuple(
        Passage(heading=said(language, a, b), text=said(language, c, d)) for a, b, c, d in lines
    )
