"""Sample answers to the items of Form 45-110F1, marked as samples in both languages."""

from typing import Any

MARK = {"fr": "(exemple)", "en": "(sample)"}


def both(fr: str, en: str) -> dict[str, str]:
    """A text in both languages, marked."""
    return {"fr": f"{fr} {MARK['fr']}", "en": f"{en} {MARK['en']}"}


def sample_items(issuer_name: str) -> dict[str, Any]:
    """An answer to every item that an issuer answers (shapes: ``equity.papers.answers``)."""
    return {
        "2.1": both("123, rue de l'Exemple", "123 Example Street"),
        "2.2": {
            "name": "Camille Dubois",
            "position": both("Directrice générale", "General manager"),
            "address": both("123, rue de l'Exemple, Montréal", "123 Example Street, Montréal"),
            "telephone": "514 555-0100",
            "email": "info@exemple.test",
        },
        "3.1": both(
            f"{issuer_name} exerce son activité au Québec et réunit des fonds pour la développer.",
            f"{issuer_name} carries on its business in Quebec and raises funds to develop it.",
        ),
        "4.2": [],
        "5.5": {
            "voting": both("Selon les statuts", "As the articles provide"),
            "income": both("Aucun revenu n'est garanti", "No income is guaranteed"),
        },
        "5.6": both("Aucune autre restriction importante", "No other material restriction"),
        "6.1": [
            {
                "heading": both("Produits et services", "Products and services"),
                "text": both(
                    "L'émetteur vend ses produits directement à sa clientèle.",
                    "The issuer sells its products directly to its customers.",
                ),
            }
        ],
        "6.2": both("Selon la loi qui le constitue", "As its constituting Act provides"),
        "6.3": both("Au siège de l'émetteur", "At the issuer's head office"),
        "6.4": ["operating"],
        "6.5": False,
        "6.6": [
            {
                "designation": both("Titres en circulation", "Securities outstanding"),
                "units": 100,
                "description": both("Détenus par les fondateurs", "Held by the founders"),
            }
        ],
        "7.1": both("Aucuns fonds réunis auparavant", "No funds raised before"),
        "8.1": [],
        "9.1": both("7 % des sommes réunies", "7% of the funds raised"),
        "10.1": [
            {
                "heading": both("Perte du placement", "Loss of the investment"),
                "text": both(
                    "L'investisseur peut perdre tout ce qu'il investit.",
                    "An investor may lose everything invested.",
                ),
            }
        ],
        "10.2": False,
        "11.1": both("Un rapport annuel, par courriel", "A yearly report, by e-mail"),
        "11.2": {"yes": False},
        "11.3": "not_applicable",
    }


_AREAS = ("514", "438", "450", "579", "418", "581", "819", "873")


def sample_place(number: int) -> dict[str, Any]:
    """What Schedule 1 asks of a purchaser and the format has no key for. Another ``number`` is
    another street number and telephone: to the rules, people at one place are one matter."""
    return {
        "street": f"{101 + number}, rue de l'Exemple (exemple)",
        "municipality": "Montréal",
        "postal_code": "H2X 1Y4",
        "telephone": f"{_AREAS[number // 100 % len(_AREAS)]} 555-01{number % 100:02}",
        "registrant": False,
    }
