"""Forms of signing in: allauth's, with our labels and our way of finding an account."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

_PASSWORD_HINT = _("At least 8 characters, and not one that is easily guessed.")


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


class AskPasswordForm(forms.Form):
    """The address whose account needs a new password."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


class _OurWords:
    """Our labels and hints instead of allauth's placeholders, which vanish when one types."""

    words: dict[str, Any]
    hints: dict[str, Any] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.words.items():
            field = self.fields[name]
            field.label = label
            field.help_text = self.hints.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class NewPasswordForm(_OurWords, account_forms.ResetPasswordKeyForm):
    words = {"password1": _("New password"), "password2": _("New password, once more")}
    hints = {"password1": _PASSWORD_HINT}


class ChangePasswordForm(_OurWords, account_forms.ChangePasswordForm):
    words = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    hints = {"password1": _PASSWORD_HINT}


class ConfirmPasswordForm(_OurWords, account_forms.ReauthenticateForm):
    words = {"password": _("Password")}


class CodeForm(_OurWords, mfa_forms.AuthenticateForm):
    words = {"code": _("Code")}
    hints = {"code": _("The 6 digits of your application, or one of your recovery codes.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autofocus": True, "inputmode": "numeric"}


class ConfirmCodeForm(_OurWords, mfa_forms.ReauthenticateForm):
    words = {"code": _("Code")}
    hints = CodeForm.hints


class ActivateTOTPForm(_OurWords, totp_forms.ActivateTOTPForm):
    words = {"code": _("Code")}
    hints = {"code": _("The 6 digits that the application shows.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(_OurWords, webauthn_forms.AddWebAuthnForm):
    words = {"name": _("Name of the passkey")}
    hints = {"name": _("To tell it from another one, for example “my telephone”.")}


class RenamePasskeyForm(_OurWords, webauthn_forms.EditWebAuthnForm):
    words = {"name": _("Name of the passkey")}
