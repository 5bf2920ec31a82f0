"""The site's addresses. Each app keeps its own list; this one only places them."""

from django.urls import URLPattern, URLResolver, include, path

handler400 = "compliance.web.away.bad_request"
handler500 = "compliance.web.away.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("compliance.signin.urls")),
    path("account/", include("investors.urls")),
    path("bureau/", include("compliance.desk.urls")),
    path("", include("equity.urls")),
]
