#pragma once

/// A small strict pull reader for the XML inside office files: elements, attributes and text.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ingest/byte_source.h"

namespace ri::ingest {

/// Reads UTF-8 XML in bounded memory. Document types (and with them entity tricks) are refused,
/// as are tags or texts beyond 4 MiB. Namespace prefixes are cut off element names.
/// Thread safety: one thread.
class XmlReader {
 public:
  enum class Token { kStart, kEnd, kText, kDone };

  explicit XmlReader(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)) {}

  /// kBadInput for text that is not well-formed. `<a/>` gives a start and an end.
  Result<Token> Next();
  /// Of the current start or end.
  [[nodiscard]] std::string_view name() const { return name_; }
  /// Of the current start, with its prefix as written ("r:id"); empty when absent.
  [[nodiscard]] std::string_view Attribute(std::string_view name) const;
  /// Of the current text, entities resolved.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const ByteSource& bytes() const { return *bytes_; }

 private:
  Result<bool> Fill();
  /// Position behind `what`, reading on as needed; kBadInput when it never comes.
  Result<std::size_t> FindBehind(std::string_view what, std::size_t from);
  Result<Token> ReadTag();
  Status ParseAttributes(std::string_view tag);
  Status Decode(std::string_view raw, std::string& out) const;

  std::unique_ptr<ByteSource> bytes_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool at_end_ = false;
  bool pending_end_ = false;
  std::size_t depth_ = 0;
  std::string name_;
  std::string text_;
  std::vector<std::pair<std::string, std::string>> attributes_;
};

}  // namespace ri::ingest
