#include "node/array_functions.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "core/array/box_selection.h"
#include "core/array/limits.h"
#include "core/array/shared_read_job.h"
#include "node/arguments.h"
#include "node/array_jobs.h"

namespace quarry::node {
namespace {

struct Axes {
  std::vector<AxisSelection> selection;
  std::vector<int64_t> strides_bytes;
};

double WholeNumber(Napi::Env env, double value) {
  if (!(std::abs(value) <= 9007199254740991.0) || value != std::floor(value)) {
    throw Napi::RangeError::New(env, "expected a whole number");
  }
  return value;
}

// The list of an axis, or none.
std::vector<uint64_t> ToIndices(const Napi::Value& value) {
  std::vector<uint64_t> indices;
  if (!value.IsTypedArray()) return indices;
  if (value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    throw Napi::TypeError::New(value.Env(), "a list of indices is a Float64Array");
  }
  const auto numbers = value.As<Napi::Float64Array>();
  indices.reserve(numbers.ElementLength());
  for (size_t i = 0; i < numbers.ElementLength(); ++i) {
    const double index = WholeNumber(value.Env(), numbers[i]);
    if (index < 0) throw Napi::RangeError::New(value.Env(), "an index is negative");
    indices.push_back(static_cast<uint64_t>(index));
  }
  return indices;
}

Axes ToAxes(const Napi::Value& value, const Napi::Value& lists_value, size_t dimensions) {
  const Napi::Env env = value.Env();
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    throw Napi::TypeError::New(env, "axes is a Float64Array");
  }
  const auto numbers = value.As<Napi::Float64Array>();
  if (numbers.ElementLength() != 4 * dimensions)
    throw Napi::RangeError::New(env, "axes has the wrong length");
  if (!lists_value.IsArray()) throw Napi::TypeError::New(env, "lists is an array");
  const auto lists = lists_value.As<Napi::Array>();
  Axes axes;
  for (size_t i = 0; i < dimensions; ++i) {
    const double start = WholeNumber(env, numbers[4 * i]);
    const double step = WholeNumber(env, numbers[4 * i + 1]);
    const double count = WholeNumber(env, numbers[4 * i + 2]);
    const double stride = WholeNumber(env, numbers[4 * i + 3]);
    if (start < 0 || step < 1 || count < 0) throw Napi::RangeError::New(env, "axes is out of range");
    axes.selection.push_back({static_cast<uint64_t>(start), static_cast<uint64_t>(step),
                              static_cast<uint64_t>(count), ToIndices(lists.Get(static_cast<uint32_t>(i)))});
    if (axes.selection[i].is_list() && axes.selection[i].indices.size() != axes.selection[i].count) {
      throw Napi::RangeError::New(env, "count is not the length of the list");
    }
    axes.strides_bytes.push_back(static_cast<int64_t>(stride));
  }
  return axes;
}

bool LiesInside(const AxisSelection& axis, uint64_t extent) {
  if (axis.count == 0) return true;
  if (axis.is_list()) return std::ranges::max(axis.indices) < extent;
  return axis.start < extent && axis.count - 1 <= (extent - 1 - axis.start) / axis.step;
}

// Refuses a region that would touch memory outside `memory`. 128-bit, so that no product can wrap.
void CheckMemory(Napi::Env env, const Axes& axes, double offset_bytes, size_t item_bytes,
                 size_t memory_bytes) {
  __extension__ using Wide = __int128;
  Wide lowest = static_cast<int64_t>(WholeNumber(env, offset_bytes));
  Wide highest = lowest + static_cast<Wide>(item_bytes);
  for (size_t i = 0; i < axes.selection.size(); ++i) {
    if (axes.selection[i].count == 0) return;
    const Wide span = static_cast<Wide>(axes.selection[i].count - 1) * axes.strides_bytes[i];
    (span < 0 ? lowest : highest) += span;
  }
  if (lowest < 0 || highest > static_cast<Wide>(memory_bytes)) {
    throw Napi::RangeError::New(env, "the buffer is too small for the selection");
  }
}

ReadRequest<BoxSelection> ToReadRequest(const LocalArray& array, const Napi::Value& axes_value,
                                        const Napi::Value& lists, const Napi::Object& out_view,
                                        double offset_bytes) {
  Axes axes = ToAxes(axes_value, lists, array.dimensions());
  const MutableBytes out = BytesOf(out_view);
  CheckMemory(axes_value.Env(), axes, offset_bytes, array.item_bytes(), out.size());
  BoxSelection selection(array, std::move(axes.selection), std::move(axes.strides_bytes));
  return {std::move(selection), out, out.data() + static_cast<size_t>(offset_bytes)};
}

}  // namespace

Napi::Value OpenArray(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object object = info[0].ToObject();
  LocalArraySpec spec;
  spec.directory = object.Get("directory").ToString().Utf8Value();
  spec.key_encoding.with_prefix = object.Get("keyPrefix").ToBoolean().Value();
  const std::string separator = object.Get("keySeparator").ToString().Utf8Value();
  if (separator.size() != 1) throw Napi::TypeError::New(env, "keySeparator is one character");
  spec.key_encoding.separator = separator[0];
  spec.cell = ToChunkType(object);
  spec.codecs = ToCodecSpecs(object.Get("codecs"));
  if (spec.cell.shape.size() > kDimensionsMax) throw Napi::RangeError::New(env, "too many dimensions");
  if (std::ranges::find(spec.cell.shape, 0u) != spec.cell.shape.end()) {
    throw Napi::RangeError::New(env, "a chunk extent is at least 1");
  }
  if (const Napi::Value sharding_value = object.Get("sharding"); sharding_value.IsObject()) {
    const Napi::Object sharding_object = sharding_value.As<Napi::Object>();
    ShardingSpec sharding;
    sharding.object_shape = ToExtents(sharding_object.Get("shardShape"));
    sharding.index_codecs = ToCodecSpecs(sharding_object.Get("indexCodecs"));
    sharding.index_at_start = sharding_object.Get("indexAtStart").ToBoolean().Value();
    if (sharding.object_shape.size() != spec.cell.shape.size()) {
      throw Napi::RangeError::New(env, "shards and chunks have the same number of dimensions");
    }
    for (size_t i = 0; i < spec.cell.shape.size(); ++i) {
      if (sharding.object_shape[i] == 0 || sharding.object_shape[i] % spec.cell.shape[i] != 0) {
        throw Napi::RangeError::New(env, "a shard extent is a multiple of the chunk's");
      }
    }
    spec.sharding = std::move(sharding);
  }
  const MutableBytes fill = BytesOf(object.Get("fillItem").ToObject());
  if (fill.size() != spec.cell.data_type.item_bytes)
    throw Napi::RangeError::New(env, "fillItem has the wrong length");
  spec.fill_item.assign(fill.begin(), fill.end());

  auto array = LocalArray::Make(std::move(spec));
  if (!array) {
    Napi::Object fault = Napi::Object::New(env);
    fault.Set("ofIndexChain", Napi::Boolean::New(env, array.error().of_index_chain));
    fault.Set("codecIndex", Napi::Number::New(env, static_cast<double>(array.error().codec_index)));
    return fault;
  }
  return Wrap<const LocalArray>(env, std::move(*array));
}

Napi::Value ReadArray(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  const Napi::Object out_view = info[3].ToObject();
  ReadRequest<BoxSelection> request =
      ToReadRequest(*array, info[1], info[2], out_view, info[4].ToNumber().DoubleValue());
  const double in_place_bytes_max = info[5].ToNumber().DoubleValue();
  const Napi::Function callback = info[6].As<Napi::Function>();
  return StartRead(env, array, std::move(request), out_view, in_place_bytes_max, callback);
}

Napi::Value ReadArrayTogether(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  const auto reads = info[1].As<Napi::Array>();
  // All of them, before any is registered: a bad one must leave none behind.
  std::vector<ReadRequest<BoxSelection>> requests;
  for (uint32_t i = 0; i < reads.Length(); ++i) {
    const Napi::Object read = reads.Get(i).ToObject();
    requests.push_back(ToReadRequest(*array, read.Get("axes"), read.Get("lists"), read.Get("out").ToObject(),
                                     read.Get("outOffsetBytes").ToNumber().DoubleValue()));
  }
  EnvState& state = EnvState::Of(env);
  const auto ids = std::make_shared<std::vector<uint32_t>>();
  auto done = [&state, ids](size_t request, std::optional<ArrayFault> fault) {
    DeliverOutcome(state, (*ids)[request], std::move(fault));
  };
  auto job = std::make_shared<SharedReadJob>(array, std::move(requests), std::move(done));
  const Napi::Array result = Napi::Array::New(env, reads.Length());
  for (uint32_t i = 0; i < reads.Length(); ++i) {
    const Napi::Object read = reads.Get(i).ToObject();
    ids->push_back(state.Register({read.Get("out").ToObject()}, read.Get("done").As<Napi::Function>()));
    result.Set(i, Napi::Number::New(env, ids->back()));
  }
  SharedReadJob& cancellable = *job;
  state.SubmitTogether(*ids, std::move(job),
                       [&cancellable](size_t request) { cancellable.CancelRequest(request); });
  return result;
}

Napi::Value WriteArray(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  std::vector<uint64_t> array_shape = ToExtents(info[1]);
  if (array_shape.size() != array->dimensions())
    throw Napi::RangeError::New(env, "shape has the wrong length");
  Axes axes = ToAxes(info[2], info[3], array->dimensions());
  for (size_t i = 0; i < axes.selection.size(); ++i) {
    if (!LiesInside(axes.selection[i], array_shape[i]))
      throw Napi::RangeError::New(env, "the region lies outside the array");
  }
  const Napi::Object source_view = info[4].ToObject();
  const double offset_bytes = info[5].ToNumber().DoubleValue();
  const bool write_fill_cells = info[6].ToObject().Get("writeFillCells").ToBoolean().Value();
  const Napi::Function callback = info[7].As<Napi::Function>();
  const MutableBytes source = BytesOf(source_view);
  CheckMemory(env, axes, offset_bytes, array->item_bytes(), source.size());
  BoxSelection selection(*array, std::move(axes.selection), std::move(axes.strides_bytes));
  WriteRequest<BoxSelection> request{std::move(selection), std::move(array_shape),
                                     source.data() + static_cast<size_t>(offset_bytes), write_fill_cells};
  return StartWrite(env, array, std::move(request), source_view, callback);
}

}  // namespace quarry::node
