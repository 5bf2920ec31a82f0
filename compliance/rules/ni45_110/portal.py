"""The funding portal (NI 45-110 ss. 3 and 4)."""

from datetime import date, timedelta
from functools import lru_cache

from compliance.rules.kernel.dates import months_before
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.facts import AuthorisationFacts, IssuerFacts, PortalFacts

EXEMPT = "exempt"
DEALER = "dealer"
_WANTED = {EXEMPT: "forms_and_confirmation", DEALER: "registration"}
_months_before = lru_cache(maxsize=4096)(months_before)
"""Every judgement of a day asks for the same day; counting months is a tenth of a judgement."""


def authorised(
    portal: PortalFacts, head_office: str, jurisdictions: tuple[str, ...], book: Rulebook
) -> Finding:
    """portal.authorised: NI 45-110 s. 3, in the head office's and every offering jurisdiction.

    A dealer needs its registration. An exempt portal needs F3 and F4 delivered the notice period
    ago, the regulator's confirmation, and a current F5 (W-22). A head office outside Canada is left
    to issuer.head_office_in_canada: no portal can be authorised there.
    """
    wanted = sorted({p for p in (head_office, *jurisdictions) if p in PROVINCES})
    by_place = {entry.jurisdiction: entry for entry in portal.authorisations}
    # The F5 and the notice period are the same in every place: looked at once.
    current = portal.kind == DEALER or f5_current(portal.f5_certified, book)
    latest = book.on - timedelta(days=book.count("portal_notice_days"))
    missing = tuple(
        place
        for place in wanted
        if not current or not _stands(portal.kind, by_place.get(place), latest, book.on)
    )
    return book.finding(
        "portal.authorised",
        not missing,
        jurisdictions=tuple(wanted),
        missing=missing,
        wanted=_WANTED[portal.kind],
    )


def _stands(kind: str, entry: AuthorisationFacts | None, latest: date, on: date) -> bool:
    """Whether the portal stands in one jurisdiction: registered, or told by ``latest``."""
    if entry is None:
        return False
    if kind == DEALER:
        return entry.registered
    return (
        _by(entry.f3_delivered, latest)
        and _by(entry.f4_delivered, latest)
        and _by(entry.confirmed, on)
    )


def _by(day: date | None, latest: date) -> bool:
    return day is not None and day <= latest


def f5_current(certified: date | None, book: Rulebook) -> bool:
    """W-22: Form 45-110F5 was certified at most the prescribed months ago."""
    months = book.count("portal_resources_months")
    return certified is not None and _months_before(book.on, months) <= certified <= book.on


def no_common_principal(portal: PortalFacts, issuer: IssuerFacts, book: Rulebook) -> Finding:
    """portal.no_common_principal: nobody is a principal of the issuer group and of the portal."""
    common = portal.principals & issuer.group_principals
    return book.finding("portal.no_common_principal", not common, common=str(len(common)))


def no_purchaser_fee(portal: PortalFacts, book: Rulebook) -> Finding:
    """portal.no_purchaser_fee: NI 45-110 s. 3, an exempt portal takes no fee from purchasers."""
    met = portal.kind != EXEMPT or not portal.purchaser_fee
    return book.finding("portal.no_purchaser_fee", met)


def entry_acknowledged(acknowledged: bool, portal: PortalFacts, book: Rulebook) -> Finding:
    """portal.entry_acknowledged: NI 45-110 s. 4, the entry notice of that kind of portal."""
    return book.finding("portal.entry_acknowledged", acknowledged, kind=portal.kind)
