#pragma once

/// What an erasure leaves behind to keep the erased from coming back: fingerprints under a secret
/// key of the database, and what stands in their place. See docs/adr/0020-erasure.md.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/keyed_hash.h"
#include "base/result.h"
#include "data/event.h"

namespace ri::data {

/// Stands for an erased text.
inline constexpr std::string_view kErasedText = "[erased]";

/// One key or one name, as stored.
struct ErasedIdentifier {
  std::string digest;              ///< hexadecimal KeyedDigest
  std::int64_t erasure = 0;        ///< that made it
  EntityKind kind = EntityKind{};  ///< of an entity's key; EntityKind{} for words found in texts
  std::int64_t num_words = 0;      ///< how many words are found together; 0 for a key
  std::string replacement;

  static constexpr std::int64_t kRenamed = -1;
};

/// All that imports and erasures need to know of earlier erasures.
struct ErasureRecords {
  std::string secret;  ///< hexadecimal HashKey; empty when nothing was ever erased
  std::vector<ErasedIdentifier> identifiers;
};

/// Words of a text: runs of letters and digits. Case does not count (ASCII and Latin-1 letters).
struct Word {
  std::size_t begin = 0;  ///< bytes in the text
  std::size_t end = 0;
  std::string folded;
};
[[nodiscard]] std::vector<Word> WordsOf(std::string_view text);

/// Replaces what was erased. Thread safety: const calls may run concurrently.
class Redactor {
 public:
  /// Of a database in which nothing was erased.
  Redactor() = default;
  /// kStorage when the records are damaged.
  [[nodiscard]] static Result<Redactor> From(const ErasureRecords& records);

  [[nodiscard]] bool empty() const { return replacements_.empty(); }
  /// Replacement of an erased entity's key.
  [[nodiscard]] std::optional<std::string> Key(EntityKind kind, std::string_view key) const;
  /// The text with every erased name or key in it replaced; empty when it holds none. Cost: a
  /// fingerprint per word and length of an erased name.
  [[nodiscard]] std::optional<std::string> Text(std::string_view text) const;

  /// Adds an identifier and returns it as it is stored.
  ErasedIdentifier AddKey(EntityKind kind, std::string_view key, std::string_view replacement);
  /// \pre words is not empty
  ErasedIdentifier AddWords(const std::vector<Word>& words, std::string_view replacement);

  /// Key of the anonymous entity that takes the place of an erased one.
  [[nodiscard]] std::string AnonymousKey(EntityKind kind, std::string_view key) const;
  /// Key of the anonymous contact of one deal: an erased person cannot be followed from deal to
  /// deal.
  [[nodiscard]] std::string LinkKey(std::string_view anonymous_key, std::uint32_t deal) const;

  [[nodiscard]] const base::HashKey& secret() const { return secret_; }
  void set_secret(const base::HashKey& secret) { secret_ = secret; }

 private:
  ErasedIdentifier Add(const base::KeyedDigest& digest, ErasedIdentifier identifier);

  base::HashKey secret_{};
  std::map<base::KeyedDigest, std::string> replacements_;
  std::vector<std::size_t> lengths_;  ///< in words, longest first
};

}  // namespace ri::data
