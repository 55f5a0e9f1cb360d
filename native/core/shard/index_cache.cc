#include "core/shard/index_cache.h"

#include <utility>

namespace quarry {
namespace {

constexpr int64_t kSettledNs = 100'000'000;

size_t BytesOf(const std::string& path, const ShardIndex& index) {
  return index.size() * sizeof(ShardEntry) + path.size() + 128;
}

}  // namespace

std::shared_ptr<const ShardIndex> ShardIndexCache::Find(const std::string& path,
                                                        const os::FileIdentity& identity) {
  std::lock_guard lock(mutex_);
  const auto found = by_path_.find(path);
  if (found == by_path_.end() || found->second->identity != identity) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->index;
}

void ShardIndexCache::Insert(const std::string& path, const os::FileIdentity& identity, int64_t opened_ns,
                             std::shared_ptr<const ShardIndex> index) {
  if (opened_ns - identity.modified_ns < kSettledNs) return;
  const size_t bytes = BytesOf(path, *index);
  if (bytes > capacity_bytes_ / 2) return;
  std::lock_guard lock(mutex_);
  if (const auto found = by_path_.find(path); found != by_path_.end()) {
    used_bytes_ -= BytesOf(path, *found->second->index);
    entries_.erase(found->second);
    by_path_.erase(found);
  }
  entries_.push_front({path, identity, std::move(index)});
  by_path_.emplace(path, entries_.begin());
  used_bytes_ += bytes;
  Evict();
}

void ShardIndexCache::Evict() {
  while (used_bytes_ > capacity_bytes_) {
    const Entry& oldest = entries_.back();
    used_bytes_ -= BytesOf(oldest.path, *oldest.index);
    by_path_.erase(oldest.path);
    entries_.pop_back();
  }
}

}  // namespace quarry
