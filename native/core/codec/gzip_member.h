// What surrounds the deflate data of a gzip member (RFC 1952, little-endian):
//
//   offset  bytes
//        0      2  1f 8b
//        2      1  compression method, 8
//        3      1  flags: 0x01 text, 0x02 header CRC, 0x04 extra field, 0x08 name, 0x10 comment
//        4      4  modification time
//        8      1  extra flags: 2 slowest compression, 4 fastest
//        9      1  operating system
//       10      …  the optional fields that the flags announce, in the order extra, name, comment, header CRC
//               …  deflate data
//               4  CRC-32 of the content
//               4  length of the content modulo 2^32
#pragma once

#include <cstddef>

#include "core/bytes.h"
#include "core/error.h"

namespace quarry {

inline constexpr size_t kGzipHeaderBytes = 10;
inline constexpr size_t kGzipTrailerBytes = 8;

// Writes a header of kGzipHeaderBytes without a time or a system, so that equal content gives equal bytes.
void WriteGzipHeader(std::byte* at, int level);
void WriteGzipTrailer(std::byte* at, ByteView content);

// Bytes of the header at the front of `encoded`, optional fields included.
FaultOr<size_t> ReadGzipHeader(ByteView encoded);
// Compares the trailer at `at` with the content that was decoded.
FaultOr<size_t> VerifyGzipTrailer(const std::byte* at, ByteView content);

}  // namespace quarry
