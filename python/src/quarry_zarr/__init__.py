"""Codecs of Quarry for zarr-python 3. Importing this package is only needed to write with them."""

from quarry_zarr.temporal import Temporal, VectorizedTemporal

__all__ = ["Temporal", "VectorizedTemporal"]
