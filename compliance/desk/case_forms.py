"""Forms of the desk about cases: opening one, working on it, deciding it."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.casework.kinds import EVIDENCE, KINDS, QUEUES, Choice, Priority
from compliance.casework.models import Case
from compliance.casework.models.work import OUTSIDE
from compliance.casework.services.working import LARGEST
from compliance.desk.forms import SentForm
from compliance.web.language import current
from equity.forms.fields import PARAGRAPH, Day, Text

STATES = (
    (Case.State.OPEN.value, pgettext_lazy("case", "Open")),
    (Case.State.WAITING.value, _("Waiting for an answer")),
    (Case.State.CLOSED.value, _("Decided")),
)
PRIORITIES = (
    (int(Priority.URGENT), _("Urgent")),
    (int(Priority.HIGH), _("High")),
    (int(Priority.NORMAL), _("Normal")),
)


def _kinds() -> list[tuple[str, str]]:
    return [(kind.code, kind.say(current())) for kind in KINDS.values()]


def _evidence() -> list[tuple[str, str]]:
    return [(word.code, word.say(current())) for word in EVIDENCE]


def _queues() -> list[tuple[str, Any]]:
    return [("", _("all")), *((queue.code, queue.say(current())) for queue in QUEUES)]


class FiltersForm(forms.Form):
    """Which cases a list shows. It is sent by GET, so that the address keeps it; nothing is
    needed, and a value that is none is no filter."""

    queue = forms.ChoiceField(label=_("Queue"), choices=_queues, required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=(("", _("not decided")), *STATES), required=False
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=(("", _("all")), *PRIORITIES),
        coerce=int,
        empty_value=None,
        required=False,
    )
    mine = forms.BooleanField(label=_("In my hands"), required=False)
    overdue = forms.BooleanField(label=_("Overdue"), required=False)


class CaseForm(forms.Form):
    """A case about a subject that is known already."""

    note = Text(longest=PARAGRAPH, many_lines=True, label=_("What happened"))
    due_on = Day(required=False, label=_("To be settled by"))


class OpenCaseForm(CaseForm):
    """A case of any kind that may be about a subject, named by its address on the desk."""

    kind = forms.ChoiceField(label=_("Kind"))
    field_order = ("kind", "note", "due_on")

    def __init__(self, subject_type: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (code, words) for code, words in _kinds() if subject_type in KINDS[code].subjects
        ]


class NoteForm(forms.Form):
    """A note, for the desk alone."""

    note = Text(longest=PARAGRAPH, many_lines=True, label=_("Note"))


class QuestionForm(forms.Form):
    """A question, and to whom it is put."""

    asked_of = forms.ChoiceField(label=_("To whom"))
    question = Text(longest=PARAGRAPH, many_lines=True, label=_("Question"))

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["asked_of"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*people, (OUTSIDE, _("Somebody outside (a bank, an authority)"))]


class AnswerForm(forms.Form):
    """The answer to a question, as it came."""

    answer = Text(longest=PARAGRAPH, many_lines=True, label=_("Answer"))


class EvidenceForm(forms.Form):
    """An item of evidence: a file, or where it is kept and its digest."""

    kind = forms.ChoiceField(label=_("Kind of evidence"), choices=_evidence)
    name = Text(label=_("Name of the item"))
    file = forms.FileField(
        required=False, label=_("File"), help_text=_("At most 5 MB; it is sealed.")
    )
    reference = Text(required=False, label=_("Or where it is kept"))
    digest = Text(
        required=False,
        longest=64,
        label=_("With its SHA-256 digest"),
        validators=[RegexValidator(r"\A[0-9A-Fa-f]{64}\Z", _("Write 64 hexadecimal digits."))],
    )

    def clean_file(self) -> UploadedFile | None:
        """A file that is not too large to be sealed here."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST:
            raise ValidationError(_("This file is too large: keep it elsewhere, by reference."))
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two, and a reference with its digest."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file, reference = cleaned.get("file"), cleaned.get("reference")
        if "file" not in self.errors and bool(file) == bool(reference):
            self.add_error("file", _("Give a file, or say where it is kept."))
        elif reference and not cleaned.get("digest") and "digest" not in self.errors:
            self.add_error("digest", _("What is kept elsewhere is known by its digest."))
        return cleaned


class AssignForm(forms.Form):
    """To whom a case is handed, and why."""

    to = forms.ChoiceField(label=_("Hand over to"), required=False)
    reason = Text(
        longest=PARAGRAPH,
        many_lines=True,
        required=False,
        label=_("Reason"),
        help_text=_("Needed, unless you take a free case yourself."),
    )

    def __init__(self, *args: Any, officers: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(officers)


class ClearForm(forms.Form):
    """Why a flag is cleared."""

    reason = Text(longest=PARAGRAPH, many_lines=True, label=_("Reason"))


class OverrideForm(forms.Form):
    """Why flags that hold are to hold nothing back any more, for the officer who approves it."""

    reason = Text(
        longest=PARAGRAPH,
        many_lines=True,
        label=_("Reason"),
        help_text=_("Sealed. Another officer reads it, and approves exactly it."),
    )


class DecideForm(SentForm):
    """A decision: its reason, and what else it asks for."""

    reason = Text(
        longest=PARAGRAPH,
        many_lines=True,
        label=_("Reason"),
        help_text=_("For the file. The person does not see it."),
    )
    question = Text(
        longest=PARAGRAPH,
        many_lines=True,
        label=_("The question, in neutral words"),
        help_text=_("It is public: nothing in it may tell who asked."),
    )
    answer = Text(
        longest=PARAGRAPH,
        many_lines=True,
        label=_("Answer"),
        help_text=_("The person sees it. It gives no advice and praises no offering."),
    )
    field_order = ("day", "time", "question", "answer", "reason")

    def __init__(self, choice: Choice, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, zone=zone, **options)
        for name in ("question", "answer"):
            if name not in choice.asks:
                del self.fields[name]
        if "sent" not in choice.asks:
            del self.fields["day"], self.fields["time"]

    def given(self) -> dict[str, Any]:
        """What the decision is given, after ``is_valid``."""
        names = ("reason", "question", "answer", "sent")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
