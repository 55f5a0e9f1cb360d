"""Holds exported files against the arrays that they were exported from, as zarr-python reads them."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import zarr

FLOATS = {"f2": np.float16, "f4": np.float32, "f8": np.float64}


def same(exported: np.ndarray, stored: np.ndarray) -> bool:
    """Bit for bit, but for NaNs, of which text knows only one."""
    if exported.shape != stored.shape or exported.dtype != stored.dtype:
        return False
    if stored.dtype.kind != "f":
        return exported.tobytes() == stored.tobytes()
    nans = np.isnan(stored)
    return bool((np.isnan(exported) == nans).all()) and exported[~nans].tobytes() == stored[~nans].tobytes()


def cell(text: str, dtype: np.dtype):
    if dtype.kind == "b":
        return {"true": True, "false": False}[text]
    if dtype.kind in "iu":
        return int(text)
    if dtype.kind == "f":
        return dtype.type(text)
    if dtype.kind == "M":
        return np.datetime64(text.removesuffix("Z") or "NaT")
    return text


def of_csv(file: str, stored: np.ndarray) -> np.ndarray:
    with Path(file).open(newline="", encoding="utf8") as lines:
        header, *rows = csv.reader(lines)
    columns = int(np.prod(stored.shape[1:], dtype=int))
    assert len(header) == len(set(header)) == columns, header
    cells = [cell(text, stored.dtype) for row in rows for text in row]
    if stored.dtype.kind in "TO":
        return np.array(cells, dtype=object).reshape(stored.shape)
    return np.array(cells, dtype=stored.dtype).reshape(stored.shape)


def of_parquet(file: str, stored: np.ndarray) -> np.ndarray:
    table = pq.read_table(file)
    if stored.dtype.kind == "O" or stored.dtype.kind in "TUS":
        columns = [np.array(column.to_pylist(), dtype=object) for column in table.columns]
    else:
        columns = [column.to_numpy() for column in table.columns]
    if stored.dtype.kind in "US":
        columns = [column.astype(stored.dtype) for column in columns]
    return np.stack(columns, axis=1).reshape(stored.shape)


def check(array: str, file: str) -> str | None:
    stored = np.asarray(zarr.open_array(array, mode="r")[...])
    ending = file.rsplit(".", 1)[1]
    if ending == "npy":
        exported = np.load(file)
    elif ending == "npz":
        with np.load(file) as archive:
            (name,) = archive.files
            assert name == "values", name
            exported = archive[name]
    elif ending == "bin":
        with Path(f"{file}.json").open(encoding="utf8") as note:
            described = json.load(note)
        fields = described["dtype"]
        dtype = np.dtype(fields if isinstance(fields, str) else [tuple(field) for field in fields])
        exported = np.fromfile(file, dtype).reshape(described["shape"])
    else:
        exported = (of_csv if ending == "csv" else of_parquet)(file, stored)
    if stored.dtype.kind in "TO":
        return None if exported.tolist() == stored.tolist() else f"{exported!r} is not {stored!r}"
    return None if same(exported, stored) else f"{exported!r} is not {stored!r}"


job = json.load(sys.stdin)
json.dump([check(entry["array"], entry["file"]) for entry in job], sys.stdout)
