"""Signing in; and Django's account forms, where they would search a sealed column."""

from collections.abc import Iterator

from django import forms
from django.contrib.auth.forms import PasswordResetForm as DjangoPasswordResetForm
from django.utils.translation import gettext_lazy as _

from compliance.accounts.models import User


class SignInForm(forms.Form):
    """An e-mail address and a password, as typed: what opened an account may be asked for again,
    whatever today's form would accept as an address."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordResetForm(DjangoPasswordResetForm):
    """Finds the account through the blind index of its e-mail address.

    Django compares the addresses once more after its look-up, because a database may take two
    letters for one; here the index is exact on the normalised text, and the message goes to the
    stored address, never to the typed one.
    """

    def get_users(self, email: str) -> Iterator[User]:
        found = User.objects.filter(email_index=email, is_active=True)
        return (user for user in found if user.has_usable_password())
