// Objects that several jobs put together, one job after another, so that an object is written once however
// small the pieces are in which its items come. The objects of one row (of all that have the same place along
// the first axis) are put together at the same time: every job hands over the next cells of each, and the job
// with the last ones publishes them. Until then they are invisible; a draft that is dropped takes what was
// written with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/array/local_array.h"
#include "core/array/object_writer.h"

namespace quarry {

class WriteDraft;

// What one job makes: cells first_cell … end_cell, in C order, of each object that its selection touches.
struct DraftPart {
  std::shared_ptr<WriteDraft> draft;
  size_t first_cell = 0;
  size_t end_cell = 0;
  std::vector<std::shared_ptr<ObjectWriter>> writers;  // one an object, in the selection's order
};

class WriteDraft {
 public:
  explicit WriteDraft(std::shared_ptr<const LocalArray> array) : array_(std::move(array)) {}

  const LocalArray& array() const { return *array_; }

  // The writers of the objects at `objects`, for the job that makes their next cells, and that calls End().
  // Nothing where this is not what comes next: the cells or the objects are others, a job is under way, or
  // one has failed.
  std::optional<std::vector<std::shared_ptr<ObjectWriter>>> Begin(
      size_t first_cell, size_t end_cell, std::span<const std::vector<uint64_t>> objects);

  // From any thread, after the last use of the writers.
  void End(bool ok);

  // What was not published goes: at once, or with the job that is under way, which goes on to its end.
  void Discard();

 private:
  const std::shared_ptr<const LocalArray> array_;
  std::mutex mutex_;
  bool busy_ = false;
  bool dead_ = false;
  size_t next_cell_ = 0;
  std::vector<std::vector<uint64_t>> objects_;
  std::vector<std::shared_ptr<ObjectWriter>> writers_;
};

}  // namespace quarry
