// The array-to-bytes codec `bytes`: items in C order, in the byte order that metadata asks for.
#pragma once

#include <cstddef>
#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `item_bytes` is 1, 2, 4 or 8; null otherwise.
std::unique_ptr<const Codec> MakeBytesCodec(bool big_endian, size_t item_bytes);

}  // namespace quarry
