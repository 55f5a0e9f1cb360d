"""Rebuilds order books from raw captures with dictionaries and sorted lists, and compares them with ingested stores.

Nothing of Quarry is used: the captures are read as text, prices are `Decimal` on their way to whole ticks, the stores
are opened with zarr-python.

In (stdin):   {"captures": [{"format": "binance", "symbol": "BTCUSDT", "files": [path, …], "stores": [path, …]}, …]}
Out (stdout): {"captures": [{"rows": 6547, "storedRows": 6547, …, "differences": ["bid_px in row 3: …"]}, …]}
"""

from __future__ import annotations

import bisect
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import zarr

import strict  # noqa: F401

# By data type, what stands for a level that is not there.
MISSING = {"int32": -(2**31), "int64": -(2**63)}
DIFFERENCES_SHOWN = 5
BOOK = ("ts_event", "ts_recv", "sequence", "bid_px", "bid_sz", "ask_px", "ask_sz")
TRADES = ("ts_event", "ts_recv", "trade_id", "px", "sz", "side")


def whole_steps(step: str) -> Callable[[str], int]:
    """Decimal text as a whole number of `step`."""

    @cache
    def steps(text: str) -> int:
        count = Decimal(text) / Decimal(step)
        assert count == int(count), f"{text} is not a whole number of {step}"
        return int(count)

    return steps


class Side:
    """Sizes by price, and the prices in order, the best one first; `sign` is -1 for bids."""

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []
        self.lots: dict[int, int] = {}

    def put(self, ticks: int, lots: int) -> None:
        key = ticks * self.sign
        if lots == 0:
            if self.lots.pop(key, None) is not None:
                self.keys.pop(bisect.bisect_left(self.keys, key))
        else:
            if key not in self.lots:
                bisect.insort(self.keys, key)
            self.lots[key] = lots

    def top(self, levels: int) -> tuple[list[int | None], list[int | None]]:
        keys = self.keys[:levels]
        missing = [None] * (levels - len(keys))
        return [key * self.sign for key in keys] + missing, [self.lots[key] for key in keys] + missing


class Rebuild:
    """Rows as the store should have them, in ticks and lots; a level that is not there is None."""

    def __init__(self, levels: int, tick: str, lot: str) -> None:
        self.levels = levels
        self.ticks, self.lots = whole_steps(tick), whole_steps(lot)
        self.rows: dict[str, list] = {name: [] for name in BOOK}
        self.trades: dict[str, list] = {name: [] for name in TRADES}
        self.clear()

    def clear(self) -> None:
        self.bids, self.asks = Side(-1), Side(1)

    def apply(self, bids: list, asks: list) -> None:
        for side, levels in ((self.bids, bids), (self.asks, asks)):
            for price, size, *_ in levels:
                side.put(self.ticks(price), self.lots(size))

    def add_row(self, ts_event: int, ts_recv: int, sequence: int) -> None:
        values = (ts_event, ts_recv, sequence, *self.bids.top(self.levels), *self.asks.top(self.levels))
        for column, value in zip(self.rows.values(), values, strict=True):
            column.append(value)

    def add_trade(self, ts_event: int, ts_recv: int, trade_id: int, price: str, size: str, side: str) -> None:
        values = (ts_event, ts_recv, trade_id, self.ticks(price), self.lots(size), ord(side))
        for column, value in zip(self.trades.values(), values, strict=True):
            column.append(value)


def lines_of(files: list[str]) -> Iterator[str]:
    for file in files:
        content = Path(file).read_bytes()
        yield from io.StringIO((gzip.decompress(content) if file.endswith(".gz") else content).decode())


def rebuild_binance(rebuild: Rebuild, files: list[str], symbol: str) -> None:
    """Diffs wait for the snapshot; the one that spans its id begins the book, and each follows the one before."""
    waiting: list[tuple[int, dict]] = []
    snapshot_id = book_id = None

    def follow(recv: int, diff: dict) -> None:
        nonlocal book_id
        if diff["u"] < snapshot_id:
            return
        if book_id is None:
            assert diff["pu"] <= snapshot_id <= diff["u"]
        else:
            assert diff["pu"] == book_id
        rebuild.apply(diff["b"], diff["a"])
        book_id = diff["u"]
        rebuild.add_row(diff["T"] * 1_000_000, recv, diff["u"])

    for line in lines_of(files):
        clock, text = line.split(" ", 1)
        recv, message = int(clock), json.loads(text)
        data = message.get("data", message)
        if "lastUpdateId" in data:
            assert snapshot_id is None, "these captures have one snapshot"
            snapshot_id = data["lastUpdateId"]
            rebuild.apply(data["bids"], data["asks"])
            for waited in waiting:
                follow(*waited)
        elif data["e"] == "depthUpdate":
            if snapshot_id is None:
                waiting.append((recv, data))
            else:
                follow(recv, data)
        elif data["e"] == "trade" and data["s"] == symbol:
            side = "A" if data["m"] else "B"
            rebuild.add_trade(data["T"] * 1_000_000, recv, data["t"], data["p"], data["q"], side)


def rebuild_okx(rebuild: Rebuild, files: list[str], symbol: str) -> None:
    """A snapshot, then updates; each state must have the checksum that the exchange sent with it."""
    # By side: a price may leave one side and come to the other in one message.
    sent: dict[str, dict[int, str]] = {"bids": {}, "asks": {}}
    for line in lines_of(files):
        if line.startswith("wss://"):
            continue
        clock, text = line.split(": ", 1)
        message = json.loads(text)
        arg = message.get("arg", {})
        if "data" not in message or arg.get("instId") != symbol:
            continue
        recv = int(Decimal(clock) * 1_000_000_000)
        for data in message["data"]:
            ts_event = int(data["ts"]) * 1_000_000
            if arg["channel"] == "books":
                if message["action"] == "snapshot":
                    rebuild.clear()
                rebuild.apply(data["bids"], data["asks"])
                for side, texts in sent.items():
                    for price, size, *_ in data[side]:
                        texts[rebuild.ticks(price)] = f"{price}:{size}"
                best = zip(rebuild.bids.top(25)[0], rebuild.asks.top(25)[0], strict=True)
                levels = [text for bid, ask in best for text in (sent["bids"][bid], sent["asks"][ask])]
                checksum = zlib.crc32(":".join(levels).encode())
                assert checksum == data["checksum"] % 2**32
                rebuild.add_row(ts_event, recv, len(rebuild.rows["sequence"]) + 1)
            elif arg["channel"] == "trades":
                side = "B" if data["side"] == "buy" else "A"
                rebuild.add_trade(ts_event, recv, int(data["tradeId"]), data["px"], data["sz"], side)


REBUILDS = {"binance": rebuild_binance, "okx": rebuild_okx}


def differences(expected: dict[str, list], stores: list[zarr.Group]) -> Iterator[str]:
    for name, values in expected.items():
        stored = np.concatenate([store[name][...] for store in stores])
        rows = min(len(values), len(stored))
        missing = MISSING.get(stored.dtype.name)
        items = [missing if item is None else item for item in np.ravel(np.asarray(values[:rows], object))]
        wrong = stored[:rows] != np.asarray(items, np.int64).reshape(rows, *stored.shape[1:])
        for row in np.flatnonzero(wrong.reshape(rows, -1).any(axis=1))[:DIFFERENCES_SHOWN]:
            yield f"{name} in row {row}: {stored[row]} should be {values[row]}"


def compare(capture: dict) -> dict:
    stores = [zarr.open_group(Path(path), mode="r") for path in capture["stores"]]
    attributes = stores[0].attrs
    rebuild = Rebuild(attributes["levels"], attributes["tick_size"], attributes["lot_size"])
    REBUILDS[capture["format"]](rebuild, capture["files"], capture["symbol"])
    trades = [store["trades"] for store in stores]
    return {
        "rows": len(rebuild.rows["sequence"]),
        "storedRows": sum(store["sequence"].shape[0] for store in stores),
        "trades": len(rebuild.trades["trade_id"]),
        "storedTrades": sum(group["trade_id"].shape[0] for group in trades),
        "differences": [*differences(rebuild.rows, stores), *differences(rebuild.trades, trades)],
    }


def main() -> None:
    job = json.load(sys.stdin)
    json.dump({"captures": [compare(capture) for capture in job["captures"]]}, sys.stdout)


main()
