#include "ingest/content_hash.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/sha256.h"
#include "ingest/byte_source.h"

namespace ri::ingest {
namespace {

Result<std::string> HashFile(const std::string& path) {
  RI_ASSIGN_OR_RETURN(auto bytes, OpenBytes(path));
  base::Sha256 hash;
  std::vector<char> buffer(1U << 20U);
  for (;;) {
    RI_ASSIGN_OR_RETURN(const std::size_t count, bytes->Read(buffer));
    if (count == 0) {
      return base::ToHex(hash.Finish());
    }
    hash.Update(std::string_view(buffer.data(), count));
  }
}

}  // namespace

Result<std::string> HashContent(const Recognition& recognition, base::Progress& progress) {
  std::set<std::string> paths;
  for (const SourceFile& file : recognition.files) {
    paths.insert(file.path);
  }
  std::vector<std::string> hashes;
  progress.Begin("Comparing with earlier imports", paths.size());
  for (const std::string& path : paths) {
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "The import was stopped; nothing of it was stored.");
    }
    RI_ASSIGN_OR_RETURN(std::string hash, HashFile(path));
    hashes.push_back(std::move(hash));
    progress.Update(hashes.size());
  }
  progress.End();
  std::ranges::sort(hashes);
  base::Sha256 all;
  for (const std::string& hash : hashes) {
    all.Update(hash);
  }
  all.Update(recognition.mapping->text);
  return base::ToHex(all.Finish());
}

}  // namespace ri::ingest
