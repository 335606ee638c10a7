#include "synthetic/salesforce_id.h"

#include <algorithm>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kSuffixAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
constexpr std::string_view kInstance = "Sy0";
constexpr std::size_t kShortLength = 15;
constexpr std::size_t kChunk = 5;

}  // namespace

std::array<char, 3> CaseSafeSuffix(std::string_view id) {
  RI_ASSERT(id.size() == kShortLength);
  std::array<char, 3> suffix{};
  for (std::size_t chunk = 0; chunk < suffix.size(); ++chunk) {
    std::size_t bits = 0;
    for (std::size_t i = 0; i < kChunk; ++i) {
      const char character = id[chunk * kChunk + i];
      bits |= static_cast<std::size_t>(character >= 'A' && character <= 'Z') << i;
    }
    suffix[chunk] = kSuffixAlphabet[bits];
  }
  return suffix;
}

SalesforceId MakeSalesforceId(std::string_view prefix, std::uint64_t number) {
  RI_ASSERT(prefix.size() == 3);
  SalesforceId id{};
  std::copy(prefix.begin(), prefix.end(), id.begin());
  std::copy(kInstance.begin(), kInstance.end(), id.begin() + 3);
  for (std::size_t at = kShortLength; at-- > 6;) {
    id[at] = kDigits[number % kDigits.size()];
    number /= kDigits.size();
  }
  RI_ASSERT(number == 0);
  const auto suffix = CaseSafeSuffix({id.data(), kShortLength});
  std::copy(suffix.begin(), suffix.end(), id.begin() + kShortLength);
  return id;
}

std::optional<std::uint64_t> SalesforceNumber(std::string_view prefix, std::string_view id) {
  if (id.size() != kShortLength && id.size() != SalesforceId{}.size()) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (const char character : id.substr(6, kShortLength - 6)) {
    const std::size_t digit = kDigits.find(character);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    number = number * kDigits.size() + digit;
  }
  const SalesforceId made = MakeSalesforceId(prefix, number);
  return View(made).starts_with(id) ? std::optional(number) : std::nullopt;
}

}  // namespace ri::synthetic
