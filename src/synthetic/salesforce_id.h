#pragma once

/// Record ids as a Salesforce org makes them.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ri::synthetic {

/// 18 characters: object prefix (3), instance (3), number in base 62 (9), case-safe suffix (3).
using SalesforceId = std::array<char, 18>;

/// Key prefixes of the objects that are written.
namespace key_prefix {
inline constexpr std::string_view kAccount = "001";
inline constexpr std::string_view kContact = "003";
inline constexpr std::string_view kUser = "005";
inline constexpr std::string_view kOpportunity = "006";
inline constexpr std::string_view kOpportunityHistory = "008";
inline constexpr std::string_view kUserRole = "00E";
inline constexpr std::string_view kOpportunityContactRole = "00K";
inline constexpr std::string_view kProfile = "00e";
inline constexpr std::string_view kTask = "00T";
inline constexpr std::string_view kEvent = "00U";
inline constexpr std::string_view kOpportunityFieldHistory = "017";
inline constexpr std::string_view kPeriod = "026";
inline constexpr std::string_view kCurrencyType = "01L";
inline constexpr std::string_view kOpportunityStage = "01J";
inline constexpr std::string_view kDatedConversionRate = "04w";
inline constexpr std::string_view kForecastingQuota = "0J9";
inline constexpr std::string_view kForecastingType = "0Db";
}  // namespace key_prefix

/// The id of record `number` of an object. \pre prefix has 3 characters, number < 62^9
[[nodiscard]] SalesforceId MakeSalesforceId(std::string_view prefix, std::uint64_t number);

/// The number of an id of an object made by MakeSalesforceId, from its 15 or 18 characters; empty
/// for any other text.
[[nodiscard]] std::optional<std::uint64_t> SalesforceNumber(std::string_view prefix,
                                                            std::string_view id);

/// The three characters that make a 15-character id safe where case is lost: each encodes which
/// of five characters are upper case. \pre id has 15 characters
[[nodiscard]] std::array<char, 3> CaseSafeSuffix(std::string_view id);

[[nodiscard]] inline std::string_view View(const SalesforceId& id) {
  return {id.data(), id.size()};
}

}  // namespace ri::synthetic
