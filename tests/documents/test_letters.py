"""Any script: a letter is printed, or refused in words before anything is issued; never a box."""

import os
import unicodedata
from dataclasses import replace
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from weasyprint import HTML

from compliance.rules.wording import packaged
from documents import versions
from documents.facts import KINDS, FactsError, from_json, to_json
from documents.facts.letters import told, unprintable
from documents.printable import printable
from documents.render import _press as press
from documents.render import render
from equity.forms import fields
from investors.forms import InvestorForm
from tests.documents.printing import sample
from tests.documents.rules import RULES, judge
from tests.documents.rules.paper import Paper

NAMES = (
    "ᐃᓄᒃᑎᑐᑦ ᐊᓯᐊᖅ",  # Inuktitut
    "ᓀᐦᐃᔭᐍᐏᐣ ᒪᐢᑿ",  # Cree
    "محمد الأحمد بن علي",
    "דוד בן־גוריון",
    "Հայերեն Սարգսյան",
    "ქართული",
    "Ελληνικά Παπαδόπουλος",
    "Кириллица Щербакова",
    "Nguyễn Thị Phượng",
    "Łukasz Žižek Ţărnea Ðorđe",
    "X̱aaydaa Kʷak̓ʷala ƛ̓ ʔ ɬ",  # letters of the west coast, with accents of their own
    unicodedata.normalize("NFD", "Noël Lacœur-Bélanger Ÿ"),
)
STRANGE = {
    "李小龍": "李 (U+674E)",
    "Zoé 😀": "😀 (U+1F600)",
    "क्षत्रिय": "क (U+0915)",
    "Zo\u200be": "U+200B",
    "Zo\u202ee": "U+202E",
    "Zo\x07e": "U+0007",
    "Zo\u00ade": "U+00AD",
    "Zo\ue000e": "U+E000",
    "Zo\ud800e": "U+D800",
}


def test_the_list_is_what_the_fonts_have() -> None:
    kept = files("documents").joinpath("fonts", "letters.txt").read_text(encoding="ascii")
    assert kept == versions.letters(), "run `python -m documents.versions letters`"


def test_whatever_we_print_ourselves_is_in_the_list() -> None:
    here = Path(str(files("documents")))
    ours = [
        *here.glob("labels/*.toml"),
        *here.glob("templates/**/*.html"),
        *here.glob("paper/*.py"),
    ]
    assert len(ours) > 20
    for one in ours:
        assert unprintable(one.read_text(encoding="utf-8")) == "", one.name


@pytest.fixture(scope="module")
def all_letters() -> bytes:
    """Every letter of the list, in the three families of the paper: thin, bold and slanted."""
    known = [chr(one) for one in range(0x20, 0x11000) if not unprintable(chr(one))]
    assert len(known) > 3_000
    spaced = " ".join("q" + one if unicodedata.combining(one) else one for one in known)
    shown = escape(unicodedata.normalize("NFC", spaced))
    ready = press("v1", os.getpid())
    # The big serif, the slanted one, the bold one, the sans and the bold sans.
    names = ("headline", "na", "strong", "under", "eyebrow")
    paragraphs = (f'<p class="{name}">{shown}</p>' for name in names)
    document = HTML(
        string=f'<html lang="fr"><title>t</title><body>{"".join(paragraphs)}',
        base_url=ready.base,
        url_fetcher=ready.fetcher,
    ).render(stylesheets=[ready.plain], font_config=ready.fonts, pdf_variant="pdf/a-2a")
    made: bytes = document.write_pdf(pdf_variant="pdf/a-2a")
    return made


@pytest.mark.parametrize("rule", [name for name in RULES if name.startswith("6.2.11")])
def test_every_letter_of_the_list_is_printed_from_our_fonts(rule: str, all_letters: bytes) -> None:
    with Paper.opened(all_letters) as paper:
        assert list(RULES[rule](paper)) == []


def named_so(kind: str, name: str, language: str = "fr") -> Any:
    """The sample of a kind about people and an issuer of that name."""
    facts: Any = sample(kind, language)
    facts = replace(facts, issuer=replace(facts.issuer, name=name, address=(name, *NAMES)))
    for field in ("holder", "purchaser"):
        if hasattr(facts, field):
            person = replace(getattr(facts, field), name=name, address=(name, *NAMES))
            facts = replace(facts, **{field: person})
    return facts


@pytest.mark.parametrize(
    "kind", ["share_certificate", "subscription_agreement", "withdrawal_notice"]
)
def test_a_name_in_any_script_is_printed_and_read_as_it_is_written(kind: str) -> None:
    facts = named_so(kind, " ".join(NAMES[:4]))
    made = render(kind, facts)
    assert judge(made.pdf) == []
    with Paper.opened(made.pdf) as paper:
        read = paper.text(paper.parts[0])
        for name in NAMES[:4] if kind == "share_certificate" else NAMES:
            for word in unicodedata.normalize("NFC", name).split():
                assert word in read


@pytest.mark.parametrize("text", STRANGE)
def test_a_letter_that_no_font_has_is_named_with_its_field_when_facts_are_frozen(text: str) -> None:
    facts: Any = sample("share_certificate")
    with pytest.raises(FactsError) as refused:
        replace(facts, holder=replace(facts.holder, address=("12, rue des Pins", text)))
    assert str(refused.value) == (
        f"share_certificate.holder.address[1]: no font of ours can print the character "
        f"{STRANGE[text]}"
    )


def test_stored_facts_with_such_a_letter_are_refused_and_not_rendered() -> None:
    stored = to_json(sample("share_certificate"))
    stored["holder"]["name"] = "李小龍"
    with pytest.raises(FactsError, match=r"holder\.name: .* 李 \(U\+674E\)"):
        from_json("share_certificate", stored)


@pytest.mark.parametrize("text", STRANGE)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_whoever_types_such_a_name_is_told_which_letter_and_what_to_do(
    text: str, language: str
) -> None:
    given = {"kind": "person", "province": "NU", "email": "a@example.ca", "family_name": "Roy"}
    with translation.override(language):
        form = InvestorForm({**given, "first_name": text})
        assert list(form.errors) == ["first_name"]
        (sentence,) = form.errors["first_name"]
        assert STRANGE[text] in sentence
        if STRANGE[text].startswith("U+"):
            assert ("invisible" if language == "fr" else "not seen") in sentence
        else:
            assert ("lettres latines" if language == "fr" else "Latin letters") in sentence
        assert not InvestorForm({**given, "first_name": NAMES[0]}).errors
        assert not InvestorForm({**given, "first_name": NAMES[-1]}).errors


@pytest.mark.parametrize("text", ["李小龍", "Zoé 😀"])
def test_the_issuers_forms_say_so_too(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        fields.Text().clean(text)
    assert STRANGE[text] in str(refused.value.messages)
    assert fields.Text().clean(NAMES[1]) == NAMES[1]


def test_a_sentence_never_shows_what_cannot_be_seen() -> None:
    assert told("\u202e") == "U+202E"
    with pytest.raises(ValidationError):
        printable("\u202e")
    printable("")


def test_prescribed_statements_can_be_printed_in_both_languages() -> None:
    for language in ("fr", "en"):
        for one in packaged().in_language(language):  # type: ignore[arg-type]
            assert unprintable(one.text) == "", one.id


def test_every_kind_checks_its_letters() -> None:
    for kind in KINDS:
        with pytest.raises(FactsError, match="reference"):
            replace(sample(kind), reference="№ 龍")
