"""Writes files of random arrays with NumPy, h5py and pyarrow, and says what is in each.

The job, on standard input: {"directory", "seed"}. The answer: {file name: {array path: {"shape", "sha256"}}}, the hash
of the items in C order, little-endian; of text its length in bytes (uint32) and its UTF-8.
"""

import datetime
import decimal
import hashlib
import json
import random
import struct
import sys
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

NUMBERS = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
TEXTS = ["S1", "S7", "U1", "U5"]
TIMES = ["M8[ns]", "M8[ms]", "M8[D]", "m8[us]"]
WORDS = ["", "a", "order book", "carnet d’ordres", "盤口 📈", "0", "x" * 300]


def canonical(array):
    if array.dtype.kind in "OT":
        texts = [text if isinstance(text, bytes) else str(text).encode() for text in array.ravel()]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()


def seen(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "sha256": hashlib.sha256(canonical(array)).hexdigest()}


def fields_of(array, prefix):
    """The arrays that NumPy's structs become."""
    if array.dtype.names is None:
        return {prefix: seen(array)}
    parts = {}
    for name in array.dtype.names:
        parts |= fields_of(array[name], f"{prefix}/{name}")
    return parts


class Draw:
    def __init__(self, seed):
        self.numbers = np.random.default_rng(seed)
        self.random = random.Random(seed)

    def shape(self):
        rank = self.random.randrange(4)
        return tuple(self.random.choice([0, 1, 2, 3, 7, 40]) for _ in range(rank))

    def dtype(self):
        dtype = np.dtype(self.random.choice(NUMBERS + TEXTS + TIMES))
        return dtype.newbyteorder(self.random.choice("<>"))

    def values(self, dtype, shape):
        dtype = np.dtype(dtype)
        if dtype.names is not None:
            array = np.zeros(shape, dtype)
            for name in dtype.names:
                inner = dtype[name]
                array[name] = self.values(inner.base, (*shape, *inner.shape))
            return array
        count = int(np.prod(shape, dtype=np.int64))
        if dtype.kind == "b":
            return self.numbers.integers(0, 2, count).astype(dtype).reshape(shape)
        if dtype.kind == "U":
            letters = self.random.choices("aé盤📈 ", k=count * 9)
            texts = ["".join(letters[9 * i : 9 * i + self.random.randrange(9)]) for i in range(count)]
            return np.array(texts, dtype).reshape(shape)
        if dtype.kind == "S":
            words = self.random.choices([b"", b"a", b"bid", b"\xff\x00\x01"], k=count)
            return np.array(words, dtype).reshape(shape)
        # Any bits: what they mean as a number is not to matter.
        raw = self.numbers.integers(0, 256, count * dtype.itemsize, dtype=np.uint8)
        return raw.view(dtype).reshape(shape)

    def struct(self, depth=0):
        fields = []
        for i in range(self.random.randrange(1, 5)):
            nested = depth == 0 and self.random.random() < 0.2
            inner = self.struct(1) if nested else self.dtype()
            shape = self.random.choice([(), (), (2,), (3, 2)])
            fields.append((f"f{i}", inner, shape) if shape else (f"f{i}", inner))
        return np.dtype(fields, align=self.random.random() < 0.3)


def write_npy(directory, draw, files):
    for i in range(24):
        dtype = draw.struct() if i % 3 == 0 else draw.dtype()
        array = draw.values(dtype, draw.shape())
        array = array.copy(order=draw.random.choice("CF"))
        name = f"array{i}.npy"
        with (directory / name).open("wb") as file:
            version = None if array.dtype.names else draw.random.choice([(1, 0), (2, 0), (3, 0)])
            np.lib.format.write_array(file, array, version=version)
        is_struct = array.dtype.names is not None
        files[name] = fields_of(array, "") if is_struct else {"/data": seen(array)}


def write_npz(directory, draw, files):
    for name, save in (("stored.npz", np.savez), ("deflated.npz", np.savez_compressed)):
        arrays = {f"a{i}": draw.values(draw.dtype(), draw.shape()) for i in range(4)}
        arrays["deep/inner"] = draw.values("f8", (2000,))
        arrays["rows"] = draw.values(draw.struct(), (13,))
        save(directory / name, **arrays)
        files[name] = {}
        for key, array in arrays.items():
            files[name] |= fields_of(array, f"/{key}")


def write_raw(directory, draw, files):
    book = draw.values(">i4", (11, 5, 3))
    (directory / "book.bin").write_bytes(book.tobytes())
    note = {"shape": [11, 5, 3], "dtype": ">i4", "columns": ["price", "size", "count"]}
    (directory / "book.bin.json").write_text(json.dumps(note))
    files["book.bin"] = {"/data": seen(book)}
    snapshots, times = draw.values("<f4", (9, 50, 3)), np.arange(9, dtype="<i8")
    (directory / "0001.mm").write_bytes(snapshots.tobytes()[:-100])
    (directory / "0001.mm.time").write_bytes(times.tobytes()[:-8])
    files["0001.mm"] = {"/data": seen(snapshots[:-1]), "/timestamps": seen(times[:-1])}


def chunking(draw, shape):
    if not shape or 0 in shape or draw.random.random() < 0.3:
        return {}
    options = {"chunks": tuple(draw.random.randrange(1, n + 1) for n in shape)}
    options["shuffle"] = draw.random.random() < 0.5
    options["fletcher32"] = draw.random.random() < 0.5
    options["compression"] = draw.random.choice([None, "gzip"])
    return options


def write_hdf5(directory, draw, files):
    for name, options in (("plain.h5", {}), ("latest.h5", {"libver": "latest", "userblock_size": 1024})):
        arrays = {}
        with h5py.File(directory / name, "w", **options) as file:
            for i in range(12):
                dtype = np.dtype(draw.random.choice(NUMBERS + ["S1", "S7"]))
                dtype = dtype.newbyteorder(draw.random.choice("<>"))
                array = draw.values(dtype, draw.shape())
                path = draw.random.choice([f"d{i}", f"g/d{i}", f"g/h/d{i}"])
                file.create_dataset(path, data=array, track_times=False, **chunking(draw, array.shape))
                arrays[f"/{path}"] = seen(array)
            texts = np.array(draw.random.choices(WORDS, k=30), object).reshape(6, 5)
            file.create_dataset("texts", data=texts, dtype=h5py.string_dtype(), chunks=(4, 2))
            arrays["/texts"] = seen(texts)
            flat = np.dtype([(f"m{i}", draw.random.choice("<>") + code) for i, code in enumerate(["i4", "f8", "u2"])])
            rows = draw.values(flat, (17,))
            file.create_dataset("rows", data=rows, chunks=(5,), compression="gzip")
            packed = np.dtype([(key, rows.dtype[key].newbyteorder("<")) for key in rows.dtype.names])
            arrays["/rows"] = seen(rows.astype(packed))
            nested = draw.values(np.dtype([("a", ">i2"), ("b", ">f4", (2, 3))]), (7,))
            file["nested"] = nested
            arrays |= fields_of(nested, "/nested")
            sparse = file.create_dataset("sparse", (40, 3), ">f4", chunks=(7, 2), fillvalue=-7.5)
            sparse[8:20] = draw.values("f4", (12, 3))
            arrays["/sparse"] = seen(sparse[...])
        files[name] = arrays


def columns(draw, rows):
    def drawn(code):
        return draw.values(code, (rows,))

    few = drawn("u1") % 5
    table = {code: drawn(code) for code in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]}
    table["flag"] = drawn("b1")
    table["few"] = few.astype("i8") * 10**15
    table["small_steps"] = np.cumsum(few).astype("i8")
    table["small_steps4"] = np.cumsum(few).astype("i4")
    expected = dict(table)
    for unit in ["ms", "us", "ns"]:
        expected[f"time_{unit}"] = drawn("i8") >> 16
        table[f"time_{unit}"] = pa.array(expected[f"time_{unit}"], pa.timestamp(unit, tz="UTC"))
    expected["time_of_day"] = np.abs(drawn("i8")) % 86_400_000_000_000
    table["time_of_day"] = pa.array(expected["time_of_day"], pa.time64("ns"))
    expected["day"] = drawn("i2").astype("i8")
    table["day"] = pa.array(expected["day"].astype("i4"), pa.date32())
    texts = draw.random.choices(WORDS, k=rows)
    expected["text"] = np.array(texts, object)
    table["text"] = pa.array(texts)
    raw = [text.encode()[: draw.random.randrange(9)] for text in texts]
    expected["raw"] = np.array([*raw, None], object)[:-1]
    table["raw"] = pa.array(raw, pa.binary())
    expected["fixed"] = np.frombuffer(b"".join(text.encode().ljust(3)[:3] for text in texts), "V3")
    table["fixed"] = pa.array([bytes(item) for item in expected["fixed"]], pa.binary(3))
    expected["price"] = drawn("i4").astype("i8")
    prices = [decimal.Decimal(int(ticks)).scaleb(-4) for ticks in expected["price"]]
    table["price"] = pa.array(prices, pa.decimal128(18, 4))
    return pa.table(table), expected


def write_parquet(directory, draw, files):
    codecs = ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]
    for i, codec in enumerate(codecs):
        table, expected = columns(draw, draw.random.choice([1, 40, 300]))
        encodings = None
        if i % 2:
            encodings = dict.fromkeys(["i4", "i8", "small_steps", "small_steps4"], "DELTA_BINARY_PACKED")
            encodings |= dict.fromkeys(["f4", "f8", "fixed"], "BYTE_STREAM_SPLIT")
            encodings |= {"text": "DELTA_BYTE_ARRAY", "raw": "DELTA_LENGTH_BYTE_ARRAY"}
        options = {"use_dictionary": False, "column_encoding": encodings} if encodings else {}
        pq.write_table(
            table,
            directory / f"{codec}.parquet",
            compression=codec,
            row_group_size=draw.random.choice([23, 150, 5000]),
            data_page_size=draw.random.choice([200, 10_000, 2**20]),
            data_page_version=draw.random.choice(["1.0", "2.0"]),
            write_page_checksum=draw.random.random() < 0.5,
            write_statistics=draw.random.random() < 0.5,
            write_batch_size=draw.random.choice([16, 1024]),
            **options,
        )
        files[f"{codec}.parquet"] = {f"/{name}": seen(array) for name, array in expected.items()}
    when = [datetime.datetime(2024, 8, 8, 23, 54, 15, tick) for tick in range(9)]
    stamps = np.array(when, "M8[ns]")
    old = pa.table({"when": pa.array(stamps)})
    pq.write_table(old, directory / "int96.parquet", use_deprecated_int96_timestamps=True)
    files["int96.parquet"] = {"/when": seen(stamps)}


def main():
    job = json.load(sys.stdin)
    directory = Path(job["directory"])
    files = {}
    for number, write in enumerate([write_npy, write_npz, write_raw, write_hdf5, write_parquet]):
        write(directory, Draw(job["seed"] * 8 + number), files)
    json.dump(files, sys.stdout)


main()
