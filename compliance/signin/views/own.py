"""One's own sessions, and one's own address."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from compliance.accounts.models import User
from compliance.accounts.verification import (
    LinkEnded,
    account_behind,
    ask_to_verify,
    may_commit,
    verify_address,
)
from compliance.signin import sessions
from compliance.signin.views.common import security_page
from compliance.web import clock
from compliance.web.acting import done
from compliance.web.language import safe_next


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one session of one's own; another's, or one that is gone, is a page that is not there."""
    user: Any = request.user
    others = UserSession.objects.exclude(session_key=request.session.session_key)
    found = get_object_or_404(others, pk=session_id, user_id=user.pk)
    sessions.end(user, [found], why="ended_by_owner", at=clock.now())
    return done(request, f"{security_page()}#sessions", _("The session is ended."))


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but the present one."""
    user: Any = request.user
    mine = request.session.session_key
    ended = sessions.end_all(user, but=mine, why="ended_by_owner", at=clock.now())
    told = ngettext("%(n)d session is ended.", "%(n)d sessions are ended.", ended) % {"n": ended}
    return done(request, f"{security_page()}#sessions", told)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def address(request: HttpRequest) -> HttpResponse:
    """Whether one's address is verified, and the button that sends the link."""
    user: Any = request.user
    next_url = safe_next(request, security_page())
    if request.method == "POST" and not may_commit(user):
        written = ask_to_verify(user=user, at=clock.now(), link=verification_link(request))
        told = (
            _("The link is on its way: it arrives within a few minutes.")
            if written
            else _("A link went out a moment ago. Look into your mailbox first.")
        )
        return done(request, reverse("accounts:verify"), told)
    context = {"verified": may_commit(user), "next": next_url}
    return render(request, "signin/address.html", context)


def verification_link(request: HttpRequest) -> Any:
    """A function that makes the link from its token."""

    def link(token: str) -> str:
        return request.build_absolute_uri(reverse("accounts:verify_link", args=[token]))

    return link


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link. Opening it changes nothing, because mail programs open links by
    themselves; its button does. Asks for no sign-in: whoever reads the mailbox has the link."""
    try:
        user: User = account_behind(token)
        if request.method != "POST":
            already = user.address_verified_at is not None
            return render(request, "signin/address_link.html", {"already": already})
        verify_address(token=token, at=clock.now())
    except LinkEnded:
        return render(request, "signin/address_link.html", {"ended": True}, status=410)
    there = security_page() if request.user.is_authenticated else reverse("accounts:sign_in")
    return done(request, there, _("Your address is verified."))
