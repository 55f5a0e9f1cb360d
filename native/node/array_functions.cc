#include "node/array_functions.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/array/box_selection.h"
#include "core/array/limits.h"
#include "node/arguments.h"
#include "node/array_jobs.h"

namespace quarry::node {
namespace {

// A box of an array, and of memory. JavaScript sends it as numbers: start, step, count and stride in bytes of
// each axis, then the offset in bytes of the box's first item in memory.
struct Box {
  std::vector<AxisSelection> selection;
  std::vector<int64_t> strides_bytes;
  int64_t offset_bytes;
};

constexpr size_t NumbersOfBox(size_t dimensions) { return 4 * dimensions + 1; }

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

// The numbers of `count` boxes, from the front of a buffer that may be longer.
std::vector<double> ToNumbersOfBoxes(const Napi::Value& value, size_t count, size_t dimensions) {
  const Napi::Env env = value.Env();
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    throw Napi::TypeError::New(env, "boxes is a Float64Array");
  }
  const auto numbers = value.As<Napi::Float64Array>();
  const size_t wanted = count * NumbersOfBox(dimensions);
  if (numbers.ElementLength() < wanted) throw Napi::RangeError::New(env, "boxes is too short");
  return {numbers.Data(), numbers.Data() + wanted};
}

// `lists`: undefined where no axis is selected by a list; else an array with an entry an axis.
Box ToBox(Napi::Env env, std::span<const double> numbers, const Napi::Value& lists) {
  const size_t dimensions = numbers.size() / 4;
  if (!lists.IsUndefined() && !lists.IsArray()) throw Napi::TypeError::New(env, "lists is an array");
  Box box;
  box.selection.reserve(dimensions);
  box.strides_bytes.reserve(dimensions);
  for (size_t i = 0; i < dimensions; ++i) {
    const double start = WholeNumber(env, numbers[4 * i]);
    const double step = WholeNumber(env, numbers[4 * i + 1]);
    const double count = WholeNumber(env, numbers[4 * i + 2]);
    const double stride = WholeNumber(env, numbers[4 * i + 3]);
    if (start < 0 || step < 1 || count < 0) throw Napi::RangeError::New(env, "a box is out of range");
    AxisSelection axis{static_cast<uint64_t>(start), static_cast<uint64_t>(step),
                       static_cast<uint64_t>(count)};
    if (lists.IsArray()) axis.indices = ToIndices(lists.As<Napi::Array>().Get(static_cast<uint32_t>(i)));
    if (axis.is_list() && axis.indices.size() != axis.count) {
      throw Napi::RangeError::New(env, "count is not the length of the list");
    }
    box.selection.push_back(std::move(axis));
    box.strides_bytes.push_back(static_cast<int64_t>(stride));
  }
  box.offset_bytes = static_cast<int64_t>(WholeNumber(env, numbers[4 * dimensions]));
  return box;
}

bool LiesInside(const AxisSelection& axis, uint64_t extent) {
  if (axis.count == 0) return true;
  if (axis.is_list()) return std::ranges::max(axis.indices) < extent;
  return axis.start < extent && axis.count - 1 <= (extent - 1 - axis.start) / axis.step;
}

// Refuses a box that would touch memory outside `memory_bytes`. 128-bit, so that no product can wrap.
void CheckMemory(Napi::Env env, const Box& box, size_t item_bytes, size_t memory_bytes) {
  __extension__ using Wide = __int128;
  Wide lowest = box.offset_bytes;
  Wide highest = lowest + static_cast<Wide>(item_bytes);
  for (size_t i = 0; i < box.selection.size(); ++i) {
    if (box.selection[i].count == 0) return;
    const Wide span = static_cast<Wide>(box.selection[i].count - 1) * box.strides_bytes[i];
    (span < 0 ? lowest : highest) += span;
  }
  if (lowest < 0 || highest > static_cast<Wide>(memory_bytes)) {
    throw Napi::RangeError::New(env, "the buffer is too small for the selection");
  }
}

ReadRequest<BoxSelection> ToReadRequest(Napi::Env env, const LocalArray& array, Box box,
                                        const Napi::Object& out_view) {
  const MutableBytes out = BytesOf(out_view);
  CheckMemory(env, box, array.item_bytes(), out.size());
  std::byte* const first = out.data() + box.offset_bytes;
  return {BoxSelection(array, std::move(box.selection), std::move(box.strides_bytes)), out, first};
}

// Which cells of its objects a write is to make, and in which draft; undefined for a write of its own.
std::optional<DraftPart> ToDraftPart(Napi::Env env, const LocalArray& array, const Napi::Value& value,
                                     const BoxSelection& selection) {
  if (!value.IsObject()) return std::nullopt;
  const Napi::Object object = value.As<Napi::Object>();
  DraftPart part;
  part.draft = Unwrap<WriteDraft>(object.Get("draft"));
  if (&part.draft->array() != &array) throw Napi::TypeError::New(env, "the draft is another array's");
  part.first_cell = static_cast<size_t>(object.Get("firstCell").ToNumber().Int64Value());
  part.end_cell = static_cast<size_t>(object.Get("endCell").ToNumber().Int64Value());
  std::vector<std::vector<uint64_t>> objects;
  objects.reserve(selection.object_count());
  for (size_t i = 0; i < selection.object_count(); ++i) {
    const auto coordinates = selection.coordinates(i);
    objects.emplace_back(coordinates.begin(), coordinates.end());
  }
  auto writers = part.draft->Begin(part.first_cell, part.end_cell, objects);
  if (!writers) throw Napi::RangeError::New(env, "these are not the cells that come next");
  part.writers = std::move(*writers);
  return part;
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
  spec.chain = Unwrap<const Chain>(object.Get("chain"));
  const ChunkType& cell = spec.chain->chunk();
  if (cell.shape.size() > kDimensionsMax) throw Napi::RangeError::New(env, "too many dimensions");
  if (std::ranges::find(cell.shape, 0u) != cell.shape.end()) {
    throw Napi::RangeError::New(env, "a chunk extent is at least 1");
  }
  if (const Napi::Value sharding_value = object.Get("sharding"); sharding_value.IsObject()) {
    const Napi::Object sharding_object = sharding_value.As<Napi::Object>();
    ShardingSpec sharding;
    sharding.object_shape = ToExtents(sharding_object.Get("shardShape"));
    sharding.index_chain = Unwrap<const Chain>(sharding_object.Get("indexChain"));
    sharding.index_at_start = sharding_object.Get("indexAtStart").ToBoolean().Value();
    if (sharding.object_shape.size() != cell.shape.size()) {
      throw Napi::RangeError::New(env, "shards and chunks have the same number of dimensions");
    }
    for (size_t i = 0; i < cell.shape.size(); ++i) {
      if (sharding.object_shape[i] == 0 || sharding.object_shape[i] % cell.shape[i] != 0) {
        throw Napi::RangeError::New(env, "a shard extent is a multiple of the chunk's");
      }
    }
    spec.sharding = std::move(sharding);
  }
  const MutableBytes fill = BytesOf(object.Get("fillItem").ToObject());
  if (fill.size() != cell.data_type.item_bytes)
    throw Napi::RangeError::New(env, "fillItem has the wrong length");
  spec.fill_item.assign(fill.begin(), fill.end());

  std::shared_ptr<const LocalArray> array = LocalArray::Make(std::move(spec));
  if (array == nullptr) throw Napi::RangeError::New(env, "the index's chain is not one of these shards'");
  return Wrap<const LocalArray>(env, std::move(array));
}

Napi::Value ReadArray(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  const Napi::Object out_view = info[3].ToObject();
  const double in_place_bytes_max = info[4].ToNumber().DoubleValue();
  const Napi::Function callback = info[5].As<Napi::Function>();
  Box box = ToBox(env, ToNumbersOfBoxes(info[1], 1, array->dimensions()), info[2]);
  ReadRequest<BoxSelection> request = ToReadRequest(env, *array, std::move(box), out_view);
  return StartRead(env, array, std::move(request), out_view, in_place_bytes_max, callback);
}

Napi::Value ReadArrayTogether(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  const std::vector<Napi::Object> out_views = ToObjects(info[3]);
  if (out_views.empty()) throw Napi::RangeError::New(env, "there is nothing to read");
  const Napi::Function callback = info[4].As<Napi::Function>();
  const std::vector<double> numbers = ToNumbersOfBoxes(info[1], out_views.size(), array->dimensions());
  const size_t numbers_of_box = NumbersOfBox(array->dimensions());
  std::vector<ReadRequest<BoxSelection>> requests;
  requests.reserve(out_views.size());
  for (size_t i = 0; i < out_views.size(); ++i) {
    const Napi::Value lists = info[2].IsArray() ? info[2].As<Napi::Array>().Get(static_cast<uint32_t>(i))
                                                : Napi::Value(env.Undefined());
    Box box = ToBox(env, std::span(numbers).subspan(i * numbers_of_box, numbers_of_box), lists);
    requests.push_back(ToReadRequest(env, *array, std::move(box), out_views[i]));
  }
  return StartSharedRead(env, array, std::move(requests), info[3].ToObject(), callback);
}

Napi::Value WriteArray(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  std::vector<uint64_t> array_shape = ToExtents(info[1]);
  if (array_shape.size() != array->dimensions())
    throw Napi::RangeError::New(env, "shape has the wrong length");
  const Napi::Object source_view = info[4].ToObject();
  const Napi::Object options = info[5].ToObject();
  const bool write_fill_cells = options.Get("writeFillCells").ToBoolean().Value();
  const Napi::Function callback = info[6].As<Napi::Function>();
  Box box = ToBox(env, ToNumbersOfBoxes(info[2], 1, array->dimensions()), info[3]);
  for (size_t i = 0; i < box.selection.size(); ++i) {
    if (!LiesInside(box.selection[i], array_shape[i]))
      throw Napi::RangeError::New(env, "the region lies outside the array");
  }
  const MutableBytes source = BytesOf(source_view);
  CheckMemory(env, box, array->item_bytes(), source.size());
  const std::byte* const first = source.data() + box.offset_bytes;
  BoxSelection selection(*array, std::move(box.selection), std::move(box.strides_bytes));
  std::optional<DraftPart> part = ToDraftPart(env, *array, options.Get("part"), selection);
  WriteRequest<BoxSelection> request{std::move(selection), std::move(array_shape), first, write_fill_cells,
                                     std::move(part)};
  return StartWrite(env, array, std::move(request), source_view, callback);
}

Napi::Value CreateDraft(const Napi::CallbackInfo& info) {
  return Wrap<WriteDraft>(info.Env(), std::make_shared<WriteDraft>(Unwrap<const LocalArray>(info[0])));
}

Napi::Value DiscardDraft(const Napi::CallbackInfo& info) {
  Unwrap<WriteDraft>(info[0])->Discard();
  return info.Env().Undefined();
}

}  // namespace quarry::node
