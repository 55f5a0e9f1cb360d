// The codec `zlib` (RFC 1950): a header of two bytes, deflate data, and the Adler-32 of the content,
// big-endian.
#pragma once

#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `level` 0 … 9; null otherwise.
std::unique_ptr<const Codec> MakeZlibCodec(int level);

}  // namespace quarry
