// The codec `scale_offset`
// (https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/scale_offset):
//
//   encoded = (decoded − offset) · scale
//   decoded = encoded / scale + offset
//
// in the arithmetic of the data type. A result, in between or at the end, that the type does not hold is
// kNotRepresentable: out of an integer type's range, a division with a remainder, or a finite number that
// would become infinite or NaN.
#pragma once

#include <memory>
#include <string_view>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"

namespace quarry {

// For integers, in decimal. Null where the type is no integer or does not hold one of the numbers.
std::unique_ptr<const Codec> MakeIntegerScaleOffsetCodec(std::string_view offset, std::string_view scale,
                                                         DataType data_type);
// Null where the type is no floating-point type.
std::unique_ptr<const Codec> MakeFloatScaleOffsetCodec(double offset, double scale, DataType data_type);

}  // namespace quarry
