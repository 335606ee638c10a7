#pragma once

/// The directory of a zip archive.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/byte_source.h"

namespace ri::ingest {

struct ZipMember {
  std::string name;
  std::int64_t compressed_size = 0;
  std::int64_t size = 0;  ///< unpacked
  std::int64_t header_offset = 0;
  bool stored = false;  ///< not compressed
};

/// An archive as read from its central directory. Encrypted members, other methods than deflate,
/// and archives above 4 GiB are refused with a reason.
class ZipArchive {
 public:
  [[nodiscard]] static Result<ZipArchive> Open(const std::string& path);
  [[nodiscard]] const std::vector<ZipMember>& members() const { return members_; }
  /// Null when there is no such member.
  [[nodiscard]] const ZipMember* Find(const std::string& name) const;
  /// Unpacks a member as it is read; never more than its declared size.
  [[nodiscard]] Result<std::unique_ptr<ByteSource>> Read(const ZipMember& member) const;

 private:
  std::string path_;
  std::vector<ZipMember> members_;
};

}  // namespace ri::ingest
