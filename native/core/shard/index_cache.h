// Decoded shard indexes, kept between reads and believed only for the very file version they were read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "core/os/file.h"
#include "core/shard/shard_index.h"

namespace quarry {

class ShardIndexCache {
 public:
  explicit ShardIndexCache(size_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

  // Null if there is none for this version of the file.
  std::shared_ptr<const ShardIndex> Find(const std::string& path, const os::FileIdentity& identity);

  // Kept only if the file was old enough when it was opened, at `opened_ns` of the file clock or later: file
  // times tick coarsely (4 ms on Linux), so a file changed again within the tick in which it was read would
  // look the same.
  void Insert(const std::string& path, const os::FileIdentity& identity, int64_t opened_ns,
              std::shared_ptr<const ShardIndex> index);

 private:
  struct Entry {
    std::string path;
    os::FileIdentity identity;
    std::shared_ptr<const ShardIndex> index;
  };
  void Evict();

  std::mutex mutex_;
  const size_t capacity_bytes_;
  size_t used_bytes_ = 0;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_path_;
};

}  // namespace quarry
