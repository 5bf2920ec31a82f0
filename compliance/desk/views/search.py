"""One box for everything that the desk looks for."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from compliance.desk.finding import find
from compliance.desk.views.common import Desk, looking, show
from compliance.web.fields import Text


class BoxForm(forms.Form):
    """What is looked for. Two characters at least: one would name everybody."""

    what = Text(
        max_length=200,
        label=_("Exact e-mail, name or telephone number; issuer; amount; number of a file"),
    )


@sensitive_post_parameters()
@looking("GET", "HEAD", "POST")
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Find by what was typed; by POST, so that no name or address stands in an address or a log."""
    posted = request.POST if request.method == "POST" else None
    form = BoxForm(posted)
    if posted is None:
        return show(request, "search.html", desk, {"form": form})
    if not form.is_valid():
        return show(request, "search.html", desk, {"form": form}, status=422)
    context = {"form": form, "asked": True, "sorts": find(form.cleaned_data["what"])}
    response = show(request, "search.html", desk, context)
    response["Cache-Control"] = "private, no-store"
    return response
