"""Applies selections to arrays by zarr-python: what it reads, what it refuses, and what writing leaves."""

from __future__ import annotations

import json
import sys

import numpy as np
import zarr

import strict  # noqa: F401
from seen import sha256_of


def entry_of(entry):
    """One entry of a selection: null and "..." as in Quarry, [start, stop, step] a slice, {"list": …} an array."""
    if entry is None:
        return slice(None)
    if entry == "...":
        return Ellipsis
    if isinstance(entry, dict):
        return np.asarray(entry["list"], dtype=bool if entry.get("mask") else np.int64)
    return slice(*entry) if isinstance(entry, list) else entry


def selector_of(array: zarr.Array, case: dict):
    selection = tuple(entry_of(entry) for entry in case["selection"])
    if case["kind"] == "basic":
        return array, selection
    if case["kind"] == "orthogonal":
        return array.oindex, selection
    if case["kind"] == "points":
        return array.vindex, selection
    if case["kind"] == "mask":
        return array.vindex, selection[0]
    return array.blocks, selection


def read(array: zarr.Array, case: dict) -> dict:
    selector, selection = selector_of(array, case)
    try:
        values = np.asarray(selector[selection])
    except (IndexError, ValueError) as error:
        return {"error": type(error).__name__}
    return {"shape": list(values.shape), "sha256": sha256_of(values)}


def write(case: dict) -> str:
    array = zarr.open_array(case["store"], mode="r+")
    selector, selection = selector_of(array, case)
    value = case["value"]
    selector[selection] = np.asarray(value, array.dtype) if isinstance(value, list) else value
    return sha256_of(array[...])


job = json.load(sys.stdin)
array = zarr.open_array(job["store"], mode="r")
answer = {
    "read": [read(array, case) for case in job["read"]],
    "written": [write(case) for case in job["write"]],
}
json.dump(answer, sys.stdout)
