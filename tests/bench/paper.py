"""Documents per second: one certificate beside other engines, and all the papers of a closing.

The engines set the same certificate, each time of another holder, by turns. That they set the same
is read from their files: whoever leaves out a word is not timed.
"""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from django.db import connection
from weasyprint import HTML

from compliance.audit.guard.roles import connected_with, runtime_entry
from compliance.scenarios.playing.stage import scratch_database
from documents import render as printing
from documents.facts import PurchaserConfirmationFacts, ShareCertificateFacts
from documents.management.bar import Bar
from documents.models import Document, DocumentContent
from documents.paper.certificates import share_certificate
from documents.paper.words import Words
from documents.samples import samples
from documents.services import FAILED, first_document
from documents.versions import latest
from documents.workers import LOST, PEAK_KIB, SPENT_MS, cores, render_waiting
from tests.bench.peers.timing import timed
from tests.bench.sizes import Size
from tests.factories import OPENED

_ROOT = Path(__file__).resolve().parents[2]
PEERS = {
    "ReportLab": "tests.bench.peers.reportlab_paper",
    "typst": "tests.bench.peers.typst_paper",
}
OURS, BARE = "ours", "WeasyPrint alone"
HOLDERS = 20
"""Different certificates, set again and again."""
WHOLE = 6_000
"""Purchasers of the closing that the target speaks of, two documents each."""
_FIRST = ("Marie-Ève", "Paul", "Anne", "Étienne", "Aïcha", "Jean-François", "Mei", "Louise")
_LAST = ("Tremblay", "Côté-Lévesque", "Nguyen", "O'Brien", "Lacœur", "Benali", "Roy", "Gagnon")


class PaperError(RuntimeError):
    """What was made is not what should have been: its figure would be a lie."""


def holder(number: int) -> str:
    """A name; another one for every number."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
    return f"{first} {last} {number:04d}"


def certificate(number: int) -> ShareCertificateFacts:
    """The certificate of one holder."""
    facts = samples("fr")["share_certificate"]
    assert isinstance(facts, ShareCertificateFacts)
    return replace(
        facts,
        holder=replace(facts.holder, name=holder(number)),
        number=f"A-{number:04d}",
        reference=f"CE-2026-{number:06d}",
        register_entry=str(number),
    )


def confirmation(number: int) -> PurchaserConfirmationFacts:
    """The confirmation that goes with it."""
    facts = samples("fr")["purchaser_confirmation"]
    assert isinstance(facts, PurchaserConfirmationFacts)
    return replace(
        facts,
        purchaser=replace(facts.purchaser, name=holder(number)),
        reference=f"CF-2026-{number:06d}",
        certificate=f"A-{number:04d}",
    )


def measure(size: Size, python: Path | None) -> dict[str, Any]:
    """All figures of this part, as JSON; of us and WeasyPrint where the peers are not installed."""
    return {**_engines(size, python), "bulk": _bulk(size)}


def _engines(size: Size, python: Path | None) -> dict[str, Any]:
    facts = [certificate(number) for number in range(1, HOLDERS + 1)]
    rates: dict[str, list[float]] = {}
    told: dict[str, dict[str, Any]] = {}
    engines: dict[str, Callable[[Any], bytes]] = {OURS: _ours, BARE: _bare}
    peers = {} if python is None else PEERS
    bar = Bar("certificates", size.rounds * (len(engines) + len(peers)))
    with TemporaryDirectory(prefix="eqc-bench-") as folder:
        cases = Path(folder) / "cases.json"
        cases.write_text(json.dumps([_case(one) for one in facts]), encoding="utf-8")
        wanted = _words_of(json.loads(cases.read_text(encoding="utf-8"))[0])
        for name, draw in engines.items():
            made = draw(facts[0])
            _compare(name, wanted, made)
            told[name] = {"version": "", "bytes": len(made)}
        for _ in range(size.rounds):
            for name, draw in engines.items():
                rates.setdefault(name, []).append(timed(draw, facts, size.printed))
                bar.forward()
            for name, module in peers.items():
                out = Path(folder) / f"{name}.pdf"
                command = [str(python), "-m", module, str(cases), str(size.printed), str(out)]
                done = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=300)
                if done.returncode:
                    raise PaperError(f"{name}: {done.stderr.decode()}")
                told[name] = json.loads(done.stdout)
                _compare(name, wanted, out.read_bytes())
                rates.setdefault(name, []).append(told[name]["rate"])
                bar.forward()
    bar.end()
    rows = [
        {
            "name": name,
            "version": told[name]["version"],
            "ms": 1000 / statistics.median(runs),
            "bytes": told[name]["bytes"],
        }
        for name, runs in rates.items()
    ]
    return {"rounds": size.rounds, "holders": HOLDERS, "rows": rows}


def _ours(facts: ShareCertificateFacts) -> bytes:
    return printing.render(facts.kind, facts).pdf


def _bare(facts: ShareCertificateFacts) -> bytes:
    """The same page, the sheets and fonts read once as well; its own sheet for the elements."""
    html = _PAGES.get(facts.number) or _PAGES.setdefault(
        facts.number, printing.page(facts.kind, facts)
    )
    press = printing._press(latest(facts.kind), os.getpid())
    made: bytes = HTML(string=html, base_url=press.base, url_fetcher=press.fetcher).write_pdf(
        stylesheets=press.sheets(facts),
        font_config=press.fonts,
        cache=press.cache,
        pdf_variant="pdf/a-2a",
        pdf_identifier=b"bare",
    )
    return made


_PAGES: dict[str, str] = {}


def _case(facts: ShareCertificateFacts) -> dict[str, Any]:
    """The words of a certificate, as `peers/certificate.py` lists them."""
    words = Words(facts, latest(facts.kind))
    said = share_certificate(words, facts)
    head = printing._head(facts.kind, words, facts)
    label, common = words.labels["share_certificate"], words.labels["common"]
    number = f"{label['number']} {said['number']}"
    return {
        "number": number,
        "issuer": said["issuer"],
        "governed": said["governed"],
        "kind": head["short_title"],
        "attests": label["attests"],
        "holder": said["holder"],
        "is_holder": label["is_holder"],
        "count": said["units"],
        "designation": said["designation"],
        "promise": said["promise"],
        "legend_label": label["legend"],
        "legend": said["legend"],
        "signatory": said["signatories"][0]["name"],
        "position": said["signatories"][0]["position"],
        "issued": [line for line in (said["issued_on"], said["register"]) if line],
        "back": said["security_title"],
        "under": f"{said['issuer']} – {number}",
        "rows": [[row["label"], " ".join(row["lines"])] for row in said["security_rows"]],
        "note": common["archive"],
        "foot": f"{common['reference']} {head['reference']} · {common['digest']} {head['digest']}",
        "pages": [f"{common['page']} {n} {common['of']} 2" for n in (1, 2)],
    }


def _words_of(case: Any) -> set[str]:
    """Every word of a case."""
    if isinstance(case, str):
        return {_plain(word) for word in case.split()}
    inner = case.values() if isinstance(case, dict) else case
    return set().union(*(_words_of(one) for one in inner))


def _plain(word: str) -> str:
    return word.replace("’", "'")


def _compare(name: str, wanted: set[str], pdf: bytes) -> None:
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    missing = wanted - {_plain(word) for word in text.split()}
    if missing:
        raise PaperError(f"{name} leaves out {sorted(missing)[:10]}.")


def _bulk(size: Size) -> dict[str, Any]:
    """The papers of a closing, frozen before the clock starts, made by a worker on each core."""
    with (
        scratch_database(),
        connected_with(connection, runtime_entry(connection.settings_dict)),
    ):
        for first in range(0, size.purchasers, 500):
            _freeze(range(first + 1, min(first + 500, size.purchasers) + 1), OPENED)
        count = 2 * size.purchasers
        bar = Bar("papers of a closing", count)
        first: list[float] = []

        def told(more: int) -> None:
            bar.forward(more)
            first.append(time.perf_counter())

        began = time.perf_counter()
        done = render_waiting(at=OPENED, told=told)
        seconds = time.perf_counter() - began
        bar.end()
        kept = DocumentContent.objects.filter(document__sha256__gt="").count()
        if kept != count or done[FAILED] or done[LOST]:
            raise PaperError(f"{kept} of {count} were made: {dict(done)}")
        digests = Document.objects.values("sha256").distinct().count()
        if digests != count:
            raise PaperError(f"{count} documents have {digests} digests.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('documents_documentcontent')")
            (stored,) = cursor.fetchone()
    return {
        "purchasers": size.purchasers,
        "documents": count,
        "workers": cores(),
        "seconds": seconds,
        "first_seconds": first[0] - began,
        "spent_ms": done[SPENT_MS] / count,
        "peak_mib": done[PEAK_KIB] / 1024,
        "stored_bytes": stored,
    }


def _freeze(numbers: range, at: datetime) -> None:
    """The documents of some purchasers, as the closing leaves them."""
    offering = uuid4()
    made = []
    for number in numbers:
        subject, person = ("equity.subscription", uuid4()), uuid4()
        for facts in (confirmation(number), certificate(number)):
            made.append(
                first_document(
                    facts=facts, offering_id=offering, subject=subject, person_id=person, at=at
                )
            )
    Document.objects.bulk_create(made)
