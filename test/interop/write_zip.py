"""Writes a group with a sharded array into a zip archive, as zarr-python does: changed values are appended anew."""

import json
import sys
import warnings

import numpy as np
import zarr

job = json.load(sys.stdin)
# The archive then has two entries of one name.
warnings.simplefilter("ignore")
store = zarr.storage.ZipStore(job["file"], mode="w")
root = zarr.create_group(store=store, attributes={"venue": "first"})
px = root.create_array("bid px", shape=(100, 4), chunks=(8, 4), shards=(32, 4), dtype="int32")
px[:] = np.arange(400, dtype="int32").reshape(100, 4)
px[:8] = 7
root.attrs["venue"] = "second"
store.close()
json.dump({"rows": px.shape[0]}, sys.stdout)
