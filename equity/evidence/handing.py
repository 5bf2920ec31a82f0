"""Making the evidence package that somebody asks for, as a ZIP or as a PDF with the same inside."""

from datetime import datetime
from io import BytesIO
from typing import Literal

from equity.evidence.gathering import PurchaserFile
from equity.evidence.summary import summary
from equity.evidence.writing import (
    Proof,
    evidence_about,
    evidence_about_person,
    write_package,
)
from equity.models import Offering, Subscription
from investors.models import Person

Form = Literal["zip", "pdf"]
FORMS: dict[str, tuple[Form, str]] = {
    "zip": ("zip", "application/zip"),
    "pdf": ("pdf", "application/pdf"),
}
"""The forms by their code, with the kind of file that each is."""


def package_about(
    subscription: Subscription, form: Form, *, at: datetime, seal: bool
) -> tuple[bytes, PurchaserFile]:
    """The package of a subscription. `seal` signs the trail up to now first; without it, and while
    the trail is not signed that far, NothingSigned is raised. Raises as `write_package` does."""
    return _made(evidence_about(subscription, at=at, seal=seal), form)


def package_about_person(
    offering: Offering, person: Person, form: Form, *, at: datetime, seal: bool
) -> tuple[bytes, PurchaserFile]:
    """The package of somebody who bought nothing in an offering, as `package_about`."""
    return _made(evidence_about_person(offering, person, at=at, seal=seal), form)


def _made(file: PurchaserFile, form: Form) -> tuple[bytes, PurchaserFile]:
    proof, target = Proof.now(), BytesIO()
    written = write_package(target, file, proof)
    if form == "pdf":
        return summary(file, target, written, proof), file
    return target.getvalue(), file
