"""Writes random arrays of Zarr v2 with stock zarr-python, and reads arrays that others wrote.

In (stdin):   {"write": {"store", "seed", "count"} or null, "objects": <store> or null,
               "read": [{"store", "consolidated", "arrays": [path, …]}, …]}
Out (stdout): {"written": [seen, …], "read": [[seen, …], …]}; `seen` has the array's path, its shape, the hash of its
              items (items.py says of which bytes) and, of what was written, its document in short.

What zarr-python 3 cannot write any more, arrays of objects and structs in structs, is written into the store `objects`
with numcodecs alone, as zarr-python 2 does it.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import sys
import warnings

import numcodecs
import numpy as np
import zarr
from zarr.core.dtype import VariableLengthBytes, VariableLengthUTF8

from items import bytes_of

# zarr-python warns of data types that Zarr v3 does not specify, also where it writes v2.
warnings.simplefilter("ignore")

NUMBERS = ["<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "|i1", "|u1", "<u2", ">u4", "<u8", ">u8"]
FLOATS = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]
OTHERS = ["|b1", "<c8", ">c16", "|S5", "<U3", ">U4", "|V6", "<M8[ns]", ">M8[ms]", "<M8[25us]", "<m8[s]", ">m8[D]"]
STRUCTS = [
    [("ts", "<i8"), ("px", "<f4"), ("buyer", "|b1")],
    [("ts", ">i8"), ("px", ">f4"), ("side", "|S2"), ("name", ">U2")],
    [("ts", "<i8"), ("px", ">f8"), ("size", ">u2"), ("venue", "<U3")],
]
OBJECTS = ["text", "bytes"]
EVERY_DTYPE = [*NUMBERS, *FLOATS, *OTHERS, *STRUCTS, *OBJECTS]

LZMA_RAW = [{"id": 3, "dist": 4}, {"id": 33, "preset": 1}]
BLOSC_COMPRESSORS = ["lz4", "lz4hc", "zstd", "zlib", "blosclz"]
COMPRESSORS = [
    None,
    numcodecs.Zlib(level=1),
    numcodecs.Zlib(level=-1),
    numcodecs.GZip(level=9),
    numcodecs.BZ2(level=3),
    numcodecs.LZMA(preset=1),
    numcodecs.LZMA(format=3, filters=LZMA_RAW),
    numcodecs.LZ4(acceleration=3),
    numcodecs.Zstd(level=5, checksum=True),
    numcodecs.Zstd(level=-3),
    *(
        numcodecs.Blosc(cname, 5, shuffle)
        for cname in ("lz4", "lz4hc", "zstd", "zlib", "blosclz")
        for shuffle in (-1, 0, 1, 2)
    ),
]
CHECKSUMS = [
    numcodecs.Adler32(),
    numcodecs.CRC32(),
    numcodecs.CRC32C(),
    numcodecs.Fletcher32(),
    numcodecs.JenkinsLookup3(),
]


def pick(random: np.random.Generator, choices: list):
    return choices[int(random.integers(len(choices)))]


def filters_of(random: np.random.Generator, dtype: np.dtype, layout: str) -> list:
    """For items of `dtype`: on numbers first, then on bytes, and now and then on numbers once more."""
    filters: list = []
    kind, order = dtype.kind, ">" if dtype.byteorder == ">" else "<"
    if random.random() < 0.5:
        if kind in "iu":
            wider = f"{order}i8" if dtype.itemsize < 8 else dtype.str
            filters = pick(
                random,
                [
                    [numcodecs.Delta(dtype.str)],
                    [numcodecs.Delta(dtype.str, wider)],
                    [numcodecs.AsType("<i8", dtype.str), numcodecs.Delta("<i8")],
                    # Other numbers than the array's, whose differences add up all the same. NumPy cuts
                    # items into smaller ones in C order only.
                    [numcodecs.Delta("<u2")] if dtype.itemsize % 2 == 0 and layout == "C" else [],
                ],
            )
        elif kind == "f":
            filters = pick(
                random,
                [
                    [numcodecs.FixedScaleOffset(1, 100, dtype.str, f"{order}i4")],
                    [numcodecs.Quantize(2, dtype.str)],
                    [numcodecs.AsType("<f8", dtype.str)],
                    [
                        numcodecs.FixedScaleOffset(0, 10, dtype.str, "<i4"),
                        numcodecs.Delta("<i4"),
                        numcodecs.AsType("<i8", "<i4"),
                    ],
                ],
            )
        elif kind == "b":
            filters = [numcodecs.PackBits()]
        elif kind in "mM":
            filters = [numcodecs.Delta("<i8")]
    # Packed bits are no whole number of elements.
    if random.random() < 0.3 and not (kind == "b" and filters):
        filters.append(numcodecs.Shuffle(4))
        if random.random() < 0.5:
            filters.append(numcodecs.Delta("|u1"))
    if random.random() < 0.2:
        filters.append(pick(random, CHECKSUMS))
    if random.random() < 0.1:
        filters.append(numcodecs.Base64())
    return filters


def values_of(random: np.random.Generator, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    if dtype.kind in "fc":
        # Small multiples of a half come through every filter, whatever it rounds.
        halves = random.integers(-200, 200, (2, *shape)) / 2
        return (halves[0] if dtype.kind == "f" else halves[0] + 1j * halves[1]).astype(dtype)
    if dtype.kind == "U":
        texts = np.array(["", "a", "bid", "ü", "数", "🙂"])
        return random.choice(texts, shape).astype(dtype)
    if dtype.fields is not None:
        values = np.zeros(shape, dtype)
        for name in dtype.names:
            values[name] = values_of(random, dtype[name], shape)
        return values
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(dtype)
    return np.frombuffer(random.bytes(int(np.prod(shape)) * dtype.itemsize), dtype).reshape(shape)


def objects_of(random: np.random.Generator, kind: str, shape: tuple[int, ...]) -> np.ndarray:
    texts = ["", "a", "bid px", "é", "数字", "🙂" * 9]
    values = np.empty(shape, object)
    for index in np.ndindex(*shape):
        text = pick(random, texts)
        values[index] = text if kind == "text" else text.encode()
    return values


def write(job: dict) -> list[dict]:
    random = np.random.default_rng(job["seed"])
    root = zarr.open_group(job["store"], mode="w", zarr_format=2, attributes={"seed": job["seed"]})
    return [write_array(root, random, index) for index in range(job["count"])]


def write_array(root: zarr.Group, random: np.random.Generator, index: int) -> dict:
    spelling = EVERY_DTYPE[index % len(EVERY_DTYPE)]
    is_object = spelling in OBJECTS
    dtype = np.dtype(object if is_object else spelling)
    rank = int(random.integers(1, 4))
    shape = tuple(int(extent) for extent in random.integers(1, 8, rank))
    # Chunks of a whole number of shuffled elements.
    chunks = (4, *(int(random.integers(1, 6)) for _ in range(rank - 1)))
    values = objects_of(random, spelling, shape) if is_object else values_of(random, dtype, shape)
    # What a struct holds without a fill value is for zarr-python the text "0" in its strings.
    has_fill = dtype.fields is not None or (not is_object and random.random() < 0.6)
    fill = values.ravel()[0] if has_fill else None
    layout = pick(random, ["C", "F"])
    options = {"filters": filters_of(random, dtype, layout) or None} if not is_object else {}
    array = root.create_array(
        f"{index:04}",
        shape=shape,
        dtype={"text": VariableLengthUTF8(), "bytes": VariableLengthBytes()}[spelling] if is_object else dtype,
        chunks=chunks,
        order=layout,
        fill_value=fill,
        compressors=pick(random, COMPRESSORS),
        chunk_key_encoding={"name": "v2", "separator": pick(random, [".", "/"])},
        attributes={"_ARRAY_DIMENSIONS": [f"d{axis}" for axis in range(rank)], "index": index},
        **options,
    )
    # Every other array lacks the chunks behind the first ones.
    region = (slice(0, 4),) if index % 2 else (slice(None),)
    array[region] = values[region]
    document = array.metadata.to_dict()
    members = ["dtype", "order", "filters", "compressor", "dimension_separator", "fill_value", "chunks"]
    words = {member: document[member] for member in members}
    return {**seen(root, array.basename), "document": json.dumps(words, default=str)}


def write_objects(store: str) -> None:
    folder = pathlib.Path(store)
    folder.mkdir()
    (folder / ".zgroup").write_text('{"zarr_format": 2}')
    text = np.array(["bid", "ask", "", "mid", "bid", "ü"], object)
    mixed = np.empty(6, object)
    mixed[:] = [1, 2.5, "x", None, [1, [2]], {"a": True}]
    lists = np.empty(6, object)
    lists[:] = [np.arange(count, dtype="<i4") * 7 for count in range(6)]
    nested = np.zeros(6, [("ts", "<i8"), ("px", ">f8"), ("inner", [("a", ">u2"), ("b", "<U2")])])
    nested["ts"] = np.arange(6)
    nested["px"] = np.arange(6) / 2
    nested["inner"]["a"] = np.arange(6) * 300
    nested["inner"]["b"] = ["a", "ü", "", "bc", "d", "e"]
    labels = ["ask", "bid", "mid"]
    for name, values, filters in [
        ("json2", mixed, [numcodecs.JSON()]),
        ("vlen-array", lists, [numcodecs.VLenArray("<i4")]),
        ("vlen-array-big", lists, [numcodecs.VLenArray(">i4")]),
        ("categories", text, [numcodecs.Categorize(labels, object)]),
        ("fixed-categories", text.astype("<U3"), [numcodecs.Categorize(labels, "<U3")]),
        ("pickle", mixed, [numcodecs.Pickle()]),
        ("struct", nested, []),
        ("vlen-utf8", text, [numcodecs.VLenUTF8()]),
    ]:
        compressor = numcodecs.Zstd(1)
        document = {
            "zarr_format": 2,
            "shape": [6],
            "chunks": [4],
            "dtype": values.dtype.str if values.dtype.fields is None else values.dtype.descr,
            "order": "C",
            "fill_value": None,
            "filters": [codec.get_config() for codec in filters] or None,
            "compressor": compressor.get_config(),
        }
        (folder / name).mkdir()
        (folder / name / ".zarray").write_text(json.dumps(document))
        for index in range(2):
            # Behind the edge there is something, too: the first items over again.
            chunk = np.take(values, range(4 * index, 4 * index + 4), mode="wrap")
            for codec in [*filters, compressor]:
                chunk = codec.encode(chunk)
            (folder / name / str(index)).write_bytes(bytes(chunk))


def seen(root: zarr.Group, path: str) -> dict:
    values = np.asarray(root[path][...])
    return {"path": path, "shape": list(values.shape), "sha256": hashlib.sha256(bytes_of(values)).hexdigest()}


def read(job: dict) -> list[dict]:
    root = zarr.open_group(job["store"], mode="r", use_consolidated=job["consolidated"])
    assert (root.metadata.consolidated_metadata is not None) == job["consolidated"]
    return [seen(root, path) for path in job["arrays"]]


def main() -> None:
    job = json.load(sys.stdin)
    if job["objects"] is not None:
        write_objects(job["objects"])
    answer = {
        "written": [] if job["write"] is None else write(job["write"]),
        "read": [read(request) for request in job["read"]],
    }
    json.dump(answer, sys.stdout)


main()
