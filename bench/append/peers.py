"""Appends as other engines do them: resize, then set. Orders as JSON lines on standard input, answers likewise.

{"engine": ..., "arrays": {path: file of raw items}, "batchRows": n, "batches": m, "from": row}: appends rows of the
files, from `from` on, to the arrays at the paths; answers with the seconds of each batch.
"""

import json
import sys
import time

import numpy as np
import tensorstore as ts
import zarr


def zarr_appender(path):
    array = zarr.open_array(path, mode="r+")
    return array.append, array.dtype, array.shape[1:]


def tensorstore_appender(path):
    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": path}}
    array = ts.open(spec, read=True, write=True).result()
    state = {"rows": array.shape[0]}

    def append(rows):
        first = state["rows"]
        state["rows"] = first + len(rows)
        grown = array.resize(exclusive_max=[state["rows"], *rows.shape[1:]], expand_only=True).result()
        grown[first : state["rows"]].write(rows).result()

    return append, array.dtype.numpy_dtype, tuple(array.shape[1:])


APPENDERS = {"zarr-python": zarr_appender, "tensorstore": tensorstore_appender}

for line in sys.stdin:
    order = json.loads(line)
    columns = []
    for path, file in order["arrays"].items():
        append, dtype, row_shape = APPENDERS[order["engine"]](path)
        columns.append((append, np.fromfile(file, dtype).reshape(-1, *row_shape)))
    seconds = []
    for batch in range(order["batches"]):
        first = order["from"] + batch * order["batchRows"]
        began = time.perf_counter()
        for append, rows in columns:
            append(rows[first : first + order["batchRows"]])
        seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds), flush=True)
