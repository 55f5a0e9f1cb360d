#include "request.h"

#include <sstream>

namespace limit {

Request::Request(const std::string& line) {
  std::istringstream fields(line);
  for (std::string field; std::getline(fields, field, '\t');) {
    const size_t equals = field.find('=');
    fields_.emplace(field.substr(0, equals), field.substr(equals + 1));
  }
}

std::vector<uint64_t> Request::Numbers(const std::string& name) const {
  std::vector<uint64_t> numbers;
  std::istringstream items(Text(name));
  for (std::string item; std::getline(items, item, ',');) numbers.push_back(std::stoull(item));
  return numbers;
}

}  // namespace limit
