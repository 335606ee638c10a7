#include "forecasting/forecast_book.h"

#include <cmath>

#include "base/sum.h"

namespace ri::forecasting {
namespace {

constexpr double kTotalTolerance = 1e-9;

bool IsProbability(double p) { return p >= 0 && p <= 1; }
bool IsAmount(double amount) { return amount >= 0 && std::isfinite(amount); }

Status ValidateDeal(const ForecastDeal& deal, std::size_t num_ratios) {
  const std::string name = "Deal " + deal.id.text();
  if (!IsProbability(deal.win_this_period) || !IsProbability(deal.win_next_period) ||
      deal.win_this_period + deal.win_next_period > 1 + kTotalTolerance) {
    return Fail(ErrorCode::kBadInput,
                name + " has win probabilities outside [0, 1] or summing to more than 1.");
  }
  if (!IsAmount(deal.amount)) {
    return Fail(ErrorCode::kBadInput,
                name +
                    " has a negative or missing amount. Credits belong to booked revenue; a "
                    "missing amount is replaced by the mean of its segment.");
  }
  if (deal.amount_ratio >= 0 && static_cast<std::size_t>(deal.amount_ratio) >= num_ratios) {
    return Fail(ErrorCode::kBadInput, name + " names an amount ratio that does not exist.");
  }
  return {};
}

Status ValidateNewBusiness(const NewBusiness& business) {
  if (!IsAmount(business.expected_count) || !(business.size > 0)) {
    return Fail(ErrorCode::kBadInput,
                "New business needs an expected count that is not negative and a positive size.");
  }
  base::CompensatedSum total;
  for (const SeverityAtom& atom : business.severity) {
    if (!IsAmount(atom.amount) || !IsProbability(atom.probability)) {
      return Fail(ErrorCode::kBadInput, "New business has an impossible amount or probability.");
    }
    total.Add(atom.probability);
  }
  if (business.expected_count > 0 && std::fabs(total.value() - 1) > kTotalTolerance) {
    return Fail(ErrorCode::kBadInput,
                "The amounts of new business have probabilities that do not sum to 1.");
  }
  return {};
}

Status ValidateIndices(const std::vector<std::uint32_t>& indices, std::size_t count,
                       const std::string& node) {
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= count || (i > 0 && indices[i] <= indices[i - 1])) {
      return Fail(ErrorCode::kBadInput,
                  "Node " + node + " lists a member twice, out of order or out of range.");
    }
  }
  return {};
}

}  // namespace

Status Validate(const ForecastBook& book) {
  for (std::size_t i = 0; i < book.deals.size(); ++i) {
    if (i > 0 && !(book.deals[i - 1].id < book.deals[i].id)) {
      return Fail(ErrorCode::kBadInput,
                  "Deals of a forecast must be sorted by id without repetition; see " +
                      book.deals[i].id.text() + ".");
    }
    RI_RETURN_IF_ERROR(ValidateDeal(book.deals[i], book.amount_ratios.size()));
  }
  for (const NewBusiness& business : book.new_business) {
    RI_RETURN_IF_ERROR(ValidateNewBusiness(business));
  }
  return {};
}

Status Validate(const ForecastNode& node, const ForecastBook& book) {
  RI_RETURN_IF_ERROR(ValidateIndices(node.deals, book.deals.size(), node.name));
  for (std::size_t period = 0; period < kNumPeriods; ++period) {
    RI_RETURN_IF_ERROR(
        ValidateIndices(node.new_business[period], book.new_business.size(), node.name));
    if (!std::isfinite(node.booked[period])) {
      return Fail(ErrorCode::kBadInput,
                  "Node " + node.name + " has booked revenue that is not a number.");
    }
  }
  return {};
}

double SeverityMean(const NewBusiness& business) {
  base::CompensatedSum sum;
  for (const SeverityAtom& atom : business.severity) {
    sum.Add(atom.probability * atom.amount);
  }
  return sum.value();
}

double SeveritySecondMoment(const NewBusiness& business) {
  base::CompensatedSum sum;
  for (const SeverityAtom& atom : business.severity) {
    sum.Add(atom.probability * atom.amount * atom.amount);
  }
  return sum.value();
}

}  // namespace ri::forecasting
