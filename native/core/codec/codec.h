// The contract of every native codec.
//
// A codec is made once for a chunk of known data type and shape (see registry.h) and is immutable from then
// on, so that any number of threads may run it at once; whatever a run needs to write to lives in the
// Workspace, of which each thread has its own.
//
// Memory: the caller owns inputs and outputs; a codec borrows both for one call. Inputs are hostile: every
// length is checked before it is believed, and nothing is read or written outside the two spans.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "core/bytes.h"
#include "core/codec/workspace.h"
#include "core/error.h"

namespace quarry {

class Codec {
 public:
  virtual ~Codec() = default;

  // Bytes after encoding `decoded_bytes` bytes where that does not depend on the content (bytes, transpose,
  // shuffles, checksums); nothing for compressors.
  virtual std::optional<size_t> EncodedBytes(size_t decoded_bytes) const = 0;

  // Capacity that makes Encode() succeed for any content of `decoded_bytes` bytes.
  virtual size_t EncodedBound(size_t decoded_bytes) const = 0;

  // Encodes all of `decoded`; `encoded` has at least EncodedBound(decoded.size()) bytes. Returns bytes
  // written.
  virtual FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace& workspace) const = 0;

  // Decodes all of `encoded` into the front of `decoded`; returns bytes written. More than decoded.size() is
  // kTooLarge, and input left over after the end is kTrailingBytes. Whether fewer than decoded.size() bytes
  // are acceptable is the chain's decision.
  virtual FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace& workspace) const = 0;

  // A codec that can decode a part of its content for less than the whole says so.
  virtual bool DecodesRanges() const { return false; }
  // For those: puts bytes [begin, end) of the content at their places in `decoded`, whose size is that of the
  // whole content, exactly; what else of `decoded` is overwritten is the codec's choice. What lies outside
  // the range is not decoded, hence not checked, unless the encoded bytes carry a checksum of their content:
  // then all of it is. Returns the range that has been decoded, which is that one at least.
  virtual FaultOr<ByteRange> DecodeRange(ByteView encoded, MutableBytes decoded, size_t begin, size_t end,
                                         Workspace& workspace) const {
    (void)begin, (void)end;
    const FaultOr<size_t> written = Decode(encoded, decoded, workspace);
    if (!written) return std::unexpected(written.error());
    return ByteRange{0, *written};
  }

  // A codec that changes nothing (`bytes` in the host's order); the chain leaves it out.
  virtual bool IsIdentity() const { return false; }

  // A codec that only adds bytes before or after an unchanged body (a checksum) says so, and the chain then
  // decodes without a copy: it verifies and goes on with the view of the body.
  virtual bool IsFraming() const { return false; }
  // Framing codecs only: verifies `encoded` and returns its body.
  virtual FaultOr<ByteView> VerifiedBody(ByteView encoded) const {
    (void)encoded;
    return std::unexpected(Fault{FaultReason::kInternal});
  }
};

}  // namespace quarry
