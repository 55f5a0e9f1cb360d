"""A book store as one picture: price levels over time, coloured by the size resting at them, the mid price on top.

A column of the picture is one moment; it shows the last snapshot at or before it. Stretches without a snapshot are
hatched instead of being filled with a book that may no longer have stood.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.dates as mdates
import matplotlib.patheffects as patheffects
import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.colors import LogNorm

COLUMNS = 1500
PRICE_CELLS_MAX = 240
SECOND_NS = 1_000_000_000
BACKGROUND = "#0b0e14"
INK = "#d5d9e0"
GRID = "#3a4250"


def decimals_of(step: float) -> int:
    """Decimals that a price or size of whole ticks or lots has."""
    return max(0, -Decimal(repr(step)).normalize().as_tuple().exponent)


def columns_of_time(timestamp_ns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Moments that the picture's columns stand for, and for each the row of the snapshot that it shows."""
    moment_ns = np.linspace(timestamp_ns[0], timestamp_ns[-1], COLUMNS).astype("int64")
    return moment_ns, np.searchsorted(timestamp_ns, moment_ns, side="right") - 1


def gaps(timestamp_ns: np.ndarray) -> np.ndarray:
    """Stretches [start, stop) in ns that hold no snapshot for far longer than is usual in this capture."""
    steps_ns = np.diff(timestamp_ns)
    if steps_ns.size == 0:
        return np.empty((0, 2), "int64")
    silent = steps_ns > max(2 * SECOND_NS, 100 * int(np.median(steps_ns)))
    return np.stack([timestamp_ns[:-1][silent], timestamp_ns[1:][silent]], axis=1)


def price_cells(price: np.ndarray, mid: np.ndarray, tick: float) -> np.ndarray:
    """Edges of the picture's price cells, each a whole number of ticks wide, for prices [moments, levels].

    The view holds the mid price at all times and the levels around it at nearly all: a single far level would
    flatten everything else.
    """
    lowest = min(np.nanpercentile(np.fmin.reduce(price, axis=1), 1), np.nanmin(mid))
    highest = max(np.nanpercentile(np.fmax.reduce(price, axis=1), 99), np.nanmax(mid))
    ticks_in_view = round((highest - lowest) / tick) + 1
    ticks_per_cell = -(-ticks_in_view // PRICE_CELLS_MAX)
    cells = -(-ticks_in_view // ticks_per_cell)
    margin = 1 + cells // 40
    return lowest - tick / 2 + tick * ticks_per_cell * np.arange(-margin, cells + margin + 1)


def resting_size(price: np.ndarray, size: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Sizes on a grid of price cells × moments: the sum over a cell's levels, NaN where nothing rests.

    `price` and `size` are [moments, levels] with NaN for missing levels.
    """
    moment, level = np.nonzero(np.isfinite(price))
    cell = np.searchsorted(edges, price[moment, level], side="right") - 1
    inside = (cell >= 0) & (cell < len(edges) - 1)
    grid = np.zeros((len(edges) - 1, len(price)))
    np.add.at(grid, (cell[inside], moment[inside]), size[moment, level][inside])
    return np.where(grid > 0, grid, np.nan)


def draw(book: xr.Dataset, symbol: str, file: Path) -> None:
    """Draws `book`, as xarray opened it (float prices, NaN for missing levels, datetime index), into a PNG."""
    timestamp_ns = book["ts_event"].values.astype("datetime64[ns]").astype("int64")
    if (np.diff(timestamp_ns) < 0).any():
        # An exchange's clock may step back by a little; a picture's may not.
        timestamp_ns = np.maximum.accumulate(timestamp_ns)
    moment_ns, rows = columns_of_time(timestamp_ns)
    shown = book[["bid_px", "ask_px", "bid_sz", "ask_sz"]].isel(ts_event=rows).load()
    price = np.concatenate([shown["bid_px"].values, shown["ask_px"].values], axis=1)
    size = np.concatenate([shown["bid_sz"].values, shown["ask_sz"].values], axis=1)
    mid = (shown["bid_px"].values[:, 0] + shown["ask_px"].values[:, 0]) / 2
    silent = gaps(timestamp_ns)
    for start_ns, stop_ns in silent:
        inside = (moment_ns > start_ns) & (moment_ns < stop_ns)
        price[inside] = np.nan
        mid[inside] = np.nan
    if not np.isfinite(mid).any():
        raise SystemExit(f"no snapshot of {symbol} has both a bid and an ask: there is nothing to draw")
    tick = float(book["bid_px"].encoding.get("scale_factor", 1))
    edges = price_cells(price, mid, tick)
    grid = resting_size(price, size, edges)

    plt.rcParams.update({"text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK})
    figure, axes = plt.subplots(figsize=(16, 9), dpi=100, facecolor=BACKGROUND, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.15)
    axes.set_facecolor(BACKGROUND)
    days = (moment_ns / (86_400 * SECOND_NS))[[0, -1]]
    smallest, largest = np.nanpercentile(grid, [5, 99.7])
    image = axes.imshow(
        grid,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(days[0], days[1], edges[0], edges[-1]),
        cmap="viridis",  # perceptually even and told apart with every kind of colour blindness
        norm=LogNorm(smallest, max(largest, smallest * 10), clip=True),
    )
    (line,) = axes.plot(moment_ns / (86_400 * SECOND_NS), mid, color="white", linewidth=1.1, label="mid price")
    line.set_path_effects([patheffects.withStroke(linewidth=2.6, foreground="black"), patheffects.Normal()])
    for index, span_ns in enumerate(silent):
        label = "no data" if index == 0 else None
        first, last = span_ns / (86_400 * SECOND_NS)
        axes.axvspan(first, last, facecolor="none", edgecolor=INK, hatch="///", linewidth=0, alpha=0.5, label=label)
    _annotate(figure, axes, image, symbol, timestamp_ns, book.sizes["level"], tick)
    axes.set_ylim(edges[0], edges[-1])
    figure.savefig(file, facecolor=BACKGROUND)
    plt.close(figure)


def _annotate(figure, axes, image, symbol: str, timestamp_ns: np.ndarray, levels: int, tick: float) -> None:
    first, last = (np.datetime64(int(ns), "ns").astype("datetime64[s]") for ns in timestamp_ns[[0, -1]])
    axes.set_title(f"{symbol}: the best {levels} price levels of each side", loc="left", fontsize=17, pad=26)
    subtitle = f"{str(first).replace('T', ' ')} to {str(last).replace('T', ' ')} UTC, {len(timestamp_ns):,} snapshots"
    axes.text(0, 1.012, subtitle, transform=axes.transAxes, fontsize=11.5, alpha=0.8)
    locator = mdates.AutoDateLocator(tz="UTC", minticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, tz="UTC", show_offset=False))
    axes.set_xlabel("time (UTC)", fontsize=12)
    axes.set_ylabel("price", fontsize=12)
    axes.yaxis.set_major_formatter(f"{{x:,.{decimals_of(tick)}f}}")
    axes.tick_params(labelsize=11, length=3)
    axes.grid(color=GRID, linewidth=0.5, alpha=0.35)
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = figure.colorbar(image, ax=axes, pad=0.012, aspect=40, extend="both")
    bar.set_label("size resting at the price (log scale)", fontsize=12)
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    bar.outline.set_visible(False)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, labelcolor=INK, fontsize=12)
