// Files of a local store: the only place in the core that talks to the operating system's file API.
//
// The core never modifies a published file, only replaces it by rename: a reader that has it open sees one
// complete version for as long as it holds the descriptor. One writer does modify files, the durable one
// (spec/durable-append.md), which lets the last shards of its arrays grow in place. Readers rely on this:
//  - It writes where no index points to, syncs that, and replaces the index at the file's end in one piece.
//    Bytes that an index has pointed to stay as they are for ten seconds after it has been replaced.
//  - The file's size stays, and with it the place of the index.
//  - The modification time changes after the index has. So a FileIdentity tells the versions of one file
//  apart,
//    too, but for a file that was modified within the last 100 ms, of which no index is kept
//    (shard/index_cache.h).
// A job reads a shard's index once, or takes the one kept of the file's identity, and reads the chunks from
// the file that it opened then. A job that takes longer than those ten seconds from the one to the other may
// find the place of a chunk used again, and that chunk fails its checksum.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "core/bytes.h"

namespace quarry::os {

// A system call that failed. `call` is a string literal.
struct OsFault {
  int error_number;
  const char* call;
};
template <typename T>
using OsOr = std::expected<T, OsFault>;

// What tells one version of a file from another without reading it.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size_bytes = 0;
  int64_t modified_ns = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// An open file, read by offset. Safe to use from several threads at once.
class ReadableFile {
 public:
  ReadableFile() = default;
  ReadableFile(ReadableFile&& other) noexcept;
  ReadableFile& operator=(ReadableFile&& other) noexcept;
  ~ReadableFile();

  // A file that is not there is not a fault: the result then is_open() == false. What is there and is no file
  // is one, and so are a link to nothing, at `path` or on the way to it, and a file in place of a directory:
  // behind any of them may be data that was written.
  static OsOr<ReadableFile> Open(const std::string& path);

  bool is_open() const { return descriptor_ >= 0; }
  const FileIdentity& identity() const { return identity_; }
  uint64_t size_bytes() const { return identity_.size_bytes; }

  // Fills `out` from `offset_bytes` on. Returns the bytes read: fewer than asked for only where the file
  // ends.
  OsOr<size_t> ReadAt(uint64_t offset_bytes, MutableBytes out) const;

 private:
  int descriptor_ = -1;
  FileIdentity identity_;
};

// A new version of a file, invisible until Publish() renames it to its name.
//   1. Create(): `<path>.<random>.partial` in the same directory, directories made as needed.
//   2. Append(): bytes go in, in order; WriteAt() overwrites what was reserved.
//   3. Close(): all bytes have been handed to the kernel (and to the disk, if `sync`).
//   4. Publish(): rename. A crash before it leaves a stray `.partial` file that no reader looks at.
// An unpublished file is removed by the destructor.
class NewFile {
 public:
  NewFile() = default;
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&& other) noexcept;
  ~NewFile();

  static OsOr<NewFile> Create(std::string path);

  OsOr<void> Append(ByteView bytes);
  OsOr<void> WriteAt(uint64_t offset_bytes, ByteView bytes);
  uint64_t size_bytes() const { return size_bytes_; }
  OsOr<void> Close(bool sync);
  OsOr<void> Publish();

 private:
  void Discard();

  int descriptor_ = -1;
  uint64_t size_bytes_ = 0;
  std::string path_;
  std::string partial_path_;  // empty once published or discarded
};

// Removes a file; that it is not there is not a fault.
OsOr<void> RemoveFile(const std::string& path);

// Nanoseconds since 1970 on the clock that file times are taken from.
int64_t FileClockNs();

}  // namespace quarry::os
