#pragma once

/// Reads and checks what a request brings: query parameters and JSON bodies. All complaints are
/// collected, so that the answer names everything that is wrong at once.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http_message.h"
#include "api/problem.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"

namespace ri::api {

/// Use: read every known parameter, then return Refusal() if it holds an answer.
class QueryInput {
 public:
  explicit QueryInput(const Request& request) : request_(request) {}

  std::optional<std::string> Text(const std::string& name, std::size_t longest);
  std::string TextOr(const std::string& name, std::size_t longest, std::string otherwise) {
    return Text(name, longest).value_or(std::move(otherwise));
  }
  std::optional<std::int64_t> Integer(const std::string& name, std::int64_t least,
                                      std::int64_t most);
  std::optional<double> Number(const std::string& name, double least, double most);
  std::optional<bool> Flag(const std::string& name);
  std::optional<domain::Date> Date(const std::string& name);
  /// A date (midnight UTC) or an instant.
  std::optional<domain::Timestamp> Moment(const std::string& name);
  std::optional<domain::Quarter> Quarter(const std::string& name);
  /// Repeated parameters.
  std::vector<std::string> List(const std::string& name, std::size_t most, std::size_t longest);
  void Complain(std::string where, std::string detail) {
    errors_.push_back({std::move(where), std::move(detail)});
  }
  /// 400 with everything that was wrong, unknown names included.
  [[nodiscard]] std::optional<Response> Refusal();

 private:
  const std::string* One(const std::string& name);

  const Request& request_;
  std::set<std::string> known_;
  std::vector<FieldError> errors_;
};

using JsonScalar = std::variant<std::monostate, bool, double, std::string>;

/// A JSON object as body. Members are read by name; null counts as left out.
class BodyInput {
 public:
  explicit BodyInput(const Request& request);
  ~BodyInput();
  BodyInput(const BodyInput&) = delete;
  BodyInput& operator=(const BodyInput&) = delete;

  std::optional<std::string> Text(const std::string& name, std::size_t shortest,
                                  std::size_t longest);
  /// Complains when it is left out.
  std::string RequiredText(const std::string& name, std::size_t shortest, std::size_t longest);
  std::optional<std::int64_t> Integer(const std::string& name, std::int64_t least,
                                      std::int64_t most);
  std::optional<double> Number(const std::string& name, double least, double most);
  std::optional<bool> Flag(const std::string& name);
  std::vector<std::string> Texts(const std::string& name, std::size_t least, std::size_t most,
                                 std::size_t longest);
  /// One of the words; complains about others.
  std::optional<std::string> Word(const std::string& name,
                                  std::initializer_list<std::string_view> words);
  std::optional<domain::Date> Date(const std::string& name);
  std::optional<domain::Timestamp> Moment(const std::string& name);
  /// Members of an object, as they are.
  using Object = std::vector<std::pair<std::string, JsonScalar>>;
  /// An array of flat objects.
  std::vector<Object> Objects(const std::string& name, std::size_t least, std::size_t most);
  /// A flat object; empty when left out.
  std::optional<Object> Member(const std::string& name);
  void Complain(std::string where, std::string detail) {
    errors_.push_back({std::move(where), std::move(detail)});
  }
  [[nodiscard]] bool Has(const std::string& name) const;
  [[nodiscard]] std::optional<Response> Refusal();

 private:
  struct Document;
  std::unique_ptr<Document> document_;
  std::set<std::string> known_;
  std::vector<FieldError> errors_;
  std::optional<Response> malformed_;
};

}  // namespace ri::api
