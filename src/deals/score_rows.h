#pragma once

/// Use case: score and explain rows that are not in the store.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "book/prepared_model.h"

namespace ri::deals {

/// Feature name to value: a number, or the label of a category. What is not named is missing.
using PostedRow = std::vector<std::pair<std::string, std::variant<double, std::string>>>;

struct RowReason {
  std::string_view feature;  ///< of the model's features: alive as long as the model
  double log_odds = 0;
  double points = 0;
};

struct RowScore {
  double log_odds = 0;
  double win = 0, win_low = 0, win_high = 0;
  std::size_t band_deals = 0;
  double base_log_odds = 0;
  double base_points = 0;
  std::vector<RowReason> reasons;  ///< largest first; zero shares are left out
};

/// The rows as the model reads them; kBadInput naming the row and the feature that the model does
/// not know or whose value is of the wrong kind.
[[nodiscard]] Result<base::Matrix<float>> EncodeRows(const book::PreparedModel& model,
                                                     std::span<const PostedRow> rows);

/// In the order of the rows, which EncodeRows gave. Points are proportional shares of the log-odds;
/// base_points plus all points is the win probability in percent.
[[nodiscard]] Result<std::vector<RowScore>> ScoreRows(const book::PreparedModel& model,
                                                      base::MatrixView<const float> encoded,
                                                      bool with_reasons, int num_threads);

}  // namespace ri::deals
