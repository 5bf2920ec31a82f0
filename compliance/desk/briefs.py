"""Requests for a second person in one line each, as lists show them: the same number of
statements for any number of requests. What one says in full is in `compliance.desk.agreements`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model

from compliance.accounts.actions import OFFICER_ROLE
from compliance.accounts.selectors import display_name, staff_names
from compliance.approvals import acts
from compliance.approvals.models import ApprovalRequest
from compliance.casework.actions import OVERRIDE
from compliance.casework.kinds import KINDS
from compliance.casework.models import OverrideReason
from compliance.rules.kernel.terms import term
from compliance.web.language import current
from documents.actions import WORDING
from documents.models import WordingComparison
from equity.actions import BANK_DETAILS, CORRECTION, OFFERING_APPROVAL, PAYOUT
from equity.models import Issuer, Offering, Subscription


@dataclass(frozen=True, slots=True)
class Brief:
    """A request in one line, as a list shows it."""

    request: ApprovalRequest
    title: str
    asked_by: str
    about: str

    @property
    def approved(self) -> bool:
        """Whether a second person has approved it, and it was not used yet."""
        return hasattr(self.request, "approval")


def briefs(requests: Iterable[ApprovalRequest]) -> list[Brief]:
    """Requests in one line each, in their order: one statement for each act among them and one for
    the names, however many there are. What a request says in full is ``agreement``'s."""
    rows = list(requests)
    names = staff_names({row.asked_by for row in rows})
    told: dict[UUID, str] = {}
    for code in {row.act for row in rows}:
        told |= _ABOUT.get(code, _no_names)([row for row in rows if row.act == code])
    return [
        Brief(
            request=row,
            title=acts.act(row.act).title(current()),
            asked_by=names.get(row.asked_by, ""),
            about=told.get(row.pk, "—"),
        )
        for row in rows
    ]


Requests = list[ApprovalRequest]


def _no_names(rows: Requests) -> dict[UUID, str]:
    """Acts whose page is elsewhere: the subject as it is recorded."""
    return {row.pk: f"{row.subject_type} {row.subject_id}" for row in rows}


def _users_named(rows: Requests) -> dict[UUID, str]:
    wanted = {row.pk: str(row.said["user"]) for row in rows}
    users = get_user_model()._default_manager.filter(pk__in=set(wanted.values()))
    names = {str(user.pk): display_name(user) for user in users}
    return {pk: names.get(user, "—") for pk, user in wanted.items()}


def _statements_named(rows: Requests) -> dict[UUID, str]:
    wanted = {row.pk: str(row.said["comparison"]) for row in rows}
    found = WordingComparison.objects.filter(pk__in=set(wanted.values()))
    names = {str(one.pk): f"{one.statement} ({term(one.language, current())})" for one in found}
    return {pk: names.get(key, "—") for pk, key in wanted.items()}


def _offerings_named(rows: Requests) -> dict[UUID, str]:
    found = Offering.objects.filter(pk__in={row.subject_id for row in rows})
    names = dict(found.values_list("pk", "issuer__name"))
    return {row.pk: names.get(row.subject_id, "—") for row in rows}


def _issuers_named(rows: Requests) -> dict[UUID, str]:
    wanted = {row.pk: UUID(row.said["issuer"]) for row in rows}
    names = dict(Issuer.objects.filter(pk__in=set(wanted.values())).values_list("pk", "name"))
    return {pk: names.get(issuer, "—") for pk, issuer in wanted.items()}


def _purchasers_named(rows: Requests) -> dict[UUID, str]:
    found = Subscription.objects.filter(pk__in={row.subject_id for row in rows})
    names = {one.pk: one.person.display_name for one in found.select_related("person")}
    return {row.pk: names.get(row.subject_id, "—") for row in rows}


def _cases_named(rows: Requests) -> dict[UUID, str]:
    wanted = {row.pk: str(row.said["reason"]) for row in rows}
    found = OverrideReason.objects.filter(pk__in=set(wanted.values())).select_related("case")
    names = {str(one.pk): KINDS[one.case.kind].say(current()) for one in found}
    return {pk: names.get(key, "—") for pk, key in wanted.items()}


_ABOUT: dict[str, Callable[[Requests], dict[UUID, str]]] = {
    OFFICER_ROLE: _users_named,
    WORDING: _statements_named,
    OFFERING_APPROVAL: _offerings_named,
    BANK_DETAILS: _issuers_named,
    PAYOUT: _offerings_named,
    CORRECTION: _purchasers_named,
    OVERRIDE: _cases_named,
}
