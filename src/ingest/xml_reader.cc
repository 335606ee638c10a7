#include "ingest/xml_reader.h"

#include <charconv>
#include <cstdint>

namespace ri::ingest {
namespace {

constexpr std::size_t kBlock = 64 * 1024;
constexpr std::size_t kLongestToken = 4U << 20U;

std::unexpected<Error> NotWellFormed() {
  return Fail(
      ErrorCode::kBadInput,
      "The workbook's XML is damaged or of an unknown kind; save it again as .xlsx or CSV.");
}

void AppendUtf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    out += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

Result<bool> XmlReader::Fill() {
  if (at_end_) {
    return false;
  }
  buffer_.erase(0, at_);
  at_ = 0;
  if (buffer_.size() > kLongestToken) {
    return NotWellFormed();
  }
  const std::size_t old = buffer_.size();
  buffer_.resize(old + kBlock);
  RI_ASSIGN_OR_RETURN(const std::size_t count,
                      bytes_->Read(std::span<char>(buffer_.data() + old, kBlock)));
  buffer_.resize(old + count);
  at_end_ = count == 0;
  return count > 0;
}

Result<std::size_t> XmlReader::FindBehind(std::string_view what, std::size_t from) {
  // `from` counts from at_, which Fill() moves.
  for (;;) {
    const std::size_t found = buffer_.find(what, at_ + from);
    if (found != std::string::npos) {
      return found + what.size();
    }
    RI_ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) {
      return NotWellFormed();
    }
  }
}

Result<XmlReader::Token> XmlReader::Next() {
  if (pending_end_) {
    pending_end_ = false;
    --depth_;
    return Token::kEnd;
  }
  for (;;) {
    while (at_ + 9 > buffer_.size() && !at_end_) {
      RI_RETURN_IF_ERROR(Fill());
    }
    if (at_ == buffer_.size()) {
      if (depth_ != 0) {
        return NotWellFormed();
      }
      return Token::kDone;
    }
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    if (rest.starts_with("<?")) {
      RI_ASSIGN_OR_RETURN(at_, FindBehind("?>", 2));
    } else if (rest.starts_with("<!--")) {
      RI_ASSIGN_OR_RETURN(at_, FindBehind("-->", 4));
    } else if (rest.starts_with("<![CDATA[")) {
      RI_ASSIGN_OR_RETURN(const std::size_t end, FindBehind("]]>", 9));
      text_ = buffer_.substr(at_ + 9, end - at_ - 12);
      at_ = end;
      return Token::kText;
    } else if (rest.starts_with("<!")) {
      return NotWellFormed();
    } else if (rest.starts_with('<')) {
      return ReadTag();
    } else if (rest.starts_with("\xEF\xBB\xBF")) {
      at_ += 3;
    } else if (depth_ == 0) {
      if (!IsBlank(rest[0])) {
        return NotWellFormed();
      }
      ++at_;
    } else {
      RI_ASSIGN_OR_RETURN(const std::size_t end, FindBehind("<", 0));
      RI_RETURN_IF_ERROR(Decode(std::string_view(buffer_).substr(at_, end - 1 - at_), text_));
      at_ = end - 1;
      return Token::kText;
    }
  }
}

Result<XmlReader::Token> XmlReader::ReadTag() {
  // ">" may stand inside quotes of an attribute.
  std::size_t length = 1;
  char quote = '\0';
  for (;; ++length) {
    if (at_ + length >= buffer_.size()) {
      RI_ASSIGN_OR_RETURN(const bool more, Fill());
      if (!more) {
        return NotWellFormed();
      }
    }
    const char c = buffer_[at_ + length];
    if (quote != '\0') {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      break;
    }
  }
  std::string_view tag = std::string_view(buffer_).substr(at_ + 1, length - 1);
  const bool closing = tag.starts_with('/');
  const bool empty = tag.ends_with('/');
  if (closing) {
    tag.remove_prefix(1);
  } else if (empty) {
    tag.remove_suffix(1);
  }
  std::size_t name_size = 0;
  while (name_size < tag.size() && !IsBlank(tag[name_size])) {
    ++name_size;
  }
  std::string_view name = tag.substr(0, name_size);
  name.remove_prefix(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
  if (name.empty() || (closing && depth_ == 0)) {
    return NotWellFormed();
  }
  name_ = std::string(name);
  RI_RETURN_IF_ERROR(ParseAttributes(tag.substr(name_size)));
  at_ += length + 1;
  if (closing) {
    --depth_;
    return Token::kEnd;
  }
  ++depth_;
  pending_end_ = empty;
  return Token::kStart;
}

Status XmlReader::ParseAttributes(std::string_view tag) {
  attributes_.clear();
  std::size_t at = 0;
  for (;;) {
    while (at < tag.size() && IsBlank(tag[at])) {
      ++at;
    }
    if (at == tag.size()) {
      return {};
    }
    const std::size_t equals = tag.find('=', at);
    if (equals == std::string_view::npos || equals + 1 >= tag.size() ||
        (tag[equals + 1] != '"' && tag[equals + 1] != '\'')) {
      return NotWellFormed();
    }
    const std::size_t end = tag.find(tag[equals + 1], equals + 2);
    if (end == std::string_view::npos) {
      return NotWellFormed();
    }
    std::string value;
    RI_RETURN_IF_ERROR(Decode(tag.substr(equals + 2, end - equals - 2), value));
    std::string_view name = tag.substr(at, equals - at);
    while (!name.empty() && IsBlank(name.back())) {
      name.remove_suffix(1);
    }
    attributes_.emplace_back(std::string(name), std::move(value));
    at = end + 1;
  }
}

Status XmlReader::Decode(std::string_view raw, std::string& out) const {
  out.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '&') {
      out += raw[i];
      continue;
    }
    const std::size_t end = raw.find(';', i);
    if (end == std::string_view::npos) {
      return NotWellFormed();
    }
    const std::string_view entity = raw.substr(i + 1, end - i - 1);
    i = end;
    if (entity == "amp") {
      out += '&';
    } else if (entity == "lt") {
      out += '<';
    } else if (entity == "gt") {
      out += '>';
    } else if (entity == "quot") {
      out += '"';
    } else if (entity == "apos") {
      out += '\'';
    } else if (entity.starts_with('#')) {
      const bool hex = entity.starts_with("#x");
      const std::string_view digits = entity.substr(hex ? 2 : 1);
      std::uint32_t code = 0;
      const auto [stop, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
      if (error != std::errc{} || stop != digits.data() + digits.size() || code == 0 ||
          code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return NotWellFormed();
      }
      AppendUtf8(code, out);
    } else {
      return NotWellFormed();
    }
  }
  return {};
}

std::string_view XmlReader::Attribute(std::string_view name) const {
  for (const auto& [key, value] : attributes_) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

}  // namespace ri::ingest
