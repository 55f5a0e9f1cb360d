"""Whole hierarchies with stock zarr-python: writes one, and says what it sees in others.

In (stdin):   {"write": {"store", "attributes", "groups": {"a/b": attributes, …}, "arrays": {"a/x": attributes, …}},
               "read": ["/path", …]}
Out (stdout): {"read": [{"consolidated": bool, "attributes", "groups": {path: attributes}, "arrays": {path: seen}}, …]}

The written one (none for null) is consolidated; its arrays hold int16 [3]: 0, 1, 2.
"""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np
import zarr

import strict  # noqa: F401
from seen import seen


def write(request: dict) -> None:
    root = zarr.create_group(request["store"], attributes=request["attributes"])
    for path, attributes in request["groups"].items():
        root.create_group(path, attributes=attributes)
    for path, attributes in request["arrays"].items():
        array = root.create_array(path, shape=(3,), dtype="int16", attributes=attributes)
        array[...] = np.arange(3)
    with warnings.catch_warnings():
        # Said whenever zarr-python writes it, never when it reads it.
        warnings.filterwarnings("ignore", message="Consolidated metadata is currently not part")
        zarr.consolidate_metadata(root.store)


def read(store: str) -> dict:
    root = zarr.open_group(store, mode="r")
    members = root.members(max_depth=None)
    return {
        "consolidated": root.metadata.consolidated_metadata is not None,
        "attributes": dict(root.attrs),
        "groups": {path: dict(node.attrs) for path, node in members if isinstance(node, zarr.Group)},
        "arrays": {path: seen(node) for path, node in members if isinstance(node, zarr.Array)},
    }


def main() -> None:
    job = json.load(sys.stdin)
    if job["write"] is not None:
        write(job["write"])
    json.dump({"read": [read(store) for store in job["read"]]}, sys.stdout)


main()
