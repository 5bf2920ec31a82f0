"""Building an offering, section by section along Form 45-110F1; the same pages serve an amendment.

Each section replaces its own part of the content and hands the whole to the service: ``edit`` while
it is prepared, ``amend`` while an amendment is. Nothing else stores what an issuer types.
"""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.idempotency.services import Key
from compliance.rules.kernel.terms import term
from compliance.web import clock
from compliance.web.acting import Outcome, done, sent
from compliance.web.language import current
from equity import moves
from equity.content import Content, UseRow, content_of
from equity.forms import securities
from equity.forms.answers import ItemForm, answers_of, particulars_form
from equity.forms.items import BY_ID, BY_KEY, Section
from equity.forms.offering import StartForm, TermsForm, use_rows
from equity.models import Offering, Portal, Version
from equity.services import amendments, filing
from equity.views.issuer.common import Acting, act, issuer_page, offering_page, show
from equity.views.issuer.remarks import open_request, shown_request
from equity.views.issuer.standing import standing_of

_LANGUAGES = ("fr", "en")


@issuer_page("GET", "HEAD", "POST")
def offering_new(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Start a draft with what an offering cannot be without."""
    portals = [(str(row.pk), row.name) for row in Portal.objects.order_by("name")]
    posted = request.POST if request.method == "POST" else None
    form = StartForm(posted, portals=portals, initial={"languages": ["fr"]})
    if posted is None:
        return show(request, "start.html", acting, {"form": form, "portals": portals})
    if not form.is_valid():
        return show(request, "start.html", acting, {"form": form, "portals": portals}, status=422)
    given = form.cleaned_data
    content = Content(
        security_kind=given["kind"],
        price=given["price"],
        minimum=given["minimum"],
        maximum=given["maximum"],
        days=given["days"],
        jurisdictions=tuple(given["jurisdictions"]),
        languages=_ordered(given["languages"]),
        use_of_funds=(),
    )
    outcome = act(
        lambda: filing.draft(
            actor=acting.actor,
            issuer_id=acting.issuer.pk,
            portal_id=given["portal"],
            content=content,
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        context = {"form": form, "portals": portals, "reasons": outcome.reasons}
        return show(request, "start.html", acting, context, status=422)
    assert outcome.answer is not None
    return done(
        request,
        reverse("equity:issuing", args=(outcome.answer.subject.pk,)),
        _("The draft is created. Fill in each section; what is missing stays in sight."),
    )


def _ordered(languages: list[str]) -> tuple[str, ...]:
    """French first, always."""
    return tuple(language for language in _LANGUAGES if language in languages)


def editable(offering: Offering) -> bool:
    """Whether the issuer may change the content now: in preparation, or in an amendment."""
    return offering.state in moves.OFFERING_MOVES["edit"].sources or offering.amending


def preparing(acting: Acting) -> Version:
    """The version in preparation; Http404 when nothing may be changed now."""
    offering = acting.the_offering
    if offering.working is None or not editable(offering):
        raise Http404
    return offering.working


@offering_page("GET", "HEAD", "POST")
def section(request: HttpRequest, acting: Acting, key: str) -> HttpResponse:
    """One section of the builder."""
    part = BY_KEY.get(key)
    if part is None:
        raise Http404
    version = preparing(acting)
    if key == "terms":
        return _terms(request, acting, part, version)
    if key == "security":
        return _security(request, acting, part, version)
    return _items(request, acting, part, version)


def save(acting: Acting, version: Version, content: Content, key: Key | None) -> Outcome[Any]:
    """Hand the whole content to the service that may store it now."""
    offering, at = acting.the_offering, clock.now()
    if offering.amending:
        return act(
            lambda: amendments.amend(
                actor=acting.actor,
                offering_id=offering.pk,
                content=content,
                what=version.what,
                at=at,
                key=key,
            )
        )
    return act(
        lambda: filing.edit(
            actor=acting.actor, offering_id=offering.pk, content=content, at=at, key=key
        )
    )


def _page(
    request: HttpRequest,
    acting: Acting,
    part: Section,
    version: Version,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A section's page, with what is missing beside it."""
    standing = standing_of(acting.the_offering, version, clock.now())
    asked = open_request(acting.the_offering)
    keys = [each.section.key for each in standing.parts]
    place = keys.index(part.key)
    following = BY_KEY[keys[place + 1]] if place + 1 < len(keys) else None
    shown = {
        "part": part,
        "version": version,
        "standing": standing,
        "following": following,
        "remarks": () if asked is None else shown_request(asked, key=part.key),
        "here": next(each for each in standing.parts if each.section.key == part.key),
    }
    return show(request, "section.html", acting, {**shown, **context}, status=status)


def _stored(
    request: HttpRequest,
    acting: Acting,
    part: Section,
    version: Version,
    content: Content,
    context: dict[str, Any],
) -> HttpResponse:
    """Store a content and go on, or show why it was refused."""
    outcome = save(acting, version, content, sent(request, corrects=True))
    if outcome.refused:
        context = {**context, "reasons": outcome.reasons}
        return _page(request, acting, part, version, context, status=422)
    following = request.POST.get("then", "")
    key = following if following in BY_KEY else part.key
    url = acting.url("issuing_section", key)
    if following == "offering":
        url = acting.url("issuing")
    return done(request, url, _("Section %(number)s is saved.") % {"number": part.number})


def _terms(request: HttpRequest, acting: Acting, part: Section, version: Version) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    initial = {
        name: getattr(version, name)
        for name in (
            "minimum",
            "maximum",
            "minimum_per_purchaser",
            "days",
            "jurisdictions",
            "languages",
            "group_commission",
        )
    }
    form = TermsForm(posted, initial=initial)
    context = {"form": form}
    if posted is None:
        return _page(request, acting, part, version, context)
    if not form.is_valid():
        return _page(request, acting, part, version, context, status=422)
    given = form.cleaned_data
    content = replace(
        content_of(version),
        minimum=given["minimum"],
        maximum=given["maximum"],
        minimum_per_purchaser=given["minimum_per_purchaser"],
        days=given["days"],
        jurisdictions=tuple(given["jurisdictions"]),
        languages=_ordered(given["languages"]),
        group_commission=bool(given["group_commission"]),
    )
    return _stored(request, acting, part, version, content, context)


def _security(
    request: HttpRequest, acting: Acting, part: Section, version: Version
) -> HttpResponse:
    """The kind, its price and its particulars; an amendment does not change the security."""
    if acting.the_offering.amending:
        context = {"locked": True, "kind_name": term(version.security_kind, current())}
        if request.method == "POST":
            raise Http404
        return _page(request, acting, part, version, context)
    asked = request.POST.get("kind") or request.GET.get("kind") or version.security_kind
    kind = asked if asked in securities.COLUMNS else securities.KINDS[0]
    posted = request.POST if request.method == "POST" else None
    price = securities.PriceForm(posted, kind=kind, initial={"price": version.price})
    form = particulars_form(
        posted,
        securities.COLUMNS[kind],
        securities.shown(version.particulars),
        version.languages,
    )
    context = {
        "kind_form": securities.KindForm(initial={"kind": kind}),
        "kind": kind,
        "kind_name": term(kind, current()),
        "price_form": price,
        "particulars": form,
    }
    if posted is None:
        return _page(request, acting, part, version, context)
    if not (price.is_valid() and form.is_valid()):
        return _page(request, acting, part, version, context, status=422)
    content = replace(
        content_of(version),
        security_kind=kind,
        price=price.cleaned_data["price"],
        particulars=securities.stored(form.values(), version.particulars),
    )
    return _stored(request, acting, part, version, content, context)


def _items(request: HttpRequest, acting: Acting, part: Section, version: Version) -> HttpResponse:
    """A section made of items; section 7 has the lines of item 7.2 beside them."""
    posted = request.POST if request.method == "POST" else None
    answers = [
        ItemForm(
            posted, item=BY_ID[item], stored=version.items.get(item), languages=version.languages
        )
        for item in part.items
    ]
    context: dict[str, Any] = {"answers": answers}
    uses = None
    if part.key == "funds":
        rows = [
            {"what": row.what, "minimum": row.minimum, "maximum": row.maximum}
            for row in version.use_of_funds.all()
        ]
        uses = context["uses"] = use_rows(posted, rows)
    if posted is None:
        return _page(request, acting, part, version, context)
    valid = [form.is_valid() for form in answers]
    if not all(valid) or (uses is not None and not uses.is_valid()):
        return _page(request, acting, part, version, context, status=422)
    content = replace(content_of(version), items=answers_of(answers, version.items))
    if uses is not None:
        content = replace(content, use_of_funds=_use_lines(uses))
    return _stored(request, acting, part, version, content, context)


def _use_lines(uses: Any) -> tuple[UseRow, ...]:
    """The lines in the order that was asked for; blank and deleted ones are left out."""
    found = [form.cleaned_data for form in uses.ordered_forms if form.cleaned_data.get("what")]
    return tuple(UseRow(row["what"], row["minimum"], row["maximum"]) for row in found)
