#pragma once

/// What an erasure does to the dictionary of texts.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/erasure.h"
#include "data/redactor.h"

namespace ri::data {

/// Texts that hold something erased are changed in place; two that become equal become one. Thread
/// safety: one thread.
class SymbolChanges {
 public:
  /// \param symbols  texts by id, filled before the first call; must outlive this
  explicit SymbolChanges(const std::vector<std::string>& symbols) : symbols_(symbols) {}

  /// Decides about every text; returns how many were changed. First of all calls.
  Result<std::int64_t> Redact(const Redactor& redactor, ErasureWriter& writer);
  /// The id an event takes instead of this one, perhaps the same with a changed text; empty when
  /// the text stays.
  [[nodiscard]] std::optional<std::int64_t> NewId(std::uint32_t symbol) const;
  /// Id of the text that stands for an erased one.
  std::int64_t Erased();
  /// Id of the key of an erased owner, for a text that is nothing but the old key: it may be too
  /// short to be looked for in texts.
  std::int64_t OwnerInsteadOf(std::uint32_t symbol, const std::string& anonymous_key);
  /// Stores the new texts and deletes those no event uses any more; returns how many those are.
  Result<std::int64_t> Finish(const std::vector<std::int64_t>& old_uses,
                              const std::vector<std::int64_t>& uses, ErasureWriter& writer);

 private:
  std::int64_t NextId();

  const std::vector<std::string>& symbols_;
  std::map<std::uint32_t, std::int64_t> new_ids_;
  std::int64_t next_ = 0;
  std::int64_t erased_ = 0;
  std::map<std::string, std::int64_t> added_;  ///< ids by text
};

}  // namespace ri::data
