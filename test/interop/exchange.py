"""Writes and reads arrays with stock zarr-python, for a test that does the same with Quarry.

In (stdin):   {"write": [{"store", "array", "shape", "dataType", "chunks", "shards", "filters", "endian",
                          "compressors", "fillValue", "attributes", "dimensionNames", "valuesFile"}, …],
               "read": [{"store", "array"}, …]}
Out (stdout): {"written": [seen, …], "read": [seen, …]}, in the order asked for; see seen.py.

`valuesFile` holds the C-order little-endian bytes to be written; without it the array stays as created. Any warning is
an error: what zarr-python warns of is something that nobody should have written.
"""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np
import zarr
from zarr.codecs import BytesCodec

from seen import seen

warnings.simplefilter("error")
# Said of numcodecs' codecs by their own reader, whoever wrote the array.
warnings.filterwarnings("ignore", message="Numcodecs codecs are not in the Zarr version 3 specification")


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
        fill_value=request["fillValue"],
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
