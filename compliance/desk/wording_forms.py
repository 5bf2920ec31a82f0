"""Forms of the prescribed wording: words compared, words pasted, a file that came back."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.grades import Grade
from compliance.rules.wording.checking import LONGEST, Fault
from compliance.rules.wording.resource import GRADES, LARGEST
from compliance.web.language import current
from compliance.web.templatetags.web import capital
from equity.forms.fields import PARAGRAPH, Day, Text

_DIGEST = RegexValidator(
    r"\A[0-9a-f]{64}\Z", _("Write the sixty-four characters, in small letters.")
)
_DIGEST_HELP = _("Sixty-four characters, as sha256sum prints them.")
_SAID = {
    Grade.VERIFIED: _("verified: read in the official text"),
    Grade.SECONDARY: _("second-hand: read elsewhere"),
    Grade.RECALLED: _("from memory"),
}


class CompareForm(forms.Form):
    """A prescribed statement as it was compared with the official text."""

    source = Text(
        longest=PARAGRAPH,
        many_lines=True,
        label=_("Where the official text stands"),
        help_text=_("The publication, its date and its page or address."),
    )
    source_digest = Text(
        longest=64,
        label=_("SHA-256 of the file you read"),
        help_text=_DIGEST_HELP,
        validators=[_DIGEST],
    )
    sure = forms.BooleanField(label=_("I compared the words one by one, and they are the same."))


class WordsForm(forms.Form):
    """The words of one statement, pasted from the official text. The names are those of a file
    (`compliance.rules.wording.resource`), whose faults are told at the fields."""

    # The widget alone says how long it may be: words with a fault are told so in one sentence, by
    # the same rules as those of a file, and nothing that was pasted is taken off.
    text = forms.CharField(
        strip=False,
        max_length=LONGEST * 2,
        label=_("The words of the official text"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    effective_from = Day(label=_("In force from"))
    source = Text(
        longest=PARAGRAPH,
        many_lines=True,
        label=_("Where the official text stands"),
        help_text=_("The publication, its date and its page or address."),
    )
    source_sha256 = Text(
        required=False,
        longest=64,
        label=_("SHA-256 of the file you read"),
        help_text=_(
            "Sixty-four characters, as sha256sum prints them. Without it the words wait until "
            "somebody has compared them."
        ),
        validators=[_DIGEST],
    )
    reference = Text(
        required=False, longest=PARAGRAPH, label=_("Official number or address of the text")
    )
    grade = forms.ChoiceField(
        label=_("How sure are you?"),
        choices=[(one.value, _SAID[one]) for one in GRADES],
        widget=forms.RadioSelect,
    )

    def tell(self, faults: tuple[Fault, ...]) -> None:
        """Say what is wrong with the words or their head, at the field that it is about."""
        for fault in faults:
            name = fault.where if fault.where in self.fields else "text"
            said = fault.message(current()) if name == "text" else _said(fault)
            self.add_error(name, said)


class FileForm(forms.Form):
    """A file of one form in one language, and the official file that it names."""

    file = forms.FileField(
        allow_empty_file=True,
        label=_("The corrected file"),
        help_text=_("TOML or JSON, as it was downloaded here and corrected."),
        widget=forms.ClearableFileInput(attrs={"accept": ".toml,.json"}),
    )
    official = forms.FileField(
        required=False,
        label=_("The official text that it was read in"),
        help_text=_("Its digest is compared with the one that the file gives. It is not kept."),
    )

    @property
    def content(self) -> bytes:
        """The file, or as much of it as shows that it is too large."""
        file: UploadedFile = self.cleaned_data["file"]
        file.seek(0)
        found: bytes = file.read(LARGEST + 1)
        return found

    @property
    def official_content(self) -> bytes | None:
        """The official file, where it was given."""
        file: UploadedFile | None = self.cleaned_data["official"]
        if file is None:
            return None
        file.seek(0)
        found: Any = file.read()
        return bytes(found)


def _said(fault: Fault) -> str:
    """The sentence without the name of the field, under which it stands."""
    return capital(Fault(fault.code, "", fault.values).message(current()))
