"""Draws results.json as one picture: a panel a chain, a group a workload, a bar an engine, time on a log scale."""

import argparse
import json
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = {
    "quarry": "#c8553d",
    "tensorstore": "#28536b",
    "zarrs": "#5b8e7d",
    "zarr-python": "#9fb8ad",
    "zarrita": "#f2b950",
    "parquet": "#b7a6c9",
    "limit": "#c9c9c9",
}
LABELS = {
    "write-whole": "write\nwhole",
    "read-whole": "read whole,\nnew memory",
    "read-into": "read whole\ninto out",
    "windows-serial": "256 windows\none by one",
    "windows-concurrent": "256 windows\nat once",
    "sorted-rows": "4096\nrows",
    "one-column": "one\ncolumn",
    "appends": "100\nappends",
    "open-one-row": "open +\n1 row",
}
CHAINS = {
    "zstd-3": "zstd 3",
    "blosc-zstd-5": "blosc-zstd 5 shuffle",
    "blosc-lz4-5": "blosc-lz4 5 shuffle",
    "portable": "blosc-zstd 2 shuffle + crc32c (Quarry's book stores)",
}


def draw_chain(axes, measurements, engines):
    workloads = [name for name in LABELS if any(m["workload"] == name for m in measurements)]
    width = 0.85 / len(engines)
    for place, engine in enumerate(engines):
        bars = [
            (group, median(m["milliseconds"]))
            for group, workload in enumerate(workloads)
            for m in measurements
            if m["engine"] == engine and m["workload"] == workload
        ]
        offset = (place - (len(engines) - 1) / 2) * width
        axes.bar(
            [group + offset for group, _ in bars],
            [value for _, value in bars],
            width,
            label=engine,
            color=COLOURS.get(engine, "#777777"),
        )
    axes.set_yscale("log")
    axes.set_ylabel("milliseconds")
    axes.set_xticks(range(len(workloads)), [LABELS[name] for name in workloads], fontsize=8)
    axes.grid(axis="y", which="major", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results")
    parser.add_argument("picture")
    arguments = parser.parse_args()
    results = json.loads(Path(arguments.results).read_text(encoding="utf8"))

    measured = results["measurements"]
    chains = [name for name in CHAINS if any(m["chain"] == name for m in measured)]
    engines = list(results["engines"])
    figure, panels = plt.subplots(len(chains), figsize=(11, 2.9 * len(chains) + 1), squeeze=False, layout="constrained")
    for axes, chain in zip(panels[:, 0], chains, strict=True):
        axes.set_title(CHAINS[chain], loc="left", fontsize=10)
        draw_chain(axes, [m for m in measured if m["chain"] == chain], engines)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(engines), frameon=False)
    machine = results["machine"]
    figure.supxlabel(
        f"{results['book']['rows']:,} × 40 int32, {machine['cores']} cores ({machine['cpu']}), "
        f"Node {machine['node']}, {results['date']}; lower is better",
        fontsize=8,
    )
    figure.savefig(arguments.picture, dpi=130)


if __name__ == "__main__":
    main()
