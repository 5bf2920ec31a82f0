"""Where the key ring comes from."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from compliance.sealing.keyring import generate_spec
from compliance.vault.indexes import blind_index
from compliance.vault.keys import ring


def test_the_ring_comes_from_text_from_a_path_and_from_a_file_named_in_text(
    settings, tmp_path: Path
) -> None:
    spec = generate_spec("k7")
    place = tmp_path / "ring"
    place.write_text(spec)
    indexes = set()
    for value in (spec, place, f"file:{place}"):
        settings.COMPLIANCE = settings.COMPLIANCE | {"DATA_KEYS": value}
        assert ring().active_id == "k7"
        indexes.add(blind_index("p", "Marie"))
    assert len(indexes) == 1
    assert ring() is ring()


def test_a_wrong_ring_says_so_without_its_text(settings) -> None:
    settings.COMPLIANCE = settings.COMPLIANCE | {"DATA_KEYS": "0123456789abcdef" * 4}
    with pytest.raises(ImproperlyConfigured, match="DATA_KEYS") as refusal:
        ring()
    assert "0123456789abcdef" not in str(refusal.value)
    settings.COMPLIANCE = {}
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        ring()
