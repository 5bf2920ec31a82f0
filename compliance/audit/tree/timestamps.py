"""A time-stamp token of an outside authority over a checkpoint, once a day (RFC 3161).

It shows that the checkpoint existed at an instant which is not ours to choose. The token is kept
with the checkpoint; `openssl ts -verify` checks it with the authority's certificate.
"""

import urllib.request
from datetime import datetime

from django.conf import settings
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from compliance.audit.models import SignedCheckpoint

TIMEOUT = 20
LONGEST = 1 << 20
GRANTED = (0, 1)


class NotStamped(RuntimeError):  # noqa: N818 - it says what happened
    """The authority did not grant a time stamp, or answered with one of something else."""


def authority() -> str:
    """The address of the authority; empty where none is configured."""
    return str(getattr(settings, "COMPLIANCE", {}).get("AUDIT_TIMESTAMP_URL") or "")


def answer_to(query: bytes) -> bytes:
    """What the authority answers to a query of RFC 3161 (DER both ways), not looked into.

    Raises OSError.
    """
    return fetched(
        urllib.request.Request(
            authority(), data=query, headers={"Content-Type": "application/timestamp-query"}
        )
    )


def fetched(request: urllib.request.Request) -> bytes:
    """What stands at an address of the authority; raises OSError."""
    if request.type not in ("http", "https"):
        raise OSError(f"{request.type!r} is no way to ask an authority.")
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        body: bytes = answer.read(LONGEST)
        return body


def timestamp(checkpoint: SignedCheckpoint, at: datetime) -> bytes:
    """Ask the authority `COMPLIANCE["AUDIT_TIMESTAMP_URL"]` for a token over the checkpoint's note
    and return its answer (DER): a place of `compliance.audit.tree.places`.

    Raises NotStamped, OSError.
    """
    builder = TimestampRequestBuilder().data(checkpoint.note.encode())
    asked = builder.hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    token = answer_to(asked.as_bytes())
    try:
        told = decode_timestamp_response(token)
    except ValueError as error:
        raise NotStamped("The authority's answer is no time-stamp response.") from error
    if told.status not in GRANTED:
        raise NotStamped(f"The authority refused, with status {told.status}.")
    imprint = told.tst_info.message_imprint.message
    if imprint != asked.message_imprint.message or told.tst_info.nonce != asked.nonce:
        raise NotStamped("The authority stamped something else than it was asked to.")
    return token
