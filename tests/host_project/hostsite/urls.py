"""The host's addresses: the module's lists stand under prefixes and names of the host's choice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    """The host's own first page."""
    return render(request, "hostsite/base.html")


urlpatterns = [
    path("", home),
    path("members/", include("members.urls")),
    path("invest/", include("equity.urls", namespace="invest")),
    path("invest/me/", include("investors.urls", namespace="invest-me")),
    path("invest/desk/", include("compliance.desk.urls", namespace="invest-desk")),
    path("invest/verify/", include("documents.urls", namespace="invest-verify")),
]
