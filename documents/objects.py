"""The objects of a PDF, each put into bytes once.

pydyf does it twice, for the identifier of the file and for the file, and so squeezes every font and
page twice at the highest level.
"""

import zlib
from typing import Any

import pydyf  # type: ignore[import-untyped]

LEVEL = 6
"""Of zlib, which squeezes a certificate in two thirds of the time of level 9; the file is 0.6 %
longer."""


class _Put(pydyf.Object):
    """An object in bytes, in the place of the one that it was."""

    def __init__(self, one: Any, data: bytes) -> None:
        super().__init__()
        self.number = one.number
        self.generation = one.generation
        self.apart = not one.compressible
        self.bytes = data

    @property
    def data(self) -> bytes:
        return self.bytes

    @property
    def compressible(self) -> bool:
        return not self.apart


def put_into_bytes(pdf: Any) -> None:
    """Put every object of a file into bytes: nothing in it can change after that.

    For the last moment before the file is written.
    """
    for place, one in enumerate(pdf.objects):
        if one.free != "f":
            pdf.objects[place] = _Put(one, _squeezed(one) if _is_loose(one) else one.data)


def _is_loose(one: Any) -> bool:
    return isinstance(one, pydyf.Stream) and one.compress


def _squeezed(one: Any) -> bytes:
    """The bytes of a stream that is yet to be squeezed; fonts and pages."""
    raw = b"\n".join(pydyf._to_bytes(item) for item in one.stream)
    stream = zlib.compress(raw, level=LEVEL)
    ready = pydyf.Stream([stream], {**one.extra, "Filter": "/FlateDecode"})
    data: bytes = ready.data
    return data
