"""The forms of an investor: the risks, one by one, and the subscription."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.rules.wording import Statement
from compliance.web.fields import Units, YesNo


class RisksForm(forms.Form):
    """The statements of Form 45-110F2, each answered by itself, nothing ticked beforehand."""

    def __init__(self, statements: Iterable[Statement], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in statements:
            self.fields[row.id] = YesNo(
                label=row.text,
                error_messages={"required": _("Answer yes or no to this statement.")},
            )

    @property
    def answers(self) -> dict[str, bool]:
        """The answers by the id of the statement, in the order of the form."""
        return {name: self.cleaned_data[name] for name in self.fields}


class SubscribeForm(forms.Form):
    """How many securities, and whether the person is an insider of the issuer."""

    units = Units(label=_("Number of securities"))
    insider = YesNo(
        label=_("Are you an insider of the issuer?"),
        help_text=_(
            "An insider is a director or an officer of the issuer, or somebody who holds more than "
            "10 percent of its votes."
        ),
        error_messages={"required": _("Answer yes or no.")},
    )
