#include "core/codec/checksums.h"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>

namespace quarry {

namespace {

// High half and low half added, which keeps a sum's value modulo 65535.
uint32_t Folded(uint32_t sum) { return (sum & 0xFFFF) + (sum >> 16); }

class Lookup3 {
 public:
  static constexpr size_t kBlockBytes = 12;

  explicit Lookup3(uint32_t initial) : a_(initial), b_(initial), c_(initial) {}

  void Add(const std::byte* block) {
    a_ += LoadLittleEndian<uint32_t>(block);
    b_ += LoadLittleEndian<uint32_t>(block + 4);
    c_ += LoadLittleEndian<uint32_t>(block + 8);
  }

  void Mix() {
    a_ -= c_, a_ ^= std::rotl(c_, 4), c_ += b_;
    b_ -= a_, b_ ^= std::rotl(a_, 6), a_ += c_;
    c_ -= b_, c_ ^= std::rotl(b_, 8), b_ += a_;
    a_ -= c_, a_ ^= std::rotl(c_, 16), c_ += b_;
    b_ -= a_, b_ ^= std::rotl(a_, 19), a_ += c_;
    c_ -= b_, c_ ^= std::rotl(b_, 4), b_ += a_;
  }

  uint32_t Finish() {
    c_ ^= b_, c_ -= std::rotl(b_, 14);
    a_ ^= c_, a_ -= std::rotl(c_, 11);
    b_ ^= a_, b_ -= std::rotl(a_, 25);
    c_ ^= b_, c_ -= std::rotl(b_, 16);
    a_ ^= c_, a_ -= std::rotl(c_, 4);
    b_ ^= a_, b_ -= std::rotl(a_, 14);
    c_ ^= b_, c_ -= std::rotl(b_, 24);
    return c_;
  }

  uint32_t initial() const { return c_; }

 private:
  uint32_t a_, b_, c_;
};

}  // namespace

uint32_t Crc32(ByteView bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

uint32_t Adler32(ByteView bytes) {
  // zlib answers a null pointer, which an empty view may have, with the checksum of nothing.
  return static_cast<uint32_t>(::adler32_z(1, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

uint32_t Fletcher32(ByteView bytes) {
  constexpr size_t kWordsBetweenFolds = 360;
  uint32_t sum = 0;
  uint32_t sum_of_sums = 0;
  const std::byte* at = bytes.data();
  for (size_t words = bytes.size() / 2; words > 0;) {
    const size_t group = std::min(words, kWordsBetweenFolds);
    for (size_t i = 0; i < group; ++i, at += 2) {
      sum += std::byteswap(LoadLittleEndian<uint16_t>(at));
      sum_of_sums += sum;
    }
    sum = Folded(sum);
    sum_of_sums = Folded(sum_of_sums);
    words -= group;
  }
  if (bytes.size() % 2 != 0) {
    sum += std::to_integer<uint32_t>(*at) << 8;
    sum_of_sums += sum;
    sum = Folded(sum);
    sum_of_sums = Folded(sum_of_sums);
  }
  return Folded(sum_of_sums) << 16 | Folded(sum);
}

uint32_t JenkinsLookup3(ByteView prefix, ByteView bytes, uint32_t initial) {
  const size_t total_bytes = prefix.size() + bytes.size();
  Lookup3 hash(0xDEADBEEF + static_cast<uint32_t>(total_bytes) + initial);
  if (total_bytes == 0) return hash.initial();
  // Blocks that hold some of the prefix, and the last one, are put together here.
  std::array<std::byte, Lookup3::kBlockBytes> joint;
  const auto assemble = [&](size_t begin) {
    joint.fill(std::byte{0});
    for (size_t i = 0; i < joint.size() && begin + i < total_bytes; ++i) {
      const size_t at = begin + i;
      joint[i] = at < prefix.size() ? prefix[at] : bytes[at - prefix.size()];
    }
    return joint.data();
  };
  size_t at = 0;
  for (; total_bytes - at > Lookup3::kBlockBytes; at += Lookup3::kBlockBytes) {
    hash.Add(at >= prefix.size() ? bytes.data() + (at - prefix.size()) : assemble(at));
    hash.Mix();
  }
  hash.Add(assemble(at));
  return hash.Finish();
}

}  // namespace quarry
