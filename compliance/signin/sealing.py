"""Seeds of second factors at rest: sealed under the data keys, as personal data are.

allauth keeps them as text in the JSON of a row that has no key yet when the text is made; so a seal
is bound to the column and not to the row. A sealed seed copied to another account would open there;
the trail shows the row that was changed (`SigninConfig.recorded_elsewhere`).
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db import transaction

from compliance.sealing.aead import SealBroken, key_id_of, open_sealed, seal
from compliance.vault.keys import ring

_CONTEXT = b"mfa_authenticator.data"
_SEALED = ("secret", "seed")
"""What allauth seals: the seed of a TOTP application, and that of the recovery codes."""


def sealed(text: str) -> str:
    """The text, sealed, as base64."""
    return b64encode(seal(text.encode(), ring=ring(), context=_CONTEXT)).decode("ascii")


def opened(text: str) -> str:
    """What `sealed` was given; raises SealBroken."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise SealBroken("The sealed seed is no base64.") from error
    return open_sealed(data, ring=ring(), context=_CONTEXT).decode()


def key_ids() -> Iterator[str]:
    """Under which key each seed lies."""
    for data in Authenticator.objects.values_list("data", flat=True).iterator():
        for name in _SEALED:
            if name in data:
                yield key_id_of(b64decode(data[name]))


def reseal() -> int:
    """Bring every seed under the active key; returns how many were rewritten.

    Rows are few, one or two an account: each is a transaction of its own, and a run that was cut
    short is started again. Raises SealBroken on a seed that does not open.
    """
    rewritten = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            old = [] if row is None else [name for name in _SEALED if name in row.data]
            old = [n for n in old if key_id_of(b64decode(row.data[n])) != ring().active_id]
            for name in old:
                row.data[name] = sealed(opened(row.data[name]))
            if old:
                row.save(update_fields=["data"])
                rewritten += len(old)
    return rewritten
