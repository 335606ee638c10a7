#include "api/input.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "data/stored_text.h"

namespace ri::api {
namespace {

using Json = nlohmann::json;

std::optional<domain::Timestamp> ParseMoment(const std::string& text) {
  const auto moment = domain::ParseIsoTimestamp(text);
  return moment && domain::IsPlausible(domain::DateOf(*moment)) ? moment : std::nullopt;
}

constexpr const char* kMomentForm =
    "Write a date such as 2026-11-16 or an instant such as 2026-11-16T08:00:00Z.";

JsonScalar ScalarOf(const Json& value) {
  if (value.is_boolean()) {
    return value.get<bool>();
  }
  if (value.is_number()) {
    return value.get<double>();
  }
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return std::monostate();
}

bool IsScalar(const Json& value) {
  return value.is_null() || value.is_boolean() || value.is_number() ||
         (value.is_string() &&
          data::CheckText(value.get_ref<const std::string&>(), "A text").has_value());
}

}  // namespace

const std::string* QueryInput::One(const std::string& name) {
  known_.insert(name);
  const std::string* value = nullptr;
  for (const auto& [key, text] : request_.query) {
    if (key == name) {
      if (value != nullptr) {
        Complain(name, "is given twice.");
        return value;
      }
      value = &text;
    }
  }
  return value;
}

std::optional<std::string> QueryInput::Text(const std::string& name, std::size_t longest) {
  const std::string* value = One(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (value->size() > longest) {
    Complain(name, "is longer than " + std::to_string(longest) + " bytes.");
    return std::nullopt;
  }
  return *value;
}

std::optional<std::int64_t> QueryInput::Integer(const std::string& name, std::int64_t least,
                                                std::int64_t most) {
  const std::string* value = One(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const char* end = value->data() + value->size();
  const auto parsed = std::from_chars(value->data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number < least || number > most) {
    Complain(name, "must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most) + ".");
    return std::nullopt;
  }
  return number;
}

std::optional<double> QueryInput::Number(const std::string& name, double least, double most) {
  const std::string* value = One(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  double number = 0;
  const char* end = value->data() + value->size();
  const auto parsed = std::from_chars(value->data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || !(number >= least && number <= most)) {
    Complain(name, "must be a number within its range.");
    return std::nullopt;
  }
  return number;
}

std::optional<bool> QueryInput::Flag(const std::string& name) {
  const std::string* value = One(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (*value != "true" && *value != "false") {
    Complain(name, "must be true or false.");
    return std::nullopt;
  }
  return *value == "true";
}

std::optional<domain::Date> QueryInput::Date(const std::string& name) {
  const std::string* value = One(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto date = domain::ParseIsoDate(*value);
  if (!date || !domain::IsPlausible(*date)) {
    Complain(name, "must be a date such as 2026-11-16.");
    return std::nullopt;
  }
  return date;
}

std::optional<domain::Timestamp> QueryInput::Moment(const std::string& name) {
  const std::string* value = One(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto moment = ParseMoment(*value);
  if (!moment) {
    Complain(name, kMomentForm);
  }
  return moment;
}

std::optional<domain::Quarter> QueryInput::Quarter(const std::string& name) {
  const std::string* value = One(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto quarter = value->size() == 6 ? domain::ParseQuarter(*value) : std::nullopt;
  if (!quarter || quarter->year < 1900 || quarter->year > 2199) {
    Complain(name, "must be a quarter such as 2026Q4.");
    return std::nullopt;
  }
  return quarter;
}

std::vector<std::string> QueryInput::List(const std::string& name, std::size_t most,
                                          std::size_t longest) {
  known_.insert(name);
  std::vector<std::string> values;
  for (const auto& [key, text] : request_.query) {
    if (key == name) {
      if (text.size() > longest || values.size() >= most) {
        Complain(name, "holds too many or too long values.");
        return {};
      }
      values.push_back(text);
    }
  }
  return values;
}

std::optional<Response> QueryInput::Refusal() {
  for (const auto& [name, value] : request_.query) {
    if (known_.insert(name).second) {
      Complain(name, "is no parameter of this address.");
    }
  }
  return errors_.empty()
             ? std::nullopt
             : std::optional(Problem(400, "usage", "Some parameters are wrong.", errors_));
}

struct BodyInput::Document {
  Json root = Json::object();
};

BodyInput::BodyInput(const Request& request) : document_(std::make_unique<Document>()) {
  const std::string_view type = request.Header("content-type");
  if (!type.starts_with("application/json")) {
    malformed_ = Problem(415, "unsupported-media-type",
                         "Send JSON with the header 'Content-Type: application/json'.");
    return;
  }
  Json root = Json::parse(request.body, nullptr, false);
  if (root.is_discarded() || !root.is_object()) {
    malformed_ = Problem(400, "bad-input", "The body is not a JSON object.");
    return;
  }
  document_->root = std::move(root);
}

BodyInput::~BodyInput() = default;

bool BodyInput::Has(const std::string& name) const {
  const auto found = document_->root.find(name);
  return found != document_->root.end() && !found->is_null();
}

std::optional<std::string> BodyInput::Text(const std::string& name, std::size_t shortest,
                                           std::size_t longest) {
  known_.insert(name);
  if (!Has(name)) {
    return std::nullopt;
  }
  const Json& value = document_->root[name];
  if (!value.is_string() || !IsScalar(value) ||
      value.get_ref<const std::string&>().size() < shortest ||
      value.get_ref<const std::string&>().size() > longest) {
    Complain(name, "must be a text of " + std::to_string(shortest) + " to " +
                       std::to_string(longest) + " bytes.");
    return std::nullopt;
  }
  return value.get<std::string>();
}

std::string BodyInput::RequiredText(const std::string& name, std::size_t shortest,
                                    std::size_t longest) {
  if (!Has(name)) {
    known_.insert(name);
    Complain(name, "is missing.");
    return {};
  }
  return Text(name, shortest, longest).value_or("");
}

std::optional<std::int64_t> BodyInput::Integer(const std::string& name, std::int64_t least,
                                               std::int64_t most) {
  known_.insert(name);
  if (!Has(name)) {
    return std::nullopt;
  }
  const Json& value = document_->root[name];
  const bool fits =
      value.is_number_integer() &&
      (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{INT64_MAX}) &&
      value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
  if (!fits) {
    Complain(name, "must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most) + ".");
    return std::nullopt;
  }
  return value.get<std::int64_t>();
}

std::optional<double> BodyInput::Number(const std::string& name, double least, double most) {
  known_.insert(name);
  if (!Has(name)) {
    return std::nullopt;
  }
  const Json& value = document_->root[name];
  if (!value.is_number() || !(value.get<double>() >= least && value.get<double>() <= most)) {
    Complain(name, fmt::format("must be a number from {} to {}.", least, most));
    return std::nullopt;
  }
  return value.get<double>();
}

std::optional<bool> BodyInput::Flag(const std::string& name) {
  known_.insert(name);
  if (!Has(name)) {
    return std::nullopt;
  }
  const Json& value = document_->root[name];
  if (!value.is_boolean()) {
    Complain(name, "must be true or false.");
    return std::nullopt;
  }
  return value.get<bool>();
}

std::vector<std::string> BodyInput::Texts(const std::string& name, std::size_t least,
                                          std::size_t most, std::size_t longest) {
  known_.insert(name);
  std::vector<std::string> texts;
  const Json* list = Has(name) ? &document_->root[name] : nullptr;
  bool right = list == nullptr ? least == 0
                               : list->is_array() && list->size() >= least && list->size() <= most;
  if (right && list != nullptr) {
    for (const Json& value : *list) {
      right = right && value.is_string() && IsScalar(value) &&
              value.get_ref<const std::string&>().size() <= longest && !value.empty() &&
              !value.get_ref<const std::string&>().empty();
      if (right) {
        texts.push_back(value.get<std::string>());
      }
    }
  }
  if (!right) {
    Complain(name, "must be a list of " + std::to_string(least) + " to " + std::to_string(most) +
                       " texts.");
  }
  return texts;
}

std::optional<std::string> BodyInput::Word(const std::string& name,
                                           std::initializer_list<std::string_view> words) {
  const auto text = Text(name, 0, 200);
  if (text && std::find(words.begin(), words.end(), *text) == words.end()) {
    std::string list;
    for (const std::string_view word : words) {
      list += (list.empty() ? "" : ", ") + std::string(word);
    }
    Complain(name, "must be one of " + list + ".");
    return std::nullopt;
  }
  return text;
}

std::optional<domain::Date> BodyInput::Date(const std::string& name) {
  const auto text = Text(name, 0, 40);
  if (!text) {
    return std::nullopt;
  }
  const auto date = domain::ParseIsoDate(*text);
  if (!date || !domain::IsPlausible(*date)) {
    Complain(name, "must be a date such as 2026-11-16.");
    return std::nullopt;
  }
  return date;
}

std::optional<domain::Timestamp> BodyInput::Moment(const std::string& name) {
  const auto text = Text(name, 0, 40);
  if (!text) {
    return std::nullopt;
  }
  const auto moment = ParseMoment(*text);
  if (!moment) {
    Complain(name, kMomentForm);
  }
  return moment;
}

std::vector<BodyInput::Object> BodyInput::Objects(const std::string& name, std::size_t least,
                                                  std::size_t most) {
  known_.insert(name);
  std::vector<Object> objects;
  const Json* list = Has(name) ? &document_->root[name] : nullptr;
  if (list == nullptr || !list->is_array() || list->size() < least || list->size() > most) {
    if (list != nullptr || least > 0) {
      Complain(name, "must be a list of " + std::to_string(least) + " to " + std::to_string(most) +
                         " objects.");
    }
    return objects;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& entry = (*list)[i];
    const std::string where = "/" + name + "/" + std::to_string(i);
    if (!entry.is_object()) {
      Complain(where, "must be an object.");
      continue;
    }
    Object object;
    for (const auto& [key, value] : entry.items()) {
      if (!IsScalar(value) || !data::CheckText(key, "A name")) {
        Complain(where, "holds a member that is no text, number, true, false or null.");
        break;
      }
      object.emplace_back(key, ScalarOf(value));
    }
    objects.push_back(std::move(object));
  }
  return objects;
}

std::optional<BodyInput::Object> BodyInput::Member(const std::string& name) {
  known_.insert(name);
  if (!Has(name)) {
    return std::nullopt;
  }
  const Json& entry = document_->root[name];
  Object object;
  if (!entry.is_object()) {
    Complain(name, "must be an object.");
    return std::nullopt;
  }
  for (const auto& [key, value] : entry.items()) {
    if (!IsScalar(value)) {
      Complain(name, "holds a member that is no text, number, true, false or null.");
      return std::nullopt;
    }
    object.emplace_back(key, ScalarOf(value));
  }
  return object;
}

std::optional<Response> BodyInput::Refusal() {
  if (malformed_) {
    return std::move(malformed_);
  }
  for (const auto& [key, value] : document_->root.items()) {
    if (known_.insert(key).second) {
      Complain(data::StorableText(key, 100), "is no member of this body.");
    }
  }
  return errors_.empty()
             ? std::nullopt
             : std::optional(Problem(400, "bad-input", "Some of what was sent is wrong.", errors_));
}

}  // namespace ri::api
