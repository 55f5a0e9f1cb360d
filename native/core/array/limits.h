#pragma once

#include <cstddef>

namespace quarry {

// NumPy's limit was 32 until version 2 (now 64); no Zarr array in the wild comes near it.
inline constexpr size_t kDimensionsMax = 32;

}  // namespace quarry
