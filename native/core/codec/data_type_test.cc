#include "core/codec/data_type.h"

#include <gtest/gtest.h>

namespace quarry {
namespace {

TEST(DataTypeNamed, KnowsTheNumbers) {
  EXPECT_EQ(DataTypeNamed("bool"), (DataType{DataKind::kBool, 1}));
  EXPECT_EQ(DataTypeNamed("int64"), (DataType{DataKind::kInt, 8}));
  EXPECT_EQ(DataTypeNamed("float16"), (DataType{DataKind::kFloat, 2, 2}));
}

TEST(DataTypeNamed, KnowsItemsOfAnySizeByTheirUnits) {
  EXPECT_EQ(DataTypeNamed("opaque:8:4"), (DataType{DataKind::kOpaque, 8, 4}));
  EXPECT_EQ(DataTypeNamed("opaque:3:1"), (DataType{DataKind::kOpaque, 3, 1}));
  EXPECT_EQ(DataTypeNamed("opaque:2147483647:1"), (DataType{DataKind::kOpaque, 2147483647, 1}));
}

TEST(DataTypeNamed, KnowsNothingElse) {
  for (const char* name : {"",
                           "int",
                           "int24",
                           "float8",
                           "complex64",
                           "opaque",
                           "opaque:",
                           "opaque:8",
                           "opaque:8:",
                           "opaque:0:1",
                           "opaque:8:3",
                           "opaque:12:8",
                           "opaque:16:16",
                           "opaque:8:0",
                           "opaque:-8:1",
                           "opaque:8:4 ",
                           "opaque: 8:4",
                           "opaque:2147483648:1",
                           "opaque:99999999999:1",
                           "opaque:8:4:1"}) {
    EXPECT_EQ(DataTypeNamed(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace quarry
