"""Scales a legacy sample up, and migrates it as a straightforward zarr-python script does.

    legacy.py make SAMPLE STORE ROWS         the sample's rows over and over, times moved on, encoded as it is
    legacy.py migrate STORE DEST PLAN        opens v2, creates v3 sharded, copies shard by shard
    legacy.py migrate-verified …             the same, then reads both back and compares them by SHA-256

PLAN is a file of JSON: {array: {"chunks", "shards", "clevel"}}, so that the destination is laid out and compressed as
Quarry's is. Prints a line of JSON: {"seconds", "peakBytes"}.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import resource
import sys
import time

import numpy as np
import zarr
from zarr.codecs import BloscCodec, Crc32cCodec

# Rows that are put in at a time: a multiple of the samples' chunks.
BLOCK_ROWS = 256 * 64


def make(sample: str, store: str, rows: int) -> None:
    source = zarr.open_group(sample, mode="r", use_consolidated=False)
    target = zarr.open_group(store, mode="w", zarr_format=2, attributes=dict(source.attrs))
    for name, array in source.arrays():
        values = array[...]
        scaled = target.create_array(
            name,
            shape=(rows, *array.shape[1:]),
            chunks=array.chunks,
            dtype=array.dtype,
            filters=list(array.filters) or None,
            compressors=list(array.compressors),
            fill_value=array.fill_value,
            attributes=dict(array.attrs),
        )
        span = int(values[-1] - values[0]) + 50 if name == "timestamps" else 0
        for start in range(0, rows, BLOCK_ROWS):
            index = np.arange(start, min(start + BLOCK_ROWS, rows))
            block = values[index % len(values)]
            scaled[start : start + len(index)] = block + index // len(values) * span if span else block


def migrate(store: str, dest: str, plan: dict, *, verify: bool) -> None:
    source = zarr.open_group(store, mode="r")
    target = zarr.open_group(dest, mode="w", zarr_format=3, attributes=dict(source.attrs))
    for name, array in source.arrays():
        layout = plan[name]
        copy = target.create_array(
            name,
            shape=array.shape,
            chunks=tuple(layout["chunks"]),
            shards=tuple(layout["shards"]) if layout["shards"] else None,
            dtype=array.dtype,
            compressors=[BloscCodec(cname="zstd", clevel=layout["clevel"], shuffle="shuffle"), Crc32cCodec()],
            fill_value=array.fill_value,
            attributes=dict(array.attrs),
        )
        rows = copy.shards[0] if copy.shards else copy.chunks[0]
        for start in range(0, array.shape[0], rows):
            copy[start : start + rows] = array[start : start + rows]
        if not verify:
            continue
        for start in range(0, array.shape[0], rows):
            hashes = {hashlib.sha256(side[start : start + rows].tobytes()).digest() for side in (array, copy)}
            assert len(hashes) == 1, f"{name}: rows from {start} on differ"
    zarr.consolidate_metadata(dest)


def main() -> None:
    command, *arguments = sys.argv[1:]
    if command == "make":
        make(arguments[0], arguments[1], int(arguments[2]))
        return
    store, dest, plan = arguments
    started = time.perf_counter()
    migrate(store, dest, json.loads(pathlib.Path(plan).read_text()), verify=command == "migrate-verified")
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": time.perf_counter() - started, "peakBytes": peak_bytes}))


main()
