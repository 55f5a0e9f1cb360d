"""Parquet through pyarrow: zstd 3, a column a level, row groups of a shard's rows. For scale; not Zarr."""

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from protocol import COLUMNS, input_of, nothing, serve

SHARD_ROWS = 262_144
NAMES = [f"px_{column}" for column in range(COLUMNS)]


def file_of(store):
    return str(Path(store) / "px.parquet")


def write_whole(store, data):
    items = input_of(data)

    def run():
        table = pa.table([pa.array(items[:, column]) for column in range(COLUMNS)], names=NAMES)
        pq.write_table(table, file_of(store), compression="zstd", compression_level=3, row_group_size=SHARD_ROWS)

    return run, nothing


def read_whole(store):
    def run():
        table = pq.read_table(file_of(store))
        items = np.empty((table.num_rows, COLUMNS), dtype="<i4")
        for column in range(COLUMNS):
            items[:, column] = table.column(column).to_numpy()
        return items

    return run, lambda result: [result]


def one_column(store, column):
    def run():
        return pq.read_table(file_of(store), columns=[NAMES[column]]).column(0).to_numpy()

    return run, lambda result: [result]


serve(
    version("pyarrow"),
    {"write-whole": write_whole, "read-whole": read_whole, "one-column": one_column},
)
