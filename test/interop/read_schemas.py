"""Opens stores of ready-made schemas as a user in Python does, with xarray, and says what it sees of each variable.

In (stdin):   {"groups": [{"store": "/path/features.zarr", "group": "mid_price" | null}, …]}
Out (stdout): {"groups": [{"attributes": {…}, "variables": {"raw": {"dimensions": […], "dtype": "float64", …}, …},
               "labels": {"statistic": ["mean", …]}}, …]}
"""

from __future__ import annotations

import json
import sys

import numpy as np
import xarray as xr
import zarr

import strict  # noqa: F401
from seen import sha256_of


def shown(variable: xr.DataArray, stored: zarr.Array) -> dict:
    """`units` are where xarray leaves them: of times it takes them into the encoding when it decodes them."""
    values = variable.values
    times = np.issubdtype(values.dtype, np.datetime64)
    return {
        "dimensions": list(variable.dims),
        "shape": list(variable.shape),
        "dtype": str(values.dtype),
        "units": variable.encoding.get("units") if times else variable.attrs.get("units"),
        "description": variable.attrs.get("long_name"),
        "columns": variable.attrs.get("columns"),
        "columnUnits": variable.attrs.get("column_units"),
        "storedSha256": sha256_of(np.asarray(stored[...])),
        "missing": 0 if times else int(np.isnan(values).sum()),
        "first": np.datetime_as_string(values[0], unit="ns") if times else float(values.flat[0]),
        "attributes": {
            name: variable.attrs[name]
            for name in ("calculator_version", "metrics_enum", "horizon_seconds", "window_rows", "flag_meanings")
            if name in variable.attrs
        },
    }


def read(store: str, group: str | None) -> dict:
    dataset = xr.open_zarr(store, group=group)
    stored = zarr.open_group(store, path=group, mode="r")
    labels = [name for name, variable in dataset.variables.items() if variable.dtype.kind == "T"]
    return {
        "attributes": {name: value for name, value in dataset.attrs.items() if name != "schema"},
        "schema": dataset.attrs.get("schema", {}).get("name"),
        "index": {name: str(index.dtype) for name, index in dataset.indexes.items() if name not in labels},
        "labels": {name: dataset[name].values.tolist() for name in labels},
        "variables": {name: shown(dataset[name], stored[name]) for name in dataset.variables if name not in labels},
    }


def main() -> None:
    job = json.load(sys.stdin)
    json.dump({"groups": [read(each["store"], each["group"]) for each in job["groups"]]}, sys.stdout)


main()
