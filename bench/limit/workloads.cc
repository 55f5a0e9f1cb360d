#include "workloads.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "chunk_codec.h"
#include "shard_file.h"

namespace limit {
namespace {

// What a thread needs for one chunk after another.
struct Worker {
  std::unique_ptr<ChunkCodec> codec;
  std::vector<std::byte> encoded = std::vector<std::byte>(2 * kChunkBytes);
  std::vector<std::byte> chunk = std::vector<std::byte>(kChunkBytes);
};

class Crew {
 public:
  explicit Crew(const Request& request) : workers_(std::thread::hardware_concurrency()) {
    for (Worker& worker : workers_) {
      worker.codec = MakeChunkCodec(request.Text("compressor"), static_cast<int>(request.Number("level")),
                                    request.Number("checksum") != 0, kChunkBytes);
    }
  }

  // Calls `task(worker, i)` for each i in [0, count), on all threads.
  void Share(size_t count, const std::function<void(Worker&, size_t)>& task) {
    std::atomic<size_t> next{0};
    const auto work = [&](Worker& worker) {
      for (size_t i = next++; i < count; i = next++) task(worker, i);
    };
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < workers_.size(); ++i) threads.emplace_back(work, std::ref(workers_[i]));
    work(workers_[0]);
  }

  Worker& first() { return workers_[0]; }

 private:
  std::vector<Worker> workers_;
};

// An array that is read. Its row count comes from its number of shards and the length of the last one's part
// in `rows`.
class Array {
 public:
  explicit Array(const std::string& store) {
    for (size_t shard = 0; std::filesystem::exists(ShardPath(store, shard)); ++shard) {
      shards_.push_back(ShardFile::Open(ShardPath(store, shard)));
    }
  }

  Bytes Read(size_t chunk, Worker& worker) const {
    return shards_[chunk / kChunksInShard]->Read(chunk % kChunksInShard, worker.encoded);
  }

  // Copies rows [first, first + count) to `out`; they may lie in several chunks.
  void CopyRows(size_t first, size_t count, std::byte* out, Worker& worker) const {
    while (count > 0) {
      const size_t chunk = first / kChunkRows;
      const size_t row = first % kChunkRows;
      const size_t rows = std::min(count, kChunkRows - row);
      worker.codec->DecodeRange(Read(chunk, worker), worker.chunk, row * kRowBytes, (row + rows) * kRowBytes);
      std::memcpy(out, worker.chunk.data() + row * kRowBytes, rows * kRowBytes);
      out += rows * kRowBytes;
      first += rows;
      count -= rows;
    }
  }

 private:
  std::vector<std::unique_ptr<ShardFile>> shards_;
};

size_t ChunksOf(size_t rows) { return (rows + kChunkRows - 1) / kChunkRows; }

const Memory& InputOf(const std::string& path) {
  static std::string loaded;
  static Memory input;
  if (loaded != path) {
    input = Memory(std::filesystem::file_size(path));
    std::ifstream(path, std::ios::binary)
        .read(reinterpret_cast<char*>(input.data()), static_cast<std::streamsize>(input.size()));
    loaded = path;
  }
  return input;
}

// The chunk that begins at `row`; the last one is filled up with zeros in `room`.
Bytes ChunkAt(size_t row, size_t rows, Bytes items, std::vector<std::byte>& room) {
  const size_t here = std::min(rows - row, kChunkRows);
  if (here == kChunkRows) return items.subspan(row * kRowBytes, kChunkBytes);
  std::ranges::fill(room, std::byte{0});
  std::memcpy(room.data(), items.data() + row * kRowBytes, here * kRowBytes);
  return room;
}

Run WriteWhole(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  const Bytes items = InputOf(request.Text("data"));
  return [=, store = request.Text("store")] {
    struct Shard {
      std::unique_ptr<ShardFile> file;
      std::atomic<uint64_t> bytes{0};
    };
    const size_t rows = items.size() / kRowBytes;
    std::vector<Shard> shards((ChunksOf(rows) + kChunksInShard - 1) / kChunksInShard);
    for (size_t i = 0; i < shards.size(); ++i) shards[i].file = ShardFile::Create(ShardPath(store, i));
    crew->Share(ChunksOf(rows), [&](Worker& worker, size_t chunk) {
      const Bytes encoded = worker.codec->Encode(ChunkAt(chunk * kChunkRows, rows, items, worker.chunk));
      Shard& shard = shards[chunk / kChunksInShard];
      shard.file->Write(chunk % kChunksInShard, encoded, shard.bytes.fetch_add(encoded.size()));
    });
    for (const Shard& shard : shards) shard.file->WriteIndex(shard.bytes);
    return Memory();
  };
}

void ReadAll(const std::string& store, Crew& crew, std::byte* out, size_t rows) {
  const Array array(store);
  crew.Share(ChunksOf(rows), [&](Worker& worker, size_t chunk) {
    const size_t first = chunk * kChunkRows;
    if (rows - first >= kChunkRows) {
      worker.codec->Decode(array.Read(chunk, worker), {out + first * kRowBytes, kChunkBytes});
    } else {
      array.CopyRows(first, rows - first, out + first * kRowBytes, worker);
    }
  });
}

Run ReadWhole(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  return [=, store = request.Text("store"), rows = request.Number("rowCount")] {
    Memory out(rows * kRowBytes);
    ReadAll(store, *crew, out.data(), rows);
    return out;
  };
}

Run ReadInto(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  const size_t rows = request.Number("rowCount");
  const auto out = std::make_shared<Memory>(rows * kRowBytes);
  std::memset(out->data(), -1, out->size());
  return [=, store = request.Text("store")] {
    ReadAll(store, *crew, out->data(), rows);
    return std::move(*out);
  };
}

Run WindowsSerial(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  const auto array = std::make_shared<Array>(request.Text("store"));
  return [=, starts = request.Numbers("starts"), rows = request.Number("windowRows")] {
    Memory out(starts.size() * rows * kRowBytes);
    for (size_t i = 0; i < starts.size(); ++i) {
      array->CopyRows(starts[i], rows, out.data() + i * rows * kRowBytes, crew->first());
    }
    return out;
  };
}

Run WindowsConcurrent(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  const auto array = std::make_shared<Array>(request.Text("store"));
  return [=, starts = request.Numbers("starts"), rows = request.Number("windowRows")] {
    Memory out(starts.size() * rows * kRowBytes);
    crew->Share(starts.size(), [&](Worker& worker, size_t i) {
      array->CopyRows(starts[i], rows, out.data() + i * rows * kRowBytes, worker);
    });
    return out;
  };
}

Run SortedRows(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  const auto array = std::make_shared<Array>(request.Text("store"));
  return [=, rows = request.Numbers("rows")] {
    Memory out(rows.size() * kRowBytes);
    // Rows of one chunk stand together: [begins[i], begins[i + 1]).
    std::vector<size_t> begins;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i == 0 || rows[i] / kChunkRows != rows[i - 1] / kChunkRows) begins.push_back(i);
    }
    begins.push_back(rows.size());
    crew->Share(begins.size() - 1, [&](Worker& worker, size_t i) {
      const size_t chunk = rows[begins[i]] / kChunkRows;
      const size_t last = rows[begins[i + 1] - 1] % kChunkRows;
      worker.codec->DecodeRange(array->Read(chunk, worker), worker.chunk,
                                rows[begins[i]] % kChunkRows * kRowBytes, (last + 1) * kRowBytes);
      for (size_t at = begins[i]; at < begins[i + 1]; ++at) {
        std::memcpy(out.data() + at * kRowBytes, worker.chunk.data() + rows[at] % kChunkRows * kRowBytes,
                    kRowBytes);
      }
    });
    return out;
  };
}

Run OneColumn(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  const auto array = std::make_shared<Array>(request.Text("store"));
  return [=, column = request.Number("column"), rows = request.Number("rowCount")] {
    Memory out(rows * ChunkCodec::kItemBytes);
    crew->Share(ChunksOf(rows), [&](Worker& worker, size_t chunk) {
      worker.codec->Decode(array->Read(chunk, worker), worker.chunk);
      const size_t first = chunk * kChunkRows;
      const size_t here = std::min(rows - first, kChunkRows);
      for (size_t row = 0; row < here; ++row) {
        std::memcpy(out.data() + (first + row) * ChunkCodec::kItemBytes,
                    worker.chunk.data() + row * kRowBytes + column * ChunkCodec::kItemBytes,
                    ChunkCodec::kItemBytes);
      }
    });
    return out;
  };
}

// Each batch encodes the chunks that it touches, writes them behind what is there, and then the index.
Run Appends(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  const Bytes items = InputOf(request.Text("data"));
  return [=, store = request.Text("store"), batches = request.Number("batches"),
          batch_rows = request.Number("batchRows")] {
    const auto file = ShardFile::Create(ShardPath(store, 0));
    uint64_t bytes = 0;
    for (size_t batch = 0; batch < batches; ++batch) {
      const size_t rows = (batch + 1) * batch_rows;
      for (size_t chunk = batch * batch_rows / kChunkRows; chunk < ChunksOf(rows); ++chunk) {
        Worker& worker = crew->first();
        const Bytes encoded = worker.codec->Encode(ChunkAt(chunk * kChunkRows, rows, items, worker.chunk));
        file->Write(chunk, encoded, bytes);
        bytes += encoded.size();
      }
      file->WriteIndex(bytes);
    }
    return Memory();
  };
}

Run OpenOneRow(const Request& request) {
  const auto crew = std::make_shared<Crew>(request);
  return
      [=, store = request.Text("store"), row = request.Number("row"), openings = request.Number("openings")] {
        Memory out(kRowBytes);
        for (size_t opening = 0; opening < openings; ++opening) {
          std::ifstream document(store + "/zarr.json");
          const std::string text(std::istreambuf_iterator<char>(document), {});
          const size_t chunk = row / kChunkRows;
          const auto shard = ShardFile::Open(ShardPath(store, chunk / kChunksInShard));
          Worker& worker = crew->first();
          const size_t begin = row % kChunkRows * kRowBytes;
          worker.codec->DecodeRange(shard->Read(chunk % kChunksInShard, worker.encoded), worker.chunk, begin,
                                    begin + kRowBytes);
          std::memcpy(out.data(), worker.chunk.data() + begin, kRowBytes);
        }
        return out;
      };
}

}  // namespace

const std::map<std::string, Prepare>& Workloads() {
  static const std::map<std::string, Prepare> workloads{
      {"write-whole", WriteWhole},  {"read-whole", ReadWhole},
      {"read-into", ReadInto},      {"windows-serial", WindowsSerial},
      {"one-column", OneColumn},    {"windows-concurrent", WindowsConcurrent},
      {"appends", Appends},         {"sorted-rows", SortedRows},
      {"open-one-row", OpenOneRow},
  };
  return workloads;
}

}  // namespace limit
