#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace ri::features {

/// Median of numbers that arrive one by one: O(log n) per number. Of an even count it is the mean
/// of the two middle numbers.
class RunningMedian {
 public:
  void Clear() {
    lower_.clear();
    upper_.clear();
  }
  void Add(double value) {
    if (lower_.empty() || value <= lower_.front()) {
      Push(lower_, value, std::less<>());
    } else {
      Push(upper_, value, std::greater<>());
    }
    if (lower_.size() > upper_.size() + 1) {
      Push(upper_, Pop(lower_, std::less<>()), std::greater<>());
    } else if (upper_.size() > lower_.size()) {
      Push(lower_, Pop(upper_, std::greater<>()), std::less<>());
    }
  }
  /// Instead of what was added so far: O(n).
  void Assign(std::vector<double> values) {
    const auto half = static_cast<std::ptrdiff_t>((values.size() + 1) / 2);
    std::nth_element(values.begin(), values.begin() + std::max<std::ptrdiff_t>(half, 1) - 1,
                     values.end());
    upper_.assign(values.begin() + half, values.end());
    values.resize(static_cast<std::size_t>(half));
    lower_ = std::move(values);
    std::make_heap(lower_.begin(), lower_.end(), std::less<>());
    std::make_heap(upper_.begin(), upper_.end(), std::greater<>());
  }
  [[nodiscard]] bool empty() const { return lower_.empty(); }
  /// \pre at least one number was added
  [[nodiscard]] double value() const {
    return lower_.size() > upper_.size() ? lower_.front() : (lower_.front() + upper_.front()) / 2;
  }

 private:
  template <typename Before>
  static void Push(std::vector<double>& heap, double value, Before before) {
    heap.push_back(value);
    std::push_heap(heap.begin(), heap.end(), before);
  }
  template <typename Before>
  static double Pop(std::vector<double>& heap, Before before) {
    std::pop_heap(heap.begin(), heap.end(), before);
    const double value = heap.back();
    heap.pop_back();
    return value;
  }

  std::vector<double> lower_;  ///< heap, largest first; as many as `upper_` or one more
  std::vector<double> upper_;  ///< heap, smallest first
};

}  // namespace ri::features
