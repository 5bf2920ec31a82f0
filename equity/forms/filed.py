"""When the report that is amended was filed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from equity.forms.fields import Day


class AmendedForm(forms.Form):
    """The day on which the report before was filed; the first report has none."""

    filed_on = Day(label=_("Day on which the report before was filed"), required=False)
