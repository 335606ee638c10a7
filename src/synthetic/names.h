#pragma once

/// Invented words for people, companies, deals and cities. No name belongs to anybody: people are
/// called after colours, birds, stones and trees, companies after made-up syllables.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace ri::synthetic {

struct PersonName {
  std::string first;
  std::string last;
};

/// A colour and a bird; the same number gives the same name.
[[nodiscard]] PersonName RepName(std::uint64_t number);
/// A stone and a tree.
[[nodiscard]] PersonName ContactName(std::uint64_t number);
/// Two made-up syllables and a business word, for example "Quorvel Instruments".
[[nodiscard]] std::string CompanyName(std::uint64_t number, std::string_view industry);

[[nodiscard]] std::string_view DrawIndustry(base::RandomStream& stream);
[[nodiscard]] std::string_view DrawTitle(base::RandomStream& stream);
[[nodiscard]] std::string_view DrawProduct(base::RandomStream& stream);
[[nodiscard]] std::string_view DrawCity(std::string_view region, base::RandomStream& stream);
[[nodiscard]] std::string_view CountryOf(std::string_view region);

}  // namespace ri::synthetic
