"""The items of Form 45-110F1 that an issuer answers, section by section, as forms.

The order and the numbers are those of ``compliance.rules.ni45_110.items``; the shapes are those
that ``equity.papers.answers`` reads. Guidance is ours, short, and never the words of the form.
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from documents.facts.offering import MAY_NOT_APPLY
from equity.forms.columns import Column, Words

Shape = Literal["text", "mapping", "rows", "disclosures", "yes_no", "yes_no_details", "ticks"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its id, the shape of its answer, its title, what is asked, and its columns."""

    id: str
    shape: Shape
    title: Words
    guidance: Words = ""
    columns: tuple[Column, ...] = ()
    ticks: tuple[tuple[str, Words], ...] = ()

    @property
    def may_not_apply(self) -> bool:
        """Whether "not applicable" is an answer to it."""
        return self.id in MAY_NOT_APPLY

    @property
    def number(self) -> str:
        """Its number as the form prints it: the two notes of 7.2 stand under 7.2."""
        return self.id.rstrip("pd") if self.id.startswith("7.2") else self.id

    @property
    def prefix(self) -> str:
        """What the names of its form fields begin with."""
        return "item_" + self.id.replace(".", "_")


def _text(item: str, title: Words, guidance: Words, *, long: bool = False) -> Item:
    kind: Literal["area", "chapter"] = "chapter" if long else "area"
    return Item(item, "text", title, guidance, (Column("text", title, kind),))


_WHO_AND_WHAT = (
    Column("subject", _("Who it concerns"), "plain", needed=True),
    Column("details", _("What happened, when, before whom"), "area", needed=True),
)
_PASSAGES = (
    Column("heading", _("Heading"), "line"),
    Column("text", _("Text"), "area", needed=True),
)


def _disclosure(item: str, title: Words, guidance: Words) -> Item:
    return Item(item, "disclosures", title, guidance, _WHO_AND_WHAT)


ITEMS = (
    Item(
        "2.1",
        "mapping",
        _("The issuer"),
        _("How investors reach the issuer. Its legal name is the one recorded by the portal."),
        (
            Column("address", _("Address of the head office"), "block", needed=True),
            Column("telephone", _("Telephone"), "plain", needed=True),
            Column("fax", _("Fax"), "plain"),
            Column("website", _("Website"), "plain"),
            Column("email", _("E-mail"), "email"),
        ),
    ),
    Item(
        "2.2",
        "mapping",
        _("Contact person"),
        _("Whom an investor may write to or call about this offering."),
        (
            Column("name", _("First and last name"), "plain", needed=True),
            Column("position", _("Position"), "line"),
            Column("address", _("Business address"), "block"),
            Column("telephone", _("Business telephone"), "plain", needed=True),
            Column("email", _("Business e-mail"), "email", needed=True),
        ),
    ),
    _text(
        "3.1",
        _("Overview"),
        _("In a few lines: what the business does, and why it raises money."),
    ),
    _disclosure(
        "4.2a",
        _("Offences"),
        _(
            "Has the issuer or a principal ever pleaded guilty to, or been found guilty of, a "
            "criminal or quasi-criminal offence, in Canada or elsewhere?"
        ),
    ),
    _disclosure(
        "4.2b",
        _("Orders, sanctions and settlements"),
        _(
            "In the last ten years, has the issuer or a principal been the subject of an order, a "
            "judgment, a sanction, an administrative penalty or a settlement linked to business, "
            "securities, insurance or banking?"
        ),
    ),
    _disclosure(
        "4.2c",
        _("Bankruptcy and insolvency"),
        _("Has the issuer or a principal been in a bankruptcy or insolvency proceeding?"),
    ),
    _disclosure(
        "4.2d",
        _("Other issuers"),
        _(
            "Is a principal a director, an executive officer, a founder or a control person of "
            "another issuer to which one of the three answers above applies?"
        ),
    ),
    Item(
        "5.5",
        "mapping",
        _("Rights attached to the security"),
        _("Describe each right that the security gives. Leave blank a right that it does not."),
        (
            Column("voting", _("Voting"), "area"),
            Column("income", _("Dividends or interest"), "area"),
            Column("dissolution", _("On dissolution"), "area"),
            Column("conversion", _("Conversion"), "area"),
            Column("other", _("Other"), "area"),
        ),
    ),
    _text(
        "5.6",
        _("Other restrictions or conditions"),
        _("For example a tag-along, a drag-along or a pre-emptive right."),
    ),
    Item(
        "6.1",
        "rows",
        _("The business"),
        _(
            "Products and services, milestones, competition, intellectual property, contracts, "
            "plans, employees, premises. One heading for each subject."
        ),
        _PASSAGES,
    ),
    Item(
        "6.2",
        "mapping",
        _("Legal structure"),
        _("The Act under which the issuer is organized, and where."),
        (
            Column("act", _("Act, as it is cited"), "line", needed=True),
            Column("organized_in", _("Province or territory"), "province", needed=True),
        ),
    ),
    _text(
        "6.3",
        _("Where documents may be consulted"),
        _("Articles, by-laws, shareholders' or partnership agreement: an address or a page."),
    ),
    Item(
        "6.4",
        "ticks",
        _("Operations"),
        _("Tick all that apply."),
        ticks=(
            ("never", _("Has never conducted operations")),
            ("development", _("Is in the development stage")),
            ("operating", _("Is currently conducting operations")),
            ("profit", _("Made a profit in the last financial year")),
        ),
    ),
    Item(
        "6.5",
        "yes_no",
        _("Financial statements"),
        _("Are financial statements available to investors?"),
    ),
    Item(
        "6.6",
        "rows",
        _("Securities outstanding"),
        _("Each class of securities already issued, with its number."),
        (
            Column("designation", _("Class"), "line", needed=True),
            Column("units", _("Number"), "whole", needed=True),
            Column("description", _("Description"), "line"),
        ),
    ),
    _text(
        "7.1",
        _("Funds raised before"),
        _("How much, when, by what means, and what it was used for."),
    ),
    Item(
        "7.2p",
        "rows",
        _("Paid to a principal out of the funds"),
        _("Leave blank where nothing is."),
        (
            Column("name", _("Name"), "plain", needed=True),
            Column("relationship", _("Relationship with the issuer"), "line"),
            Column("amount", _("Amount"), "amount", needed=True),
        ),
    ),
    _text(
        "7.2d",
        _("Debt repaid out of the funds"),
        _(
            "Where more than 10 percent of the funds repays a debt of the last two financial "
            "years: why the debt was incurred."
        ),
    ),
    Item(
        "8.1",
        "rows",
        _("Earlier crowdfunding distributions"),
        _("Of the issuer and of each principal, in the past five years."),
        (
            Column("issuer", _("Issuer"), "plain", needed=True),
            Column("portal", _("Funding portal"), "plain", needed=True),
            Column(
                "outcome",
                _("Outcome"),
                "choice",
                needed=True,
                choices=(
                    ("closed", _("Closed")),
                    ("withdrawn", _("Withdrawn")),
                    ("minimum_not_reached", _("Minimum not reached")),
                ),
            ),
            Column("on", _("Day"), "day", needed=True),
        ),
    ),
    Item(
        "9.1",
        "mapping",
        _("What the portal is paid"),
        _("Commission, fee or any other amount that the issuer expects to pay the portal."),
        (
            Column("percent", _("Commission, in percent of what is raised"), "percent"),
            Column("fee", _("Fee"), "amount"),
            Column("text", _("When and how it is paid"), "area"),
        ),
    ),
    Item(
        "10.1",
        "rows",
        _("Main risks"),
        _("The most important first, in plain words. Be honest: this protects you too."),
        _PASSAGES,
    ),
    Item(
        "10.2",
        "yes_no",
        _("Dividends, interest or distributions without the means to pay them"),
        _(
            "Does the security promise interest, dividends or distributions that the issuer does "
            "not have the financial resources to pay today?"
        ),
    ),
    _text(
        "11.1",
        _("Information after the closing"),
        _("What investors will receive, how often, and where they will find it."),
    ),
    Item(
        "11.2",
        "yes_no_details",
        _("Annual statements or circular"),
        _("Does company law or a founding document require annual financial statements?"),
        (Column("details", _("Which, and under which Act or document"), "area"),),
    ),
    Item(
        "11.3",
        "mapping",
        _("Voting trust agreement"),
        _("Only where shareholders have given their votes to a trustee."),
        (
            Column("shareholders", _("Number of shareholders"), "whole", needed=True),
            Column("percent_votes", _("Percentage of the votes"), "percent", needed=True),
            Column("trustee", _("Trustee"), "plain", needed=True),
            Column("extra_powers", _("Further powers"), "area"),
            Column("period", _("Period"), "line"),
        ),
    ),
)
BY_ID: dict[str, Item] = {item.id: item for item in ITEMS}


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the builder: a part of the form, its items, and what else is asked there."""

    key: str
    number: str
    title: Words
    items: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Rule codes whose finding is settled on this page."""
    intro: Words = ""


SECTIONS = (
    Section("issuer", "2", _("The issuer"), ("2.1", "2.2")),
    Section("overview", "3", _("Business overview"), ("3.1",)),
    Section(
        "principals",
        "4",
        _("Principals"),
        ("4.2a", "4.2b", "4.2c", "4.2d"),
        ("issuer.principals_declared", "portal.no_common_principal"),
    ),
    Section(
        "terms",
        "5",
        _("The distribution"),
        (),
        (
            "offering.amounts_consistent",
            "offering.within_group_cap",
            "offering.within_90_days",
            "offering.no_group_commission",
            "document.french_available",
            "portal.authorised",
            "offering.room",
        ),
    ),
    Section(
        "security",
        "5.4",
        _("The security"),
        (),
        ("security.eligible", "security.terms_complete"),
    ),
    Section("rights", "5.5", _("Rights and restrictions"), ("5.5", "5.6")),
    Section(
        "business",
        "6",
        _("Issuer's business"),
        ("6.1", "6.2", "6.3", "6.4", "6.5", "6.6"),
    ),
    Section("funds", "7", _("Use of funds"), ("7.1", "7.2p", "7.2d")),
    Section("previous", "8", _("Earlier distributions"), ("8.1",)),
    Section("compensation", "9", _("Compensation of the portal"), ("9.1",)),
    Section("risks", "10", _("Risk factors"), ("10.1", "10.2")),
    Section("reporting", "11", _("Information to investors"), ("11.1", "11.2", "11.3")),
)
BY_KEY: dict[str, Section] = {section.key: section for section in SECTIONS}
SECTION_OF_ITEM: dict[str, str] = {
    item: section.key for section in SECTIONS for item in section.items
}

_OF_TERMS: dict[str, Words] = {
    "4.1": _("Principals"),
    "5.1": _("The distribution"),
    "5.2": _("Provinces and territories, languages"),
    "5.3": _("Days to raise the minimum"),
    "5.3a": _("Days to raise the minimum"),
    "5.4": _("The security"),
    "5.7": _("Amounts and price"),
    "5.8": _("Minimum per purchaser"),
    "7.2": _("Use of funds"),
    "14": _("Certificate"),
}
"""Items that are made from terms, principals and certificate: not asked by themselves."""
_SECTION_OF_TERMS = {
    "4.1": "principals",
    "5.1": "terms",
    "5.2": "terms",
    "5.3": "terms",
    "5.4": "security",
    "5.7": "terms",
    "5.8": "terms",
    "7.2": "funds",
}


def item_title(item: str) -> Words:
    """What an item is about, in the language of the page; the whole document for ""."""
    if item in BY_ID:
        return BY_ID[item].title
    return _OF_TERMS.get(item, _("The document as a whole"))


def section_of(item: str) -> Section | None:
    """The page of the builder where an item is written; None where there is none."""
    key = SECTION_OF_ITEM.get(item) or _SECTION_OF_TERMS.get(item)
    return None if key is None else BY_KEY[key]
