"""Says what is in the `.npy` files of numcodecs' fixtures that are pickles, which nobody but Python should read.

In (stdin):   {"files": [path, …]}
Out (stdout): [[item, …], …], for each file the items in the order of memory; bytes as {"bytes": hex}, an array as
              {"array": [number, …]}, NaN as {"float": "nan"}.
"""

from __future__ import annotations

import json
import math
import sys

import numpy as np


def plain(item: object) -> object:
    if isinstance(item, bytes):
        return {"bytes": item.hex()}
    if isinstance(item, np.ndarray):
        return {"array": item.tolist()}
    if isinstance(item, float) and math.isnan(item):
        return {"float": "nan"}
    if isinstance(item, list):
        return [plain(part) for part in item]
    if isinstance(item, dict):
        return {key: plain(part) for key, part in item.items()}
    return item


def main() -> None:
    arrays = [np.load(path, allow_pickle=True) for path in json.load(sys.stdin)["files"]]
    json.dump([[plain(item) for item in array.ravel(order="A")] for array in arrays], sys.stdout)


main()
