"""A section of the builder: shown, saved by its button, and saved as one types.

What is typed is sent by htmx a second after the last key. The answer says when it was saved, brings
what is still missing and the figures judged again, and the digest of what is now stored. Without
JavaScript the button does the same on a page of its own.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from compliance.rules.kernel.terms import term
from compliance.web import clock
from compliance.web.acting import ONCE, Outcome, done, sent
from compliance.web.language import current
from equity.changes import differences
from equity.content import content_of, part_digest, with_part
from equity.forms.items import BY_KEY, SECTIONS, Section
from equity.models import Version
from equity.services.sections import StaleSection, save_section
from equity.views.issuer.checks import checks_of
from equity.views.issuer.common import Acting, act, offering_page, show
from equity.views.issuer.drafting import preparing
from equity.views.issuer.filling import Filling, filling
from equity.views.issuer.remarks import open_request, shown_request
from equity.views.issuer.standing import standing_of
from equity.words import LANGUAGES


@offering_page("GET", "HEAD", "POST", reads="work")
def section(request: HttpRequest, acting: Acting, key: str) -> HttpResponse:
    """One section of the builder."""
    part = BY_KEY.get(key)
    if part is None:
        raise Http404
    version = preparing(acting)
    if part.key == "security" and acting.the_offering.amending:
        return _locked(request, acting, part, version)
    posted = request.POST if request.method == "POST" else None
    kind = request.POST.get("kind") or request.GET.get("kind") or ""
    filled = filling(part, version, posted, kind)
    if posted is None:
        return _page(request, acting, part, filled)
    if not filled.is_valid():
        return _answer(request, acting, part, filled, status=422)
    return _save(request, acting, part, filled)


def _locked(request: HttpRequest, acting: Acting, part: Section, version: Version) -> HttpResponse:
    """An amendment does not change the security."""
    if request.method == "POST":
        raise Http404
    context = {"locked": True, "kind_name": term(version.security_kind, current())}
    return show(request, "section.html", acting, {**_beside(acting, part), **context})


def _page_of(request: HttpRequest) -> str:
    """The key of the page that was typed on, which the entry keeps: nothing but a key, for what is
    in the trail stays there."""
    try:
        return str(UUID(request.POST.get(ONCE, "")))
    except ValueError:
        return ""


def _save(request: HttpRequest, acting: Acting, part: Section, filled: Filling) -> HttpResponse:
    """Store what was typed, or show why not: nothing that was typed is lost."""
    typing = _is_typing(request)
    try:
        outcome: Outcome[Any] = act(
            lambda: save_section(
                actor=acting.actor,
                offering_id=acting.the_offering.pk,
                part=filled.part,
                values=filled.values(),
                answers=filled.answers(),
                seen=request.POST.get("over") or request.POST.get("seen", ""),
                page=_page_of(request),
                at=clock.now(),
                key=None if typing else sent(request, corrects=True),
            )
        )
    except StaleSection as stale:
        return _stale(request, acting, part, filled, stale)
    if outcome.refused:
        return _answer(request, acting, part, filled, status=422, reasons=outcome.reasons)
    if typing and outcome.answer is not None:
        # What is beside the fields is judged on what is stored now.
        acting.the_offering.working = outcome.answer.subject.working
        return _answer(request, acting, part, filled, saved=clock.now())
    following = request.POST.get("then", "")
    key = following if following in BY_KEY else part.key
    url = acting.url("issuing_section", key)
    if following == "offering":
        url = acting.url("issuing")
    return done(request, url, _("Section %(number)s is saved.") % {"number": part.number})


def _stale(
    request: HttpRequest,
    acting: Acting,
    part: Section,
    filled: Filling,
    stale: StaleSection,
) -> HttpResponse:
    """Somebody else, or another window, changed the section: both texts, and a choice."""
    mine = with_part(stale.now, filled.part, filled.values(), filled.answers())
    rows = [
        (language, item, theirs, ours)
        for language in LANGUAGES
        if language in stale.now.languages
        for item, theirs, ours in differences(stale.now, mine, language)
    ]
    # What reads the same in both languages, an amount or a day, is shown once.
    shown = {(item, theirs, ours): language for language, item, theirs, ours in reversed(rows)}
    elsewhere = [(shown[key], *key) for key in reversed(shown)]
    over = part_digest(stale.now, filled.part)
    return _answer(
        request, acting, part, filled, status=409, elsewhere=elsewhere, over=over, stale=True
    )


def _is_typing(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _answer(
    request: HttpRequest,
    acting: Acting,
    part: Section,
    filled: Filling,
    *,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    """The page again; to htmx, the parts of it that what was typed changes."""
    if status != 200:
        # What was not stored was read as it was before: a later save is compared with that.
        shown["seen"] = request.POST.get("seen", "")
    if not _is_typing(request):
        return _page(request, acting, part, filled, status=status, **shown)
    context = _around(acting, part, filled)
    told = {**context, **shown, "wrong": filled.wrong() if status == 422 else []}
    # htmx puts a 409 nowhere: what it is to show comes as the 422 that it also knows.
    return show(request, "_saved.html", acting, told, status=422 if status == 409 else status)


def _page(
    request: HttpRequest,
    acting: Acting,
    part: Section,
    filled: Filling,
    *,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    context = {**_around(acting, part, filled), **filled.context, **shown}
    return show(request, "section.html", acting, context, status=status)


def _around(acting: Acting, part: Section, filled: Filling) -> dict[str, Any]:
    """What a section's page shows beside its fields, and the digest of what it was made from."""
    beside = _beside(acting, part)
    content = content_of(beside["version"])
    checks = checks_of(acting.the_offering, beside["version"], part, beside["standing"])
    return {**beside, "seen": part_digest(content, filled.part), "checks": checks}


def _beside(acting: Acting, part: Section) -> dict[str, Any]:
    """What is missing, what the portal asked here, and the section that follows."""
    offering = acting.the_offering
    version = offering.working
    assert version is not None
    standing = standing_of(offering, version, clock.now())
    asked = open_request(offering)
    place = SECTIONS.index(part)
    return {
        "part": part,
        "version": version,
        "standing": standing,
        "following": SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None,
        "remarks": () if asked is None else shown_request(asked, key=part.key),
        "here": next(each for each in standing.parts if each.section.key == part.key),
    }
