"""Facts in, PDF out: the same facts and template version make the same bytes, everywhere.

What makes the bytes repeat: the identifier of the file is the digest of the facts, its dates are
those of the facts, the fonts are our own, and nothing is read from outside this package. The PDF
declares PDF/A-2A and PDF/UA-1; no validator of either could be run, so nothing more is claimed.
There are no attachments and no annotations, links included: the copy filed may have none.
"""

import hashlib
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from threading import RLock
from typing import Any
from unicodedata import normalize
from xml.etree import ElementTree

import tinyhtml5  # type: ignore[import-untyped]
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from django.template import Context, Engine
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from compliance.rules.wording import Shelf
from documents.errors import RenderError
from documents.facts import KINDS, FactsError, Paper, StatementFacts, facts_digest
from documents.facts.security import CERTIFICATES
from documents.finishing import finish
from documents.objects import put_into_bytes
from documents.paper.certificates import (
    bond_certificate,
    cooperative_share_certificate,
    payment_schedule,
    share_certificate,
)
from documents.paper.evidence import evidence_summary
from documents.paper.offering import offering_document
from documents.paper.portal import (
    portal_individual_information,
    portal_information,
    portal_resources_certificate,
)
from documents.paper.purchaser import (
    amendment_notice,
    purchaser_confirmation,
    risk_acknowledgement,
    subscription_agreement,
    withdrawal_notice,
)
from documents.paper.report import exempt_distribution_report
from documents.paper.statement import annual_statement
from documents.paper.words import Words
from documents.unpacked import UnpackedFonts
from documents.versions import HERE, VERSIONS, folder_of, latest, require_unchanged

# Some library below reads the clock where this is not set; our bytes must not know the time.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

MISSING = "⟦missing %s⟧"
LARGEST_PICTURE = 40_000
"""Characters of the address of a picture that a page carries in itself."""

BUILDERS: dict[str, Callable[[Words, Any], dict[str, Any]]] = {
    "offering_document": offering_document,
    "risk_acknowledgement": risk_acknowledgement,
    "subscription_agreement": subscription_agreement,
    "withdrawal_notice": withdrawal_notice,
    "amendment_notice": amendment_notice,
    "purchaser_confirmation": purchaser_confirmation,
    "share_certificate": share_certificate,
    "cooperative_share_certificate": cooperative_share_certificate,
    "bond_certificate": bond_certificate,
    "payment_schedule": payment_schedule,
    "evidence_summary": evidence_summary,
    "portal_resources_certificate": portal_resources_certificate,
    "annual_statement": annual_statement,
    "portal_information": portal_information,
    "portal_individual_information": portal_individual_information,
    "exempt_distribution_report": exempt_distribution_report,
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of a document, their SHA-256 (64 hexadecimal digits) and the number of pages."""

    pdf: bytes
    sha256: str
    pages: int


def render(kind: str, facts: Paper, *, version: str = "") -> Rendered:
    """Make the PDF of a document from its facts, in the newest template version of its kind or in
    the one that is named.

    Raises FactsError where the facts are not of that kind or the version is unknown, WordingError
    and OutsideDates where a prescribed statement has no words on `facts.wording_on`, RenderError
    where the template asks for something that is not there.
    """
    digest = facts_digest(facts)
    version = _version_of(kind, facts, version)
    press = _press(version, os.getpid())
    html = page(kind, facts, version=version)
    with press.lock:
        document = _Page(html, press).render(
            stylesheets=press.sheets(facts),
            font_config=press.fonts,
            cache=press.cache,
            pdf_variant="pdf/a-2a",
        )
        pdf = document.write_pdf(
            finisher=partial(_close, under=press.under(kind)),
            pdf_variant="pdf/a-2a",
            pdf_identifier=digest[:32].encode(),
            cache=press.cache,
        )
    return Rendered(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=len(document.pages))


def _close(document: Any, pdf: Any, *, under: bytes) -> None:
    finish(document, pdf, under=under)
    put_into_bytes(pdf)


def page(kind: str, facts: Paper, *, version: str = "") -> str:
    """The HTML that a document is printed from; raises as `render` does."""
    version = _version_of(kind, facts, version)
    words = Words(facts, version)
    context = {
        "x": BUILDERS[kind](words, facts),
        "t": words.labels[kind],
        "common": words.labels["common"],
        "head": _head(kind, words, facts),
    }
    template = _engine().get_template(f"documents/{version}/{kind}.html")
    # Composed: "é" as one sign or as two is one letter to whoever reads, and to the fonts.
    html = normalize("NFC", template.render(Context(context, use_l10n=False, use_tz=False)))
    if MISSING[:9] in html:
        at = html.index(MISSING[:9])
        raise RenderError(f"{kind}: the template asks for {html[at + 9 : at + 60]!r}")
    return html


def _version_of(kind: str, facts: Paper, version: str) -> str:
    """The version asked for, or else the newest; raises FactsError unless a document of that kind
    is made from such facts in it."""
    if kind not in KINDS or type(facts) is not KINDS[kind]:
        raise FactsError(f"{kind!r} is not made from {type(facts).__name__}")
    if not version:
        return latest(kind)
    if version not in VERSIONS:
        raise FactsError(f"there is no template version {version!r}")
    if not (folder_of(version) / f"{kind}.html").is_file():
        raise FactsError(f"the template version {version!r} has no {kind}")
    return version


def words_used(
    facts: Paper, shelf: Shelf | None = None, *, version: str = ""
) -> tuple[StatementFacts, ...]:
    """The statements that the document prints, in their order, in the words that it prints.

    Of facts that hold none yet, the shelf says them. Whoever freezes facts asks this, freezes them
    with these as `wording`, and with the ids of those that nobody has confirmed in
    `facts.language` as `unconfirmed` (`dataclasses.replace`).
    """
    words = Words(facts, version or latest(facts.kind), shelf)
    BUILDERS[facts.kind](words, facts)
    return tuple(words.used.values())


def _head(kind: str, words: Words, facts: Paper) -> dict[str, Any]:
    """What stands on every page of every kind."""
    draft = ""
    if facts.unconfirmed:
        draft = words.prescribed("D1", ids=", ".join(facts.unconfirmed))
    document_version = str(getattr(facts, "version", ""))
    return {
        "language": facts.language,
        "title": f"{words.label(f'{kind}.title')} – {words.set(facts.about)}",
        "short_title": words.label(f"{kind}.title"),
        "subject": words.label(f"{kind}.subject"),
        "author": words.set(facts.portal.name),
        "issuer": words.set(facts.about),
        "created": facts.issued_at.isoformat(timespec="seconds"),
        "issued": words.instant(facts.issued_at),
        "reference": words.set(facts.reference),
        "version": document_version,
        "digest": facts_digest(facts)[:16],
        "supersedes": words.set(facts.supersedes),
        "draft": draft,
        "demonstration": words.label("common.demonstration") if facts.portal.demonstration else "",
    }


@lru_cache(maxsize=1)
def _engine() -> Engine:
    # A standalone engine: the host's settings, context processors and loaders have no say here.
    return Engine(dirs=[str(HERE / "templates")], autoescape=True, string_if_invalid=MISSING)


class _OnlyOurs(URLFetcher):
    """Serves files of this package and pictures carried in the page itself, nothing else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        # The bars that we draw ourselves, which are small; what people write never gets here.
        if url.startswith("data:image/svg+xml;base64,") and len(url) < LARGEST_PICTURE:
            return super().fetch(url, headers)
        if url.startswith("file://"):
            path = Path(url.removeprefix("file://")).resolve()
            if path.is_relative_to(HERE.resolve()):
                return URLFetcherResponse(url, path.read_bytes(), {})
        raise FatalURLFetchingError(f"A document may not fetch {url[:120]!r}.")


class _Page(HTML):
    """A page that is read as the XML that it is, whose elements are what ``v1.base.css`` says.

    Both save time, and the second keeps the look out of the reach of another WeasyPrint. What is
    not well-formed, for a control character that somebody wrote, is read as HTML.
    """

    def __init__(self, html: str, press: "_Press") -> None:
        self.base_url, self.url_fetcher, self.media_type = press.base, press.fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(_tree(html), content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self.sheets = [press.elements]

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return self.sheets


def _tree(html: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(html)
    except ElementTree.ParseError:
        read: ElementTree.Element = tinyhtml5.parse(html, namespace_html_elements=False)
        return read


class _Press:
    """What is costly to prepare and the same for every document of a template version."""

    def __init__(self, version: str) -> None:
        require_unchanged(version)
        self.folder = folder_of(version)
        self.base = self.folder.as_uri() + "/"
        self.fetcher = _OnlyOurs(allowed_protocols=("file", "data"))
        self.fonts = UnpackedFonts()
        self.cache: dict[str, Any] = {}
        self.lock = RLock()
        self.elements = self._sheet(f"{version}.base.css")
        self.plain = self._sheet(f"{version}.css")
        self.marked = self._sheet(f"{version}.marked.css")
        self.cover = self._ornament("cover.ops")
        self.certificate = self._ornament("certificate.ops")
        self.draft = {
            language: self._sheet(f"{version}.draft.{language}.css") for language in ("fr", "en")
        }

    def _sheet(self, name: str) -> CSS:
        return CSS(
            filename=str(self.folder / name),
            base_url=self.base,
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )

    def _ornament(self, name: str) -> bytes:
        # Squeezed once here, and not again for each of thousands of certificates.
        drawing = (self.folder / name).read_bytes()
        return zlib.compress(b"/Artifact BMC\nq\n" + drawing + b"\nQ\nEMC", level=9)

    def under(self, kind: str) -> bytes:
        """What is drawn under the first page of that kind: a compressed content stream."""
        if kind in CERTIFICATES.values():
            return self.certificate
        return self.cover if kind == "offering_document" else b""

    def sheets(self, facts: Paper) -> list[CSS]:
        """The style sheets of a document: what bears a mark has one more, and a draft another."""
        found = [self.plain]
        if facts.unconfirmed or facts.portal.demonstration:
            found.append(self.marked)
        if facts.unconfirmed:
            found.append(self.draft[facts.language])
        return found


@lru_cache(maxsize=len(VERSIONS))
def _press(version: str, process: int) -> _Press:
    # A forked worker prepares its own: what Pango and Fontconfig hold is not made to be shared.
    return _Press(version)
