#include "core/os/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string_view>

#include "test/temporary_directory.h"

namespace quarry::os {
namespace {

using test::TemporaryDirectory;

ByteView Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

size_t FilesIn(const std::filesystem::path& directory) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    count += entry.is_regular_file();
  return count;
}

TEST(ReadableFile, ReadsByOffsetAndStopsAtTheEnd) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "file";
  std::ofstream(path) << "0123456789";
  const auto file = ReadableFile::Open(path);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->is_open());
  EXPECT_EQ(file->size_bytes(), 10u);
  std::string room(4, ' ');
  const auto room_bytes = std::as_writable_bytes(std::span(room));
  EXPECT_EQ(file->ReadAt(3, room_bytes), 4u);
  EXPECT_EQ(room, "3456");
  EXPECT_EQ(file->ReadAt(8, room_bytes), 2u);
  EXPECT_EQ(room, "8956");
  EXPECT_EQ(file->ReadAt(10, room_bytes), 0u);
}

TEST(ReadableFile, WhatIsNotThereIsNotAFault) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory_symlink(directory.path(), directory.path() / "again");
  for (const char* name : {"missing", "no/such/directory", "again/missing"}) {
    const auto file = ReadableFile::Open(directory.path() / name);
    ASSERT_TRUE(file) << name;
    EXPECT_FALSE(file->is_open()) << name;
  }
}

TEST(ReadableFile, WhatIsThereAndIsNoFileIsAFault) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  std::filesystem::create_symlink("nowhere", directory.path() / "link");
  const struct {
    const char* name;
    int error_number;
  } cases[] = {{".", EISDIR}, {"file/below", ENOTDIR}, {"link", ENOENT}, {"link/0/1", ENOENT}};
  for (const auto& [name, error_number] : cases) {
    const auto file = ReadableFile::Open(directory.path() / name);
    ASSERT_FALSE(file) << name;
    EXPECT_EQ(file.error().error_number, error_number) << name;
  }
}

TEST(ReadableFile, DoesNotWaitForANamedPipe) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(ReadableFile::Open(path));
}

TEST(ReadableFile, IdentityChangesWithTheVersion) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "file";
  std::ofstream(path) << "one";
  const FileIdentity before = ReadableFile::Open(path)->identity();
  EXPECT_EQ(ReadableFile::Open(path)->identity(), before);
  auto next = NewFile::Create(path);
  ASSERT_TRUE(next && next->Append(Bytes("two")) && next->Close(false) && next->Publish());
  EXPECT_NE(ReadableFile::Open(path)->identity(), before);
}

TEST(NewFile, IsInvisibleUntilPublished) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "c" / "0" / "1";
  auto file = NewFile::Create(path);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Append(Bytes("body")));
  ASSERT_TRUE(file->Append(Bytes("tail")));
  ASSERT_TRUE(file->WriteAt(0, Bytes("BO")));
  EXPECT_EQ(file->size_bytes(), 8u);
  ASSERT_TRUE(file->Close(true));
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(file->Publish());
  std::string room(8, ' ');
  EXPECT_EQ(ReadableFile::Open(path)->ReadAt(0, std::as_writable_bytes(std::span(room))), 8u);
  EXPECT_EQ(room, "BOdytail");
  EXPECT_EQ(FilesIn(directory.path()), 1u);
}

TEST(NewFile, LeavesNothingBehindWhenItIsGivenUp) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "file";
  std::ofstream(path) << "old";
  {
    auto file = NewFile::Create(path);
    ASSERT_TRUE(file && file->Append(Bytes("new")));
    EXPECT_EQ(FilesIn(directory.path()), 2u);
  }
  EXPECT_EQ(FilesIn(directory.path()), 1u);
  EXPECT_EQ(std::filesystem::file_size(path), 3u);
}

TEST(NewFile, SaysWhichCallFailed) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  const auto file = NewFile::Create(directory.path() / "file" / "below");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().error_number, ENOTDIR);
  EXPECT_STREQ(file.error().call, "open");
}

TEST(RemoveFile, RemovesAndForgivesWhatIsNotThere) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "file";
  std::ofstream(path) << "x";
  EXPECT_TRUE(RemoveFile(path));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(RemoveFile(path));
}

}  // namespace
}  // namespace quarry::os
