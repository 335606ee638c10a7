#include "documents/whole_file.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ri::documents {

Status WriteWholeFile(const std::string& path, std::string_view content) {
  const std::string partial = path + ".partial";
  {
    std::ofstream file(partial, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) {
      std::remove(partial.c_str());
      return Fail(ErrorCode::kStorage,
                  "Could not write " + path + ". Is the folder there and the disk not full?");
    }
  }
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    std::remove(partial.c_str());
    return Fail(ErrorCode::kStorage, "Could not put " + path + " in its place.");
  }
  return {};
}

Result<std::string> ReadWholeFile(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return Fail(ErrorCode::kNotFound, "There is no file " + path + ".");
  }
  std::ifstream file(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) {
    return Fail(ErrorCode::kStorage, "Could not read " + path + ".");
  }
  return content;
}

}  // namespace ri::documents
