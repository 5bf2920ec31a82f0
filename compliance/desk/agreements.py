"""What two people agree on, in words: what a request says, for whoever is to approve it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.accounts.actions import OFFICER_ROLE
from compliance.accounts.selectors import display_name
from compliance.approvals import acts
from compliance.approvals.models import ApprovalRequest
from compliance.casework.actions import OVERRIDE
from compliance.casework.kinds import KINDS
from compliance.casework.models import CaseFlag, OverrideReason
from compliance.desk.case_selectors import flagged, link
from compliance.desk.forms import REASONS
from compliance.desk.selectors import officer_name
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language, format_cad, format_date
from compliance.rules.kernel.terms import term
from compliance.web.language import current
from compliance.web.templatetags.web import instant
from documents.actions import WORDING
from documents.models import WordingComparison
from documents.selectors import statement_named
from documents.shelf import known
from equity.actions import BANK_DETAILS, CORRECTION, OFFERING_APPROVAL, PAYOUT
from equity.models import Issuer, IssuerAccount, JournalEntry, Offering, Subscription
from investors.models import Person

Lines = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A request as a page shows it."""

    request: ApprovalRequest
    title: str
    effect: str
    asked_by: str
    about: str
    """What it is about, in a word or two."""
    url: str
    """Where that is seen; empty for an act whose page is elsewhere."""
    lines: Lines
    """The content in words; the exact content stands beside it."""

    @property
    def approved(self) -> bool:
        """Whether a second person has approved it, and it was not used yet."""
        return hasattr(self.request, "approval")


def agreement(request: ApprovalRequest) -> Agreement:
    """One request in words."""
    act = acts.act(request.act)
    about, url, lines = _IN_WORDS.get(request.act, _other)(request.said)
    return Agreement(
        request=request,
        title=act.title(current()),
        effect=act.effect(current()),
        asked_by=officer_name(request.asked_by),
        about=about,
        url=url,
        lines=lines,
    )


def _role(said: dict[str, Any]) -> tuple[str, str, Lines]:
    user = get_user_model()._default_manager.get(pk=said["user"])
    assert isinstance(user, AbstractBaseUser)
    lines = [
        (_("Person"), display_name(user)),
        (_("E-mail"), user.get_username()),
        (_("Role"), term(said["role"], current())),
    ]
    return display_name(user), reverse("desk:staff"), lines


def _wording(said: dict[str, Any]) -> tuple[str, str, Lines]:
    compared = WordingComparison.objects.select_related("version").get(pk=said["comparison"])
    shelf, row = known().shelf, compared.version
    read = statement_named(compared.text_digest, shelf)
    lines = [
        (_("Statement"), compared.statement),
        (_("Language"), term(compared.language, current())),
    ]
    about = f"{compared.statement} ({term(compared.language, current())})"
    official = [
        (_("Official text"), compared.source),
        (_("SHA-256 of the file"), compared.source_digest),
    ]
    if row is None:
        lines += [(_("Words"), "—" if read is None else read.text), *official]
        return about, reverse("desk:statement", args=(compared.text_digest,)), lines
    language: Language = "fr" if row.language == "fr" else "en"
    kind = row.applies_to or "exempt"
    before = shelf.statement(row.statement, language, row.effective_from, kind)
    lines += [
        (_("Words"), row.text),
        (_("In place of"), before.text),
        (_("In force from"), format_date(row.effective_from, current())),
        (_("Grade claimed"), Grade(row.grade).label(current())),
        *official,
        (_("Official number or address of the text"), row.reference or "—"),
    ]
    return about, reverse("desk:wording_version", args=(row.pk,)), lines


def _opening(said: dict[str, Any]) -> tuple[str, str, Lines]:
    offering = Offering.objects.select_related("issuer").get(pk=_subject(said))
    version = offering.versions.get(pk=said["version"])
    lines = [
        (_("Issuer"), offering.issuer.name),
        (_("Version"), str(version.number)),
        (_("Certified content (SHA-256)"), said["certified"]),
    ]
    return offering.issuer.name, reverse("desk:dossier", args=(offering.pk,)), lines


def _account(said: dict[str, Any]) -> tuple[str, str, Lines]:
    issuer = Issuer.objects.get(pk=said["issuer"])
    lines = [(_("Issuer"), issuer.name), *account_lines(said["account"])]
    if said["replaces"]:
        before = IssuerAccount.objects.get(pk=said["replaces"])
        lines.append((_("In place of"), masked(before)))
    return issuer.name, reverse("desk:account", args=(issuer.pk,)), lines


def _payout(said: dict[str, Any]) -> tuple[str, str, Lines]:
    offering = Offering.objects.select_related("issuer").get(pk=_subject(said))
    lines = [
        (_("Issuer"), offering.issuer.name),
        (_("Amount"), format_cad(Decimal(said["amount"]), current())),
        *account_lines(said["account"]),
    ]
    return offering.issuer.name, reverse("desk:payout", args=(offering.pk,)), lines


def _correction(said: dict[str, Any]) -> tuple[str, str, Lines]:
    row = Subscription.objects.select_related("person", "offering__issuer").get(pk=_subject(said))
    paid = JournalEntry.objects.get(pk=said["payment"])
    lines = [
        (_("Issuer"), row.offering.issuer.name),
        (_("Purchaser"), row.person.display_name),
        (_("Amount"), format_cad(Decimal(said["amount"]), current())),
        (_("Recorded"), instant(paid.at, row.offering.portal.province)),
        (_("Reason"), str(REASONS[said["reason"]])),
    ]
    return row.person.display_name, reverse("desk:subscription", args=(row.pk,)), lines


def _override(said: dict[str, Any]) -> tuple[str, str, Lines]:
    given = OverrideReason.objects.select_related("case").get(pk=said["reason"])
    flags = CaseFlag.objects.filter(pk__in=said["flags"]).select_related("case")
    persons = Person.objects.filter(pk__in=said["persons"])
    issuers = Issuer.objects.filter(pk__in=said["issuers"])
    kind = KINDS[given.case.kind].say(current())
    about = link((given.case.subject_type, given.case.subject_id))
    lines = [
        (_("Case"), kind),
        (_("About"), "—" if about is None else about.name),
        *((_("Flag"), one.finding.message(current())) for one in flagged(flags)),
        (_("Persons concerned"), _names(one.display_name for one in persons)),
        (_("Issuers whose money it may release"), _names(one.name for one in issuers)),
        (_("Reason"), given.reason),
    ]
    return kind, reverse("desk:case", args=(given.case_id,)), lines


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "—"


def _other(said: dict[str, Any]) -> tuple[str, str, Lines]:
    """An act whose page is elsewhere: its content as it is."""
    kind, _slash, key = said["subject"].partition("/")
    return f"{kind} {key}", "", [(name, str(value)) for name, value in sorted(said.items())]


def _subject(said: dict[str, Any]) -> UUID:
    return UUID(said["subject"].rpartition("/")[2])


def account_lines(account_id: str | UUID) -> Lines:
    """All that identifies an account, for whoever compares it with a cheque."""
    account = IssuerAccount.objects.get(pk=account_id)
    return [
        (_("Institution number"), account.institution),
        (_("Transit number"), account.transit),
        (_("Account number"), account.number),
        (_("Name of the account's holder"), account.holder),
    ]


def masked(account: IssuerAccount) -> str:
    """An account by its last two digits, as lists show it."""
    return f"•••• {account.last_two}"


_IN_WORDS: dict[str, Callable[[dict[str, Any]], tuple[str, str, Lines]]] = {
    OFFICER_ROLE: _role,
    WORDING: _wording,
    OFFERING_APPROVAL: _opening,
    BANK_DETAILS: _account,
    PAYOUT: _payout,
    CORRECTION: _correction,
    OVERRIDE: _override,
}
