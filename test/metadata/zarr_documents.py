"""zarr-python's view of metadata documents, both ways.

In (stdin):  {"ours": {"zarr.json": text, "bid_px/zarr.json": text, …}}
Out (stdout): {
  "theirs": {"zarr.json": text, …}           documents that zarr-python wrote, root consolidated
  "fills": {"f4": hex bytes, …}              fill value of each of these arrays, little-endian
  "seen": {"bid_px": {"shape", "dtype", "fill", "attributes", "dimension_names"}, …}   ours, as zarr-python reads them
  "rewritten": {"bid_px": document, …}       ours, as zarr-python would write them again
}
Any warning is an error, but for the one that zarr-python gives of every consolidated hierarchy it writes.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import zarr

FILLS = {
    "b1": ("bool", True),
    "i1": ("int8", -128),
    "i8": ("int64", -(2**63)),
    "u8": ("uint64", 2**64 - 1),
    "f2": ("float16", math.inf),
    "f4": ("float32", 0.1),
    "f8": ("float64", math.nan),
    "z8": ("float64", -0.0),
}


def fill_hex(array: zarr.Array) -> str:
    value = np.asarray(array.fill_value, array.dtype)
    return value.astype(value.dtype.newbyteorder("<")).tobytes().hex()


def documents(directory: Path) -> dict[str, str]:
    return {path.relative_to(directory).as_posix(): path.read_text() for path in sorted(directory.rglob("zarr.json"))}


def write_theirs(directory: Path) -> dict:
    root = zarr.create_group(directory, attributes={"venue": "binance", "id": 2**60, "nan": math.nan})
    deep = root.create_group("trades").create_group("deep")
    for name, (dtype, fill) in FILLS.items():
        deep.create_array(name, shape=(5, 2), chunks=(2, 2), dtype=dtype, fill_value=fill)
    root.create_array("scalar", shape=(), dtype="int32")
    root.create_array(
        "bid_px", shape=(0, 20), shards=(64, 20), chunks=(16, 20), dtype="int32", dimension_names=["ts_event", "level"]
    )
    root.create_array("Dots", shape=(3,), dtype="uint8", chunk_key_encoding={"name": "v2", "separator": "."})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Consolidated metadata is currently not part")
        zarr.consolidate_metadata(directory)
    return {"theirs": documents(directory), "fills": {name: fill_hex(deep[name]) for name in FILLS}}


def read_ours(directory: Path, ours: dict[str, str]) -> dict:
    for key, text in ours.items():
        path = directory / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    root = zarr.open_group(directory, mode="r", use_consolidated=True)
    arrays = {path: node for path, node in root.members(max_depth=None) if isinstance(node, zarr.Array)}
    return {
        "seen": {
            path: {
                "shape": list(array.shape),
                "dtype": array.dtype.name,
                "fill": fill_hex(array),
                "attributes": dict(array.attrs),
                "dimension_names": array.metadata.dimension_names,
            }
            for path, array in arrays.items()
        },
        "rewritten": {path: array.metadata.to_dict() for path, array in arrays.items()},
    }


def main() -> None:
    warnings.simplefilter("error")
    job = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as name:
        answer = write_theirs(Path(name, "theirs")) | read_ours(Path(name, "ours"), job["ours"])
    json.dump(answer, sys.stdout, default=str)


main()
