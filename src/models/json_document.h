#pragma once

/// JSON of model artifacts, for the .cc files of this area only (keeps the library out of public
/// headers). Doubles are written with the fewest digits that read back to the same bits.

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/assertion.h"
#include "base/matrix.h"
#include "base/result.h"

namespace ri::models {

/// Keys stay in the order they were written, so that equal values give equal bytes.
using Json = nlohmann::ordered_json;

/// A document is well-formed JSON but not what the reader needs; caught by Read().
struct WrongDocument {
  std::string what;
};

inline void Require(bool condition, const char* what) {
  if (!condition) {
    throw WrongDocument{what};
  }
}

/// A whole number >= 0.
inline std::size_t Index(const Json& value) {
  Require(value.is_number_unsigned(), "a number that should be whole and not negative");
  return value.get<std::size_t>();
}

inline double Finite(const Json& value) {
  Require(value.is_number(), "a text where a number belongs");
  const double number = value.get<double>();
  Require(std::isfinite(number), "a number that is not finite");
  return number;
}

inline std::vector<double> FiniteNumbers(const Json& value) {
  std::vector<double> numbers;
  for (const Json& entry : value) {
    numbers.push_back(Finite(entry));
  }
  return numbers;
}

/// [rows, columns, values]; missing values are null.
inline Json MatrixToJson(const base::Matrix<float>& matrix) {
  Json values = Json::array();
  for (const float value : matrix.values()) {
    values.push_back(std::isnan(value) ? Json(nullptr) : Json(static_cast<double>(value)));
  }
  return {{"rows", matrix.num_rows()},
          {"columns", matrix.num_columns()},
          {"values", std::move(values)}};
}

inline base::Matrix<float> MatrixFromJson(const Json& document) {
  const std::size_t rows = Index(document.at("rows"));
  const std::size_t columns = Index(document.at("columns"));
  std::vector<float> values;
  for (const Json& entry : document.at("values")) {
    values.push_back(entry.is_null() ? std::numeric_limits<float>::quiet_NaN()
                                     : static_cast<float>(Finite(entry)));
  }
  // Division first: rows * columns of a hostile document may wrap around.
  Require(columns == 0 ? rows * columns == values.size()
                       : values.size() % columns == 0 && values.size() / columns == rows,
          "a matrix whose values do not fill its shape");
  return {std::move(values), rows, columns};
}

/// Bytes that are not UTF-8 are replaced.
inline std::string Write(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Parses `text` and builds a value with `build`; every exception becomes kBadInput naming `what`.
template <typename Build>
auto Read(const char* what, std::string_view text, Build build)
    -> Result<std::invoke_result_t<Build, const Json&>> {
  try {
    return build(Json::parse(text));
  } catch (const WrongDocument& wrong) {
    return Fail(ErrorCode::kBadInput,
                std::string("The document of ") + what + " has " + wrong.what + ".");
  } catch (const nlohmann::json::exception& error) {
    return Fail(ErrorCode::kBadInput,
                std::string("The document of ") + what + " cannot be read: " + error.what() + ".");
  }
}

}  // namespace ri::models
