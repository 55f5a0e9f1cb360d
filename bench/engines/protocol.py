"""The Python half of protocol.mjs: an operation returns (run, parts)."""

import gc
import hashlib
import json
import sys
import time
from functools import lru_cache

import numpy as np

COLUMNS = 40


def serve(version, operations):
    def answer(message):
        print(json.dumps(message), flush=True)

    answer({"version": version, "operations": list(operations)})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer(perform(operations[request.pop("operation")], request))
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


def perform(operation, request):
    check = request.pop("check", False)
    prepare_only = request.pop("prepareOnly", False)
    run, parts = operation(**request)
    if prepare_only:
        return {}
    gc.collect()
    start, cpu_start = time.perf_counter(), time.process_time()
    result = run()
    elapsed, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    times = {"milliseconds": elapsed * 1000, "cpuMilliseconds": cpu * 1000}
    if not check:
        return times
    digest = hashlib.sha256()
    for part in parts(result):
        digest.update(np.ascontiguousarray(part))
    return {**times, "digest": digest.hexdigest()}


def nothing(_result):
    return []


@lru_cache(maxsize=1)
def input_of(path):
    """The input of writing workloads: kept, so that its memory has been touched when it is measured."""
    return np.fromfile(path, dtype="<i4").reshape(-1, COLUMNS)


@lru_cache(maxsize=1)
def touched_output(shape):
    """Memory that has been written to, the same one each time."""
    return np.full(shape, -1, dtype="<i4")
