#pragma once

/// Imports in words, for tests: facts name entities and texts by themselves and not by ids, so
/// that the same import can go into any store in any order.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store.h"

namespace ri::data {

struct Fact {
  std::string key;
  AttributeDefinition attribute;
  std::int64_t event_time = 0;
  std::int64_t recorded_time = kNotRecorded;
  std::int64_t sequence = 0;
  /// Symbol of a kText attribute or key of a kReference one; empty means `number`.
  std::optional<std::string> text;
  std::int64_t number = kNoValue;
};

struct SampleImport {
  BatchDescription description;
  std::vector<Fact> facts;
};

/// Interns what the facts name and appends them, without committing.
[[nodiscard]] Status AppendFacts(ImportTransaction& import, const std::vector<Fact>& facts);

/// The whole import.
[[nodiscard]] Result<Batch> Import(Store& store, const SampleImport& sample);

/// Facts about `num_deals` deals with stages, amounts, owners, calls and cleared values; some
/// occur twice. The same seed gives the same facts; two seeds share most deals and some facts.
[[nodiscard]] std::vector<Fact> RandomFacts(std::uint64_t seed, int num_deals);

/// Description with everything set; the content hash follows from all arguments.
[[nodiscard]] BatchDescription SampleDescription(const std::string& source, std::int64_t known_at,
                                                 const std::string& content);

}  // namespace ri::data
