#include "revenue/revenue_credit.h"

#include <bit>
#include <cctype>
#include <cmath>
#include <string>

#include "book/organisation.h"

namespace ri::revenue {
namespace {

constexpr double kWhole = 100;
constexpr double kTolerance = 1;

bool IsRevenue(const std::string& type) {
  std::string lower;
  for (const char c : type) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower.find("revenue") != std::string::npos;
}

// Percentages by rep, of one deal and one split type.
using Percentages = std::map<std::size_t, double>;

bool IsWhole(const Percentages& percentages) {
  double sum = 0;
  for (const auto& [rep, percent] : percentages) {
    sum += percent;
  }
  return std::fabs(sum - kWhole) <= kTolerance;
}

}  // namespace

RevenueCredits RevenueCredits::At(const data::EventLog& log, domain::Timestamp as_of) {
  using data::EntityKind;
  std::map<std::uint32_t, std::map<std::string, Percentages>> found;
  for (std::size_t split = 0; split < log.count(EntityKind::kSplit); ++split) {
    const auto value = [&](std::string_view name) {
      return book::LatestValue(log, EntityKind::kSplit, split, name, as_of);
    };
    const auto deal = value(data::attribute::kDeal);
    const auto owner = value(data::attribute::kOwner);
    const auto percent = value(data::attribute::kSplitPercent);
    if (!deal || !owner || !percent || value(data::attribute::kDeleted).value_or(0) != 0) {
      continue;
    }
    const double share = std::bit_cast<double>(*percent);
    if (share > 0) {
      const auto type = value(data::attribute::kType);
      found[static_cast<std::uint32_t>(*deal)]
           [type ? log.symbols()[static_cast<std::size_t>(*type)] : std::string()]
           [static_cast<std::size_t>(*owner)] += share;
    }
  }
  RevenueCredits credits;
  for (const auto& [deal, types] : found) {
    const Percentages* chosen = nullptr;
    for (const auto& [type, percentages] : types) {
      if (IsWhole(percentages) && (chosen == nullptr || IsRevenue(type))) {
        chosen = &percentages;
        if (IsRevenue(type)) {
          break;
        }
      }
    }
    if (chosen == nullptr) {
      continue;
    }
    double sum = 0;
    for (const auto& [rep, percent] : *chosen) {
      sum += percent;
    }
    for (const auto& [rep, percent] : *chosen) {
      credits.shares_[deal].push_back({.rep = rep, .share = percent / sum});
    }
  }
  return credits;
}

std::span<const CreditShare> RevenueCredits::Of(std::uint32_t deal) const {
  const auto found = shares_.find(deal);
  return found == shares_.end() ? std::span<const CreditShare>() : found->second;
}

}  // namespace ri::revenue
