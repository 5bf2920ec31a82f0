"""An investor's own account: registering, and the profile."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from compliance.accounts.models import User
from compliance.accounts.ports import enter, may_register
from compliance.accounts.roles import SYSTEM
from compliance.accounts.services import AccountError, create_user
from compliance.accounts.verification import ask_to_verify, may_commit, verified_address
from compliance.accounts.verification import page as verification_page
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.web import clock
from compliance.web.acting import attempt, done, invalid, refused, sent
from compliance.web.language import current, safe_next
from investors import selectors, services
from investors.actors import investor_actor, investor_only, person_of
from investors.forms import InvestorForm, ProfileForm, RegisterForm
from investors.models import Identification, Person


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Open an investor's account and sign in with it.

    In a host project whose users are its own, the account is there already: whoever is signed in
    becomes an investor, and nobody else's page is shown.
    """
    next_url = safe_next(request, reverse("investors:profile"))
    if person_of(request.user) is not None:
        return redirect(next_url)
    if User._meta.swapped:
        return _join(request, next_url)
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = RegisterForm(request.POST or None)
    context = {"form": form, "next": next_url}
    if request.method != "POST":
        return render(request, "investors/register.html", context)
    if not form.is_valid():
        return invalid(request, "investors/register.html", context)
    if not may_register(request):
        form.add_error(
            None, _("Too many requests for an account came from here. Try again in an hour.")
        )
        return render(request, "investors/register.html", context, status=429)
    user = _registered(form, clock.now())
    if user is None:
        return invalid(request, "investors/register.html", context)
    enter(request, user)
    told = _("Your account is open.")
    if not may_commit(user):
        ask_to_verify(user=user, at=clock.now(), link=_link(request))
        told = _(
            "Your account is open. We have sent you a link: open it to verify your address, which "
            "subscribing takes."
        )
    return done(request, next_url, told)


def _link(request: HttpRequest) -> Callable[[str], str]:
    """What makes the link that verifies an address from its token."""
    return lambda token: request.build_absolute_uri(f"{verification_page()}{token}/")


@login_required
def _join(request: HttpRequest, next_url: str) -> HttpResponse:
    """Make an investor of the host's account that is signed in."""
    form = InvestorForm(request.POST or None)
    if request.method != "POST":
        return render(request, "investors/register.html", {"form": form, "next": next_url})
    if not form.is_valid():
        return invalid(request, "investors/register.html", {"form": form, "next": next_url})
    services.register_person(
        actor=SYSTEM,
        at=clock.now(),
        user_id=request.user.pk,
        language=current(),
        **_particulars(form),
    )
    return done(request, next_url, _("Your account is open."))


def _name(form: InvestorForm) -> str:
    return f"{form.cleaned_data['first_name']} {form.cleaned_data['family_name']}"


def _particulars(form: InvestorForm) -> dict[str, str]:
    """What the form says of the person; for an organisation, the name is that of who signs."""
    given = form.cleaned_data
    names = {key: given[key] for key in ("first_name", "family_name")}
    if given["kind"] == Person.Kind.ORGANISATION:
        names = {"signatory": _name(form)}
    return {key: given[key] for key in ("kind", "province", "email")} | names


def _registered(form: RegisterForm, at: datetime) -> User | None:
    """The new account with its person; None, with the error at its field, when it cannot be."""
    given, language = form.cleaned_data, current()
    try:
        with transaction.atomic():
            user = create_user(
                actor=SYSTEM,
                email=given["email"],
                name=_name(form),
                language=language,
                password=given["password"],
                at=at,
            )
            services.register_person(
                actor=SYSTEM, at=at, user_id=user.pk, language=language, **_particulars(form)
            )
    except AccountError:
        form.add_error("email", _("There is an account with this e-mail address already."))
        return None
    return user


def profile_steps(person: Person, verified: Identification | None) -> list[dict[str, Any]]:
    """The way to a profile with which one may subscribe: what is given, what is missing by its
    code, where it is asked, and what the person waits for without doing anything."""
    missing = set(selectors.missing_particulars(person))
    names = {"first_name", "family_name", "legal_name", "signatory"} & missing
    if person.kind == Person.Kind.PERSON and not person.born:
        names.add("born")
    asked = (
        ("identity", _("Who you are"), names),
        ("residence", _("Where you live"), missing & {"address"}),
        ("reach", _("How to reach you"), missing & {"telephone", "email"}),
        ("registration", _("Registered or not"), missing & {"registrant"}),
    )
    steps: list[dict[str, Any]] = [
        {"at": at, "label": label, "done": not lacks, "missing": sorted(lacks)}
        for at, label, lacks in asked
    ]
    return [
        *steps,
        {
            "label": _("Identity verified by the portal"),
            "done": verified is not None,
            "waits": True,
        },
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@investor_only
def profile(request: HttpRequest, person: Person) -> HttpResponse:
    """Who the person is and where they live; identity itself is verified by an officer."""
    at = clock.now()
    where = person.province if person.province in PROVINCES else "QC"
    today = local_date(at, zone_of(where))
    verified = selectors.identified(person, today)
    form = ProfileForm(
        person,
        verified is not None,
        request.POST or None,
        today=today,
        address=verified_address(request.user),
    )
    context = {
        "form": form,
        "person": person,
        "verified": verified,
        "steps": profile_steps(person, verified),
        "next": safe_next(request, ""),
    }
    if request.method != "POST":
        return render(request, "investors/profile.html", context)
    if not form.is_valid():
        return invalid(request, "investors/profile.html", context)
    changes, key = form.changed(), sent(request, corrects=True)
    if changes:
        outcome = attempt(
            lambda: services.update_person(
                actor=investor_actor(person), person=person, at=at, key=key, **changes
            )
        )
        if outcome.refused:
            return refused(request, "investors/profile.html", context, outcome)
    next_url = safe_next(request, reverse("investors:profile"))
    return done(request, next_url, _("Your profile is up to date."))
