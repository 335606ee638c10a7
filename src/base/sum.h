#pragma once

/// Compensated summation (Neumaier 1974): the error does not grow with the number of terms.

#include <cmath>
#include <span>

namespace ri::base {

class CompensatedSum {
 public:
  void Add(double term) {
    const double total = sum_ + term;
    correction_ +=
        std::fabs(sum_) >= std::fabs(term) ? (sum_ - total) + term : (term - total) + sum_;
    sum_ = total;
  }
  [[nodiscard]] double value() const { return sum_ + correction_; }

 private:
  double sum_ = 0;
  double correction_ = 0;
};

[[nodiscard]] inline double Sum(std::span<const double> terms) {
  CompensatedSum sum;
  for (const double term : terms) {
    sum.Add(term);
  }
  return sum.value();
}

}  // namespace ri::base
