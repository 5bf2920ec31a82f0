"""The forms of an investor who asks, complains, or is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.web.fields import LongText

QUESTION, COMPLAINT = "question", "complaint"
_LONGEST = 2000


BY_WHAT = ((QUESTION, _("A question")), (COMPLAINT, _("A complaint")))


class AskForm(forms.Form):
    """A question or a complaint."""

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


class ReplyForm(forms.Form):
    """The answer to a question that the compliance officer put."""

    answer = LongText(label=_("Your answer"), max_length=_LONGEST)
