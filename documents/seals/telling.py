"""The answer about a file or a digest, in plain words, in the language that is active."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.money import format_instant
from compliance.rules.kernel.zones import zone_of
from documents.facts.shared import Language
from documents.paper.words import labels
from documents.render import VERSIONS
from documents.seals.verifying import BAD, GOOD, Answer, SealTold, Told, Verdict

HEADINGS: Mapping[int, Promise] = {
    GOOD: _("Unchanged: this is a document of this portal"),
    BAD: _("This is not a document of this portal as it was issued"),
}
PORTAL = "QC"
"""Whose clocks an instant is shown by."""

CANNOT = _("It cannot be told")
SUPERSEDED = _("Unchanged, but superseded by a later document of this portal")

SENTENCES: Mapping[Answer, Promise] = {
    Answer.FILING: _(
        "Every byte is as it was issued. This is the copy for filing, which bears no seal."
    ),
    Answer.SEALED: _("Every byte is as it was issued and sealed."),
    Answer.STAMPED: _(
        "Every byte is as it was issued, sealed, and since then stamped again with the time."
    ),
    Answer.FILE_ALONE: _(
        "The seal is by a certificate of this portal, and nothing was changed since. This was told "
        "from the file alone: whether the document was superseded is not known here."
    ),
    Answer.UNKNOWN_DIGEST: _(
        "No document of this portal has this digest. Either a file was changed, be it by one "
        "character, or it is not ours. With the file itself more can be said."
    ),
    Answer.NOT_PDF: _("The file is no PDF, and no document of this portal has its bytes."),
    Answer.TOO_LARGE: _(
        "The file is larger than 32 MB, more than any document of this portal; it was not "
        "looked at."
    ),
    Answer.BUSY: _(
        "Several files are being looked at, and this one was not. Send it again in a moment, or "
        "give its digest."
    ),
    Answer.NOT_NOW: _(
        "The file was signed, and the certificates of this portal cannot be read at the moment: "
        "whose signature it is can be told later."
    ),
    Answer.NO_SEAL: _(
        "The file bears no seal, and no document that was issued here has these bytes. Either it "
        "was changed since, or it is not ours."
    ),
    Answer.NO_SEAL_ALONE: _(
        "The file bears no seal. Whether it is a copy for filing can be told with the register of "
        "the portal only."
    ),
    Answer.OTHER_KEY: _("The file was signed with a key that is not this portal's."),
    Answer.CHANGED: _(
        "The file bears a seal of this portal, but its bytes are not those that were sealed: "
        "it was changed since, or the seal was taken from another document."
    ),
    Answer.ADDED: _(
        "The file begins as a document of this portal, but its end is not the one that we wrote: "
        "something was added, removed or changed after it was issued. Do not rely on what it shows."
    ),
    Answer.NOT_REGISTERED: _(
        "The seal is by a certificate of this portal and covers these bytes, but the "
        "register has no such document. Ask the portal before you rely on it."
    ),
    Answer.BROKEN_KEY: _(
        "The key of this seal was declared broken, and nothing shows that the seal was made "
        "before: anybody may have made it."
    ),
    Answer.STAMP_FAULT: _(
        "The time stamp in the file is not one of this file: it was put there from elsewhere or "
        "changed."
    ),
    Answer.STAMP_UNKNOWN: _(
        "The seal covers these bytes, but the time stamp is by an authority whose "
        "certificate is not known here or was revoked."
    ),
    Answer.FUTURE: _(
        "The time in the file is still to come. Either the clock here is wrong, or that of whoever "
        "made it; until it is known which, the file is not to be relied on."
    ),
    Answer.ENDED: _(
        "A certificate that this file needs has ended, and the file alone does not show that "
        "it was made before. Ask the portal for a copy with a newer time stamp."
    ),
    Answer.NO_CERTIFICATES: _(
        "There is no certificate of the portal here to check with: name the folder that holds it."
    ),
}
NOTICES: Mapping[Answer, Promise] = {
    Answer.BROKEN_KEY: _(
        "The key of this seal has been declared broken. The file is the one in our register "
        "all the same."
    ),
    Answer.ENDED: _(
        "The last time stamp in this copy has ended. The file is the one in our register all the "
        "same; a copy with a newer time stamp can be had."
    ),
}


def heading(verdict: Verdict) -> str:
    """The answer in one line."""
    if superseded(verdict):
        return str(SUPERSEDED)
    return str(HEADINGS.get(verdict.status, CANNOT))


def superseded(verdict: Verdict) -> bool:
    """Whether the file is good and there is a later document in its place."""
    document = verdict.document
    return verdict.status == GOOD and document is not None and document.later_number is not None


def sentences(verdict: Verdict) -> Iterator[str]:
    """What it means, and what else must be known."""
    yield str(SENTENCES[verdict.answer])
    if verdict.notice is not None:
        yield str(NOTICES[verdict.notice])
    seal = verdict.seal
    if seal is not None and seal.by is not None and seal.by.demonstration:
        yield gettext(
            "The seal is that of a demonstration: it proves nothing about a real document."
        )
    if seal is not None and seal.uncertain:
        yield gettext(
            "The time of the seal is uncertain: the portal's clock and that of the time-stamp "
            "authority disagreed. The time stamp is the one to rely on."
        )
    document = verdict.document
    if document is not None and verdict.status != GOOD:
        yield gettext("The document that its seal, or its beginning, is of:")
    elif document is not None and document.later_number is not None:
        yield gettext(
            "The document has been superseded by number %(number)s, issued %(instant)s."
        ) % {
            "number": document.later_number,
            "instant": instant(document.later_at),
        }


def lines(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What is known of the document and of its seal: names and values, those without one left
    out."""
    if verdict.document is not None:
        yield from ((name, value) for name, value in _document(verdict.document) if value)
    if verdict.seal is not None:
        yield from ((name, value) for name, value in _seal(verdict.seal) if value)


def instant(at: datetime | None) -> str:
    """An instant in the portal's zone, in the language that is active."""
    return "" if at is None else format_instant(at, zone_of(PORTAL), _language())


def kind_name(kind: str) -> str:
    """What a kind of document is called on paper."""
    named = labels(VERSIONS[-1], _language()).get(kind, {})
    return str(named.get("title", kind))


def _document(document: Told) -> Iterator[tuple[str, str]]:
    yield gettext("Document"), document.title or kind_name(document.kind)
    yield gettext("Issuer"), document.issuer
    yield gettext("Reference"), document.reference
    yield gettext("Number"), str(document.number)
    yield gettext("Version"), document.version
    yield (
        gettext("Language"),
        gettext("French") if document.language == "fr" else gettext("English"),
    )
    yield gettext("Issued"), instant(document.issued_at)


def _seal(seal: SealTold) -> Iterator[tuple[str, str]]:
    yield gettext("Sealed by"), seal.by.holder if seal.by is not None else ""
    yield gettext("Sealed, by the portal's clock"), instant(seal.at)
    if seal.by is not None and seal.at is not None:
        none = gettext("none: the time is the portal's own word")
        yield gettext("Time stamp"), instant(seal.proven) or none
        yield (
            gettext("Can be checked from the file alone until"),
            instant(seal.ends or _end_of(seal)),
        )
    yield gettext("Level"), seal.level and f"PAdES {seal.level}"
    yield gettext("Certificate (SHA-256)"), seal.fingerprint


def _end_of(seal: SealTold) -> datetime | None:
    return None if seal.by is None else seal.by.certificate.not_valid_after_utc


def _language() -> Language:
    return "en" if (get_language() or settings.LANGUAGE_CODE).startswith("en") else "fr"
