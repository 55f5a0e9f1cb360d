// One frame through a compressor on a pool thread.
#pragma once

#include <functional>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "core/journal/frame_compression.h"
#include "core/pool.h"

namespace quarry {

// The compressor does nothing else meanwhile. What `pieces` point at outlives the job.
class CompressFrameJob final : public Job {
 public:
  using Frame = FaultOr<std::vector<std::byte>>;
  using Done = std::function<void(Frame)>;

  CompressFrameJob(std::shared_ptr<FrameCompressor> compressor, std::vector<ByteView> pieces, Done done)
      : compressor_(std::move(compressor)), pieces_(std::move(pieces)), done_(std::move(done)) {}

  size_t task_count() const override { return 1; }
  void RunTask(size_t, Workspace&) override {
    try {
      frame_ = compressor_->Compress(pieces_);
    } catch (const std::bad_alloc&) {
      frame_ = std::unexpected(Fault{FaultReason::kInternal});
    }
  }
  // Passed over, a frame would be missing from the stream without anybody's notice.
  void Cancel() override {}
  void Finish() override { done_(std::move(frame_)); }

 private:
  std::shared_ptr<FrameCompressor> compressor_;
  std::vector<ByteView> pieces_;
  Done done_;
  Frame frame_;
};

}  // namespace quarry
