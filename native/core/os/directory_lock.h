// An advisory lock on a directory, held by the operating system: it goes with its holder, and with the
// process, however that dies, so that there is never a stale one to be judged.
//
// It belongs to the open file, as flock(2) has it: two locks conflict whichever threads or processes took
// them. The directory is opened for reading only, since it cannot be otherwise; where a file system grants an
// exclusive lock to nobody who may not write (NFS), taking one is the fault that flock gives, EBADF.
#pragma once

#include <optional>
#include <string>

#include "core/os/file.h"

namespace quarry::os {

enum class LockMode { kShared, kExclusive };

class DirectoryLock {
 public:
  // Nothing where somebody else's lock is in conflict. Never waits.
  static OsOr<std::optional<DirectoryLock>> TryTake(const std::string& path, LockMode mode);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace quarry::os
