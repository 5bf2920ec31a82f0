"""What a field of a form says of a text that no document can print."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from documents.facts.letters import told, unprintable


def printable(value: str) -> None:
    """Refuse a text that holds a character of no font of ours, and name it.

    Raises ValidationError. It is said where a person types, because later is too late: a document
    with that name could not be made, and they alone know how else it is written.
    """
    strange = unprintable(value)
    if strange.isprintable() and strange:
        raise ValidationError(
            _(
                "Documents cannot print the character %(character)s. Write it in Latin letters, as "
                "on an identity document. Documents also have the letters of Inuktitut and Cree "
                "syllabics, Greek, Cyrillic, Arabic, Hebrew, Armenian and Georgian."
            ),
            code="unprintable",
            params={"character": told(strange)},
        )
    if strange:
        raise ValidationError(
            _("This text holds a character that is not seen (%(character)s). Type it again."),
            code="unseen",
            params={"character": told(strange)},
        )
