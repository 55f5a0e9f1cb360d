// The limit program: an engine of bench/engines/protocol.mjs, with requests in fields and `result` naming a
// file for the result in place of `check`.
#include <chrono>
#include <ctime>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "request.h"
#include "workloads.h"

namespace {

void Answer(const limit::Request& request) {
  const limit::Run run = limit::Workloads().at(request.Text("operation"))(request);
  if (request.Has("prepareOnly")) {
    std::cout << "{}" << std::endl;
    return;
  }
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu_start = std::clock();
  const limit::Memory result = run();
  const double cpu_milliseconds = 1000.0 * static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  if (request.Has("result")) {
    std::ofstream(request.Text("result"), std::ios::binary)
        .write(reinterpret_cast<const char*>(result.data()), static_cast<std::streamsize>(result.size()));
  }
  std::cout << "{\"milliseconds\": " << elapsed.count() << ", \"cpuMilliseconds\": " << cpu_milliseconds
            << "}" << std::endl;
}

}  // namespace

int main() {
  std::cout << "{\"version\": \"bench/limit\", \"operations\": [";
  const char* separator = "";
  for (const auto& [name, prepare] : limit::Workloads()) {
    std::cout << separator << '"' << name << '"';
    separator = ", ";
  }
  std::cout << "]}" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    try {
      Answer(limit::Request(line));
    } catch (const std::exception& error) {
      std::cout << "{\"error\": \"" << error.what() << "\"}" << std::endl;
    }
  }
}
