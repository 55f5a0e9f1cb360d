"""Out (stdout): the version of each implementation that stores are exchanged with, by its name here."""

import json
import sys
from importlib.metadata import version

PACKAGES = {"zarr-python": "zarr", "tensorstore": "tensorstore", "zarrs": "zarrs"}

json.dump({name: version(package) for name, package in PACKAGES.items()}, sys.stdout)
