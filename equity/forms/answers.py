"""Forms for the answers to the items of Form 45-110F1, from the stored shape and back to it.

A section page holds one form per item. An item left blank is not answered, and stays missing until
it is; "not applicable" is an express answer where the form allows it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from compliance.rules.ni45_110.items import NOT_APPLICABLE
from equity.forms.columns import Column, ColumnsForm, Group, Rows, RowsSet, groups_of
from equity.forms.fields import YesNo
from equity.forms.items import Item

Posted = MultiValueDict[str, Any] | None
UNANSWERED = object()
"""What ``ItemForm.answer`` gives for an item that was left blank."""


class ItemForm(forms.Form):
    """The answer to one item: its express "not applicable", its question, its columns, its rows."""

    def __init__(
        self, posted: Posted, *, item: Item, stored: Any, languages: Sequence[str]
    ) -> None:
        self.item, self.languages = item, tuple(languages)
        self.rows: Rows | None = self._rows(posted, stored)
        flat = () if item.shape in ("rows", "disclosures") else item.columns
        self.inner = ColumnsForm(
            posted,
            prefix=item.prefix,
            columns=flat,
            languages=self.languages,
            initial=None,
        )
        self.inner.initial = _initial(self.inner, item, stored)
        super().__init__(posted, prefix=item.prefix, initial=_asked(item, stored))
        if item.may_not_apply:
            self.fields["not_applicable"] = forms.BooleanField(
                required=False, label=_("Not applicable")
            )
        if item.shape in ("disclosures", "yes_no", "yes_no_details"):
            self.fields["yes"] = YesNo(required=False, label=item.guidance)
        if item.shape == "ticks":
            self.fields["ticked"] = forms.MultipleChoiceField(
                required=False,
                label=str(item.guidance),
                choices=item.ticks,
                widget=forms.CheckboxSelectMultiple,
            )

    def _rows(self, posted: Posted, stored: Any) -> Rows | None:
        if self.item.shape not in ("rows", "disclosures"):
            return None
        listed = stored if isinstance(stored, Sequence) and not isinstance(stored, str) else ()
        return RowsSet(
            posted,
            prefix=f"{self.item.prefix}_row",
            columns=self.item.columns,
            languages=self.languages,
            initial=[row for row in listed if isinstance(row, Mapping)],
        )

    @property
    def groups(self) -> list[Group]:
        """The columns that are not rows, as a page shows them."""
        return groups_of(self.inner, self.inner.columns, self.languages)

    @property
    def opened(self) -> bool:
        """Whether the lines of a question are to be seen at once: it was answered yes, or what was
        written there is wrong."""
        wrong = self.rows is not None and self.rows.is_bound and not self.rows.is_valid()
        return wrong or self["yes"].value() in (True, "yes") or bool(self.errors)

    def is_valid(self) -> bool:
        """Whether everything filled in can be read."""
        parts = [super().is_valid(), self.inner.is_valid()]
        if self.rows is not None:
            parts.append(self.rows.is_valid())
        if all(parts):
            self._contradiction()
        return all(parts) and not self.errors

    def _contradiction(self) -> None:
        """Two answers to one question are not an answer."""
        given = self._filled()
        if self.cleaned_data.get("not_applicable") and given:
            self.add_error(
                "not_applicable",
                _("You filled in an answer and ticked “not applicable”. Keep one of the two."),
            )
        if self.item.shape == "disclosures":
            yes = self.cleaned_data.get("yes")
            if yes is False and given:
                self.add_error("yes", _("You answered no and described something. Keep one."))
            if yes and not given:
                self.add_error("yes", _("You answered yes: say below what happened."))
        if self.item.shape == "yes_no_details" and self.cleaned_data.get("yes") and not given:
            self.inner.add_error(next(iter(self.inner.fields)), _("You answered yes: say which."))
            self.add_error("yes", _("You answered yes: say which."))

    def _filled(self) -> Any:
        if self.rows is not None:
            return self.rows.rows()
        return self.inner.values()

    def answer(self) -> Any:
        """The answer as it is stored, or UNANSWERED; after ``is_valid``."""
        if self.cleaned_data.get("not_applicable"):
            return NOT_APPLICABLE
        given, shape = self._filled(), self.item.shape
        if shape == "text":
            return given.get("text", UNANSWERED)
        if shape == "ticks":
            return self.cleaned_data["ticked"] or UNANSWERED
        if shape in ("mapping", "rows"):
            return given or UNANSWERED
        yes = self.cleaned_data["yes"]
        if yes is None:
            return UNANSWERED
        if shape == "yes_no":
            return yes
        if shape == "yes_no_details":
            return {"yes": yes, **given}
        return given if yes else []


def _asked(item: Item, stored: Any) -> dict[str, Any]:
    """What the item's own controls show for a stored answer."""
    if stored == NOT_APPLICABLE:
        return {"not_applicable": True}
    if item.shape == "disclosures" and isinstance(stored, Sequence):
        return {"yes": bool(stored)}
    if item.shape == "yes_no" and isinstance(stored, bool):
        return {"yes": stored}
    if item.shape == "yes_no_details" and isinstance(stored, Mapping):
        return {"yes": bool(stored.get("yes"))}
    if item.shape == "ticks" and isinstance(stored, Sequence):
        return {"ticked": list(stored)}
    return {}


def _initial(inner: ColumnsForm, item: Item, stored: Any) -> dict[str, Any]:
    if stored is None or stored == NOT_APPLICABLE:
        return {}
    if item.shape == "text":
        return inner.shown({"text": stored})
    return inner.shown(stored) if isinstance(stored, Mapping) else {}


def answers_of(forms_: Sequence[ItemForm], items: Mapping[str, Any]) -> dict[str, Any]:
    """The stored answers with those of the forms in their place; after each ``is_valid``."""
    found = dict(items)
    for form in forms_:
        answer = form.answer()
        found.pop(form.item.id, None)
        if answer is not UNANSWERED:
            found[form.item.id] = answer
    return found


def particulars_form(
    posted: Posted, columns: Sequence[Column], stored: Mapping[str, Any], languages: Sequence[str]
) -> ColumnsForm:
    """A form over the particulars of a security or of a principal."""
    form = ColumnsForm(posted, columns=columns, languages=languages)
    form.initial = form.shown(stored)
    return form
