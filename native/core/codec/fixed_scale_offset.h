// The codec `numcodecs.fixedscaleoffset`:
//
//   encoded = round((decoded − offset) · scale), ties to even
//   decoded = encoded / scale + offset
//
// computed as numpy does in the type that it starts from (integers as float64), then converted. Conversions
// that numpy makes in silence and that lose the value are kNotRepresentable: an integer type that cannot hold
// it, or a finite number that would become infinite. A fraction is cut off where the decoded type is an
// integer.
#pragma once

#include <memory>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"

namespace quarry {

// Null for bool, and where scale or offset is no finite number of a type that is computed in, or scale is 0.
std::unique_ptr<const Codec> MakeFixedScaleOffsetCodec(double offset, double scale, DataType decoded,
                                                       DataType encoded);

}  // namespace quarry
