// The codec `numcodecs.bitround`: rounds floating-point numbers, ties to even, to `keep_bits` bits of their
// mantissa (Klöwer et al. 2021, https://www.nature.com/articles/s43588-021-00156-2). Decoding changes
// nothing.
//
// Unlike numcodecs, which rounds whatever the bits mean, NaN is kept as it is, since a mantissa of ones would
// carry into its sign; and a finite number that would become infinite is kNotRepresentable.
#pragma once

#include <memory>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"

namespace quarry {

// `keep_bits` from 0 to the mantissa's 10, 23 or 52 bits, of a floating-point type; null otherwise.
std::unique_ptr<const Codec> MakeBitRoundCodec(int keep_bits, DataType data_type);

}  // namespace quarry
