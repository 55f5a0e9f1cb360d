"""Items of any data type as bytes that both sides of an exchange can compute; items.ts says how they lie."""

from __future__ import annotations

import struct

import numpy as np

TEXT_KINDS = "UT"
LISTED_KINDS = "USTO"


def little_endian(values: np.ndarray) -> np.ndarray:
    """In C order, every field of a struct too."""
    values = np.asarray(values)
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).reshape(values.shape)


def bytes_of(values: np.ndarray) -> bytes:
    values = np.asarray(values)
    if values.dtype.kind not in LISTED_KINDS:
        return little_endian(values).tobytes()
    encoded = (value.encode() if isinstance(value, str) else bytes(value) for value in values.ravel().tolist())
    return b"".join(struct.pack("<I", len(value)) + value for value in encoded)


def values_of(data: bytes, dtype: np.dtype, shape: tuple[int, ...], *, text: bool) -> np.ndarray:
    if dtype.kind not in LISTED_KINDS:
        return np.frombuffer(data, dtype.newbyteorder("<")).reshape(shape)
    values = np.empty(int(np.prod(shape, dtype=int)), object)
    at = 0
    for index in range(values.size):
        (length,) = struct.unpack_from("<I", data, at)
        value = data[at + 4 : at + 4 + length]
        values[index] = value.decode() if text else value
        at += 4 + length
    return values.reshape(shape).astype(dtype)
