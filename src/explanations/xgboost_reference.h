#pragma once

/// XGBoost's own explanations through its C API, to hold ours against in tests and benchmarks. Not
/// part of the library.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/matrix.h"

namespace ri::explanations::testing {

/// A booster and what it computes. Failures of the library throw std::runtime_error with its
/// message.
class XgboostReference {
 public:
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  /// Grows `rounds` trees of a binary:logistic model by the hist method.
  static XgboostReference Train(base::MatrixView<const float> rows,
                                const std::vector<float>& labels, int rounds,
                                const Parameters& parameters);
  static XgboostReference FromJson(const std::string& json);
  ~XgboostReference();
  XgboostReference(XgboostReference&&) noexcept;

  [[nodiscard]] std::string ToJson() const;
  void SetThreads(int threads);

  /// rows x (features + 1); the last column is the base value.
  [[nodiscard]] std::vector<float> Contributions(base::MatrixView<const float> rows) const;
  /// rows x (features + 1) x (features + 1).
  [[nodiscard]] std::vector<float> Interactions(base::MatrixView<const float> rows) const;
  /// Margins without building a matrix first, the library's fastest way.
  [[nodiscard]] std::vector<float> PredictInPlace(base::MatrixView<const float> rows) const;

 private:
  XgboostReference();
  [[nodiscard]] std::vector<float> Predict(base::MatrixView<const float> rows, int type) const;
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace ri::explanations::testing
