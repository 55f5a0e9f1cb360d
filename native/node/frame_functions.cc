#include "node/frame_functions.h"

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/journal/frame_compression.h"
#include "core/journal/frame_job.h"
#include "node/arguments.h"
#include "node/env_state.h"

namespace quarry::node {
namespace {

constexpr size_t kRawBytesMax = size_t{1} << 30;

int ToIntegerBetween(const Napi::Value& value, int min, int max) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : min - 1.0;
  if (!(number >= min && number <= max) || number != static_cast<int>(number)) {
    throw Napi::RangeError::New(
        value.Env(), "expected a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return static_cast<int>(number);
}

Napi::Error NoMemory(Napi::Env env) {
  return Napi::RangeError::New(env, "there is not enough memory for the stream of frames");
}

Napi::Uint8Array CopyOf(Napi::Env env, const std::vector<std::byte>& frame) {
  Napi::Uint8Array copy = Napi::Uint8Array::New(env, frame.size());
  if (!frame.empty()) std::memcpy(copy.Data(), frame.data(), frame.size());
  return copy;
}

Napi::Object ToObject(Napi::Env env, const RowsFrame& frame) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("frame", CopyOf(env, frame.bytes));
  object.Set("rawBytes", Napi::Number::New(env, static_cast<double>(frame.raw_bytes)));
  return object;
}

// The header, and then the rows of each array.
std::vector<Napi::Object> ToViews(const Napi::Value& header, const Napi::Value& rows) {
  std::vector<Napi::Object> views = ToObjects(rows);
  views.insert(views.begin(), header.ToObject());
  return views;
}

RowsToCompress ToRows(const Napi::Value& table, const std::vector<Napi::Object>& views,
                      const Napi::Value& row_bytes) {
  const Napi::Env env = table.Env();
  const std::vector<uint64_t> bytes_of_row = ToExtents(row_bytes);
  if (bytes_of_row.size() != views.size() - 1) throw Napi::RangeError::New(env, "one rowBytes an array");
  RowsToCompress rows{static_cast<uint32_t>(ToWholeNumber(table, UINT32_MAX)), BytesOf(views[0]), {}};
  for (size_t i = 0; i < bytes_of_row.size(); ++i) {
    const ByteView bytes = BytesOf(views[i + 1]);
    const size_t row = bytes_of_row[i];
    if (!bytes.empty() && (row == 0 || bytes.size() % row != 0)) {
      throw Napi::RangeError::New(env, "expected whole rows");
    }
    rows.arrays.push_back({bytes, row});
  }
  return rows;
}

const std::shared_ptr<HeldCompressor>& UnwrapIdle(const Napi::Value& value) {
  const std::shared_ptr<HeldCompressor>& held = Unwrap<HeldCompressor>(value);
  if (held->is_busy) throw Napi::Error::New(value.Env(), "the compressor is at another frame");
  return held;
}

}  // namespace

Napi::Value CreateFrameCompressor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int level = ToIntegerBetween(info[0], kFrameLevelMin, kFrameLevelMax);
  const int window_log = ToIntegerBetween(info[1], kFrameWindowLogMin, kFrameWindowLogMax);
  std::shared_ptr<FrameCompressor> compressor = FrameCompressor::Make(level, window_log);
  if (compressor == nullptr) throw NoMemory(env);
  const size_t memory_bytes = compressor->memory_bytes();
  return Wrap(env, std::make_shared<HeldCompressor>(std::move(compressor)), memory_bytes);
}

Napi::Value CompressFrame(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<HeldCompressor> held = UnwrapIdle(info[0]);
  const auto frame = held->compressor->Compress(BytesOfAll(ToObjects(info[1])));
  if (!frame) throw NoMemory(env);
  return CopyOf(env, *frame);
}

Napi::Value CompressRows(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<HeldCompressor> held = UnwrapIdle(info[0]);
  const std::vector<Napi::Object> views = ToViews(info[2], info[3]);
  const RowsToCompress rows = ToRows(info[1], views, info[4]);
  const auto frame = held->compressor->CompressRows(rows.table, rows.header, rows.arrays);
  if (!frame) throw NoMemory(env);
  return ToObject(env, *frame);
}

Napi::Value CompressRowsAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<HeldCompressor> held = UnwrapIdle(info[0]);
  std::vector<Napi::Object> views = ToViews(info[2], info[3]);
  RowsToCompress rows = ToRows(info[1], views, info[4]);
  if (!info[5].IsFunction()) throw Napi::TypeError::New(env, "expected a callback");

  EnvState& state = EnvState::Of(env);
  const uint32_t id = state.Register(std::move(views), info[5].As<Napi::Function>());
  held->is_busy = true;
  auto done = [&state, id, held](CompressRowsJob::Frame frame) {
    state.Deliver(id, [held, frame = std::move(frame)](Napi::Env env, const Napi::Function& callback) {
      held->is_busy = false;
      if (frame) {
        callback.Call({env.Undefined(), ToObject(env, *frame)});
      } else {
        callback.Call({NoMemory(env).Value()});
      }
    });
  };
  state.Submit(id, std::make_shared<CompressRowsJob>(held->compressor, std::move(rows), std::move(done)));
  return env.Undefined();
}

Napi::Value CreateFrameDecompressor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int window_log_max = ToIntegerBetween(info[0], kFrameWindowLogMin, kFrameWindowLogMax);
  std::shared_ptr<FrameDecompressor> decompressor = FrameDecompressor::Make(window_log_max);
  if (decompressor == nullptr) throw NoMemory(env);
  const size_t memory_bytes = decompressor->memory_bytes();
  return Wrap(env, std::move(decompressor), memory_bytes);
}

Napi::Value DecompressFrame(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<FrameDecompressor> decompressor = Unwrap<FrameDecompressor>(info[0]);
  const Napi::Object frame_view = info[1].ToObject();
  const size_t raw_bytes = ToWholeNumber(info[2], kRawBytesMax);
  if (!decompressor->Admits(BytesOf(frame_view).size(), raw_bytes)) return env.Undefined();
  Napi::Uint8Array raw = Napi::Uint8Array::New(env, raw_bytes);
  const ByteView frame = BytesOf(frame_view);
  if (!decompressor->Decompress(frame, {reinterpret_cast<std::byte*>(raw.Data()), raw_bytes}))
    return env.Undefined();
  return raw;
}

}  // namespace quarry::node
