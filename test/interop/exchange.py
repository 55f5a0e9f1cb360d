"""Writes and reads arrays with stock zarr-python, for a test that does the same with Quarry.

In (stdin):   {"write": [{"store", "array", "shape", "dataType", "chunks", "shards", "filters", "endian",
                          "compressors", "fillHex", "attributes", "dimensionNames", "valuesFile"}, …],
               "read": [{"store", "array"}, …]}
Out (stdout): {"written": [seen, …], "read": [seen, …]}, in the order asked for; see seen.py.

`fillHex` is one element, little-endian; `valuesFile` holds the C-order little-endian bytes to be written, and without
it the array stays as created.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import zarr
from zarr.codecs import BytesCodec

import strict  # noqa: F401
from seen import seen


def write(request: dict) -> dict:
    array = zarr.create_array(
        request["store"],
        name=request["array"],
        shape=request["shape"],
        dtype=request["dataType"],
        chunks=tuple(request["chunks"]),
        shards=request["shards"] and tuple(request["shards"]),
        filters=request["filters"],
        serializer=BytesCodec(endian=request["endian"]),
        compressors=request["compressors"],
        fill_value=np.frombuffer(bytes.fromhex(request["fillHex"]), request["dataType"])[0],
        attributes=request["attributes"],
        dimension_names=request["dimensionNames"],
    )
    if request["valuesFile"] is not None:
        array[...] = np.fromfile(request["valuesFile"], request["dataType"]).reshape(request["shape"])
    return seen(array)


def read(request: dict) -> dict:
    return seen(zarr.open_array(request["store"], path=request["array"], mode="r"))


def main() -> None:
    job = json.load(sys.stdin)
    answer = {
        "written": [write(request) for request in job["write"]],
        "read": [read(request) for request in job["read"]],
    }
    json.dump(answer, sys.stdout)


main()
