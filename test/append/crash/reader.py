"""Reads stores of known rows with stock zarr-python, one JSON order a line on standard input, one answer a line.

{"path": ..., "least": n}: opens the store by its root and says how many rows it has, or what is wrong with it.
{"path": ..., "seconds": s}: reads in a loop until then, with fresh handles and with one that is kept, and counts.
"""

import json
import sys
import time

import numpy as np
import zarr

LEVELS = 5


def expected(first_row, rows):
    index = np.arange(first_row, first_row + rows, dtype="int64")
    base = 1_000_000 + (index * 7919) % 65_536
    level = np.arange(LEVELS)
    return {
        "ts_event": 1_700_000_000_000_000_000 + index * 1000,
        "bid_px": (base[:, None] - level[None, :]).astype("int32"),
        "ask_px": (base[:, None] + 1 + level[None, :]).astype("int32"),
    }


def check(group, first_row=0):
    """How many rows the group has, every array alike; raises where they are not what they must be."""
    rows = {name: group[name].shape[0] for name in ("ts_event", "bid_px", "ask_px")}
    count = rows["ts_event"]
    if len(set(rows.values())) != 1:
        raise ValueError(f"arrays of different lengths: {rows}")
    first_row = min(first_row, count)
    for name, values in expected(first_row, count - first_row).items():
        got = group[name][first_row:]
        wrong = np.flatnonzero((got != values).reshape(len(values), -1).any(axis=1)) if len(values) else []
        if len(wrong) > 0:
            row = first_row + int(wrong[0])
            raise ValueError(f"{name}: row {row} of {count} is {got[wrong[0]]}")
    return count


def read_once(order):
    rows = check(zarr.open_group(order["path"], mode="r"))
    if rows < order["least"]:
        raise ValueError(f"{rows} rows, and {order['least']} had been committed")
    return {"rows": rows}


def read_on(order):
    """Fresh handles, which see every commit; a kept one, whose shape stays; windows at the end and whole arrays."""
    until = time.monotonic() + order["seconds"]
    kept = zarr.open_group(order["path"], mode="r")
    opened = windows = wholes = kept_reads = 0
    rows = 0
    while time.monotonic() < until:
        fresh = zarr.open_group(order["path"], mode="r")
        seen = check(fresh, max(0, fresh["ts_event"].shape[0] - 500))
        if seen < rows:
            raise ValueError(f"{seen} rows after {rows}")
        rows = seen
        opened += 1
        windows += 1
        if opened % 10 == 0:
            check(fresh)
            wholes += 1
        check(kept, max(0, kept["ts_event"].shape[0] - 500))
        kept_reads += 1
        if opened % 200 == 0:
            kept = fresh
    return {"rows": rows, "opened": opened, "windows": windows, "wholes": wholes, "kept": kept_reads}


for line in sys.stdin:
    order = json.loads(line)
    try:
        answer = read_on(order) if "seconds" in order else read_once(order)
    except Exception as error:  # whatever it is, it is the finding
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
