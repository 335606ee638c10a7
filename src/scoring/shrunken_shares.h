#pragma once

/// How often something happened to past cases of a class, where fine classes borrow from coarse
/// ones.

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ri::scoring {

/// A share of yes with the number of cases of the finest known class behind it.
struct Share {
  double value = 0;
  std::size_t cases = 0;
};

/// Beta-binomial estimates along a chain of classes: the share of a class is
/// (yes + strength x share of the class above) / (cases + strength); above the first class stands
/// the share of all cases, (yes + 1/2) / (cases + 1). Calibrated by construction as far as cases to
/// come are like those that were. Immutable; safe to share between threads.
class ShrunkenShares {
 public:
  struct Case {
    std::vector<std::string> classes;  ///< from coarse to fine
    bool yes = false;
  };

  explicit ShrunkenShares(std::span<const Case> cases, double strength = 20);

  /// Number of all cases.
  [[nodiscard]] std::size_t size() const { return all_.cases; }
  /// A class without cases has the share of the class above.
  [[nodiscard]] Share At(std::span<const std::string> classes) const;

 private:
  struct Counts {
    std::size_t cases = 0;
    std::size_t yes = 0;
  };

  double strength_;
  Counts all_;
  std::map<std::string, Counts> counts_;  ///< by the chain's texts up to the class
};

}  // namespace ri::scoring
