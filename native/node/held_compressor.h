// A compressor of frames in JavaScript's hands.
#pragma once

#include <memory>

#include "core/journal/frame_compression.h"

namespace quarry::node {

struct HeldCompressor {
  std::shared_ptr<FrameCompressor> compressor;
  // While the pool is at a frame of it. Of the JavaScript thread alone.
  bool is_busy = false;
};

}  // namespace quarry::node
