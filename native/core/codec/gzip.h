// The codec `gzip` (RFC 1952): one member a chunk; the members of concatenated files are all read.
#pragma once

#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `level` 0 … 9; null otherwise.
std::unique_ptr<const Codec> MakeGzipCodec(int level);

}  // namespace quarry
