#include "node/system_errors.h"

#include <cerrno>
#include <cstring>

namespace quarry::node {
namespace {

// libc has no such function that every system knows.
const char* NameOf(int error_number) {
  switch (error_number) {
    case EACCES:
      return "EACCES";
    case EBADF:
      return "EBADF";
    case EINVAL:
      return "EINVAL";
    case EIO:
      return "EIO";
    case ELOOP:
      return "ELOOP";
    case EMFILE:
      return "EMFILE";
    case ENAMETOOLONG:
      return "ENAMETOOLONG";
    case ENFILE:
      return "ENFILE";
    case ENOENT:
      return "ENOENT";
    case ENOLCK:
      return "ENOLCK";
    case ENOMEM:
      return "ENOMEM";
    case ENOSYS:
      return "ENOSYS";
    case ENOTDIR:
      return "ENOTDIR";
    case ENOTSUP:
      return "ENOTSUP";
    case EPERM:
      return "EPERM";
    case ESTALE:
      return "ESTALE";
    default:
      return "UNKNOWN";
  }
}

}  // namespace

Napi::Error ToError(Napi::Env env, const os::OsFault& fault, const std::string& path) {
  const std::string name = NameOf(fault.error_number);
  Napi::Error error = Napi::Error::New(
      env, name + ": " + std::strerror(fault.error_number) + ", " + fault.call + " '" + path + "'");
  error.Set("errno", Napi::Number::New(env, -fault.error_number));
  error.Set("code", Napi::String::New(env, name));
  error.Set("syscall", Napi::String::New(env, fault.call));
  error.Set("path", Napi::String::New(env, path));
  return error;
}

}  // namespace quarry::node
