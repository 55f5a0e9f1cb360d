"""What one can do with an array or a hierarchy, tried with each peer; the rows of spec/conformance.md beyond formats.

In (stdin):   {"base": "/path of an array", "group": "/path of a consolidated group", "url": "of a server of both",
               "zip": "/path of an archive with the array", "scratch": "/path"}
Out (stdout): {"<peer>": {"<operation>": "yes" | "no" | "wrong" | "<why not>", …}, …}

The array is int32, [8, 6], chunks [4, 3], with the items 0 … 47. `yes`: it does what NumPy does; `wrong`: something
else, without a word; `no`: it refuses, or has no such operation.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tensorstore as ts
import zarr

from peers import PIPELINES

ITEMS = np.arange(48, dtype="int32").reshape(8, 6)
ROWS, COLUMNS = [5, 0, 7], [4, 1]
ROW_MASK = np.arange(8) % 3 == 0
MASK = ITEMS % 5 == 0
# What happens at the same time shows itself now and then only.
ROUNDS = 300


class NotChecked(Exception):
    """Something that the operation needs is not installed."""


def changed(change: Callable[[np.ndarray], None]) -> np.ndarray:
    items = ITEMS.copy()
    change(items)
    return items


def set_to(index, value) -> np.ndarray:
    return changed(lambda items: items.__setitem__(index, value))


READS = {
    "one item": (np.s_[2, 3], lambda a: a[2, 3]),
    "negative indices": (np.s_[-1, -2], lambda a: a[-1, -2]),
    "slices": (np.s_[1:7, 2:5], lambda a: a[1:7, 2:5]),
    "slices with steps": (np.s_[1:8:3, ::2], lambda a: a[1:8:3, ::2]),
    "slices that run backwards": (np.s_[::-1, :], lambda a: a[::-1, :]),
    "an ellipsis": (np.s_[..., 1], lambda a: a[..., 1]),
    "orthogonal lists": (np.ix_(ROWS, COLUMNS), lambda a: a.oindex[ROWS, COLUMNS]),
    "orthogonal masks": (np.ix_(np.flatnonzero(ROW_MASK), COLUMNS), lambda a: a.oindex[ROW_MASK, COLUMNS]),
    "points": (np.s_[ROWS, [1, 2, 0]], lambda a: a.vindex[ROWS, [1, 2, 0]]),
    "a mask of the whole array": (MASK, lambda a: a.vindex[MASK]),
    "blocks": (np.s_[4:8, 0:3], lambda a: a.blocks[1, 0]),
}


def reads(open_array: Callable, read: Callable) -> dict[str, Callable[[Path], bool]]:
    def check(index, select):
        return lambda path: np.array_equal(read(select(open_array(path))), ITEMS[index])

    return {name: check(index, select) for name, (index, select) in READS.items()}


def refuses(do: Callable) -> bool:
    try:
        do()
    except Exception:  # whatever a peer throws is its refusal
        return True
    return False


def is_replaced_whole(path: Path, write: Callable[[Path], None]) -> bool:
    """Whether a chunk is another file after a write: one that is changed in place may be left half done."""
    chunk = path / "c" / "0" / "0"
    before, witness = chunk.read_bytes(), path.parent / f"{path.name}.witness"
    os.link(chunk, witness)
    write(path)
    return witness.read_bytes() == before and chunk.read_bytes() != before


class Zarr:
    """zarr-python, with its own codec pipeline or zarrs'."""

    def __init__(self, pipeline: str) -> None:
        self.config = {"codec_pipeline.path": PIPELINES[pipeline], "codec_pipeline.strict": True}

    def operations(self, job: dict) -> dict[str, Callable[[Path], bool]]:
        def open_array(path: Path):
            return zarr.open_array(path, mode="r+")

        def written(write: Callable, expected: np.ndarray) -> Callable[[Path], bool]:
            def check(path: Path) -> bool:
                write(open_array(path))
                return np.array_equal(open_array(path)[...], expected)

            return check

        def resized(path: Path) -> bool:
            open_array(path).resize((3, 6))
            open_array(path).resize((8, 6))
            return np.array_equal(open_array(path)[...], set_to(np.s_[3:], 0))

        def concurrent(path: Path) -> bool:
            array = open_array(path)

            def write_at_once(value: int) -> bool:
                list(pool.map(lambda at: array.__setitem__(divmod(at, 3), value), range(12)))
                return np.array_equal(array[...], set_to(np.s_[:4, :3], value))

            with ThreadPoolExecutor(12) as pool:
                return all(write_at_once(-1 - number) for number in range(ROUNDS))

        def group(path: Path):
            shutil.copytree(job["group"], path.parent / "group", dirs_exist_ok=True)
            return zarr.open_group(path.parent / "group", mode="r+")

        def deleted(path: Path) -> bool:
            root = group(path)
            del root["a b"]
            return "a b" not in zarr.open_group(path.parent / "group", mode="r", use_consolidated=False)

        def from_http(path: Path) -> bool:
            try:
                import aiohttp  # noqa: F401
                import fsspec  # noqa: F401
            except ImportError:
                raise NotChecked from None
            return np.array_equal(zarr.open_array(f"{job['url']}/base", mode="r")[...], ITEMS)

        def from_zip(path: Path) -> bool:
            with zarr.storage.ZipStore(job["zip"], mode="r") as store:
                return np.array_equal(zarr.open_array(store, mode="r")[...], ITEMS)

        def in_memory(path: Path) -> bool:
            store = zarr.storage.MemoryStore()
            zarr.create_array(store, data=ITEMS, chunks=(4, 3))
            return np.array_equal(zarr.open_array(store, mode="r")[...], ITEMS)

        def append_rows(path: Path) -> bool:
            open_array(path).append(ITEMS[:3])
            return np.array_equal(open_array(path)[...], np.concatenate([ITEMS, ITEMS[:3]]))

        return {
            **reads(open_array, np.asarray),
            "an index outside is an error": lambda path: refuses(lambda: open_array(path)[8, 0]),
            "write a part": written(lambda a: a.__setitem__(np.s_[1:5, 2:4], 7), set_to(np.s_[1:5, 2:4], 7)),
            "write with steps": written(lambda a: a.__setitem__(np.s_[::3, ::2], 7), set_to(np.s_[::3, ::2], 7)),
            "write orthogonal lists": written(
                lambda a: a.set_orthogonal_selection((ROWS, COLUMNS), 7), set_to(np.ix_(ROWS, COLUMNS), 7)
            ),
            "write points": written(
                lambda a: a.set_coordinate_selection((ROWS, [1, 2, 0]), 7), set_to(np.s_[ROWS, [1, 2, 0]], 7)
            ),
            "append rows": append_rows,
            "make smaller; growing again shows the fill value": resized,
            "members of a group": lambda path: sorted(group(path).keys()) == ["a b", "größe"],
            "consolidated metadata": lambda path: group(path).metadata.consolidated_metadata is not None,
            "change attributes": lambda path: group(path).update_attributes({"x": 2**60 + 1}).attrs["x"] == 2**60 + 1,
            "delete a node": deleted,
            "a path that leads out of the store is refused": lambda path: refuses(lambda: group(path)["../base"]),
            "memory": in_memory,
            "zip archive": from_zip,
            "HTTP": from_http,
            "items set at the same time in one chunk are all kept": concurrent,
            "a chunk is replaced whole, by renaming": lambda path: is_replaced_whole(
                path, lambda p: open_array(p).__setitem__((0, 0), -1)
            ),
        }


class Tensor:
    config: dict = {}

    def operations(self, job: dict) -> dict[str, Callable[[Path], bool]]:
        def open_store(kvstore: dict, **options):
            options.setdefault("context", ts.Context({"file_io_sync": False}))
            return ts.open({"driver": "zarr3", "kvstore": kvstore}, **options).result()

        def open_array(path: Path):
            return open_store({"driver": "file", "path": str(path)}, open=True)

        def read(view) -> np.ndarray:
            return view.read().result()

        def written(select: Callable, expected: np.ndarray) -> Callable[[Path], bool]:
            def check(path: Path) -> bool:
                select(open_array(path)).write(np.int32(7)).result()
                return np.array_equal(read(open_array(path)), expected)

            return check

        def resized(path: Path) -> bool:
            open_array(path).resize(exclusive_max=[3, 6]).result()
            open_array(path).resize(exclusive_max=[8, 6]).result()
            return np.array_equal(read(open_array(path)), set_to(np.s_[3:], 0))

        def append_rows(path: Path) -> bool:
            array = open_array(path).resize(exclusive_max=[11, 6]).result()
            array[8:].write(ITEMS[:3]).result()
            return np.array_equal(read(open_array(path)), np.concatenate([ITEMS, ITEMS[:3]]))

        def concurrent(path: Path) -> bool:
            array = open_array(path)

            def write_at_once(value: int) -> bool:
                writes = [array[divmod(at, 3)].write(np.int32(value)) for at in range(12)]
                for write in writes:
                    write.result()
                return np.array_equal(read(open_array(path)), set_to(np.s_[:4, :3], value))

            return all(write_at_once(-1 - number) for number in range(ROUNDS))

        def in_memory(path: Path) -> bool:
            context = ts.Context()
            metadata = {"shape": [8, 6], "data_type": "int32"}
            spec = {"driver": "zarr3", "kvstore": {"driver": "memory"}, "metadata": metadata}
            ts.open(spec, create=True, context=context).result().write(ITEMS).result()
            return np.array_equal(read(open_store({"driver": "memory"}, context=context)), ITEMS)

        def from_zip(path: Path) -> bool:
            return np.array_equal(read(open_store({"driver": "zip", "base": f"file://{job['zip']}"})), ITEMS)

        def from_http(path: Path) -> bool:
            kvstore = {"driver": "http", "base_url": f"{job['url']}/base/"}
            return np.array_equal(read(open_store(kvstore)), ITEMS)

        def write_first(path: Path) -> None:
            open_array(path)[0, 0].write(np.int32(-1)).result()

        return {
            **reads(open_array, read),
            "an index outside is an error": lambda path: refuses(lambda: read(open_array(path)[8, 0])),
            "write a part": written(lambda a: a[1:5, 2:4], set_to(np.s_[1:5, 2:4], 7)),
            "write with steps": written(lambda a: a[::3, ::2], set_to(np.s_[::3, ::2], 7)),
            "write orthogonal lists": written(lambda a: a.oindex[ROWS, COLUMNS], set_to(np.ix_(ROWS, COLUMNS), 7)),
            "write points": written(lambda a: a.vindex[ROWS, [1, 2, 0]], set_to(np.s_[ROWS, [1, 2, 0]], 7)),
            "append rows": append_rows,
            "make smaller; growing again shows the fill value": resized,
            "memory": in_memory,
            "zip archive": from_zip,
            "HTTP": from_http,
            "items set at the same time in one chunk are all kept": concurrent,
            "a chunk is replaced whole, by renaming": lambda path: is_replaced_whole(path, write_first),
        }


def verdict(operation: Callable[[Path], bool], job: dict, path: Path) -> str:
    shutil.copytree(job["base"], path)
    try:
        return "yes" if operation(path) else "wrong"
    except NotChecked:
        return "not checked"
    except Exception as error:  # whatever a peer throws is its refusal
        print(f"{path}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
        return "no"


def main() -> None:
    job = json.load(sys.stdin)
    answer = {}
    for peer, subject in {"zarr-python": Zarr("zarr-python"), "tensorstore": Tensor(), "zarrs": Zarr("zarrs")}.items():
        verdicts = answer[peer] = {}
        with zarr.config.set(subject.config):
            for number, (name, operation) in enumerate(subject.operations(job).items()):
                verdicts[name] = verdict(operation, job, Path(job["scratch"]) / peer / str(number) / "array")
    json.dump(answer, sys.stdout)


main()
