"""tensorstore, with its defaults but for one: it would sync each file to the disk, which no other engine does here."""

from importlib.metadata import version

import tensorstore as ts
from protocol import input_of, nothing, serve, touched_output


def open_array(store, **options):
    # A context of its own: nothing is known from an opening before.
    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": store}}
    return ts.open(spec, context=ts.Context({"file_io_sync": False}), **options).result()


def write_whole(store, data):
    array = open_array(store, write=True)
    items = input_of(data)
    return lambda: array.write(items).result(), nothing


def read_whole(store):
    array = open_array(store, read=True)
    return lambda: array.read().result(), lambda result: [result]


def read_into(store):
    array = open_array(store, read=True)
    out = touched_output(array.shape)
    target = ts.array(out, copy=False)
    return lambda: target.write(array).result(), lambda _: [out]


def windows_serial(store, starts, windowRows):
    array = open_array(store, read=True)
    return lambda: [array[start : start + windowRows].read().result() for start in starts], list


def windows_concurrent(store, starts, windowRows):
    array = open_array(store, read=True)

    def run():
        pending = [array[start : start + windowRows].read() for start in starts]
        return [window.result() for window in pending]

    return run, list


def sorted_rows(store, rows):
    array = open_array(store, read=True)
    return lambda: array[rows].read().result(), lambda result: [result]


def one_column(store, column):
    array = open_array(store, read=True)
    return lambda: array[:, column].read().result(), lambda result: [result]


def appends(store, data, batches, batchRows):
    items = input_of(data)
    opened = open_array(store, read=True, write=True)

    def run():
        array = opened
        for batch in range(batches):
            first, last = batch * batchRows, (batch + 1) * batchRows
            array = array.resize(exclusive_max=[last, array.shape[1]]).result()
            array[first:last].write(items[first:last]).result()

    return run, nothing


def open_one_row(store, row, openings):
    def run():
        for _ in range(openings):
            result = open_array(store, read=True)[row].read().result()
        return result

    return run, lambda result: [result]


serve(
    version("tensorstore"),
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
