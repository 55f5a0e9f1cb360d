// An array whose objects are files of a local directory: everything about it that does not change from one
// read or write to the next. (The array's shape does change, so each call brings it.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/array/array_fault.h"
#include "core/chain/chain.h"
#include "core/os/file.h"
#include "core/shard/shard_index.h"

namespace quarry {

struct ChunkKeyEncoding {
  bool with_prefix = true;  // "c/0/1" (`default`) or "0/1" (`v2`)
  char separator = '/';
};

struct ShardingSpec {
  std::vector<uint64_t> object_shape;  // items of a shard along each axis, a multiple of the cell's
  std::shared_ptr<const Chain> index_chain;
  bool index_at_start = false;
};

struct LocalArraySpec {
  std::string directory;
  ChunkKeyEncoding key_encoding;
  std::shared_ptr<const Chain> chain;  // of a cell; it says what a cell is
  std::vector<std::byte> fill_item;    // of the item's size
  std::optional<ShardingSpec> sharding;
};

// How many bytes a cell has, encoded. Nothing: it is absent.
using CellBytes = std::optional<size_t>;

// An object that is open for reading.
struct OpenObject {
  os::ReadableFile file;
  std::shared_ptr<const ShardIndex> index;  // null where the array is not sharded
  bool exists() const { return file.is_open(); }
};

class LocalArray {
 public:
  // Null where the chain of the index is not one of this grid's, or its encoded bytes are not always as many:
  // a reader finds the index by its size.
  static std::shared_ptr<const LocalArray> Make(LocalArraySpec spec);

  size_t dimensions() const { return cell_shape_.size(); }
  size_t item_bytes() const { return item_bytes_; }
  ByteView fill_item() const { return fill_item_; }
  std::span<const uint64_t> cell_shape() const { return cell_shape_; }
  std::span<const uint64_t> cells_per_object() const { return cells_per_object_; }
  size_t cells_in_object() const { return cells_in_object_; }
  const Chain& chain() const { return *chain_; }
  bool sharded() const { return index_chain_ != nullptr; }
  const Chain& index_chain() const { return *index_chain_; }
  bool index_at_start() const { return index_at_start_; }
  size_t index_encoded_bytes() const { return index_encoded_bytes_; }

  std::string ObjectPath(std::span<const uint64_t> object) const;
  // Where the cell at position `cell_in_object` (C order) of an object is in the array's grid of cells.
  std::vector<uint64_t> CellCoordinates(std::span<const uint64_t> object, size_t cell_in_object) const;

  // `fault` with its place: the object, the file, and the cell, where it is of one.
  ArrayFault Placed(ArrayFault fault, std::span<const uint64_t> object,
                    std::optional<size_t> cell_in_object) const;

  // Opens an object and, where the array is sharded, gets its index, from the file or from the cache.
  // An object that is not there is not a fault.
  ArrayOr<OpenObject> OpenForReading(std::span<const uint64_t> object, Workspace& workspace) const;

  // Reads the encoded bytes of one cell (at position `cell_in_object` of its object, C order) into the
  // workspace's chunk_scratch[1]. No view where the cell is absent.
  ArrayOr<std::optional<ByteView>> ReadEncodedCell(const OpenObject& object, size_t cell_in_object,
                                                   Workspace& workspace) const;

  // The same of several cells, from `first_cell` on: as many of those before `end_cell` as lie one behind the
  // other in their object and have no fault, at least one, and no more than `bytes_max` bytes if they are
  // more than one. `cells` is what each has.
  ArrayOr<ByteView> ReadEncodedCells(const OpenObject& object, size_t first_cell, size_t end_cell,
                                     size_t bytes_max, std::vector<CellBytes>& cells,
                                     Workspace& workspace) const;

 private:
  explicit LocalArray(LocalArraySpec spec);

  // Where a cell is in its object, after a look whether it can be there. Nothing where it is absent.
  ArrayOr<std::optional<ShardEntry>> FindCell(const OpenObject& object, size_t cell_in_object) const;
  ArrayOr<ByteView> ReadRange(const OpenObject& object, const ShardEntry& range, Workspace& workspace) const;

  std::string directory_;
  ChunkKeyEncoding key_encoding_;
  size_t item_bytes_;
  std::vector<std::byte> fill_item_;
  std::vector<uint64_t> cell_shape_;
  std::vector<uint64_t> cells_per_object_;
  size_t cells_in_object_ = 1;
  std::shared_ptr<const Chain> chain_;
  std::shared_ptr<const Chain> index_chain_;  // null where the array is not sharded
  bool index_at_start_ = false;
  size_t index_encoded_bytes_ = 0;
};

}  // namespace quarry
