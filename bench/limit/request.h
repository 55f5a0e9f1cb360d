// A request as bench/engine-process.mjs writes it: `name=value` separated by tabs, lists by commas.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace limit {

class Request {
 public:
  explicit Request(const std::string& line);

  bool Has(const std::string& name) const { return fields_.contains(name); }
  const std::string& Text(const std::string& name) const { return fields_.at(name); }
  uint64_t Number(const std::string& name) const { return std::stoull(Text(name)); }
  std::vector<uint64_t> Numbers(const std::string& name) const;

 private:
  std::map<std::string, std::string> fields_;
};

}  // namespace limit
