// The tags of all native handles. Without them a handle of one kind passed for another would be read as the
// wrong C++ type.
#pragma once

#include "core/array/local_array.h"
#include "core/array/write_draft.h"
#include "core/chain/chain.h"
#include "core/journal/frame_compression.h"
#include "node/held_compressor.h"
#include "node/napi_setup.h"

namespace quarry::node {

template <typename T>
const napi_type_tag& TypeTagOf();

template <>
inline const napi_type_tag& TypeTagOf<const Chain>() {
  static constexpr napi_type_tag kTag = {0x7d1c1d0e6a5f4c0b, 0x9a3f2b7c8d4e5f60};
  return kTag;
}

template <>
inline const napi_type_tag& TypeTagOf<const LocalArray>() {
  static constexpr napi_type_tag kTag = {0x2f8b6c5a4d3e2f10, 0xb1c2d3e4f5061728};
  return kTag;
}

template <>
inline const napi_type_tag& TypeTagOf<WriteDraft>() {
  static constexpr napi_type_tag kTag = {0x91d3c07f52be6a48, 0xe6b80f347a1d52c9};
  return kTag;
}

template <>
inline const napi_type_tag& TypeTagOf<HeldCompressor>() {
  static constexpr napi_type_tag kTag = {0x5e0f9c1b73a84d26, 0xa417d2f86c3b9e05};
  return kTag;
}

template <>
inline const napi_type_tag& TypeTagOf<FrameDecompressor>() {
  static constexpr napi_type_tag kTag = {0xc86b21f4da975e03, 0x84f1e60b2d9c37a8};
  return kTag;
}

}  // namespace quarry::node
