// The codecs that add a checksum of 32 bits, little-endian, before or behind an unchanged body.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/bytes.h"
#include "core/codec/codec.h"

namespace quarry {

using ChecksumOf = std::function<uint32_t(ByteView)>;

enum class ChecksumPlace { kStart, kEnd };

std::unique_ptr<const Codec> MakeChecksumCodec(ChecksumOf checksum_of, ChecksumPlace place);

}  // namespace quarry
