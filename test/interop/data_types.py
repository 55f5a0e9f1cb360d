"""Writes and reads arrays of any data type with stock zarr-python, for a test that does the same with Quarry.

In (stdin):   {"write": [{"store", "array", "shape", "dataType", "chunks", "shards", "endian", "fillValue",
                          "items"}, …],
               "read": [{"store", "array"}, …]}
Out (stdout): {"written": [seen, …], "read": [seen, …]}, in the order asked for.

`dataType` and `fillValue` are as in `zarr.json`. Items are hexadecimal: the little-endian bytes of an item of fixed
size, the content of a string (UTF-8) or a byte string of variable length. `endian` is null for zarr-python's default
codecs.
"""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np
import zarr
from zarr.codecs import BytesCodec
from zarr.core.dtype import get_data_type_from_json

import strict  # noqa: F401

# zarr-python says of every one of these types that other libraries may not know them. This one does.
warnings.filterwarnings("ignore", message="The data type .* does not have a Zarr V3 specification")
warnings.filterwarnings("ignore", message="Numpy datetime64 without a unit")


def from_hex(items: list[str], name: str, dtype: np.dtype) -> np.ndarray:
    contents = [bytes.fromhex(item) for item in items]
    if name == "string":
        return np.array([content.decode() for content in contents], dtype=object)
    if dtype == np.dtype(object):
        values = np.empty(len(contents), dtype=object)
        values[:] = contents
        return values
    return np.frombuffer(b"".join(contents), dtype=dtype.newbyteorder("<"))


def to_hex(values: np.ndarray) -> list[str]:
    if values.dtype == np.dtype(object) or values.dtype.kind == "T":
        flat = values.reshape(-1).tolist()
        return [(item.encode() if isinstance(item, str) else item).hex() for item in flat]
    values = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).reshape(-1)
    return [values[at : at + 1].tobytes().hex() for at in range(values.size)]


def seen(array: zarr.Array) -> dict:
    fill = np.empty(1, array.dtype)
    fill[0] = array.fill_value
    return {
        "dataType": array.metadata.data_type.to_json(zarr_format=3),
        "shape": list(array.shape),
        "items": to_hex(np.asarray(array[...])),
        "fill": to_hex(fill)[0],
    }


def write(request: dict) -> dict:
    spelling = request["dataType"]
    data_type = get_data_type_from_json(spelling, zarr_format=3)
    name = spelling if isinstance(spelling, str) else spelling["name"]
    endian = request["endian"]
    array = zarr.create_array(
        request["store"],
        name=request["array"],
        shape=request["shape"],
        dtype=data_type,
        chunks=tuple(request["chunks"]),
        shards=request["shards"] and tuple(request["shards"]),
        serializer="auto" if endian is None else BytesCodec(endian=endian),
        fill_value=data_type.from_json_scalar(request["fillValue"], zarr_format=3),
    )
    values = from_hex(request["items"], name, data_type.to_native_dtype())
    array[...] = values.reshape(request["shape"])
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
