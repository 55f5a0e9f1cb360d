"""quarry.temporal in zarr-python: exact for every bit pattern, inside each chunk by itself, strict in configuration."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import zarr
from zarr.codecs import BytesCodec
from zarr.registry import get_codec_class
from zarr.storage import MemoryStore

from quarry_zarr import Temporal, VectorizedTemporal

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]
OTHERS = ["complex64", "complex128", "datetime64[ns]"]


def random_bits(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """Every bit pattern is possible: NaNs with payloads, subnormals, extremes."""
    rng = np.random.default_rng(sum(dtype.encode()) + len(shape))
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    item_bytes = np.dtype(dtype).itemsize
    return np.frombuffer(rng.bytes(int(np.prod(shape)) * item_bytes), dtype).reshape(shape)


def stored_chunk(store: MemoryStore, key: str, dtype: str) -> np.ndarray:
    return np.frombuffer(store._store_dict[key].to_bytes(), dtype)


def uncompressed_array(values: np.ndarray, filters: list[Temporal], **options: object) -> zarr.Array:
    array = zarr.create_array(
        MemoryStore(), shape=values.shape, dtype=values.dtype, filters=filters, compressors=None, **options
    )
    array[...] = values
    return array


@pytest.mark.parametrize("shards", [None, (8, 6)], ids=["unsharded", "sharded"])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("transform", "dtype"),
    [("xor", dtype) for dtype in ["bool", *INTEGERS, *FLOATS, *OTHERS]] + [("delta", dtype) for dtype in INTEGERS],
)
def test_every_bit_pattern_comes_back(
    tmp_path: Path, transform: str, dtype: str, axis: int, shards: tuple[int, ...] | None
) -> None:
    values = random_bits(dtype, (13, 7))
    codec = Temporal(transform=transform, axis=axis)
    zarr.create_array(
        tmp_path / "a.zarr", shape=values.shape, dtype=dtype, chunks=(4, 3), shards=shards, filters=[codec]
    )[...] = values

    reopened = zarr.open_array(tmp_path / "a.zarr", mode="r")
    assert reopened.dtype == values.dtype
    assert reopened[...].tobytes() == values.tobytes()
    assert reopened[5:9, 2].tobytes() == values[5:9, 2].tobytes()


@pytest.mark.parametrize(
    ("transform", "axis", "encoded"),
    [
        ("xor", 0, "e8 03 07 00  01 00 00 00  0e 00 f8 ff"),
        ("delta", 0, "e8 03 07 00  01 00 00 00  fe ff f8 ff"),
        ("xor", 1, "e8 03 ef 03  e9 03 ee 03  e7 03 18 fc"),
    ],
)
def test_the_example_of_the_specification(transform: str, axis: int, encoded: str) -> None:
    values = np.array([[1000, 7], [1001, 7], [999, -1]], "int16")
    array = uncompressed_array(values, [Temporal(transform=transform, axis=axis)], chunks=(3, 2))
    assert stored_chunk(array.store, "c/0/0", "uint8").tobytes() == bytes.fromhex(encoded)


def test_xor_keeps_the_first_item_of_each_chunk_and_stores_changed_bits_of_the_rest() -> None:
    values = np.array([0b1100, 0b1010, 0b1010, 0b0001], "uint8")
    array = uncompressed_array(values, [Temporal()], chunks=(3,))
    assert stored_chunk(array.store, "c/0", "uint8").tolist() == [0b1100, 0b0110, 0]
    assert stored_chunk(array.store, "c/1", "uint8")[0] == 0b0001


def test_delta_wraps_at_the_width_of_the_item() -> None:
    values = np.array([-128, 127, 126], "int8")
    array = uncompressed_array(values, [Temporal(transform="delta")], chunks=(3,))
    assert stored_chunk(array.store, "c/0", "int8").tolist() == [-128, -1, -1]
    assert array[...].tolist() == values.tolist()


def test_items_are_differenced_as_numbers_and_then_written_in_the_byte_order_of_the_bytes_codec() -> None:
    values = np.array([1, 0x0200, 0x01FF], "int32")
    array = uncompressed_array(values, [Temporal(transform="delta")], chunks=(3,), serializer=BytesCodec(endian="big"))
    assert stored_chunk(array.store, "c/0", ">i4").tolist() == [1, 0x01FF, -1]
    assert array[...].tolist() == values.tolist()


def test_fortran_ordered_memory_reads_the_same_values() -> None:
    values = random_bits("int32", (6, 5))
    array = uncompressed_array(values, [Temporal(axis=1)], chunks=(4, 5), config={"order": "F"})
    assert np.array_equal(array[...], values)


@pytest.mark.parametrize("codec", [Temporal, VectorizedTemporal])
def test_entry_points_lead_zarr_to_the_codec_by_each_of_its_names(codec: type[Temporal]) -> None:
    assert get_codec_class(codec.name) is codec
    metadata = codec(transform="delta", axis=1).to_dict()
    assert metadata == {"name": codec.name, "configuration": {"transform": "delta", "axis": 1}}
    assert codec.from_dict(metadata) == codec(transform="delta", axis=1)


@pytest.mark.parametrize(
    "configuration",
    [
        {"transform": "diff", "axis": 0},
        {"transform": "xor", "axis": -1},
        {"transform": "xor", "axis": True},
        {"transform": "xor", "axis": 0.0},
        {"transform": "xor", "axis": 0, "order": 2},
        {"transform": "xor"},
    ],
    ids=json.dumps,
)
def test_configurations_outside_the_specification_are_refused(configuration: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"quarry\.temporal"):
        Temporal.from_dict({"name": "quarry.temporal", "configuration": configuration})


@pytest.mark.parametrize("shards", [None, (8,)], ids=["unsharded", "sharded"])
@pytest.mark.parametrize(
    ("codec", "dtype"),
    [
        (Temporal(axis=1), "int32"),
        (Temporal(transform="delta"), "float32"),
        (Temporal(transform="delta"), "bool"),
        (Temporal(transform="delta"), "complex64"),
        (Temporal(), "string"),
    ],
    ids=["axis outside the array", "delta of floats", "delta of bools", "delta of complex", "xor of text"],
)
def test_arrays_that_the_transform_does_not_fit_are_refused(
    codec: Temporal, dtype: str, shards: tuple[int, ...] | None
) -> None:
    with pytest.raises(ValueError, match=r"quarry\.temporal"):
        zarr.create_array(MemoryStore(), shape=(8,), chunks=(4,), shards=shards, dtype=dtype, filters=[codec])[...] = 1
