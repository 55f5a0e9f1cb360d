// IEEE 754 binary16. Conversions round to nearest, ties to even; beyond 65,504 + 16 lies infinity; a NaN
// keeps its sign and its upper payload bits and becomes quiet.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace quarry {

struct Half {
  uint16_t bits;
};

inline float FloatFromHalf(Half half) {
  const uint32_t sign = static_cast<uint32_t>(half.bits & 0x8000) << 16;
  const uint32_t magnitude = half.bits & 0x7FFF;
  if (magnitude >= 0x7C00) {  // infinity, NaN
    const uint32_t quiet = magnitude > 0x7C00 ? 0x00400000 : 0;
    return std::bit_cast<float>(sign | 0x7F800000 | (magnitude & 0x3FF) << 13 | quiet);
  }
  // As a float's exponent and fraction the magnitude is too small by 2^112; scaling is exact, subnormals
  // included.
  const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(scaled));
}

inline Half HalfFromFloat(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits >> 16) & 0x8000;
  const uint32_t magnitude = bits & 0x7FFFFFFF;
  uint32_t half;
  if (magnitude > 0x7F800000) {  // NaN
    half = 0x7E00 | (magnitude >> 13 & 0x3FF);
  } else if (magnitude >= 0x477FF000) {  // 65,520, the first value that rounds to infinity
    half = 0x7C00;
  } else if (magnitude < 0x38800000) {  // below 2^-14, the smallest normal
    // Adding 1/2 makes the processor round to the spacing of subnormals, 2^-24, which then are the lowest
    // bits.
    const float rounded = std::bit_cast<float>(magnitude) + 0.5f;
    half = std::bit_cast<uint32_t>(rounded) - 0x3F000000;
  } else {
    const uint32_t rebased = magnitude - (112u << 23);
    half = (rebased + 0x0FFF + (rebased >> 13 & 1)) >> 13;
  }
  return Half{static_cast<uint16_t>(sign | half)};
}

// Rounds `value` to a float "to odd": cut off, with the lowest bit set where anything was cut. A float has
// more than two bits over a half, so rounding that again gives what rounding once would have given.
inline float FloatRoundedToOdd(double value) {
  constexpr uint64_t kCut = 0x1FFFFFFF;
  const auto bits = std::bit_cast<uint64_t>(value);
  const uint64_t sticky = (bits & kCut) != 0 ? kCut + 1 : 0;
  return static_cast<float>(std::bit_cast<double>((bits & ~kCut) | sticky));
}

inline Half HalfFromDouble(double value) { return HalfFromFloat(FloatRoundedToOdd(value)); }

// Whole arrays, without alignment, with F16C where the processor has it: the same results.
void HalvesFromFloats(const std::byte* from, std::byte* to, size_t items);
void HalvesFromDoubles(const std::byte* from, std::byte* to, size_t items);
void FloatsFromHalves(const std::byte* from, std::byte* to, size_t items);
void DoublesFromHalves(const std::byte* from, std::byte* to, size_t items);

}  // namespace quarry
