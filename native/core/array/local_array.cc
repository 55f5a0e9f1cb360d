#include "core/array/local_array.h"

#include <utility>

#include "core/shard/index_cache.h"

namespace quarry {
namespace {

ShardIndexCache& SharedIndexCache() {
  // One for the process, so that opening an array again keeps what is known. Never destroyed: pool threads
  // may outlive static destructors.
  static auto* cache = new ShardIndexCache(size_t{64} << 20);
  return *cache;
}

}  // namespace

std::shared_ptr<const LocalArray> LocalArray::Make(LocalArraySpec spec) {
  std::shared_ptr<const LocalArray> array(new LocalArray(std::move(spec)));
  if (!array->sharded()) return array;
  const Chain& index = array->index_chain();
  if (!index.encoded_bytes() || index.chunk_bytes() != array->cells_in_object() * sizeof(ShardEntry)) {
    return nullptr;
  }
  return array;
}

LocalArray::LocalArray(LocalArraySpec spec)
    : directory_(std::move(spec.directory)),
      key_encoding_(spec.key_encoding),
      item_bytes_(spec.chain->chunk().data_type.item_bytes),
      fill_item_(std::move(spec.fill_item)),
      cell_shape_(spec.chain->chunk().shape),
      chain_(std::move(spec.chain)) {
  for (size_t i = 0; i < cell_shape_.size(); ++i) {
    cells_per_object_.push_back(spec.sharding ? spec.sharding->object_shape[i] / cell_shape_[i] : 1);
    cells_in_object_ *= cells_per_object_.back();
  }
  if (spec.sharding) {
    index_chain_ = std::move(spec.sharding->index_chain);
    index_at_start_ = spec.sharding->index_at_start;
    index_encoded_bytes_ = index_chain_->encoded_bytes().value_or(0);
  }
}

std::string LocalArray::ObjectPath(std::span<const uint64_t> object) const {
  std::string path = directory_;
  path += '/';
  if (key_encoding_.with_prefix) path += 'c';
  for (size_t i = 0; i < object.size(); ++i) {
    if (i > 0 || key_encoding_.with_prefix) path += key_encoding_.separator;
    path += std::to_string(object[i]);
  }
  if (object.empty() && !key_encoding_.with_prefix) path += '0';
  return path;
}

std::vector<uint64_t> LocalArray::CellCoordinates(std::span<const uint64_t> object,
                                                  size_t cell_in_object) const {
  std::vector<uint64_t> cell(object.size());
  size_t rest = cell_in_object;
  for (size_t i = object.size(); i-- > 0;) {
    cell[i] = object[i] * cells_per_object_[i] + rest % cells_per_object_[i];
    rest /= cells_per_object_[i];
  }
  return cell;
}

ArrayFault LocalArray::Placed(ArrayFault fault, std::span<const uint64_t> object,
                              std::optional<size_t> cell_in_object) const {
  fault.object.assign(object.begin(), object.end());
  if (cell_in_object) fault.cell = CellCoordinates(object, *cell_in_object);
  if (fault.path.empty()) fault.path = ObjectPath(object);
  return fault;
}

ArrayOr<OpenObject> LocalArray::OpenForReading(std::span<const uint64_t> object, Workspace& workspace) const {
  const std::string path = ObjectPath(object);
  const auto fault = [&](ArrayFault with) {
    with.path = path;
    return std::unexpected(std::move(with));
  };
  const int64_t opened_ns = os::FileClockNs();
  auto file = os::ReadableFile::Open(path);
  if (!file) return fault({.kind = ArrayFaultKind::kOs, .os = file.error()});
  OpenObject opened{std::move(*file), nullptr};
  if (!opened.exists() || !sharded()) return opened;

  const uint64_t shard_bytes = opened.file.size_bytes();
  if (shard_bytes < index_encoded_bytes_) {
    return fault(
        {.kind = ArrayFaultKind::kShardTruncated, .expected = index_encoded_bytes_, .actual = shard_bytes});
  }
  opened.index = SharedIndexCache().Find(path, opened.file.identity());
  if (opened.index != nullptr && opened.index->size() == cells_in_object_) return opened;

  std::byte* const room = workspace.chunk_scratch[1].Reserve(index_encoded_bytes_);
  if (room == nullptr) return fault({.kind = ArrayFaultKind::kMemory, .expected = index_encoded_bytes_});
  const MutableBytes encoded(room, index_encoded_bytes_);
  const auto got = opened.file.ReadAt(index_at_start_ ? 0 : shard_bytes - index_encoded_bytes_, encoded);
  if (!got) return fault({.kind = ArrayFaultKind::kOs, .os = got.error()});
  if (*got != encoded.size()) return fault({.kind = ArrayFaultKind::kFileChanged, .expected = shard_bytes});
  auto index = DecodeShardIndex(*index_chain_, encoded, workspace);
  if (!index) return fault({.kind = ArrayFaultKind::kIndexCodec, .chain = index.error()});
  opened.index = std::make_shared<const ShardIndex>(std::move(*index));
  SharedIndexCache().Insert(path, opened.file.identity(), opened_ns, opened.index);
  return opened;
}

ArrayOr<std::optional<ShardEntry>> LocalArray::FindCell(const OpenObject& object,
                                                        size_t cell_in_object) const {
  if (!object.exists()) return std::nullopt;
  ShardEntry entry{0, object.file.size_bytes()};
  if (object.index != nullptr) {
    entry = (*object.index)[cell_in_object];
    if (entry.IsMissing()) return std::nullopt;
    const uint64_t begin = index_at_start_ ? index_encoded_bytes_ : 0;
    const uint64_t end = object.file.size_bytes() - (index_at_start_ ? 0 : index_encoded_bytes_);
    if (!entry.LiesWithin(begin, end)) {
      return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kEntryOutOfBounds,
                                        .actual = object.file.size_bytes(),
                                        .offset_bytes = entry.offset_bytes,
                                        .encoded_bytes = entry.encoded_bytes});
    }
  }
  if (entry.encoded_bytes > chain_->encoded_bytes_max()) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkTooLarge,
                                      .expected = chain_->encoded_bytes_max(),
                                      .actual = entry.encoded_bytes});
  }
  return entry;
}

ArrayOr<ByteView> LocalArray::ReadRange(const OpenObject& object, const ShardEntry& range,
                                        Workspace& workspace) const {
  std::byte* const room = workspace.chunk_scratch[1].Reserve(range.encoded_bytes);
  if (room == nullptr) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kMemory, .expected = range.encoded_bytes});
  }
  const MutableBytes encoded(room, range.encoded_bytes);
  const auto got = object.file.ReadAt(range.offset_bytes, encoded);
  if (!got) return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kOs, .os = got.error()});
  if (*got != encoded.size()) {
    return std::unexpected(
        ArrayFault{.kind = ArrayFaultKind::kFileChanged, .expected = object.file.size_bytes()});
  }
  return ByteView(encoded);
}

ArrayOr<std::optional<ByteView>> LocalArray::ReadEncodedCell(const OpenObject& object, size_t cell_in_object,
                                                             Workspace& workspace) const {
  const auto entry = FindCell(object, cell_in_object);
  if (!entry) return std::unexpected(entry.error());
  if (!*entry) return std::nullopt;
  return ReadRange(object, **entry, workspace);
}

ArrayOr<ByteView> LocalArray::ReadEncodedCells(const OpenObject& object, size_t first_cell, size_t end_cell,
                                               size_t bytes_max, std::vector<CellBytes>& cells,
                                               Workspace& workspace) const {
  cells.clear();
  ShardEntry range{0, 0};
  for (size_t cell = first_cell; cell < end_cell; ++cell) {
    const auto entry = FindCell(object, cell);
    if (!entry) {
      // It is the first of the next call.
      if (cell > first_cell) break;
      return std::unexpected(entry.error());
    }
    if (!*entry) {
      cells.emplace_back();
      continue;
    }
    const auto [offset_bytes, encoded_bytes] = **entry;
    if (range.encoded_bytes == 0) {
      range = **entry;
    } else if (offset_bytes == range.offset_bytes + range.encoded_bytes &&
               range.encoded_bytes + encoded_bytes <= bytes_max) {
      range.encoded_bytes += encoded_bytes;
    } else {
      break;
    }
    cells.emplace_back(encoded_bytes);
  }
  if (range.encoded_bytes == 0) return ByteView();
  return ReadRange(object, range, workspace);
}

}  // namespace quarry
