"""The site's addresses. Each app keeps its own list; this one only places them."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from compliance.web.styleguide import styleguide

handler400 = "compliance.web.away.bad_request"
handler500 = "compliance.web.away.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("compliance.signin.urls")),
    path("account/", include("investors.urls")),
    path("bureau/", include("compliance.desk.urls")),
    path("verify/", include("documents.urls")),
    path("", include("equity.urls")),
]
if settings.COMPLIANCE["DEMONSTRATION"]:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
