// The 32-bit checksums that codecs are made of, beside CRC-32C (crc32c.h).
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace quarry {

// CRC-32 of ISO 3309, as in gzip and zip: 0xCBF43926 for "123456789".
uint32_t Crc32(ByteView bytes);

// Adler-32 of RFC 1950: 0x091E01DE for "123456789".
uint32_t Adler32(ByteView bytes);

// Fletcher-32 as HDF5 computes it: over big-endian words of 16 bits (an odd last byte is the high half of
// one), in sums modulo 65535 that are folded after every 360 words. As neither sum is ever reduced from 65535
// to 0, where they are folded is part of the definition.
uint32_t Fletcher32(ByteView bytes);

// Bob Jenkins' lookup3 (hashlittle), http://burtleburtle.net/bob/c/lookup3.c, of `prefix` followed by
// `bytes`.
uint32_t JenkinsLookup3(ByteView prefix, ByteView bytes, uint32_t initial);

}  // namespace quarry
