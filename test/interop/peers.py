"""The other implementations behind one interface: each reads a box of an array, and creates one from a v3 document.

Each is used as its users use it; `zarrs` is zarr-python with zarrs' codec pipeline, which may refuse but not hand an
array back to zarr-python's own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorstore as ts
import zarr
from zarr.abc.codec import ArrayArrayCodec, ArrayBytesCodec, BytesBytesCodec
from zarr.core.metadata.v3 import parse_codecs
from zarr.dtype import parse_dtype

import strict  # noqa: F401

# True of some of the arrays that are exchanged here, and harmless.
warnings.filterwarnings("ignore", message="Combining a `sharding_indexed` codec disables partial reads")
warnings.filterwarnings("ignore", message="The data type .* does not have a Zarr V3 specification")

Box = tuple[slice, ...]

PIPELINES = {"zarr-python": "zarr.core.codec_pipeline.BatchedCodecPipeline", "zarrs": "zarrs.ZarrsCodecPipeline"}


class ZarrPython:
    def __init__(self, pipeline: str) -> None:
        self._config = {"codec_pipeline.path": pipeline, "codec_pipeline.strict": True}

    def read(self, path: str, box: Box) -> np.ndarray:
        with zarr.config.set(self._config):
            return np.asarray(zarr.open_array(path, mode="r")[box])

    def write(self, path: str, document: dict, box: Box, values: Callable) -> None:
        codecs = parse_codecs(document["codecs"])
        data_type = parse_dtype(document["data_type"], zarr_format=3)
        with zarr.config.set(self._config):
            array = zarr.create_array(
                path,
                shape=document["shape"],
                dtype=data_type,
                chunks=tuple(document["chunk_grid"]["configuration"]["chunk_shape"]),
                filters=[codec for codec in codecs if isinstance(codec, ArrayArrayCodec)],
                serializer=next(codec for codec in codecs if isinstance(codec, ArrayBytesCodec)),
                compressors=[codec for codec in codecs if isinstance(codec, BytesBytesCodec)],
                fill_value=data_type.from_json_scalar(document["fill_value"], zarr_format=3),
                chunk_key_encoding=document["chunk_key_encoding"],
                dimension_names=document.get("dimension_names"),
            )
            array[box] = values(array.dtype)


class TensorStore:
    def _open(self, path: str, **options):
        context = ts.Context({"file_io_sync": False})
        driver = "zarr2" if (Path(path) / ".zarray").exists() else "zarr3"
        spec = {"driver": driver, "kvstore": {"driver": "file", "path": path}}
        return ts.open(spec | options.pop("spec", {}), context=context, **options).result()

    def read(self, path: str, box: Box) -> np.ndarray:
        return self._open(path, read=True)[box].read().result()

    def write(self, path: str, document: dict, box: Box, values: Callable) -> None:
        own = {key: value for key, value in document.items() if key != "storage_transformers"}
        array = self._open(path, spec={"metadata": own}, create=True)
        array[box].write(values(array.dtype.numpy_dtype)).result()


PEERS = {name: ZarrPython(pipeline) for name, pipeline in PIPELINES.items()} | {"tensorstore": TensorStore()}
