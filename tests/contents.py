"""Complete contents of offerings: the particulars of every kind of security, and every answer."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from equity.content import Content, UseRow

KINDS = (
    "common_share",
    "preferred_share",
    "convertible",
    "community_bond",
    "debt",
    "cooperative_share",
    "partnership_unit",
)


def both(fr: str, en: str) -> dict[str, str]:
    """A text in both languages, as a document's answers hold it."""
    return {"fr": fr, "en": en}


_SHARE = {
    "class": "A",
    "votes": both("Un vote par action.", "One vote per share."),
    "dividends": both("Au gré du conseil.", "At the directors' discretion."),
    "rank": both("Partage égal du reliquat.", "An equal part of what remains."),
    "restrictions": {"transfer": both("Consentement du conseil.", "Consent of the board.")},
}
_DEBT = {
    "rate": {"kind": "fixed", "percent": "4.00"},
    "interest": "simple",
    "day_count": "30/360",
    "payments": "yearly",
    "term_months": 60,
    "repayment": "bullet",
    "security_given": both("Aucune", "None"),
    "rank": both("Après les créanciers hypothécaires.", "After mortgage creditors."),
    "early_redemption": {
        "redemption_by_issuer": both("Après 24 mois.", "After 24 months."),
        "redemption_by_holder": both("Au décès.", "On death."),
    },
    "months_without_transfer": 12,
    "renewal": both("Aucun", "None"),
}
PARTICULARS: dict[str, dict[str, Any]] = {
    "common_share": _SHARE,
    "preferred_share": _SHARE | {"class": "B"},
    "convertible": {
        "converts_into": "common_share",
        "discount": "20",
        "trigger": both("La prochaine émission d'actions.", "The next issue of shares."),
        "expiry": "2031-03-02",
    },
    "community_bond": _DEBT,
    "debt": _DEBT,
    "cooperative_share": {
        "class": "preferred",
        "interest_limit": "5",
        "by_law": both("Règlement no 4", "By-law No. 4"),
        "board_resolution": "CA-2026-03",
        "redemption": both("Après cinq ans.", "After five years."),
    },
    "partnership_unit": {
        "general_partner": "Commandité du Faubourg inc.",
        "agreement": both("Convention du 8 janvier 2026", "Agreement of January 8, 2026"),
    },
}
PRICES = {
    "common_share": "25.00",
    "preferred_share": "10.00",
    "convertible": "100.00",
    "community_bond": "500.00",
    "debt": "500.00",
    "cooperative_share": "100.00",
    "partnership_unit": "250.00",
}


def make_items() -> dict[str, Any]:
    """Answers to every item of Form 45-110F1, structured, in both languages."""
    return {
        "2.1": "not_applicable",
        "2.2": {
            "name": "Aline Marguerite Roy",
            "position": both("présidente", "President"),
            "address": "1420, rang du Ruisseau\nSaint-Ferdinand (Québec)  G0N 1N0",
            "telephone": "418 555-0142",
            "email": "aline.roy@erabliere.example",
        },
        "3.1": both("Nous produisons du sirop.", "We make syrup."),
        "4.2a": [],
        "4.2b": [],
        "4.2c": [],
        "4.2d": [
            {
                "subject": "Hubert Cœurdacier",
                "details": both("Faillite d'Électro inc. en 2011.", "Électro inc., bankrupt 2011."),
            }
        ],
        "5.5": {
            "voting": both("Un vote par action.", "One vote per share."),
            "income": both("Dividendes, s'il y en a.", "Dividends, if any."),
        },
        "5.6": both("Aucune autre restriction.", "No other restriction."),
        "6.1": [
            {
                "heading": both("Produits", "Products"),
                "text": both("Du sirop biologique.", "Organic syrup."),
            }
        ],
        "6.2": {
            "act": both("Loi sur les sociétés par actions", "Business Corporations Act"),
            "organized_in": "QC",
        },
        "6.3": both("Au siège, sur rendez-vous.", "At the head office, by appointment."),
        "6.4": ["operating", "profit"],
        "6.5": True,
        "6.6": [{"designation": both("actions ordinaires", "common shares"), "units": "40000"}],
        "7.1": both("Un prêt de 60 000,00 $ en 2023.", "A loan of $60,000.00 in 2023."),
        "8.1": [],
        "9.1": {"percent": "5", "fee": "500.00", "text": both("À la clôture.", "At closing.")},
        "10.1": [
            {
                "heading": both("Le temps qu'il fait.", "The weather."),
                "text": both("Un printemps chaud nuit.", "A warm spring hurts."),
            }
        ],
        "10.2": False,
        "11.1": both("Une lettre par trimestre.", "A letter every quarter."),
        "11.2": {"yes": True, "details": both("États annuels.", "Annual statements.")},
        "11.3": "not_applicable",
    }


def make_content(kind: str = "common_share", **changes: Any) -> Content:
    """A complete content of that kind of security; ``changes`` replace fields of Content."""
    content = Content(
        security_kind=kind,
        price=Decimal(PRICES[kind]),
        minimum=Decimal("1000.00"),
        maximum=Decimal("100000.00"),
        days=60,
        jurisdictions=("QC", "ON"),
        languages=("fr", "en"),
        use_of_funds=(UseRow("Évaporateur", Decimal("1000.00"), Decimal("100000.00")),),
        particulars=PARTICULARS[kind],
        items=make_items(),
    )
    return replace(content, **changes)
