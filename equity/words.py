"""What people answered, read as words, numbers, days, or yes and no, in one of two languages.

Answers and particulars come from screens and from files, and may be text, a number, a list or a
mapping. Nothing here raises on what people wrote: what cannot be read as a number or a day is None
to the caller, who then prints it as the text it is.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.rules.kernel import schedule
from compliance.rules.kernel.money import NBSP, format_cad
from compliance.rules.kernel.zones import PROVINCES
from documents.facts.shared import Language

FRENCH: Language = "fr"
ENGLISH: Language = "en"
LANGUAGES: tuple[Language, ...] = (FRENCH, ENGLISH)

NOTHING_APPLIES = frozenset(
    {"not_applicable", "not applicable", "sans objet", "n/a", "s. o.", "na"}
)
"""The spellings of the express answer that an item does not apply."""

_YES = re.compile(r"(oui|yes|true|vrai)\b", re.IGNORECASE)
_NO = re.compile(
    r"(non|no|none|nothing|never|false|faux|aucune?|néant|jamais|rien|nil)\b", re.IGNORECASE
)
_BARE_NO = re.compile(r"(non|no|none|nothing|false|faux|aucune?|néant|rien|nil)[\s.!]*", re.I)
_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,10})?")
_GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f'](?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_COUNTED = re.compile(r"\s*(\d{1,9})\s+(\S.*)", re.DOTALL)

LABELS: dict[str, tuple[str, str]] = {
    "account": ("compte", "account"),
    "act": ("loi", "Act"),
    "acquired_on": ("acquis le", "acquired on"),
    "address": ("adresse", "address"),
    "agreement": ("convention", "agreement"),
    "board_resolution": ("résolution du conseil", "board resolution"),
    "by_law": ("règlement", "by-law"),
    "class": ("catégorie", "class"),
    "compounding": ("capitalisation", "compounding"),
    "conversion": ("conversion", "conversion"),
    "conversion_price": ("prix de conversion", "conversion price"),
    "convertible": ("conversion", "conversion"),
    "converts_into": ("convertible en", "converts into"),
    "day_count": ("décompte des jours", "day count"),
    "description": ("description", "description"),
    "designation": ("désignation", "designation"),
    "details": ("précisions", "details"),
    "discount": ("escompte", "discount"),
    "dissolution": ("en cas de dissolution", "on dissolution"),
    "distributions": ("distributions", "distributions"),
    "dividends": ("dividendes", "dividends"),
    "drag_along": ("droit de sortie forcée", "drag-along right"),
    "early_redemption": ("remboursement anticipé", "early redemption"),
    "email": ("courriel", "e-mail"),
    "expertise": ("compétences", "expertise"),
    "expiry": ("expiration", "expiry"),
    "extra_powers": ("autres pouvoirs", "extra powers"),
    "fee": ("frais", "fee"),
    "floor": ("plancher", "floor"),
    "general_partner": ("commandité", "general partner"),
    "held": ("titres détenus", "securities held"),
    "income": ("dividendes ou intérêts", "dividends or interest"),
    "interest": ("intérêts", "interest"),
    "interest_limit": ("limite de l'intérêt", "interest limit"),
    "issue_date": ("date d'émission", "issue date"),
    "issuer": ("émetteur", "issuer"),
    "kind": ("type", "kind"),
    "languages": ("langues du document", "languages of the document"),
    "margin": ("marge", "margin"),
    "maturity_date": ("échéance", "maturity"),
    "maximum": ("maximum", "maximum"),
    "minimum": ("minimum", "minimum"),
    "months_without_transfer": ("mois sans transfert", "months without transfer"),
    "name": ("nom", "name"),
    "on": ("date", "date"),
    "organized_in": ("constitué au", "organized in"),
    "other": ("autre", "other"),
    "outcome": ("issue", "outcome"),
    "payments": ("paiements", "payments"),
    "percent": ("pourcentage", "percentage"),
    "percent_votes": ("pourcentage des votes", "percentage of the votes"),
    "period": ("durée", "period"),
    "portal": ("portail", "portal"),
    "position": ("poste", "position"),
    "pre_emption": ("droit préférentiel de souscription", "pre-emptive right"),
    "price": ("prix d'offre unitaire", "price per security"),
    "price_paid": ("prix payé", "price paid"),
    "privileges": ("privilèges et droits", "privileges and rights"),
    "rank": ("rang", "rank"),
    "rate": ("taux", "rate"),
    "ratio": ("ratio", "ratio"),
    "redemption": ("rachat ou remboursement", "redemption"),
    "redemption_by_holder": ("remboursement à la demande du porteur", "redemption by the holder"),
    "redemption_by_issuer": ("remboursement par l'émetteur", "redemption by the issuer"),
    "reference": ("taux de référence", "reference"),
    "renewal": ("renouvellement", "renewal"),
    "repayment": ("remboursement du capital", "repayment"),
    "restrictions": ("restrictions", "restrictions"),
    "security": ("titre", "security"),
    "security_given": ("sûreté", "security given"),
    "shareholders": ("actionnaires", "shareholders"),
    "subject": ("personne visée", "about"),
    "tag_along": ("droit de sortie conjointe", "tag-along right"),
    "telephone": ("téléphone", "telephone"),
    "term_months": ("durée en mois", "term in months"),
    "transfer": ("restrictions au transfert", "transfer restrictions"),
    "trigger": ("événement déclencheur", "trigger"),
    "trustee": ("fiduciaire", "trustee"),
    "units": ("nombre", "number"),
    "valuation_cap": ("plafond d'évaluation", "valuation cap"),
    "votes": ("droits de vote", "votes"),
    "voting": ("droit de vote", "voting"),
    "website": ("site Web", "website"),
    "yes": ("réponse", "answer"),
}
"""Names of the parts of an answer and of the particulars of a security (glossary)."""

CODES: dict[str, tuple[str, str]] = {
    "30/360": ("30/360", "30/360"),
    "actual/365": ("jours réels/365", "actual/365"),
    "annuity": ("versements égaux", "annuity"),
    "at_maturity": ("à l'échéance", "at maturity"),
    "bullet": ("en totalité à l'échéance", "bullet"),
    "closed": ("clos", "closed"),
    "common_share": ("actions ordinaires", "common shares"),
    "compound": ("composés", "compound"),
    "control_person": ("personne participant au contrôle", "control person"),
    "development": ("en développement", "development stage"),
    "director": ("administrateur", "director"),
    "equal_principal": ("amortissement constant du capital", "equal principal"),
    "fixed": ("fixe", "fixed"),
    "floating": ("variable", "floating"),
    "founder": ("fondateur", "founder"),
    "half_yearly": ("semestriels", "half-yearly"),
    "minimum_not_reached": ("minimum non atteint", "minimum not reached"),
    "monthly": ("mensuels", "monthly"),
    "never": ("jamais d'activité", "never conducted operations"),
    "officer": ("dirigeant", "officer"),
    "operating": ("en exploitation", "operating"),
    "preferred": ("parts privilégiées", "preferred shares"),
    "preferred_share": ("actions privilégiées", "preference shares"),
    "president": ("président", "president"),
    "profit": ("bénéfice au dernier exercice", "profit in the last financial year"),
    "promoter": ("promoteur", "promoter"),
    "quarterly": ("trimestriels", "quarterly"),
    "simple": ("simples", "simple"),
    "social": ("parts sociales", "common shares"),
    "withdrawn": ("retiré", "withdrawn"),
    "yearly": ("annuels", "yearly"),
}
"""Codes that stand for words in answers and particulars (glossary)."""

_SHARES = ("common_share", "preferred_share")
_POSITIONS = ("director", "officer", "president", "founder", "promoter", "control_person")
CODES_OF: dict[str, tuple[str, ...]] = {
    **schedule.CODES,
    "6.4": ("never", "development", "operating", "profit"),
    "compounding": schedule.CODES["payments"],
    "converts_into": _SHARES,
    "designation": _SHARES,
    "kind": ("fixed", "floating", *_SHARES),
    "outcome": ("closed", "withdrawn", "minimum_not_reached"),
    "position": _POSITIONS,
    "relationship": _POSITIONS,
    "security": _SHARES,
    "share_type": ("social", "preferred"),
}
"""Where a code stands for words: by the name of the part, or by the item. Anywhere else it is a
word that somebody wrote: "never", said of a renewal, is no stage of operations."""

NOT_APPLICABLE = ("Sans objet", "Not applicable")
NONE = ("Aucun", "None")
YES, NO = ("Oui", "Yes"), ("Non", "No")


def pick(pair: tuple[str, str], language: Language) -> str:
    """The French or the English of a pair."""
    return pair[0] if language == FRENCH else pair[1]


def label(name: str, language: Language) -> str:
    """The name of a part of an answer; one that is not known is shown as it was written."""
    return pick(LABELS[name], language) if name in LABELS else name.replace("_", " ")


def colon(name: str, text: str, language: Language) -> str:
    """A name, a colon and a text, as the language sets them."""
    space = NBSP if language == FRENCH else ""
    return f"{name}{space}: {text}"


def said(value: Any, language: Language, name: str = "") -> str:
    """Any answer as text in one language.

    A mapping of ``fr`` and ``en`` gives the language asked, else the other one; further mappings
    and lists are written out. None is the empty text. ``name`` is that of the part or the item,
    whose codes are told in words (``CODES_OF``).
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return pick(YES if value else NO, language)
    if isinstance(value, str):
        return _word(value, language, name)
    if isinstance(value, Mapping):
        return _mapping(value, language, name)
    if isinstance(value, list | tuple):
        return "\n\n".join(filter(None, (said(one, language, name) for one in value)))
    return str(value)


def _word(text: str, language: Language, name: str) -> str:
    if not_applicable(text):
        return pick(NOT_APPLICABLE, language)
    return pick(CODES[text], language) if text in CODES_OF.get(name, ()) else text.strip()


def _mapping(value: Mapping[Any, Any], language: Language, name: str) -> str:
    if bilingual(value):
        mine = said(value.get(language), language, name)
        return mine or said(value.get(ENGLISH if language == FRENCH else FRENCH), language, name)
    if "text" in value and set(value) <= {"heading", "text"}:
        return "\n\n".join(
            filter(None, (said(value.get(part), language) for part in ("heading", "text")))
        )
    parts = ((part, said(one, language, str(part))) for part, one in value.items())
    return "\n".join(
        colon(label(str(part), language), text, language) for part, text in parts if text
    )


def bilingual(value: Any) -> bool:
    """Whether a value is one text in one or both languages."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= set(LANGUAGES)


def parts(value: Any) -> Mapping[str, Any]:
    """A value that has named parts; an empty mapping for any other, one text included."""
    return value if isinstance(value, Mapping) and not bilingual(value) else {}


def not_applicable(value: Any) -> bool:
    """Whether an answer is the express one that its item does not apply, in any spelling."""
    if bilingual(value):
        given = [one for one in value.values() if one not in (None, "")]
        return bool(given) and all(not_applicable(one) for one in given)
    return isinstance(value, str) and value.strip().strip(".").lower() in NOTHING_APPLIES


def yes_or_no(value: Any, language: Language) -> bool | None:
    """An answer as yes or no by its first word; None where it begins with neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Mapping) and "yes" in value:
        return yes_or_no(value["yes"], language)
    text = said(value, language)
    if not_applicable(value) or _NO.match(text):
        return False
    return True if _YES.match(text) else None


def bare_no(text: str) -> bool:
    """Whether a text says no more than no, none, nothing."""
    return not text.strip() or not_applicable(text) or _BARE_NO.fullmatch(text.strip()) is not None


def number(value: Any) -> Decimal | None:
    """A number as people write it in Canada ("28 000,50 $", "$28,000.50", "4 %"), or None."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip().strip("$%").replace("CAD", "").strip("$% \u00a0\u202f")
    text = _GROUPED.sub("", text)
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", "."))


def amount(value: Any) -> Decimal | None:
    """An amount of at most two decimals and twelve digits before them, or None."""
    found = number(value)
    if found is None or found != found.quantize(Decimal("0.01")):
        return None
    return found.quantize(Decimal("0.01"))


def whole(value: Any) -> int | None:
    """A whole number from zero up, or None."""
    found = number(value)
    return int(found) if found is not None and found >= 0 and found == int(found) else None


def day(value: Any) -> date | None:
    """A day in ISO form, or None."""
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def counted(text: str) -> tuple[int, str] | None:
    """A text that begins with a count ("40 000 actions"): the count and the rest; else None."""
    found = _COUNTED.fullmatch(_GROUPED.sub("", text))
    return None if found is None else (int(found[1]), found[2].strip())


def percent(value: Decimal, language: Language) -> str:
    """A percentage without zeros that say nothing: ``4 %``, ``4,25 %`` or ``4%``, ``4.25%``."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text.replace('.', ',')}{NBSP}%" if language == FRENCH else f"{text}%"


def dollars(value: Decimal, language: Language) -> str:
    """An amount without cents where there are none: ``500 $`` or ``$500``; else with them."""
    written = format_cad(value, language)
    if value != value.to_integral_value():
        return written
    return written.replace(",00", "") if language == FRENCH else written.removesuffix(".00")


def lines(value: Any, language: Language) -> tuple[str, ...]:
    """The lines of an address or another short text, without empty ones."""
    return tuple(line.strip() for line in said(value, language).splitlines() if line.strip())


def province(code: str, language: Language) -> str:
    """A jurisdiction in words; a code of another country as it stands."""
    found = PROVINCES.get(code)
    return code if found is None else pick((found.fr, found.en), language)


def province_code(value: Any) -> str | None:
    """The code of a province named by its code or its name in either language, or None."""
    text = said(value, FRENCH).strip().casefold()
    return next(
        (
            code
            for code, one in PROVINCES.items()
            if text in (code.casefold(), one.fr.casefold(), one.en.casefold())
        ),
        None,
    )


def sentence(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]


def item_order(item: str) -> tuple[int, str]:
    """Where an item stands in Form 45-110F1: 5.2 before 10.1."""
    number, _, rest = item.partition(".")
    return (int(number) if number.isdigit() else 99, rest)
