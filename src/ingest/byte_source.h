#pragma once

/// Bytes of a file, plain or decompressed on the way, read in order and in bounded memory.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace ri::ingest {

/// Thread safety: one thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills `buffer` as far as it goes; 0 means the end. kBadInput for damaged compression.
  virtual Result<std::size_t> Read(std::span<char> buffer) = 0;
  /// Bytes of the stored file consumed so far, and its size.
  [[nodiscard]] virtual std::int64_t position() const = 0;
  [[nodiscard]] virtual std::int64_t total() const = 0;
};

/// What the first bytes of a file say it is.
enum class Container { kPlain, kGzip, kZip };

/// kNotFound when there is no such file, kBadInput when it is empty or a folder.
[[nodiscard]] Result<Container> DetectContainer(const std::string& path);

/// Opens a plain or gzip file; several gzip members after each other read as one.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& path);

/// Inflates `compressed_size` bytes of raw deflate data that begin at `offset` of the file, or
/// copies them when `stored`: one member of a zip archive. `limit` bounds what comes out.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> OpenMember(const std::string& path,
                                                             std::int64_t offset,
                                                             std::int64_t compressed_size,
                                                             bool stored, std::int64_t limit);

}  // namespace ri::ingest
