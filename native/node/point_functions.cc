#include "node/point_functions.h"

#include <cmath>
#include <memory>
#include <span>
#include <utility>

#include "core/array/point_selection.h"
#include "node/arguments.h"
#include "node/array_jobs.h"

namespace quarry::node {
namespace {

// The coordinates, checked to be whole numbers below 2^53 and to be as many as `items` takes.
std::span<const double> ToCoordinates(const Napi::Value& value, MutableBytes items, const LocalArray& array) {
  const Napi::Env env = value.Env();
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    throw Napi::TypeError::New(env, "coordinates is a Float64Array");
  }
  const auto numbers = value.As<Napi::Float64Array>();
  const std::span<const double> coordinates(numbers.Data(), numbers.ElementLength());
  if (items.size() % array.item_bytes() != 0 ||
      coordinates.size() != items.size() / array.item_bytes() * array.dimensions()) {
    throw Napi::RangeError::New(env, "the buffer has one item a point");
  }
  for (const double coordinate : coordinates) {
    if (!(coordinate >= 0 && coordinate <= 9007199254740991.0) || coordinate != std::floor(coordinate)) {
      throw Napi::RangeError::New(env, "a coordinate is a whole number below 2^53");
    }
  }
  return coordinates;
}

}  // namespace

Napi::Value ReadPoints(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  const Napi::Object out_view = info[2].ToObject();
  const double in_place_bytes_max = info[3].ToNumber().DoubleValue();
  const Napi::Function callback = info[4].As<Napi::Function>();
  const MutableBytes out = BytesOf(out_view);
  const std::span<const double> coordinates = ToCoordinates(info[1], out, *array);
  PointSelection selection(*array, coordinates, out.size() / array->item_bytes());
  ReadRequest<PointSelection> request{std::move(selection), out, out.data()};
  return StartRead(env, array, std::move(request), out_view, in_place_bytes_max, callback);
}

Napi::Value WritePoints(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const LocalArray> array = Unwrap<const LocalArray>(info[0]);
  std::vector<uint64_t> array_shape = ToExtents(info[1]);
  if (array_shape.size() != array->dimensions())
    throw Napi::RangeError::New(env, "shape has the wrong length");
  const Napi::Object source_view = info[3].ToObject();
  const bool write_fill_cells = info[4].ToObject().Get("writeFillCells").ToBoolean().Value();
  const Napi::Function callback = info[5].As<Napi::Function>();
  const MutableBytes source = BytesOf(source_view);
  const std::span<const double> coordinates = ToCoordinates(info[2], source, *array);
  const size_t point_count = source.size() / array->item_bytes();
  for (size_t i = 0; i < coordinates.size(); ++i) {
    if (coordinates[i] >= static_cast<double>(array_shape[i / point_count]))
      throw Napi::RangeError::New(env, "a point lies outside the array");
  }
  PointSelection selection(*array, coordinates, point_count);
  WriteRequest<PointSelection> request{std::move(selection), std::move(array_shape), source.data(),
                                       write_fill_cells};
  return StartWrite(env, array, std::move(request), source_view, callback);
}

}  // namespace quarry::node
