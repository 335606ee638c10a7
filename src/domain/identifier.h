#pragma once

/// Strong identifiers: the key of a deal cannot be passed where an account is meant.

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace ri::domain {

template <typename Tag>
class Identifier {
 public:
  Identifier() = default;
  explicit Identifier(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Identifier&, const Identifier&) = default;

 private:
  std::string text_;
};

using DealId = Identifier<struct DealTag>;
using AccountId = Identifier<struct AccountTag>;
using RepId = Identifier<struct RepTag>;
using TeamId = Identifier<struct TeamTag>;
/// Hash of everything a model was made from, in hexadecimal.
using ModelVersion = Identifier<struct ModelVersionTag>;

}  // namespace ri::domain

template <typename Tag>
struct std::hash<ri::domain::Identifier<Tag>> {
  std::size_t operator()(const ri::domain::Identifier<Tag>& id) const {
    return std::hash<std::string>{}(id.text());
  }
};
