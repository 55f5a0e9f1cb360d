// One chunk through a chain on a pool thread: for stores whose bytes come in through JavaScript.
#pragma once

#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "core/chain/chain.h"
#include "core/pool.h"

namespace quarry {

class EncodeChunkJob final : public Job {
 public:
  using Done = std::function<void(ChainOr<std::vector<std::byte>>)>;

  EncodeChunkJob(std::shared_ptr<const Chain> chain, ByteView chunk, Done done)
      : chain_(std::move(chain)), chunk_(chunk), done_(std::move(done)) {}

  size_t task_count() const override { return 1; }
  void RunTask(size_t, Workspace& workspace) override {
    try {
      const auto encoded = chain_->Encode(chunk_, workspace);
      if (encoded) {
        result_.emplace(std::vector<std::byte>(encoded->begin(), encoded->end()));
      } else {
        result_.emplace(std::unexpected(encoded.error()));
      }
    } catch (const std::bad_alloc&) {
      result_.emplace(std::unexpected(ChainFault{{FaultReason::kInternal}, kNoCodec, true}));
    }
  }
  void Finish() override { done_(std::move(result_).value_or(std::vector<std::byte>())); }

 private:
  std::shared_ptr<const Chain> chain_;
  ByteView chunk_;
  Done done_;
  std::optional<ChainOr<std::vector<std::byte>>> result_;  // none where the job was cancelled before it ran
};

class DecodeChunkJob final : public Job {
 public:
  using Done = std::function<void(ChainOr<void>)>;

  DecodeChunkJob(std::shared_ptr<const Chain> chain, ByteView encoded, MutableBytes chunk, Done done)
      : chain_(std::move(chain)), encoded_(encoded), chunk_(chunk), done_(std::move(done)) {}

  size_t task_count() const override { return 1; }
  void RunTask(size_t, Workspace& workspace) override {
    result_ = chain_->Decode(encoded_, chunk_, workspace);
  }
  void Finish() override { done_(result_); }

 private:
  std::shared_ptr<const Chain> chain_;
  ByteView encoded_;
  MutableBytes chunk_;
  Done done_;
  ChainOr<void> result_;
};

}  // namespace quarry
