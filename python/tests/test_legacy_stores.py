"""Arrays written by another implementation under the legacy name, against the hashes that came with them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import zarr

from quarry_zarr import VectorizedTemporal

# The stores' other codecs are numcodecs', of which zarr-python warns whoever opens them.
pytestmark = pytest.mark.filterwarnings("ignore:Numcodecs codecs are not in the Zarr version 3 specification")

STORES = ["weekly-v3/BTCUSDT.zarr/2024-W32.zarr", "weekly-v3/BTC-USDT.zarr/2022-W19.zarr"]


@pytest.mark.parametrize("store", STORES)
def test_temporal_arrays_decode_to_their_known_bytes(legacy: Path, store: str) -> None:
    expected = json.loads((legacy / "expected.json").read_text())["stores"][store]["arrays"]
    temporal = {
        path: facts
        for path, facts in expected.items()
        if any(codec["name"] == VectorizedTemporal.name for codec in _codecs(facts["stored"]["codecs"]))
    }
    assert temporal, "the store has no temporal array left to prove anything with"
    group = zarr.open_group(legacy / store, mode="r")
    for path, facts in temporal.items():
        array = group[path]
        values = array[...]
        assert list(array.shape) == facts["shape"], path
        assert values.dtype.newbyteorder("<").str == facts["dtype"], path
        assert hashlib.sha256(values.tobytes()).hexdigest() == facts["sha256"], path


def _codecs(chain: list[dict]) -> list[dict]:
    """The codecs of a chain, with those inside a shard."""
    return [inner for codec in chain for inner in [codec, *_codecs(codec.get("configuration", {}).get("codecs", []))]]
