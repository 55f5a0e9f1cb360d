"""What zarr-python sees in an array, in a form that JSON carries and both sides can compute."""

from __future__ import annotations

import hashlib

import numpy as np
import zarr


def sha256_of(values: np.ndarray) -> str:
    """Of the C-order little-endian bytes: NaN payloads and signed zeros count."""
    values = np.asarray(values)
    return hashlib.sha256(np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()).hexdigest()


def seen(array: zarr.Array) -> dict:
    values = np.asarray(array[...])
    return {
        "dataType": values.dtype.name,
        "shape": list(values.shape),
        "sha256": sha256_of(values),
        "fillSha256": sha256_of(np.asarray(array.fill_value, array.dtype)),
        "attributes": dict(array.attrs),
        "dimensionNames": array.metadata.dimension_names,
        "chunks": list(array.chunks),
        "shards": None if array.shards is None else list(array.shards),
    }
