"""Writes files with what migrations must refuse or take care of, into the directory of the job on standard input."""

import json
import sys
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


class Trap:
    """Whoever unpickles this has been caught: it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def write_pickles(directory):
    trap = np.array([Trap(str(directory / "sprung"))], object)
    np.save(directory / "pickled.npy", trap)
    fields = np.zeros(3, [("px", "f8"), ("note", "O")])
    np.save(directory / "pickled_field.npy", fields)
    np.savez(directory / "pickled.npz", good=np.arange(5.0), trap=trap)


def write_hdf5(directory):
    with h5py.File(directory / "other.h5", "w") as file:
        file["px"] = np.arange(3.0)
    (directory / "external.raw").write_bytes(np.arange(6, dtype="<i4").tobytes())
    with h5py.File(directory / "peculiar.h5", "w", track_order=False) as file:
        file["bool"] = np.array([True, False, True])
        file["complex"] = np.array([1 + 2j, 3 - 4j], ">c16")
        file["half"] = np.arange(4, dtype="f2")
        file["time"] = np.array([1, 2], "M8[ns]").astype(h5py.opaque_dtype("M8[ns]"))
        file.create_dataset("enum", data=[0, 2], dtype=h5py.enum_dtype({"BID": 0, "ASK": 2}, basetype="i1"))
        blanks = h5py.h5t.FORTRAN_S1.copy()
        blanks.set_size(5)
        space = h5py.h5s.create_simple((2,))
        padded = h5py.h5d.create(file.id, b"blanks", blanks, space)
        padded.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"ab   ", b"     "], "S5"), blanks)
        file["scalar"] = 3.5
        fill = file.create_dataset("filled", (10,), ">i4", chunks=(5,), fillvalue=-7)
        fill[0] = 1
        book = file.create_dataset("group/book", data=np.arange(20.0).reshape(10, 2))
        book.dims[0].label = "row"
        file["group/level"] = np.arange(2)
        file["group/level"].make_scale("level")
        book.dims[1].attach_scale(file["group/level"])
        book.attrs.update({"unit": "ticks", "count": np.int64(2**60), "scale": 0.1, "on": True, "ids": [1, 2]})
        book.attrs["_FillValue"] = np.float64("nan")
        file.attrs["venue"] = "binance"
        file["alias"] = h5py.SoftLink("/bool")
        file["group/loop"] = file["group"]
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/px")
        file.create_dataset("lzf", data=np.arange(100), compression="lzf", chunks=(10,))
        file.create_dataset("outside", (6,), "<i4", external=[("external.raw", 0, 24)])
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(str(directory / "other.h5"), "px", (3,))
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("lists", (3,), h5py.vlen_dtype("i4"))
        file.create_dataset("nothing", data=h5py.Empty("f4"))
        file["reference"] = np.array([file["bool"].ref], h5py.ref_dtype)
        twelve = h5py.h5t.STD_I16LE.copy()
        twelve.set_precision(12)
        h5py.h5d.create(file.id, b"twelve_bits", twelve, space)
        file.create_dataset("pointed", data=np.arange(2))
        file["pointed"].attrs["to"] = file["bool"].ref
        file["hollow"] = 1
        file["hollow"].attrs["empty_lists"] = np.zeros((2**25, 0))
    with h5py.File(directory / "checked.h5", "w") as file:
        rows = np.arange(1000)
        file.create_dataset("gzip", data=rows, compression="gzip", chunks=(100,))
        file.create_dataset("fletcher", data=rows, fletcher32=True, chunks=(100,))
        chunks = {name: [file[name].id.get_chunk_info(i) for i in range(10)] for name in file}
    return {name: [[info.byte_offset, info.size] for info in infos] for name, infos in chunks.items()}


def write_parquet(directory):
    rows = np.arange(400)
    table = pa.table(
        {
            "with_null": pa.array([None if row == 317 else int(row) for row in rows]),
            "whole": pa.array(rows),
            "list": pa.array([[1, 2]] * 400),
            "struct": pa.array([{"a": 1, "b": 2}] * 400),
            "wide": pa.array([None] * 400, pa.decimal256(40, 2)),
        }
    )
    pq.write_table(table, directory / "nulls.parquet", row_group_size=150)
    pq.write_table(table, directory / "nulls_untold.parquet", row_group_size=150, write_statistics=False)
    whole = pa.table({"whole": pa.array(rows)})
    for name, checksum in (("checked.parquet", True), ("unchecked.parquet", False)):
        pq.write_table(
            whole,
            directory / name,
            row_group_size=100,
            compression="none",
            use_dictionary=False,
            write_page_checksum=checksum,
        )


def main():
    directory = Path(json.load(sys.stdin)["directory"])
    write_pickles(directory)
    write_parquet(directory)
    json.dump({"chunks": write_hdf5(directory)}, sys.stdout)


main()
