"""The offering document of a version, in each of its languages."""

from datetime import datetime

from equity.models import Offering, Version


def issue_offering_document(offering: Offering, version: Version, *, at: datetime) -> None:
    """Issue the offering document of a version that has just been put in force."""
