// Chains as arrays take them, of codecs that are known to be right.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/chain/chain.h"

namespace quarry::test {

inline std::shared_ptr<const Chain> SharedChain(const ChunkType& chunk,
                                                const std::vector<CodecSpec>& codecs) {
  auto chain = Chain::Make(chunk, codecs);
  EXPECT_TRUE(chain);
  return std::make_shared<const Chain>(std::move(*chain));
}

// Of the index of shards that have `cells` cells along each axis.
inline std::shared_ptr<const Chain> SharedIndexChain(std::vector<uint64_t> cells,
                                                     const std::vector<CodecSpec>& codecs) {
  cells.push_back(2);
  return SharedChain({{DataKind::kUint, 8}, std::move(cells)}, codecs);
}

}  // namespace quarry::test
