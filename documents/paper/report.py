"""Form 45-106F1: every item in its order, also where nothing was answered or nothing applies."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from documents.facts import ExemptReportFacts
from documents.facts.report import Coded, ReportPerson
from documents.paper.parts import Row, row
from documents.paper.words import Words

_LABELS = "exempt_distribution_report"


def exempt_distribution_report(words: Words, facts: ExemptReportFacts) -> dict[str, Any]:
    """The public part of the report. A draft says at its head which items are still to be
    completed, and at each of them that it is."""
    page = _Page(words, facts)
    return {
        "form": words.prescribed("106.T"),
        "lacking": page.lacking(),
        "amount": words.cad(facts.total),
        "purchasers": page.label("purchasers_line", number=words.number(facts.purchasers)),
        "filed_in": ", ".join(words.province(code) for code in facts.filed_in),
        "sections": [
            page.section("106.1", page.report_type()),
            page.section("106.2", page.party()),
            page.section("106.3", page.issuer()),
            page.section("106.4", none=True),
            page.section("106.5", page.about_issuer()),
            page.section("106.6", none=True),
            page.section("106.7", page.distribution(), page.tables()),
            page.section("106.8", page.compensated(), page.compensation()),
            page.section("106.9", [], page.officers()),
            page.section("106.10", page.certified(), statement="106.C"),
            page.section("106.11", page.contact()),
        ],
        "notice": words.prescribed("106.N"),
        "schedules": page.label("schedules"),
    }


class _Page:
    """Builds the rows and tables of the form."""

    def __init__(self, words: Words, facts: ExemptReportFacts) -> None:
        self.words = words
        self.facts = facts

    def label(self, name: str, **variables: str) -> str:
        """One of our own words."""
        return self.words.label(f"{_LABELS}.{name}", **variables)

    def section(
        self,
        heading: str,
        rows: Sequence[Row] = (),
        tables: Iterable[dict[str, Any]] = (),
        *,
        none: bool = False,
        statement: str = "",
    ) -> dict[str, Any]:
        """An item under its prescribed heading. ``none``: it does not apply to this portal."""
        return {
            "number": heading.partition(".")[2],
            "heading": self.words.prescribed(heading),
            "none": none,
            "statement": self.words.prescribed(statement) if statement else "",
            "rows": list(rows),
            "tables": list(tables),
        }

    def answer(self, name: str, *lines: str, may_be_none: bool = False) -> Row:
        """A row of our label and what was answered, or that it is still to be completed."""
        said = [self.words.set(line) for line in lines if line]
        if said:
            return row(self.label(name), *said)
        empty = "common.none" if may_be_none else "common.to_complete"
        return {**row(self.label(name), self.words.label(empty)), "todo": not may_be_none}

    def coded(self, name: str, value: Coded) -> Row:
        """A code with its label."""
        return self.answer(name, value.label)

    def day(self, name: str, value: date | None) -> Row:
        """A day."""
        return self.answer(name, "" if value is None else self.words.day(value))

    def yes_no(self, value: bool | None) -> str:
        """The word of an answer."""
        return "" if value is None else self.words.label("common.yes" if value else "common.no")

    def lacking(self) -> str:
        """What a draft still lacks, in a line."""
        items = self.facts.lacking
        return self.label("lacking", items=", ".join(items)) if items else ""

    def report_type(self) -> list[Row]:
        """Item 1."""
        facts = self.facts
        rows = [self.answer("type", self.label(facts.report_type))]
        if facts.amends_filed_on is not None:
            rows.append(self.day("amends", facts.amends_filed_on))
        return rows

    def party(self) -> list[Row]:
        """Item 2."""
        return [self.coded("party", self.facts.certifying_party)]

    def issuer(self) -> list[Row]:
        """Item 3."""
        facts = self.facts
        return [
            self.answer("legal_name", facts.issuer.name),
            self.answer("previous_name", facts.previous_name, may_be_none=True),
            self.answer("website", facts.issuer.website, may_be_none=True),
            self.answer("lei", facts.lei, may_be_none=True),
        ]

    def about_issuer(self) -> list[Row]:
        """Item 5, a to h."""
        facts = self.facts
        number = self.yes_no(facts.has_profile)
        if facts.profile_number:
            number = f"{number} – {facts.profile_number}"
        return [
            self.answer("naics", facts.naics),
            self.coded("mining_stage", facts.mining_stage),
            self.coded("invests_mainly_in", facts.invests_mainly_in),
            self.coded("employees", facts.employees),
            self.answer("profile", number),
            self.answer("head_office", *facts.issuer.address),
            self.day("formed_on", facts.formed_on),
            self.answer("year_end", self.month_and_day(facts.year_end)),
            self.answer("reporting", self.label("not_reporting")),
            self.answer("listed", self.label("not_listed")),
            self.coded("asset_size", facts.asset_size),
        ]

    def month_and_day(self, value: str) -> str:
        """A month and a day as the language writes them, without the year."""
        if not value:
            return ""
        # A leap year, so that 29 February is a day.
        text = self.words.day(date.fromisoformat(f"2024-{value}"))
        return text.removesuffix("2024").rstrip(" ,\u00a0")

    def distribution(self) -> list[Row]:
        """Item 7, a to c."""
        facts = self.facts
        return [
            self.answer("currency", self.label("cad")),
            self.day("from", facts.distributed_from),
            self.day("to", facts.distributed_to),
            self.answer("purchaser_information", self.label("in_schedule_1")),
        ]

    def tables(self) -> list[dict[str, Any]]:
        """Item 7, d, e, f and h."""
        return [self.securities(), self.conversions(), self.summary(), self.materials()]

    def securities(self) -> dict[str, Any]:
        """Item 7 d."""
        words = self.words
        return self.table(
            "securities",
            ("code", "description", "+units", "+lowest", "+highest", "+amount"),
            [
                (
                    one.code,
                    one.description,
                    words.number(one.units),
                    words.cad(one.lowest),
                    words.cad(one.highest),
                    words.cad(one.amount),
                )
                for one in self.facts.securities
            ],
        )

    def conversions(self) -> dict[str, Any]:
        """Item 7 e."""
        return self.table(
            "conversions",
            ("code", "into", "ratio", "expires_on"),
            [
                (
                    one.code,
                    one.into,
                    one.ratio,
                    self.words.day(one.expires_on) if one.expires_on else "",
                )
                for one in self.facts.conversions
            ],
        )

    def summary(self) -> dict[str, Any]:
        """Item 7 f, with its grand totals."""
        words, facts = self.words, self.facts
        rows = [
            (
                words.province(one.jurisdiction),
                one.exemption,
                words.number(one.purchasers),
                words.cad(one.amount),
            )
            for one in facts.summary
        ]
        total = (self.label("totals"), "", words.number(facts.purchasers), words.cad(facts.total))
        return self.table(
            "summary", ("jurisdiction", "exemption", "+unique", "+amount"), rows, total=total
        )

    def materials(self) -> dict[str, Any]:
        """Item 7 h."""
        return self.table(
            "materials",
            ("description", "dated", "filed_before"),
            [
                (one.description, self.words.day(one.dated), self.yes_no(one.filed_before))
                for one in self.facts.materials
            ],
        )

    def compensated(self) -> list[Row]:
        """Item 8: whether anybody is paid, and whether a portal brought them together."""
        return [
            self.answer("anybody_paid", self.yes_no(self.facts.compensated)),
            self.answer("through_portal", self.words.label("common.yes")),
        ]

    def compensation(self) -> list[dict[str, Any]]:
        """Item 8: who is paid, and how much."""
        if self.facts.compensated is False:
            return []
        rows = [
            (one.name, one.nrd, one.contact, self.words.cad(one.cash))
            for one in self.facts.compensation
        ]
        return [self.table("compensation", ("name", "nrd", "contact_at", "+cash"), rows)]

    def officers(self) -> list[dict[str, Any]]:
        """Item 9."""
        columns = ("family_name", "given_name", "secondary_names", "location", "relationship")
        rows = [
            (
                one.family_name,
                one.given_name,
                one.secondary_names,
                one.location,
                ", ".join(one.relationships),
            )
            for one in self.facts.officers
        ]
        return [self.table("officers", columns, rows)]

    def certified(self) -> list[Row]:
        """Item 10."""
        return [
            *self.person(self.facts.certifier),
            self.day("certified_on", self.facts.certified_on),
        ]

    def contact(self) -> list[Row]:
        """Item 11."""
        return self.person(self.facts.contact)

    def person(self, person: ReportPerson) -> list[Row]:
        """Who, in which position, and how to reach them."""
        return [
            self.answer("full_name", person.name),
            self.answer("title_held", person.title),
            self.answer("telephone", person.telephone),
            self.answer("email", person.email),
        ]

    def table(
        self,
        name: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        total: Sequence[str] = (),
    ) -> dict[str, Any]:
        """A table under its caption. A column whose name begins with + holds figures."""
        numeric = [column.startswith("+") for column in columns]

        def cells(one: Sequence[str]) -> list[dict[str, Any]]:
            return [
                {"text": self.words.set(text), "num": num}
                for text, num in zip(one, numeric, strict=True)
            ]

        return {
            "caption": self.label(f"table_{name}"),
            "head": cells([self.label(f"column_{column.lstrip('+')}") for column in columns]),
            "rows": [cells(one) for one in rows],
            "total": cells(total) if total else [],
        }
