// CRC-32C (Castagnoli, RFC 3720 appendix B.4): reflected polynomial 0x82F63B78, initial value and final
// exclusive-or 0xFFFFFFFF. Crc32c("123456789") is 0xE3069283.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace quarry {

// The checksum of `bytes`; or of everything before, whose checksum is `crc`, followed by `bytes`.
uint32_t Crc32c(ByteView bytes, uint32_t crc = 0);

// The definition and the path of processors without the instructions: slicing-by-8. Same results as Crc32c.
uint32_t Crc32cPortable(ByteView bytes, uint32_t crc = 0);

}  // namespace quarry
