"""`quarry.temporal`: each item of a chunk as its difference from the item before it along one axis.

    {"name": "quarry.temporal", "configuration": {"transform": "xor", "axis": 0}}

Kind: array to array; data type and shape stay. Inside one chunk (an inner chunk, where the array is sharded), with
u[i] the bits of item i along the axis, as an unsigned integer of the item's width:

    transform  encoded                 decoded                  data types
    xor        e[i] = u[i] ^ u[i-1]    u[i] = e[i] ^ u[i-1]     all of a fixed size
    delta      e[i] = u[i] - u[i-1]    u[i] = e[i] + u[i-1]     integers; wraps at the item's width

The first item along the axis is kept. Both are exact for every bit pattern, NaN payloads and signed zeros included.
Specification: spec/codecs/temporal.md. Readers besides this one: Quarry itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, ClassVar, Literal, Self, cast, get_args

import numpy as np
import numpy.typing as npt
from zarr.abc.codec import ArrayArrayCodec
from zarr.core.common import parse_named_configuration

if TYPE_CHECKING:
    from zarr.core.array_spec import ArraySpec
    from zarr.core.buffer import NDBuffer
    from zarr.core.chunk_grids import ChunkGrid
    from zarr.core.common import JSON
    from zarr.core.dtype import TBaseDType, TBaseScalar, ZDType

Transform = Literal["xor", "delta"]

#: numpy's letters for data types whose items are references to memory elsewhere: they have no bits of their own.
_KINDS_WITHOUT_BITS = "OT"


@dataclass(frozen=True, kw_only=True)
class Temporal(ArrayArrayCodec):
    """The `quarry.temporal` filter, found by zarr-python through its entry point.

    Parameters
    ----------
    transform
        ``"xor"`` (default) or ``"delta"``.
    axis
        The axis along which items follow one another, counted from 0 (default).

    Raises
    ------
    ValueError
        For a configuration that the specification does not allow, or a data type that the transform does not take.
    """

    name: ClassVar[str] = "quarry.temporal"
    is_fixed_size = True

    transform: Transform = "xor"
    axis: int = 0

    def __post_init__(self) -> None:
        if self.transform not in get_args(Transform):
            raise ValueError(f"{self.name}: transform must be one of {get_args(Transform)}, not {self.transform!r}")
        if type(self.axis) is not int or self.axis < 0:
            raise ValueError(f"{self.name}: axis must be an integer from 0, not {self.axis!r}")

    @classmethod
    def from_dict(cls, data: dict[str, JSON]) -> Self:
        _, configuration = parse_named_configuration(data, cls.name)
        if configuration.keys() != {"transform", "axis"}:
            raise ValueError(f"{cls.name}: configuration must hold transform and axis, not {sorted(configuration)}")
        return cls(**cast("dict[str, object]", configuration))  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, JSON]:
        return {"name": self.name, "configuration": {"transform": self.transform, "axis": self.axis}}

    def validate(self, shape: tuple[int, ...], dtype: ZDType[TBaseDType, TBaseScalar], chunk_grid: ChunkGrid) -> None:
        self._check(len(shape), dtype)

    def evolve_from_array_spec(self, array_spec: ArraySpec) -> Self:
        # Also reached for the inner chunks of a shard, which `validate` is not called for.
        self._check(array_spec.ndim, array_spec.dtype)
        return self

    def compute_encoded_size(self, input_byte_length: int, _chunk_spec: ArraySpec) -> int:
        return input_byte_length

    def _check(self, ndim: int, dtype: ZDType[TBaseDType, TBaseScalar]) -> None:
        if self.axis >= ndim:
            raise ValueError(f"{self.name}: axis {self.axis} of an array with {ndim} dimensions")
        native = dtype.to_native_dtype()
        if native.kind in _KINDS_WITHOUT_BITS or (self.transform == "delta" and native.kind not in "iu"):
            raise ValueError(f"{self.name}: transform {self.transform!r} does not take data type {native}")

    def _encode_sync(self, chunk_array: NDBuffer, chunk_spec: ArraySpec) -> NDBuffer:
        items, dtype = self._items(chunk_array)
        encoded = items.copy()
        if self.transform == "xor":
            encoded[1:] ^= items[:-1]
        else:
            encoded[1:] -= items[:-1]
        return self._chunk(encoded, dtype, chunk_spec)

    def _decode_sync(self, chunk_array: NDBuffer, chunk_spec: ArraySpec) -> NDBuffer:
        items, dtype = self._items(chunk_array)
        accumulate = np.bitwise_xor if self.transform == "xor" else np.add
        # Without `dtype` numpy sums narrow integers in wider ones.
        return self._chunk(accumulate.accumulate(items, axis=0, dtype=items.dtype), dtype, chunk_spec)

    async def _encode_single(self, chunk_array: NDBuffer, chunk_spec: ArraySpec) -> NDBuffer:
        return self._encode_sync(chunk_array, chunk_spec)

    async def _decode_single(self, chunk_array: NDBuffer, chunk_spec: ArraySpec) -> NDBuffer:
        return self._decode_sync(chunk_array, chunk_spec)

    def _items(self, chunk_array: NDBuffer) -> tuple[npt.NDArray[np.unsignedinteger], np.dtype]:
        """The chunk's bits as unsigned integers, the codec's axis first; and its data type in native byte order.

        A last axis holds the integers of one item: one, except in types wider than 8 bytes or of an odd width, which
        only the XOR takes, and to it the parts of an item are independent of each other.
        """
        values = chunk_array.as_numpy_array()
        # Behind a big-endian `bytes` codec zarr-python hands over big-endian items; carries run the native way.
        dtype = values.dtype.newbyteorder("=")
        items = np.ascontiguousarray(values, dtype=dtype)[..., np.newaxis]
        return np.moveaxis(items.view(f"u{gcd(dtype.itemsize, 8)}"), self.axis, 0), dtype

    def _chunk(self, items: npt.NDArray[np.unsignedinteger], dtype: np.dtype, chunk_spec: ArraySpec) -> NDBuffer:
        values = np.ascontiguousarray(np.moveaxis(items, 0, self.axis)).view(dtype)[..., 0]
        return chunk_spec.prototype.nd_buffer.from_numpy_array(values)


class VectorizedTemporal(Temporal):
    """The same filter under the name of stores older than its specification; they keep that name when rewritten."""

    name: ClassVar[str] = "vectorized_temporal"
