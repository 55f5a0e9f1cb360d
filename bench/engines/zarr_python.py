"""zarr-python, with its own codec pipeline or the one named by --pipeline (zarrs.ZarrsCodecPipeline)."""

import argparse
import asyncio
from importlib.metadata import version

import zarr
from protocol import input_of, nothing, serve, touched_output
from zarr.core.buffer import default_buffer_prototype
from zarr.core.sync import sync

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--pipeline")
arguments = parser.parse_args()
if arguments.pipeline:
    zarr.config.set({"codec_pipeline.path": arguments.pipeline})


def write_whole(store, data):
    array = zarr.open_array(store, mode="r+")
    items = input_of(data)

    def run():
        array[...] = items

    return run, nothing


def read_whole(store):
    array = zarr.open_array(store, mode="r")
    return lambda: array[...], lambda result: [result]


def read_into(store):
    array = zarr.open_array(store, mode="r")
    out = touched_output(array.shape)
    buffer = default_buffer_prototype().nd_buffer.from_numpy_array(out)
    return lambda: array.get_basic_selection(..., out=buffer), lambda _: [out]


def windows_serial(store, starts, windowRows):
    array = zarr.open_array(store, mode="r")
    return lambda: [array[start : start + windowRows] for start in starts], list


def windows_concurrent(store, starts, windowRows):
    array = zarr.open_array(store, mode="r").async_array

    async def read_all():
        return await asyncio.gather(*(array.getitem(slice(start, start + windowRows)) for start in starts))

    return lambda: sync(read_all()), list


def sorted_rows(store, rows):
    array = zarr.open_array(store, mode="r")
    return lambda: array.oindex[rows], lambda result: [result]


def one_column(store, column):
    array = zarr.open_array(store, mode="r")
    return lambda: array[:, column], lambda result: [result]


def appends(store, data, batches, batchRows):
    array = zarr.open_array(store, mode="r+")
    items = input_of(data)

    def run():
        for batch in range(batches):
            array.append(items[batch * batchRows : (batch + 1) * batchRows])

    return run, nothing


def open_one_row(store, row, openings):
    def run():
        for _ in range(openings):
            result = zarr.open_array(store, mode="r")[row]
        return result

    return run, lambda result: [result]


serve(
    version("zarrs" if arguments.pipeline else "zarr"),
    {
        "write-whole": write_whole,
        "read-whole": read_whole,
        "read-into": read_into,
        "windows-serial": windows_serial,
        "windows-concurrent": windows_concurrent,
        "sorted-rows": sorted_rows,
        "one-column": one_column,
        "appends": appends,
        "open-one-row": open_one_row,
    },
)
