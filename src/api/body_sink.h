#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "api/http_message.h"

namespace ri::api {

/// Takes the body of a request as it arrives, into memory or a new file.
class BodySink {
 public:
  /// \param file  path of a file that must not exist yet; empty: into memory
  BodySink(const std::string& file, Request& request);
  void Write(std::string_view piece);
  /// False when the disk did not take it, or `complete` is false; the file is gone then.
  [[nodiscard]] bool Finish(bool complete);

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Request& request_;
  std::unique_ptr<std::FILE, Closer> file_;
  bool stored_ = true;
};

}  // namespace ri::api
