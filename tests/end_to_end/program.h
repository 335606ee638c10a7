#pragma once

/// Runs the built program in a folder of its own, as a person would.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ri::end_to_end {

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
  /// stdout as one JSON document; a test failure when it is none.
  [[nodiscard]] nlohmann::json Json() const;
};

/// A temporary folder that is removed with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string Path(const std::string& name) const { return path_ + "/" + name; }

  /// Runs `revint ARGUMENTS...` with this folder as the working directory and waits for its end.
  [[nodiscard]] Outcome Run(const std::vector<std::string>& arguments) const;
  /// The same, expecting exit code 0.
  Outcome RunWell(const std::vector<std::string>& arguments) const;

 private:
  std::string path_;
};

/// Path below the folder of real data sets beside the sources; empty when it is not there.
[[nodiscard]] std::string RealData(const std::string& name);
/// Path of a file of the sources.
[[nodiscard]] std::string Source(const std::string& name);
[[nodiscard]] std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& content);

}  // namespace ri::end_to_end
