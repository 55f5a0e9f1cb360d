"""A batch of arrays, each written and read by the peer that a request names, for a test that does the same with Quarry.

In (stdin):   {"write": [{"peer", "path", "document", "start", "stop", "valuesFile", "isText"}, …],
               "read": [{"peer", "path", "start"?, "stop"?}, …]}
Out (stdout): {"written": [answer, …], "read": [answer, …]}, in the order asked for: {"shape", "sha256"}, or
              {"refusal": "Type: what the peer said"}.

Without `start` and `stop` an array is read whole. A written array is created from `document`, a zarr.json; the box from
`start` to `stop` gets the items of `valuesFile` (see items.py), and the answer to it is `{}`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from items import bytes_of, values_of
from peers import PEERS


def box_of(request: dict) -> tuple[slice, ...]:
    return tuple(slice(start, stop) for start, stop in zip(request["start"], request["stop"], strict=True))


def write(request: dict) -> dict:
    box = box_of(request)
    shape = tuple(axis.stop - axis.start for axis in box)
    data = Path(request["valuesFile"]).read_bytes()
    values = partial(values_of, data, shape=shape, text=request["isText"])
    PEERS[request["peer"]].write(request["path"], request["document"], box, values)
    return {}


def read(request: dict) -> dict:
    box = box_of(request) if "start" in request else (...,)
    values = PEERS[request["peer"]].read(request["path"], box)
    return {"shape": list(values.shape), "sha256": hashlib.sha256(bytes_of(values)).hexdigest()}


def answered(do: Callable[[dict], dict], request: dict) -> dict:
    try:
        return do(request)
    except Exception as error:  # noqa: BLE001 - whatever a peer throws is its refusal
        return {"refusal": f"{type(error).__name__}: {error}"}


def main() -> None:
    job = json.load(sys.stdin)
    answer = {
        "written": [answered(write, request) for request in job["write"]],
        "read": [answered(read, request) for request in job["read"]],
    }
    json.dump(answer, sys.stdout)


main()
