#pragma once

#include "api/http_message.h"
#include "base/phrase.h"

namespace ri::api {

/// The language of the answer's sentences: that of Accept-Language with the largest weight among
/// those there are (RFC 9110, 12.5.4), the first of equals; English when none of them is named.
[[nodiscard]] base::Language LanguageOf(const Request& request);

/// "en", "de"
[[nodiscard]] std::string_view LanguageTag(base::Language language);

}  // namespace ri::api
