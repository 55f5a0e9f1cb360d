"""Opens ingested book stores as a user in Python does: zarr-python for every array, xarray for the book.

In (stdin):   {"stores": ["/path/BTCUSDT.zarr/2024-W32.zarr", …]}
Out (stdout): {"stores": [{"arrays": {"bid_px": seen, "trades/px": seen, …}, "book": shown, "trades": shown}, …]}
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import xarray as xr
import zarr

import strict  # noqa: F401
from seen import seen

# By data type, the least number that it has.
MISSING_TICKS = {"int32": -(2**31), "int64": -(2**63)}


def scaled_like_its_ticks(shown: xr.DataArray, ticks: np.ndarray, scale_factor: float) -> bool:
    """Whether xarray shows float64 = ticks × scale factor, bit for bit, and NaN where a level is missing."""
    missing = ticks == MISSING_TICKS[ticks.dtype.name]
    expected = np.where(missing, np.nan, ticks * np.float64(scale_factor))
    return shown.dtype == np.float64 and np.array_equal(shown.values, expected, equal_nan=True)


def shown(store: Path, group: str | None) -> dict:
    """What xarray makes of a group: its index, its scaled variables, and a selection by time."""
    raw = zarr.open_group(store, mode="r")
    raw = raw if group is None else raw[group]
    dataset = xr.open_zarr(store, group=group)
    times = dataset["ts_event"].values
    start, stop = times[len(times) // 4], times[len(times) // 2]
    selected = dataset.sel(ts_event=slice(start, stop))
    scaled = {name: array for name, array in raw.arrays() if "scale_factor" in array.attrs}
    return {
        "index": type(dataset.indexes["ts_event"]).__name__,
        "indexType": str(dataset.indexes["ts_event"].dtype),
        "receivedType": str(dataset["ts_recv"].dtype),
        "first": np.datetime_as_string(times[0], unit="ns"),
        "last": np.datetime_as_string(times[-1], unit="ns"),
        "scaled": {
            name: scaled_like_its_ticks(dataset[name], array[...], array.attrs["scale_factor"])
            for name, array in scaled.items()
        },
        "missing": {name: int(np.isnan(dataset[name].values).sum()) for name in scaled},
        "selectedRows": selected.sizes["ts_event"],
        "rowsInSelection": int(((times >= start) & (times <= stop)).sum()),
    }


def read(store: Path) -> dict:
    group = zarr.open_group(store, mode="r")
    arrays = {name: seen(node) for name, node in group.members(max_depth=None) if isinstance(node, zarr.Array)}
    return {"arrays": arrays, "book": shown(store, None), "trades": shown(store, "trades")}


def main() -> None:
    job = json.load(sys.stdin)
    json.dump({"stores": [read(Path(store)) for store in job["stores"]]}, sys.stdout)


main()
