"""The people of an issuer: who may do what, and the parts that one of them gives."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.accounts.selectors import display_name
from compliance.web import clock
from compliance.web.acting import done, sent
from equity.forms.members import PART_CHOICES, ColleagueForm, PartForm
from equity.models import IssuerMember
from equity.parts import ACTS, PARTS
from equity.services.colleagues import add_colleague, remove_colleague, set_part
from equity.services.members import MemberError
from equity.views.issuer.common import Acting, act, issuer_page, show

_WORDS = {
    "look": gettext_lazy("Read the offering, preview, follow its progress"),
    "work": gettext_lazy("Open the builder and the pages where one acts"),
    "holders": gettext_lazy("See the holders, their documents and the bank account"),
    "figures": gettext_lazy("Write amounts, price, use of funds, fees and statements"),
    "write": gettext_lazy("Write the rest of the document"),
    "answer": gettext_lazy("Answer the portal's remarks and questions"),
    "principals": gettext_lazy("Declare the principals"),
    "submit": gettext_lazy("Submit to the portal"),
    "amend": gettext_lazy("Start an amendment, which suspends the offering"),
    "account": gettext_lazy("Propose the bank account"),
    "concurrent": gettext_lazy("Declare concurrent money"),
    "certify": gettext_lazy("Certify the document"),
    "open": gettext_lazy("Open the offering"),
    "publish": gettext_lazy("Publish an amendment"),
    "cancel": gettext_lazy("Withdraw the offering"),
    "members": gettext_lazy("Say who acts for the issuer, and their parts"),
    "report": gettext_lazy("Answer what the report of exempt distribution asks"),
    "issue_report": gettext_lazy("Certify and issue the report of exempt distribution"),
}
_WHY = {
    "taken": gettext_lazy(
        "No account of a person has this address. They open one first; then link it here."
    ),
    "closed": gettext_lazy("This account no longer signs in."),
    "already": gettext_lazy("This account acts for the issuer already."),
}


def _page(request: HttpRequest, acting: Acting, *, status: int = 200, **shown: Any) -> HttpResponse:
    links = acting.issuer.members.select_related("user").order_by("pk")
    people = [
        {
            "pk": link.pk,
            "name": display_name(link.user),
            "email": link.user.get_username(),
            "part": link.part,
            "mine": link.user_id == acting.user.pk,
        }
        for link in links
    ]
    table = [(words, [part in ACTS[name] for part in PARTS]) for name, words in _WORDS.items()]
    context = {
        "people": people,
        "choices": PART_CHOICES,
        "parts": [words for _part, words in PART_CHOICES],
        "table": table,
        "form": ColleagueForm(),
        **shown,
    }
    return show(request, "members.html", acting, context, status=status)


@issuer_page("GET", "HEAD", "POST")
def members(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The people of the issuer and who may do what; one more of them, by whoever may say so."""
    if request.method != "POST":
        return _page(request, acting)
    form = ColleagueForm(request.POST)
    if not form.is_valid():
        return _page(request, acting, form=form, status=422)
    try:
        outcome = act(
            lambda: add_colleague(
                actor=acting.actor,
                issuer_id=acting.issuer.pk,
                at=clock.now(),
                key=sent(request),
                **form.cleaned_data,
            )
        )
    except MemberError as error:
        form.add_error("email", str(_WHY[error.why]))
        return _page(request, acting, form=form, status=422)
    if outcome.refused:
        return _page(request, acting, form=form, status=422, reasons=outcome.reasons)
    said = _("The account is linked; whoever acts for the issuer is told by e-mail.")
    return _done(request, acting, said)


def _done(request: HttpRequest, acting: Acting, said: str) -> HttpResponse:
    return done(request, reverse("equity:members", args=(acting.issuer.pk,)), said)


def _changed(
    request: HttpRequest, acting: Acting, service: Callable[[], Any], said: str
) -> HttpResponse:
    try:
        outcome = act(service)
    except IssuerMember.DoesNotExist as error:
        raise Http404 from error
    if outcome.refused:
        return _page(request, acting, status=422, reasons=outcome.reasons)
    return _done(request, acting, said)


@issuer_page("POST", reads="work")
def part(request: HttpRequest, acting: Acting, member_id: int) -> HttpResponse:
    """Give a colleague another part."""
    form = PartForm(request.POST)
    if not form.is_valid():
        return _page(request, acting, status=422)
    return _changed(
        request,
        acting,
        lambda: set_part(
            actor=acting.actor,
            issuer_id=acting.issuer.pk,
            member_id=member_id,
            part=form.cleaned_data["part"],
            at=clock.now(),
            key=sent(request),
        ),
        _("The part is changed; whoever acts for the issuer is told by e-mail."),
    )


@issuer_page("POST", reads="work")
def remove(request: HttpRequest, acting: Acting, member_id: int) -> HttpResponse:
    """End a colleague's link."""
    return _changed(
        request,
        acting,
        lambda: remove_colleague(
            actor=acting.actor,
            issuer_id=acting.issuer.pk,
            member_id=member_id,
            at=clock.now(),
            key=sent(request),
        ),
        _("The account no longer acts for the issuer."),
    )
