#pragma once

/// Text of a file as UTF-8, whatever its encoding was.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/byte_source.h"

namespace ri::ingest {

/// Detects the encoding and converts on the way. A byte order mark decides; else zero bytes in
/// every second place mean UTF-16; else the text is ASCII until the first byte above 127, where
/// the rest of the block decides between UTF-8 and a single-byte encoding. Latin-1 and
/// Windows-1252 differ only in 0x80..0x9F, which Latin-1 does not print: both are read as
/// Windows-1252 and named by whether such a byte was seen.
///
/// Thread safety: one thread.
class TextStream {
 public:
  /// kBadInput for a binary file.
  [[nodiscard]] static Result<std::unique_ptr<TextStream>> Open(std::unique_ptr<ByteSource> bytes);

  /// Fills `buffer` with UTF-8, at least one byte unless the text is over; 0 means the end. \pre
  /// buffer has room for 16 bytes. kBadInput when the file turns out to be binary further down.
  Result<std::size_t> Read(std::span<char> buffer);

  /// "UTF-8", "UTF-8 with BOM", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "Windows-1252". Plain ASCII
  /// is "UTF-8"; may change while reading when the first other character comes late.
  [[nodiscard]] const std::string& encoding() const { return encoding_; }
  /// Bytes that were not legal in the encoding and became "?".
  [[nodiscard]] std::int64_t num_replaced() const { return num_replaced_; }
  [[nodiscard]] const ByteSource& bytes() const { return *bytes_; }

 private:
  enum class Mode { kAscii, kUtf8, kSingleByte, kUtf16 };

  explicit TextStream(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)) {}
  Status Sniff();
  Status Refill();
  Result<std::size_t> ReadPlain(std::span<char> buffer);
  std::size_t ConvertSingleByte(std::span<char> buffer);
  Result<std::size_t> ConvertUtf16(std::span<char> buffer);
  [[nodiscard]] std::span<const char> pending() const {
    return {raw_.data() + raw_begin_, raw_end_ - raw_begin_};
  }

  std::unique_ptr<ByteSource> bytes_;
  std::string encoding_ = "UTF-8";
  Mode mode_ = Mode::kAscii;
  bool big_endian_ = false;
  std::vector<char> raw_;  ///< bytes read but not yet converted: [raw_begin_, raw_end_)
  std::size_t raw_begin_ = 0;
  std::size_t raw_end_ = 0;
  bool end_of_bytes_ = false;
  std::int64_t num_replaced_ = 0;
};

}  // namespace ri::ingest
