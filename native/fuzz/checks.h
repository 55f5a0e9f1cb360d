// What holds for any bytes whatsoever. Each check puts one case through the core and says in words which
// promise was broken; an empty answer means none. Reads and writes outside a buffer are left to the
// sanitizers: every buffer is a heap block of exactly the size that may be touched.
#pragma once

#include <string>

#include "core/bytes.h"

namespace quarry::fuzz {

// The body is an encoded chunk. It decodes or is a fault that names a codec of the chain; a part of it
// decodes to the same bytes; and what an exact chain decoded comes back when it is encoded and decoded again.
std::string CheckDecoding(ByteView input);

// The body is edits (one byte for their number, then 10 bytes each: kind, two positions, value) and content
// for a chunk. The chunk comes back from its encoding. From the edited encoding comes a chunk of the same
// size or a fault; always a fault where a checksum stands last whose arithmetic notices what the edits come
// to: up to four bytes in a row for a CRC, one byte for Adler-32 and Fletcher-32.
std::string CheckChain(ByteView input);

// The body is the length of a frame of a journal (2 bytes), it, and a second frame; both are said to hold as
// much as the chunk. A frame is accepted or refused, and always refused after one that was. Those that are
// accepted are one stream, which decompresses to the same bytes, and these come back from a frame of ours.
std::string CheckFrames(ByteView input);

// The body is the length of a shard (8 bytes) and its encoded index; the chunk is the index's array. Entries
// that are said to lie within the shard do, and an index that was accepted encodes to the bytes that it came
// from.
std::string CheckShardIndex(ByteView input);

}  // namespace quarry::fuzz
