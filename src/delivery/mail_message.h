#pragma once

/// A letter as electronic mail: plain text and HTML of the same content (RFC 5322, 2045, 2046).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/date.h"

namespace ri::delivery {

struct Mail {
  std::string from;             ///< address alone: "revenue@example.com"
  std::vector<std::string> to;  ///< addresses; at least one
  std::string subject;          ///< UTF-8
  std::string text;             ///< UTF-8
  std::string html;             ///< UTF-8
  /// The same whenever the same letter is sent again; becomes the Message-ID. Letters, digits, dots
  /// and dashes.
  std::string id;
  domain::Timestamp date{};
};

/// An address that can stand in a header and in an SMTP command: no blanks, no line ends, one "@".
[[nodiscard]] bool IsMailAddress(std::string_view text);

/// The whole message with CRLF line ends; equal mails give equal bytes. kUsage for an address that
/// is none.
[[nodiscard]] Result<std::string> MessageOf(const Mail& mail);

}  // namespace ri::delivery
