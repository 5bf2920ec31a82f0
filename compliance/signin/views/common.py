"""What the pages about an account share: one transaction, our status codes, the way back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from compliance.web.acting import SeeOther

View = Callable[..., HttpResponseBase]
_WAY_BACK = "signin_way_back"


def ours(view: View) -> View:
    """A view of allauth, as one of ours: what it writes and the entry that tells of it are one
    transaction, a form that is sent back has status 422, one that was accepted leads on by 303."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            response = view(request, *args, **kwargs)
        if request.method == "POST":
            if response.status_code == 200:
                response.status_code = 422
            elif isinstance(response, HttpResponseRedirect):
                return see_other(response)
        return response

    return page


def see_other(response: HttpResponseBase) -> HttpResponseBase:
    """A redirect after an act, with the cookies of the one that allauth made."""
    if not isinstance(response, HttpResponseRedirect):
        return response
    answer = SeeOther(response["Location"])
    answer.cookies = response.cookies
    return answer


def keep_way_back(request: HttpRequest) -> None:
    """Remember where somebody was going who is asked for a second factor first."""
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        request.session[_WAY_BACK] = wanted


def way_back(request: HttpRequest) -> str:
    """Where they were going; "" when nobody was kept from going anywhere."""
    return str(request.session.get(_WAY_BACK, ""))


def security_page() -> str:
    """The address of the page about one's own account."""
    return reverse("mfa_index")
