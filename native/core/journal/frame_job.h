// One frame of rows through a compressor on a pool thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "core/journal/frame_compression.h"
#include "core/pool.h"

namespace quarry {

// What a frame of rows is made of.
struct RowsToCompress {
  uint32_t table;
  ByteView header;
  std::vector<ArrayRows> arrays;
};

// The compressor does nothing else meanwhile. What `rows` point at outlives the job.
class CompressRowsJob final : public Job {
 public:
  using Frame = FaultOr<RowsFrame>;
  using Done = std::function<void(Frame)>;

  CompressRowsJob(std::shared_ptr<FrameCompressor> compressor, RowsToCompress rows, Done done)
      : compressor_(std::move(compressor)), rows_(std::move(rows)), done_(std::move(done)) {}

  size_t task_count() const override { return 1; }
  void RunTask(size_t, Workspace&) override {
    try {
      frame_ = compressor_->CompressRows(rows_.table, rows_.header, rows_.arrays);
    } catch (const std::bad_alloc&) {
      frame_ = std::unexpected(Fault{FaultReason::kInternal});
    }
  }
  // Passed over, a frame would be missing from the stream without anybody's notice.
  void Cancel() override {}
  void Finish() override { done_(std::move(frame_)); }

 private:
  std::shared_ptr<FrameCompressor> compressor_;
  RowsToCompress rows_;
  Done done_;
  Frame frame_;
};

}  // namespace quarry
