#pragma once

/// Names that exports give to a column, by what it means.

#include <span>
#include <string_view>

namespace ri::ingest {

/// Whether the words of a column have a name: they are equal to it, or contain it at the beginning
/// of a word. A name with "$" behind it must be equal.
[[nodiscard]] bool IsCalled(std::string_view words, std::string_view name);

/// In order of preference, lower case, in seven European languages.
[[nodiscard]] std::span<const std::string_view> NamesOfId();
[[nodiscard]] std::span<const std::string_view> NamesOfOwner();
[[nodiscard]] std::span<const std::string_view> NamesOfAccount();
[[nodiscard]] std::span<const std::string_view> NamesOfAmount();
[[nodiscard]] std::span<const std::string_view> NamesOfCreated();
[[nodiscard]] std::span<const std::string_view> NamesOfClosed();
[[nodiscard]] std::span<const std::string_view> NamesOfCommitDate();
[[nodiscard]] std::span<const std::string_view> NamesOfStage();
[[nodiscard]] std::span<const std::string_view> NamesOfProbability();
[[nodiscard]] std::span<const std::string_view> NamesOfProduct();
[[nodiscard]] std::span<const std::string_view> NamesOfLeadSource();
[[nodiscard]] std::span<const std::string_view> NamesOfCurrency();
[[nodiscard]] std::span<const std::string_view> NamesOfDealName();

/// True for "account manager" or "company size": the words name somebody or something else than the
/// account.
[[nodiscard]] bool IsAboutAccount(std::string_view words);
/// True for "expected revenue", "annual revenue", "discount amount": money that is not the deal's.
[[nodiscard]] bool IsOtherMoney(std::string_view words);
/// True for "planned delivery end" or "renewal date": the end of something else than the deal.
[[nodiscard]] bool IsOtherEnd(std::string_view words);
/// True for "modified time", "age in days", "expected revenue": true as of the export only, and
/// without a history a sign of how the deal ended.
[[nodiscard]] bool IsStateOfExport(std::string_view words);

}  // namespace ri::ingest
