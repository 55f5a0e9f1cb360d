"""Reads migrated stores with stock zarr-python, and opens each with xarray.

In (stdin):   [{"store", "arrays": [path, …]}, …]
Out (stdout): [{path: sha256, …}, …], as the conventions of the legacy samples have it: the bytes of an item of fixed
              size, little-endian; of a string its length in bytes (uint32, little-endian) and its UTF-8.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import warnings

import numpy as np
import xarray
import zarr

# Data types that Zarr v3 does not specify, and zarr-python's notes on them.
warnings.simplefilter("ignore")


def bytes_of(values: np.ndarray) -> bytes:
    if values.dtype.kind in "TO":
        encoded = (value.encode() for value in values.ravel().tolist())
        return b"".join(struct.pack("<I", len(value)) + value for value in encoded)
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()


def read(job: dict) -> dict[str, str]:
    root = zarr.open_group(job["store"], mode="r")
    assert root.metadata.consolidated_metadata is not None
    # The samples' times have units that are no word of CF.
    xarray.open_zarr(job["store"], decode_times=False)
    return {path: hashlib.sha256(bytes_of(np.asarray(root[path][...]))).hexdigest() for path in job["arrays"]}


json.dump([read(job) for job in json.load(sys.stdin)], sys.stdout)
