"""What the portal says of itself: Forms 45-110F3, F4 and F5, item by item."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from documents.facts import (
    IndividualInformationFacts,
    PortalInformationFacts,
    ResourcesCertificateFacts,
)
from documents.facts.offering import Answer
from documents.facts.portal import PeriodRow, ReachFacts, SignedFacts
from documents.paper.offering import answer_lines
from documents.paper.parts import Row, row, text_lines
from documents.paper.words import Words


def given(words: Words, label: str, *lines: str) -> Row:
    """A line of particulars; where nothing was given, it says so."""
    found = row(label, *lines)
    if not found["lines"]:
        found["lines"], found["missing"] = [words.label("portal_forms.not_provided")], True
    return found


def portal_rows(words: Words, *, website: bool = True) -> list[Row]:
    """How the portal is called and reached."""
    portal = words.facts.portal
    rows = [
        given(words, words.label("portal_forms.name"), words.set(portal.name)),
        given(words, words.label("common.address"), *map(words.set, portal.address)),
        given(words, words.label("common.telephone"), words.set(portal.telephone)),
        given(words, words.label("common.email"), words.set(portal.email)),
    ]
    if website:
        rows.append(given(words, words.label("common.website"), words.set(portal.website)))
    return rows


def signed_context(words: Words, signed: SignedFacts | None) -> dict[str, str]:
    """The signature as it is printed; empty where the paper is to be signed by hand."""
    if signed is None:
        return {}
    return {
        "name": words.set(signed.signatory.name),
        "position": words.set(signed.signatory.position)
        or words.label("portal_forms.not_provided"),
        "at": words.instant(signed.signed_at),
    }


def portal_resources_certificate(words: Words, facts: ResourcesCertificateFacts) -> dict[str, Any]:
    """Form 45-110F5; the words of its certificate are a placeholder until they were read."""

    def label(name: str, **variables: str) -> str:
        return words.label(f"portal_resources_certificate.{name}", **variables)

    months = words.number(facts.months)
    return {
        "form_title": words.prescribed("F5.T"),
        "outline": words.label("portal_forms.outline"),
        "subject": "",
        "forms": words.labels["portal_forms"],
        "portal_heading": words.prescribed("F5.A"),
        "portal_rows": portal_rows(words, website=False),
        "period_heading": words.prescribed("F5.B"),
        "period_rows": [
            row(label("from"), words.day(facts.certified_on)),
            row(label("until", months=months), words.day(facts.sufficient_until)),
            row(label("next_due"), words.day(facts.sufficient_until)),
            given(words, label("filed_under"), words.set(facts.filed_under)),
        ],
        "certificate_heading": words.prescribed("F5.C"),
        "certificate": words.prescribed("F5.C1"),
        "recorded": label("recorded", on=words.day(facts.certified_on), months=months),
        "signature_heading": words.prescribed("F5.D"),
        "signed": signed_context(words, facts.signed),
    }


def portal_information(words: Words, facts: PortalInformationFacts) -> dict[str, Any]:
    """Form 45-110F3, item by item in the order of its outline."""
    context = _form(words, "F3", facts.signed)
    context["items"] = [
        _item(words, "F3.A", _identity(words, facts)),
        _item(words, "F3.B", _contact(words, facts.contact)),
        _item(words, "F3.C", _structure(words, facts)),
        _item(words, "F3.D", [], principals=_principals(words, facts)),
        _item(words, "F3.E", _texts(words, facts, "business", "how_it_works", "other_business")),
        _item(words, "F3.F", _funds(words, facts)),
        _item(words, "F3.G", _portal_answers(words, facts), statements=["F3.G1"]),
        _item(words, "F3.H", _texts(words, facts, "records_at"), closing=["F3.H1", "F3.H2"]),
    ]
    return context


def portal_individual_information(
    words: Words, facts: IndividualInformationFacts
) -> dict[str, Any]:
    """Form 45-110F4 of one principal, item by item in the order of its outline."""
    context = _form(words, "F4", facts.signed)
    percent = "" if facts.percent is None else words.percent(facts.percent)
    context["items"] = [
        _item(words, "F4.A", _texts(words, facts, "name", "other_names")),
        _item(words, "F4.B", [], periods=_periods(words, facts.residences, "residence")),
        _item(
            words,
            "F4.C",
            [
                *_texts(words, facts, "title", "role_since"),
                given(words, words.label("portal_forms.percent"), percent),
            ],
        ),
        _item(
            words,
            "F4.D",
            _texts(words, facts, "other_activities"),
            periods=_periods(words, facts.employments, "employment"),
        ),
        _item(
            words,
            "F4.E",
            [
                _answered(words, words.label(f"portal_forms.{one.topic}"), one.answer)
                for one in facts.answers
            ],
            statements=["F4.E1"],
        ),
        _item(words, "F4.F", [], statements=["F4.F1", "F4.F2"]),
    ]
    context["subject"] = words.set(facts.name)
    return context


def _form(words: Words, form: str, signed: SignedFacts | None) -> dict[str, Any]:
    return {
        "form_title": words.prescribed(f"{form}.T"),
        "outline": words.label("portal_forms.outline"),
        "subject": "",
        "forms": words.labels["portal_forms"],
        "signed": signed_context(words, signed),
    }


def _item(
    words: Words,
    heading: str,
    rows: list[Row],
    *,
    statements: Sequence[str] = (),
    closing: Sequence[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """One item under its heading; the placeholders are asked for in the order of the form."""
    return {
        "heading": words.prescribed(heading),
        "rows": rows,
        "statements": [words.prescribed(one) for one in statements],
        "closing": [words.prescribed(one) for one in closing],
        "principals": None,
        "periods": None,
        **more,
    }


def _texts(words: Words, facts: Any, *names: str) -> list[Row]:
    return [
        given(
            words,
            words.label(f"portal_forms.{name}"),
            *text_lines(words, getattr(facts, name)),
        )
        for name in names
    ]


def _identity(words: Words, facts: PortalInformationFacts) -> list[Row]:
    legal, *rest = portal_rows(words)
    return [legal, *_texts(words, facts, "trade_names"), *rest]


def _contact(words: Words, contact: ReachFacts | None) -> list[Row]:
    one = contact or ReachFacts(name="")
    return [
        given(words, words.label("portal_forms.name"), words.set(one.name)),
        given(words, words.label("common.position"), words.set(one.position)),
        given(words, words.label("common.address"), *map(words.set, one.address)),
        given(words, words.label("common.telephone"), words.set(one.telephone)),
        given(words, words.label("common.email"), words.set(one.email)),
    ]


def _structure(words: Words, facts: PortalInformationFacts) -> list[Row]:
    form = words.label(f"portal_forms.form_{facts.legal_form}") if facts.legal_form else ""
    place = words.province(facts.organized_in) if facts.organized_in else ""
    day = words.day(facts.organized_on) if facts.organized_on else ""
    return [
        given(words, words.label("portal_forms.legal_form"), form),
        given(words, words.label("portal_forms.organized_in"), place),
        given(words, words.label("portal_forms.organized_on"), day),
        *_texts(words, facts, "organizing_documents"),
    ]


def _principals(words: Words, facts: PortalInformationFacts) -> list[dict[str, str]]:
    nothing = words.label("portal_forms.not_provided")
    return [
        {
            "name": words.set(one.name),
            "title": words.set(one.title) or nothing,
            "percent": nothing if one.percent is None else words.percent(one.percent),
        }
        for one in facts.principals
    ]


def _funds(words: Words, facts: PortalInformationFacts) -> list[Row]:
    return [
        *_texts(words, facts, "trust_institution"),
        given(words, words.label("common.address"), *map(words.set, facts.trust_address)),
        *_texts(words, facts, "trust_account"),
    ]


def _portal_answers(words: Words, facts: PortalInformationFacts) -> list[Row]:
    return [
        _answered(
            words,
            words.label(
                "portal_forms.question",
                topic=words.label(f"portal_forms.{one.topic}"),
                about=words.label(f"portal_forms.about_{one.about}"),
            ),
            one.answer,
        )
        for one in facts.answers
    ]


def _answered(words: Words, label: str, answer: Answer | None) -> Row:
    return given(words, label, *([] if answer is None else answer_lines(words, answer)))


def _periods(words: Words, rows: Sequence[PeriodRow], of: str) -> dict[str, Any]:
    """A table of residences or employments; without a row it says that none was given."""
    nothing = words.label("portal_forms.not_provided")
    return {
        "what": words.label(f"portal_forms.{of}"),
        "role": words.label("common.position") if of == "employment" else "",
        "rows": [
            {
                "what": words.set(one.what),
                "role": (words.set(one.role) or nothing) if of == "employment" else "",
                "since": words.set(one.since) or nothing,
                "until": words.set(one.until) or words.label("portal_forms.lasts"),
            }
            for one in rows
        ],
    }


@dataclass(frozen=True, slots=True)
class Line:
    """What a form says at one place: under which heading, beside which label, in which words."""

    heading: str
    label: str
    text: str
    missing: bool


def lines_of(
    facts: PortalInformationFacts | IndividualInformationFacts, version: str
) -> tuple[Line, ...]:
    """Everything that Form 45-110F3 or F4 says by the answers of the portal, in its order: for
    whoever compares two of them, or looks for what is missing. The placeholders are left out."""
    words = Words(facts, version)
    if isinstance(facts, PortalInformationFacts):
        context = portal_information(words, facts)
    else:
        context = portal_individual_information(words, facts)
    return tuple(
        Line(item["heading"], label, text, missing)
        for item in context["items"]
        for label, text, missing in _said(words, item)
    )


def _said(words: Words, item: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    nothing = words.label("portal_forms.not_provided")
    if item["principals"] is not None:
        yield from _table(
            words.label("common.name"),
            [(one["name"], one["title"], one["percent"]) for one in item["principals"]],
            nothing,
        )
    if item["periods"] is not None:
        yield from _table(
            item["periods"]["what"],
            [
                (one["what"], one["role"], f"{one['since']} – {one['until']}")
                for one in item["periods"]["rows"]
            ],
            nothing,
        )
    for one in item["rows"]:
        yield one["label"], "\n".join(one["lines"]), one.get("missing", False)


def _table(
    label: str, rows: list[tuple[str, ...]], nothing: str
) -> Iterator[tuple[str, str, bool]]:
    said = "\n".join(", ".join(part for part in row if part) for row in rows)
    yield label, said or nothing, not rows or nothing in said
