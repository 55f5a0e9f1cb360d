"""Shows a book store with stock zarr-python and xarray alone: the book, what it takes on disk, and a picture.

    python scripts/show_book.py STORE PICTURE.png [--ingest-report REPORT.json]

STORE is one week's hierarchy (BTCUSDT.zarr/2024-W32.zarr). Nothing of Quarry is imported here: this is what any
reader in Python sees.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import xarray as xr
import zarr

from book_picture import decimals_of, draw

LEVELS_SHOWN = 5


def formatted(values: np.ndarray, step: float) -> list[str]:
    """Prices or sizes with the decimals that their tick or lot has; nothing for a missing level."""
    return ["" if np.isnan(value) else f"{value:,.{decimals_of(step)}f}" for value in values]


def print_book(book: xr.Dataset, symbol: str) -> None:
    """The best levels of both sides, at the snapshot in the middle of the store."""
    row = book.isel(ts_event=book.sizes["ts_event"] // 2).load()
    moment = np.datetime_as_string(row["ts_event"].values, unit="ms").replace("T", " ")
    print(f"\n{symbol} at {moment} UTC, update {int(row['sequence'])}")
    columns = [
        formatted(row[name].values[:LEVELS_SHOWN], book[name].encoding.get("scale_factor", 1))
        for name in ("bid_sz", "bid_px", "ask_px", "ask_sz")
    ]
    width = max(8, *(len(text) for column in columns for text in column))
    print("  ".join(title.rjust(width) for title in ("bid size", "bid", "ask", "ask size")))
    for cells in zip(*columns, strict=True):
        print("  ".join(cell.rjust(width) for cell in cells))


def arrays_of(group: zarr.Group) -> dict[str, zarr.Array]:
    return {name: node for name, node in group.members(max_depth=None) if isinstance(node, zarr.Array)}


def print_storage(group: zarr.Group, snapshots: int, report: dict | None) -> None:
    """Raw and stored bytes of each array, counted by zarr-python; snapshots share the cost of the book's arrays."""
    arrays = sorted(arrays_of(group).items(), key=lambda item: -item[1].nbytes)
    rows = [(name, str(array.dtype), array.nbytes, array.nbytes_stored()) for name, array in arrays if array.nbytes]
    rows.append(("all", "", sum(row[2] for row in rows), sum(row[3] for row in rows)))
    of_book = [(raw, stored) for name, _, raw, stored in rows[:-1] if not name.startswith("trades/")]
    width = max(len(row[0]) for row in rows)

    header = f"{'array':{width}}  {'type':7}  {'raw bytes':>13}  {'stored bytes':>13}  {'ratio':>6}"
    print(f"\n{header}\n{'-' * len(header)}")
    for name, dtype, raw, stored in rows:
        print(f"{name:{width}}  {dtype:7}  {raw:13,}  {stored:13,}  {raw / stored:5.1f}x")
    book_raw, book_stored = (sum(column) for column in zip(*of_book, strict=True))
    print(f"\n{snapshots:,} snapshots: {book_raw / snapshots:.1f} bytes each raw, {book_stored / snapshots:.1f} stored")
    if report is not None:
        rate, ingested = report["rows"] / report["seconds"], report["captureBytes"] / report["seconds"] / 1e6
        print(f"ingested at {rate:,.0f} rows a second ({ingested:.0f} MB of capture a second)")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("store", type=Path)
    arguments.add_argument("picture", type=Path)
    arguments.add_argument("--ingest-report", type=Path, help="what `quarry ingest --json` printed")
    options = arguments.parse_args()
    report = json.loads(options.ingest_report.read_text()) if options.ingest_report else None

    book = xr.open_zarr(options.store)
    group = zarr.open_group(options.store, mode="r")
    symbol = str(book.attrs.get("symbol", options.store.parent.name.removesuffix(".zarr")))
    print(f"zarr-python {zarr.__version__} and xarray {xr.__version__} read {options.store}")
    print_book(book, symbol)
    print_storage(group, book.sizes["ts_event"], report)
    draw(book, symbol, options.picture)
    print(f"\npicture: {options.picture.resolve()}")


if __name__ == "__main__":
    main()
