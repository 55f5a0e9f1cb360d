// The array-to-bytes codec `bytes`: items in C order, each unit of them in the byte order that metadata asks
// for.
#pragma once

#include <cstddef>
#include <memory>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"

namespace quarry {

// Null where no unit of that size, or no whole number of units, makes an item.
std::unique_ptr<const Codec> MakeBytesCodec(bool big_endian, DataType data_type);

}  // namespace quarry
