"""The shapes in which a version's ``items`` hold the answers to Form 45-110F1.

Keys are those of ``compliance.rules.ni45_110.items`` ("4.2a"). Every text may be plain, or a
mapping ``{"fr": ..., "en": ...}`` whose one language stands for the other where that is missing.

========================  =====================================================================
item                      shape (a plain text is accepted for every one)
========================  =====================================================================
2.1                       text, or {address, telephone, fax, website, email}
2.2                       {name, position, address, telephone, email, fax}
3.1 5.6 6.3 7.1 11.1      text
4.2a 4.2b 4.2c 4.2d       [{subject, details}] of the yes answers; [] is No for everybody
4.2                       {a, b, c, d}, each as above; or [{question, subject, details}]
5.5                       {voting, income, dissolution, conversion, other}
6.1 10.1                  [{heading, text}]
6.2                       {organized_in: province, act}
6.4                       [never | development | operating | profit]
6.5 10.2                  true or false
6.6                       [{designation, units, description}]
7.2                       {paid_to_principals: [{name, relationship, amount}], debt_repayment}
8.1                       [{issuer, portal, outcome, on}], outcome closed | withdrawn |
                          minimum_not_reached
9.1                       {percent, fee, text}
11.2                      {yes, details}
11.3                      {shareholders, percent_votes, trustee, extra_powers, period}
========================  =====================================================================

"not_applicable" (also "not applicable", "sans objet", "n/a") is the express answer that an item
does not apply. An answer that fits no field of the document is printed in its words after item 6.1,
under the number of its item (``Answers.notes``), and never stops the document.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from documents.facts import (
    Answer,
    ContactFacts,
    OutstandingRow,
    Passage,
    PreviousRow,
    PrincipalPayment,
    RightsFacts,
    VotingTrust,
)
from documents.facts.offering import MAY_NOT_APPLY, RIGHTS
from documents.facts.shared import Language
from equity import words
from equity.words import said

_HEADING = ("Rubrique", "Item")
_OPERATIONS = {
    "never": re.compile(r"jamais|never", re.IGNORECASE),
    "development": re.compile(r"développement|development|démarrage|start-?up", re.IGNORECASE),
    "operating": re.compile(r"exploit|operating|currently|activités? courante", re.IGNORECASE),
    "profit": re.compile(r"profit|bénéfice", re.IGNORECASE),
}
_OUTCOMES = ("closed", "withdrawn", "minimum_not_reached")
_NEGATION = re.compile(r"\b(ne|n'|pas|aucune?s?|sans|no|not|none|without)\b", re.IGNORECASE)
_PERCENTS = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*%")
_DOLLARS = re.compile(r"\$\s?([\d,]+(?:\.\d\d)?)|([\d \u00a0\u202f]+(?:,\d\d)?)[ \u00a0\u202f]?\$")


class Answers:
    """The answers of one version in one language, item by item, in the types of the document.

    ``notes`` gathers what fits no field, by item; ``absent`` the items that do not apply. Both are
    complete once every item was asked for.
    """

    def __init__(self, items: Mapping[str, Any], language: Language) -> None:
        self.items, self.language = items, language
        self.notes: list[tuple[str, str]] = []
        self.absent: dict[str, None] = {}
        self._asked: set[str] = set()

    def get(self, item: str) -> Any:
        """The answer as it is stored; None where there is none, or the item does not apply and may
        say so."""
        self._asked.add(item)
        value = self.items.get(item)
        if words.not_applicable(value) and item in MAY_NOT_APPLY:
            self.absent[item] = None
            return None
        return value

    def note(self, item: str, value: Any) -> None:
        """Keep an answer that fits no field, under the number of its item."""
        text = said(value, self.language, item)
        if text:
            self.notes.append((item, text))

    def noted(self) -> tuple[Passage, ...]:
        """The notes as passages, each under the number of its item."""
        heading = words.pick(_HEADING, self.language)
        ordered = sorted(self.notes, key=lambda note: words.item_order(note[0]))
        return tuple(Passage(heading=f"{heading} {item}", text=text) for item, text in ordered)

    def note_the_rest(self) -> None:
        """Keep the answers to items that no field asked for."""
        for item, value in self.items.items():
            if item not in self._asked and not words.not_applicable(value):
                self.note(item, value)

    def text(self, item: str) -> str:
        """An answer in words; an empty list says that there is nothing."""
        return self._text(self.get(item))

    def _text(self, value: Any) -> str:
        if value is None:
            return ""
        empty = not isinstance(value, str | bool) and not value
        return words.pick(words.NONE, self.language) if empty else said(value, self.language)

    def rows(self, item: str) -> tuple[list[Mapping[str, Any]], Any]:
        """The rows of a list, and None; or no rows, and the answer that is no list of rows.

        A text that says no more than "none", and an empty list, are an item that does not apply;
        so is a longer text that begins so, which is kept as a note.
        """
        value = self.get(item)
        rows = [value] if words.parts(value) else value
        if isinstance(rows, list | tuple) and all(words.parts(row) for row in rows):
            if not rows:
                self.absent[item] = None
            return list(rows), None
        if value is not None and words.yes_or_no(value, self.language) is False:
            self.absent[item] = None
            if words.bare_no(said(value, self.language)):
                return [], None
        return [], value

    def contact(self) -> ContactFacts | None:
        """Item 2.2."""
        value = self.get("2.2")
        given = words.parts(value)
        if not given:
            first, *others = words.lines(self._text(value), self.language) or ("",)
            if not first:
                return None
            return ContactFacts(
                name=first, position="", address=tuple(others), telephone="", email=""
            )
        known = ("name", "position", "telephone", "email", "fax")
        texts = {name: said(given.get(name), self.language, name) for name in known}
        return ContactFacts(address=words.lines(given.get("address"), self.language), **texts)

    def passages(self, item: str) -> tuple[Passage, ...]:
        """Items 6.1 and 10.1."""
        value = self.get(item)
        parts = value if isinstance(value, list | tuple) and value else [value]
        found = []
        for part in parts:
            given = words.parts(part)
            if given and set(given) <= {"heading", "text"}:
                heading = said(given.get("heading"), self.language)
                found.append(Passage(heading=heading, text=said(given.get("text"), self.language)))
            elif text := self._text(part):
                found.append(Passage(text=text))
        return tuple(found)

    def rights(self) -> RightsFacts:
        """Item 5.5; words that name no right stand under "other"."""
        value = self.get("5.5")
        given = words.parts(value)
        if not given:
            return RightsFacts(other=self._text(value))
        texts = {name: said(given.get(name), self.language) for name in RIGHTS}
        rest = {name: one for name, one in given.items() if name not in RIGHTS}
        texts["other"] = "\n\n".join(filter(None, (texts["other"], said(rest, self.language))))
        return RightsFacts(**texts)

    def organized(self) -> tuple[str | None, str]:
        """Item 6.2: the province, and the Act or whatever else was said."""
        value = self.get("6.2")
        given = words.parts(value)
        if given:
            place = given.get("organized_in", given.get("jurisdiction", given.get("province")))
            code = words.province_code(place)
            used = ("organized_in", "jurisdiction", "province") if code else ()
            rest = {name: one for name, one in given.items() if name not in used}
            act = rest.get("act") if set(rest) == {"act"} else rest
            return code, said(act, self.language)
        code = words.province_code(value)
        return code, "" if code else self._text(value)

    def operations(self) -> tuple[Any, ...]:
        """Item 6.4: the boxes ticked; words that name none are kept as a note."""
        value = self.get("6.4")
        text = said(value, self.language, "6.4")
        codes = list(value) if isinstance(value, list | tuple) else [value]
        ticked = tuple(code for code in _OPERATIONS if code in codes)
        if ticked and len(ticked) == len(codes):
            return ticked
        found = tuple(code for code, mark in _OPERATIONS.items() if mark.search(text))
        self.note("6.4", value)
        return found

    def financial_statements(self) -> bool | None:
        """Item 6.5; words that begin with neither yes nor no are read by whether they deny."""
        value = self.get("6.5")
        if value is None:
            return None
        found = words.yes_or_no(value, self.language)
        text = said(value, self.language)
        self._note_details("6.5", value, text)
        return not _NEGATION.search(text) if found is None else found

    def lacks_resources(self) -> bool | None:
        """Item 10.2; words that begin with neither yes nor no warn the purchaser all the same."""
        value = self.get("10.2")
        if value is None:
            return None
        found = words.yes_or_no(value, self.language)
        self._note_details("10.2", value, said(value, self.language))
        return found is not False

    def _note_details(self, item: str, value: Any, text: str) -> None:
        bare = isinstance(value, bool) or words.bare_no(text) or text.lower() in ("oui", "yes")
        if not bare:
            self.note(item, value)

    def outstanding(self) -> tuple[OutstandingRow, ...]:
        """Item 6.6; a text that begins with a number is one row."""
        rows, other = self.rows("6.6")
        found = []
        for row in rows:
            units = words.whole(row.get("units"))
            if units is None:
                self.note("6.6", row)
                continue
            found.append(
                OutstandingRow(
                    designation=said(row.get("designation"), self.language, "designation"),
                    units=units,
                    description=said(row.get("description"), self.language),
                )
            )
        counted = words.counted(said(other, self.language))
        if counted is not None:
            return (OutstandingRow(units=counted[0], designation=counted[1]),)
        self.note("6.6", other)
        return tuple(found)

    def paid_to_principals(self) -> tuple[PrincipalPayment, ...]:
        """Item 7.2, what is paid to principals."""
        value = self._part("7.2", "paid_to_principals", "7.2p")
        found = []
        for row in value if isinstance(value, list | tuple) else [value]:
            given = words.parts(row)
            paid = words.amount(given.get("amount"))
            if paid is None:
                if not words.bare_no(said(row, self.language)):
                    self.note("7.2", row)
                continue
            name, link = given.get("name"), given.get("relationship")
            found.append(
                PrincipalPayment(
                    name=said(name, self.language),
                    relationship=said(link, self.language, "relationship"),
                    amount=paid,
                )
            )
        return tuple(found)

    def debt_repayment(self) -> str:
        """Item 7.2, why a debt of the last two years is repaid; a text given for 7.2 as a whole."""
        whole = self.get("7.2")
        value = self._part("7.2", "debt_repayment", "7.2d")
        if not words.parts(whole) and not words.not_applicable(whole):
            value = value or whole
        return "" if words.not_applicable(value) else said(value, self.language)

    def _part(self, item: str, name: str, alone: str) -> Any:
        separate = self.get(alone)
        return words.parts(self.get(item)).get(name) if separate is None else separate

    def previous(self) -> tuple[PreviousRow, ...]:
        """Item 8.1."""
        rows, other = self.rows("8.1")
        found = []
        for row in rows:
            outcome, on = row.get("outcome"), words.day(row.get("on"))
            if outcome not in _OUTCOMES or on is None:
                self.note("8.1", row)
                continue
            issuer, portal = (said(row.get(name), self.language) for name in ("issuer", "portal"))
            found.append(PreviousRow(issuer=issuer, portal=portal, outcome=outcome, on=on))
        self.note("8.1", other)
        return tuple(found)

    def compensation(self) -> tuple[Decimal | None, Decimal | None, str]:
        """Item 9.1: commission in percent, fee in CAD, and the words beside them."""
        value = self.get("9.1")
        given = words.parts(value)
        percent, fee = words.number(given.get("percent")), words.amount(given.get("fee"))
        used = [
            name
            for name, one in (("percent", percent), ("fee", fee), ("text", 0))
            if one is not None
        ]
        rest = {name: one for name, one in given.items() if name not in used}
        if not given:
            return None, None, self._text(value)
        texts = (said(given.get("text"), self.language), said(rest, self.language))
        return percent, fee, "\n\n".join(filter(None, texts))

    def portal_fees(self, raised: Decimal) -> Decimal:
        """What item 9.1 makes the portal earn on an amount raised (CAD): percentage and fee.

        Of an answer in words, the only percentage and the only amount that it names; zero where it
        names none, or several, since which of them counts cannot be told.
        """
        percent, fee, text = self.compensation()
        if percent is None and fee is None:
            percents, fees = _PERCENTS.findall(text), _DOLLARS.findall(text)
            percent = words.number(percents[0]) if len(percents) == 1 else None
            fee = words.amount("".join(fees[0])) if len(fees) == 1 else None
        earned = raised * (percent or 0) / 100 + (fee or 0)
        return earned.quantize(Decimal("0.01"))

    def annual_information(self) -> Answer | None:
        """Item 11.2; words that begin with neither yes nor no are the details of a yes."""
        value = self.get("11.2")
        if value is None:
            return None
        found = words.yes_or_no(value, self.language)
        given = words.parts(value)
        text = said(given.get("details"), self.language) if given else said(value, self.language)
        bare = words.bare_no(text) or text.lower() in ("oui", "yes")
        return Answer(yes=found is not False, details="" if bare else text)

    def voting_trust(self) -> VotingTrust | None:
        """Item 11.3."""
        rows, other = self.rows("11.3")
        for given in rows[:1]:
            holders = words.whole(given.get("shareholders"))
            votes = words.number(given.get("percent_votes"))
            if holders is None or votes is None:
                break
            texts = {
                name: said(given.get(name), self.language)
                for name in ("trustee", "extra_powers", "period")
            }
            return VotingTrust(shareholders=holders, percent_votes=votes, **texts)
        for given in rows:
            self.note("11.3", given)
        self.note("11.3", other)
        return None

    def asked(self, letter: str) -> Iterator[tuple[str, str]]:
        """The yes answers to one question of item 4.2: whom each is about, and the details.

        An answer in words that begins with no is no yes; other words are one about nobody in
        particular (an empty subject).
        """
        value = self.get(f"4.2{letter}")
        if value is None:
            whole = self.get("4.2")
            value = words.parts(whole).get(letter) if words.parts(whole) else whole
        for row in value if isinstance(value, list | tuple) else [value]:
            given = words.parts(row)
            if given.get("question", letter) != letter or row is None:
                continue
            if "subject" in given:
                subject = said(given["subject"], self.language)
                yield subject, said(given.get("details"), self.language)
            elif words.yes_or_no(row, self.language) is not False and row != "":
                yield "", "" if row is True else said(row, self.language)
