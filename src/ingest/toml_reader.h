#pragma once

/// TOML tables read with care. Only for the sources of this area that include toml++ anyway.

#include <toml++/toml.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ri::ingest {

inline int LineOf(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

/// Reads the keys of one table and remembers which were asked for, so that a misspelt key is an
/// error and not a silent nothing. Keeps references to the table and the file's name.
class TomlReader {
 public:
  TomlReader(const toml::table& table, std::string place, const std::string& file)
      : table_(table), place_(std::move(place)), file_(file) {}

  [[nodiscard]] std::unexpected<Error> Wrong(const toml::node& node,
                                             const std::string& what) const {
    return Fail(ErrorCode::kBadInput,
                file_ + " line " + std::to_string(LineOf(node)) + ": " + what);
  }
  [[nodiscard]] std::unexpected<Error> Wrong(const std::string& what) const {
    return Wrong(table_, what);
  }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const toml::table& table() const { return table_; }

  const toml::node* Find(std::string_view key) {
    asked_.insert(std::string(key));
    return table_.get(key);
  }
  Status Text(std::string_view key, std::string& out) {
    const toml::node* node = Find(key);
    if (node == nullptr) {
      return {};
    }
    const auto value = node->value_exact<std::string>();
    if (!value) {
      return Wrong(*node, std::string(key) + " must be a text in quotes.");
    }
    out = *value;
    return {};
  }
  Status Flag(std::string_view key, bool& out) {
    const toml::node* node = Find(key);
    if (node == nullptr) {
      return {};
    }
    const auto value = node->value_exact<bool>();
    if (!value) {
      return Wrong(*node, std::string(key) + " must be true or false.");
    }
    out = *value;
    return {};
  }
  Status Number(std::string_view key, double& out) {
    const toml::node* node = Find(key);
    if (node == nullptr) {
      return {};
    }
    const auto value = node->value<double>();
    if (!value) {
      return Wrong(*node, std::string(key) + " must be a number.");
    }
    out = *value;
    return {};
  }
  /// One text or a list of texts.
  Status Texts(std::string_view key, std::vector<std::string>& out) {
    const toml::node* node = Find(key);
    return node == nullptr ? Status() : TextsOf(*node, key, out);
  }
  Status TextsOf(const toml::node& node, std::string_view key,
                 std::vector<std::string>& out) const {
    out.clear();
    if (const auto single = node.value_exact<std::string>()) {
      out.push_back(*single);
      return {};
    }
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      return Wrong(node, std::string(key) + " must be a text or a list of texts.");
    }
    for (const toml::node& item : *list) {
      const auto text = item.value_exact<std::string>();
      if (!text) {
        return Wrong(item, std::string(key) + " must hold texts in quotes.");
      }
      out.push_back(*text);
    }
    return {};
  }
  /// The table at a key, or nothing; kBadInput when something else stands there.
  Result<const toml::table*> Table(std::string_view key) {
    const toml::node* node = Find(key);
    if (node == nullptr) {
      return nullptr;
    }
    if (node->as_table() == nullptr) {
      return Wrong(*node, std::string(key) + " must be a table.");
    }
    return node->as_table();
  }
  /// Call last: an error for the first key nobody asked for.
  [[nodiscard]] Status Finish() const {
    for (const auto& [key, node] : table_) {
      if (!asked_.contains(std::string(key.str()))) {
        return Wrong(node, "unknown key \"" + std::string(key.str()) + "\" in " + place_ +
                               ". Correct or remove it.");
      }
    }
    return {};
  }

 private:
  const toml::table& table_;
  std::string place_;
  const std::string& file_;
  std::set<std::string> asked_;
};

}  // namespace ri::ingest
