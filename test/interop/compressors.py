"""Compresses bytes with numcodecs, and decompresses what Quarry made of the same bytes.

In (stdin):   {"directory", "action": "compress", "codecs": [config, …]}
Out (stdout): {"chunks": n}; the directory has `chunk.<i>`, and `chunk.<i>.<j>` for what codec j made of it.

In (stdin):   {"directory", "action": "decompress", "codecs": [config, …]}, of `chunk.<i>.<j>.quarry`
Out (stdout): {"different": [name, …]}, those that do not come back.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numcodecs
import numpy as np


def chunks() -> list[bytes]:
    """Nothing, little, runs, and bytes that compress here and there, beyond a block or a dictionary of each codec."""
    random = np.random.default_rng(20240229)
    walk = np.cumsum(random.integers(-3, 4, 30_000), dtype="<i4").tobytes()
    noise = random.bytes(110_000)
    return [
        b"",
        b"\x00",
        b"abababababababab",
        bytes(200_000),
        walk,
        noise,
        noise[:70_000] + walk + noise[:70_000] + bytes(70_000) + walk[::-1],
    ]


def compress(directory: Path, codecs: list) -> dict:
    for index, chunk in enumerate(chunks()):
        (directory / f"chunk.{index}").write_bytes(chunk)
        for number, codec in enumerate(codecs):
            encoded = codec.encode(np.frombuffer(chunk, "u1"))
            (directory / f"chunk.{index}.{number}").write_bytes(encoded)
    return {"chunks": len(chunks())}


def decompress(directory: Path, codecs: list) -> dict:
    names = [
        (chunk, codec, f"chunk.{index}.{number}.quarry")
        for index, chunk in enumerate(chunks())
        for number, codec in enumerate(codecs)
    ]
    return {
        "different": [name for chunk, codec, name in names if codec.decode((directory / name).read_bytes()) != chunk]
    }


def main() -> None:
    job = json.load(sys.stdin)
    action = {"compress": compress, "decompress": decompress}[job["action"]]
    codecs = [numcodecs.get_codec(config) for config in job["codecs"]]
    json.dump(action(Path(job["directory"]), codecs), sys.stdout)


main()
