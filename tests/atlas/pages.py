"""The table of all pages: who looks at each, and about what.

`test_table.py` holds it whole: an address that answers GET stands here, as a page or as a file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from compliance.accounts.verification import token_for
from equity.forms.items import SECTIONS
from tests.atlas.world import ISSUERS, World

PUBLIC = ""
"""Somebody who is not signed in."""
Arguments = Callable[[World], list[Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody sees it."""

    name: str
    who: str
    about: Arguments = lambda world: []
    query: str = ""
    note: str = ""
    """What tells two pages of one name apart."""

    @property
    def key(self) -> str:
        return " ".join(
            part for part in (self.name, self.note, f"({self.who or 'public'})") if part
        )

    def address(self, world: World) -> str:
        return reverse(self.name, args=self.about(world)) + self.query


def offering(name: str) -> Arguments:
    return lambda world: [world.offerings[name].pk]


def issuer(name: str) -> Arguments:
    return lambda world: [world.issuers[name].pk]


def subscription(who: str, issuer: str) -> Arguments:
    return lambda world: [world.subscription(who, issuer)]


def case(kind: str) -> Arguments:
    return lambda world: [world.case(kind)]


FILES = frozenset(
    {
        "account_login",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "desk:calendar_feed",
        "desk:document",
        "desk:evidence",
        "desk:portal_document",
        "desk:filing_draft",
        "desk:preview",
        "desk:proof",
        "desk:wording_file",
        "equity:document_pdf",
        "equity:filing_draft",
        "equity:issuer_home",
        "equity:issuing_days",
        "equity:issuing_holders_file",
        "equity:issuing_document",
        "equity:issuing_preview",
        "equity:my_document",
        "equity:offering_start",
        "equity:receipt",
        "equity:statement_document",
        "equity:subscribe_total",
        "set_language",
    }
)
"""Addresses that answer with a file, with a part of a page, or by leading elsewhere."""


def public_pages() -> Iterator[Page]:
    """What anybody sees."""
    yield Page("equity:home", PUBLIC)
    yield Page("accounts:sign_in", PUBLIC)
    yield Page("equity:first_check", PUBLIC)
    yield Page("documents:verify", PUBLIC)
    yield Page("styleguide", PUBLIC)
    yield Page("investors:register", PUBLIC)
    for name in ("account_reset_password", "account_reset_password_done", "account_inactive"):
        yield Page(name, PUBLIC)
    yield Page("account_reset_password_from_key", PUBLIC, lambda world: ["x", "y"])
    yield Page("accounts:verify_link", PUBLIC, lambda world: [token_for(world.users["marie"])])
    yield Page("equity:entry", PUBLIC, offering("ferme"))


def investor_pages() -> Iterator[Page]:
    """What an investor sees."""
    yield Page("equity:home", "marie")
    for name in ("entry", "offering", "document", "risks", "subscribe", "ask"):
        yield Page(f"equity:{name}", "marie", offering("ferme"))
    yield Page("equity:amendments", "marie", offering("boulangerie"))
    for name in ("space", "subscriptions", "holdings", "documents", "asked"):
        yield Page(f"equity:{name}", "marie")
    yield Page("equity:holding", "marie", lambda world: [world.holding("marie")])
    for name in ("subscription", "withdraw", "ask_about"):
        yield Page(f"equity:{name}", "yasmine", subscription("yasmine", "ferme"))
    yield Page("equity:subscription", "marie", subscription("marie", "costumerie"))
    yield Page("equity:asked", "paul")
    yield Page("investors:profile", "marie")


def account_pages() -> Iterator[Page]:
    """What somebody sees of their own account: marie has no second factor, odile an application,
    omar a passkey too."""
    for name in ("mfa_index", "mfa_activate_totp", "account_reauthenticate"):
        yield Page(name, "marie")
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_reauthenticate"):
        yield Page(name, "odile")
    for name in ("account_change_password", "accounts:verify"):
        yield Page(name, "odile")
    for name in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        yield Page(name, "odile")
    for name in ("mfa_index", "mfa_reauthenticate_webauthn"):
        yield Page(name, "omar")
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield Page(name, "omar", lambda world: [world.passkey.pk])


def issuer_pages() -> Iterator[Page]:
    """What an issuer sees: an offering in preparation, one submitted, one open, one closed."""
    yield Page("equity:home", "ferme")
    for name in ("issuer", "account", "members", "issuer_asked", "principal_new", "offering_new"):
        yield Page(f"equity:{name}", "ferme", issuer("ferme"))
    yield Page("equity:principal_edit", "ferme", lambda world: [world.issuers["ferme"].pk, 0])
    for who in ISSUERS:
        yield Page("equity:issuing", who, offering(who))
    for section in SECTIONS:
        yield Page(
            "equity:issuing_section",
            "atelier",
            lambda world, key=section.key: [world.offerings["atelier"].pk, key],  # type: ignore[misc]
            note=section.key,
        )
    for name in ("issuing_certify", "issuing_concurrent", "issuing_cancel"):
        yield Page(f"equity:{name}", "atelier", offering("atelier"))
    for name in ("issuing_amend", "issuing_documents", "issuing_duties"):
        yield Page(f"equity:{name}", "ferme", offering("ferme"))
    yield Page("equity:issuing_remarks", "erabliere", offering("erabliere"))
    yield Page("equity:issuing_changes", "boulangerie", offering("boulangerie"))
    yield Page("equity:statements", "costumerie", issuer("costumerie"))
    for name in ("issuing_filings", "filing_details", "issuing_holders", "issuing_documents"):
        yield Page(f"equity:{name}", "costumerie", offering("costumerie"))
    yield Page("equity:issuing_duties", "costumerie", offering("costumerie"))


def desk_pages() -> Iterator[Page]:
    """What an officer sees of offerings, subscriptions and parties."""
    for name in (
        "queue",
        "cases",
        "register",
        "calendar",
        "month",
        "approvals",
        "staff",
        "wording",
    ):
        yield Page(f"desk:{name}", "odile")
    yield Page("desk:queue", "odile", query="?kind=duties&late=1", note="filtered")
    yield Page("desk:wording", "odile", query="?form=45-110F2", note="one form")
    for view in ("days", "each"):
        yield Page("desk:trail", "odile", offering("ferme"), f"?view={view}", view)
    for name in ("search", "offerings", "portals", "issuers", "persons", "rules"):
        yield Page(f"desk:{name}", "odile")
    yield Page("desk:register_issuer", "odile")
    for who in ISSUERS:
        yield Page("desk:dossier", "odile", offering(who), note=who)
    yield Page("desk:dossier", "examiner", offering("ferme"))
    for name in ("trail", "subscriptions", "ledger", "documents", "worksheet", "refunds", "advise"):
        yield Page(f"desk:{name}", "odile", offering("ferme"))
    yield Page("desk:ask_changes", "odile", offering("erabliere"))
    yield Page("desk:remarks", "odile", offering("erabliere"))
    yield Page("desk:compare", "odile", offering("boulangerie"))
    yield Page("desk:entry", "odile", lambda world: world.entry())
    for name in ("duties", "filings", "payout"):
        yield Page(f"desk:{name}", "odile", offering("costumerie"))
    yield Page("desk:decide", "odile", lambda world: [world.offerings["ferme"].pk, "stop"])
    for name in ("subscription", "withdrawal", "late_case"):
        yield Page(f"desk:{name}", "odile", subscription("yasmine", "ferme"))
    yield Page("desk:correct", "odile", lambda world: world.payment())
    for name in ("portal", "authorisations", "resources", "change"):
        yield Page(f"desk:{name}", "odile", lambda world: [world.portal.pk])
    yield Page("desk:portal_form", "odile", lambda world: [world.portal.pk, "fr"])
    yield Page("desk:principal_form", "odile", lambda world: world.principal())
    for name in ("issuer", "particulars", "earlier", "members", "relate", "account"):
        yield Page(f"desk:{name}", "odile", issuer("costumerie"))
    yield Page(
        "desk:readout",
        "odile",
        lambda world: [world.persons["paul"].pk, world.offerings["ferme"].pk],
    )
    for name in ("person", "identify"):
        yield Page(f"desk:{name}", "odile", lambda world: [world.persons["paul"].pk])


def casework_pages() -> Iterator[Page]:
    """What an officer sees of cases, of what takes two people, and of what is proven."""
    for kind in ("question", "complaint"):
        yield Page("desk:case", "odile", case(kind), note=kind)
    yield Page("desk:decide_case", "odile", lambda world: [world.case("complaint"), "uphold"])
    yield Page(
        "desk:open_case",
        "odile",
        lambda world: ["equity.offering", world.offerings["ferme"].pk],
    )
    yield Page("desk:approval", "omar", lambda world: [world.request()])
    yield Page("desk:statement", "odile", lambda world: [world.statement()])
    yield Page("desk:statement", "odile", lambda world: [world.put_in()], note="put in")
    yield Page("desk:wording_paste", "odile", lambda world: [world.statement()])
    yield Page("desk:wording_import", "odile")
    yield Page("desk:wording_version", "odile", lambda world: [world.words()])
    yield Page("desk:file", "odile", lambda world: [world.duty()])
    yield Page("desk:notify", "odile", lambda world: [world.change.pk])


GROUPS: Mapping[str, Callable[[], Iterator[Page]]] = {
    "public": public_pages,
    "investor": investor_pages,
    "account": account_pages,
    "issuer": issuer_pages,
    "desk": desk_pages,
    "casework": casework_pages,
}


def all_pages() -> list[Page]:
    """Every page, group by group."""
    return [page for group in GROUPS.values() for page in group()]
