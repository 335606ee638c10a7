#pragma once

/// Finds the id of a text among millions. Texts lie end to end in one buffer, so that an entry
/// costs its bytes plus about 24 and not a heap block of its own.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ri::data {

/// Thread safety: one thread, or many that only read.
class TextIndex {
 public:
  /// Id given to a text, or empty. Expected cost: one hash and one comparison.
  [[nodiscard]] std::optional<std::uint32_t> Find(std::string_view text) const;
  /// Adds a text. \pre the text is not present
  void Insert(std::string_view text, std::uint32_t id);
  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  /// `entry` is one more than the position in `ids_`; 0 marks a free slot. `tag` are hash bits that
  /// spare most comparisons.
  struct Slot {
    std::uint32_t entry = 0;
    std::uint32_t tag = 0;
  };
  [[nodiscard]] std::string_view text(std::size_t position) const;
  void Grow();

  std::vector<char> bytes_;
  std::vector<std::uint64_t> ends_;
  std::vector<std::uint32_t> ids_;
  std::vector<Slot> slots_;  ///< size is a power of two, at most two thirds used
};

}  // namespace ri::data
