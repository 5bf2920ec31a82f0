"""The forms of an investor who asks, complains, or is asked."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.web.fields import LongText

QUESTION, COMPLAINT = "question", "complaint"
_LONGEST = 2000


BY_WHAT = ((QUESTION, _("A question")), (COMPLAINT, _("A complaint")))


_E_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# Ten digits as telephone numbers are written; not part of a longer number, such as a reference.
_TELEPHONE = re.compile(
    r"(?<![\w-])(\+?1[ .\u00a0-]?)?\(?\d{3}\)?[ .\u00a0-]?\d{3}[ .\u00a0-]?\d{4}(?![\w-]?\d)"
)


class AskForm(forms.Form):
    """A question or a complaint. A question may be shown to everybody, in the officer's words, so
    it holds no address and no number; a complaint is read at the desk alone."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=BY_WHAT,
        widget=forms.RadioSelect,
    )
    text = LongText(
        label=_("In your words"),
        max_length=_LONGEST,
        help_text=_("The portal answers questions of fact; it gives no advice."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        text = given.get("text") or ""
        if given.get("kind") == QUESTION and (_E_MAIL.search(text) or _TELEPHONE.search(text)):
            self.add_error(
                "text",
                _(
                    "Leave out e-mail addresses and telephone numbers: a question may be shown to"
                    " everybody. You are told of the answer at the address of your profile."
                ),
            )
        return given


class ReplyForm(forms.Form):
    """The answer to a question that the compliance officer put."""

    answer = LongText(label=_("Your answer"), max_length=_LONGEST)
