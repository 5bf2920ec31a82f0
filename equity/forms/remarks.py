"""A remark of an officer, item by item, and the issuer's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from equity.forms.fields import Text
from equity.forms.items import item_title
from equity.remarking import ITEMS, LONGEST_REMARK, WHOLE


def item_choices() -> list[tuple[str, str]]:
    """Every item that a remark may be about, by its number and title; the whole document first."""
    named = [(item, f"{item.rstrip('pd')}\u00a0{item_title(item)}") for item in ITEMS]
    return [(WHOLE, str(item_title(WHOLE))), *named]


class RemarkForm(forms.Form):
    """One remark: what it is about, and what is asked."""

    item = forms.ChoiceField(label=_("Item of the form"), choices=item_choices, required=False)
    text = Text(longest=LONGEST_REMARK, many_lines=True, label=_("What is asked"))


class AnswerForm(forms.Form):
    """The issuer's answer to a remark."""

    text = Text(longest=LONGEST_REMARK, many_lines=True, label=_("Your answer"))
