#include "shard_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "core/bytes.h"
#include "core/codec/crc32c.h"

namespace limit {
namespace {

constexpr size_t kIndexBytes = sizeof(ShardFile::Index);
constexpr size_t kStoredIndexBytes = kIndexBytes + sizeof(uint32_t);

int OpenFile(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor < 0) throw std::runtime_error("cannot open " + path + ": " + std::strerror(errno));
  return descriptor;
}

// The disk being full would make the program look fast.
void Transferred(ssize_t result, size_t wanted) {
  if (result != static_cast<ssize_t>(wanted)) throw std::runtime_error("a transfer came up short");
}

}  // namespace

std::string ShardPath(const std::string& store, size_t shard) {
  return store + "/c/" + std::to_string(shard) + "/0";
}

std::unique_ptr<ShardFile> ShardFile::Open(const std::string& path) {
  std::unique_ptr<ShardFile> file(new ShardFile(OpenFile(path, O_RDONLY)));
  struct stat status;
  ::fstat(file->descriptor_, &status);
  Transferred(::pread(file->descriptor_, file->index_.data(), kIndexBytes,
                      status.st_size - static_cast<off_t>(kStoredIndexBytes)),
              kIndexBytes);
  return file;
}

std::unique_ptr<ShardFile> ShardFile::Create(const std::string& path) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  return std::unique_ptr<ShardFile>(new ShardFile(OpenFile(path, O_RDWR | O_CREAT | O_TRUNC)));
}

ShardFile::~ShardFile() { ::close(descriptor_); }

Bytes ShardFile::Read(size_t chunk, std::span<std::byte> room) const {
  const Entry entry = index_[chunk];
  Transferred(::pread(descriptor_, room.data(), entry.bytes, static_cast<off_t>(entry.offset)), entry.bytes);
  return room.first(entry.bytes);
}

void ShardFile::Write(size_t chunk, Bytes encoded, uint64_t offset) {
  index_[chunk] = {offset, encoded.size()};
  Transferred(::pwrite(descriptor_, encoded.data(), encoded.size(), static_cast<off_t>(offset)),
              encoded.size());
}

void ShardFile::WriteIndex(uint64_t offset) const {
  std::array<std::byte, kStoredIndexBytes> stored;
  std::memcpy(stored.data(), index_.data(), kIndexBytes);
  quarry::StoreLittleEndian(stored.data() + kIndexBytes, quarry::Crc32c(Bytes(stored).first(kIndexBytes)));
  Transferred(::pwrite(descriptor_, stored.data(), stored.size(), static_cast<off_t>(offset)), stored.size());
}

}  // namespace limit
