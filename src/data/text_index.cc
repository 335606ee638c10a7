#include "data/text_index.h"

#include "base/random.h"

namespace ri::data {
namespace {

constexpr std::size_t kFirstSlots = 64;

std::uint32_t TagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }

}  // namespace

std::string_view TextIndex::text(std::size_t position) const {
  const std::uint64_t begin = position == 0 ? 0 : ends_[position - 1];
  return {bytes_.data() + begin, static_cast<std::size_t>(ends_[position] - begin)};
}

std::optional<std::uint32_t> TextIndex::Find(std::string_view wanted) const {
  if (slots_.empty()) {
    return std::nullopt;
  }
  const std::uint64_t hash = base::HashText(wanted);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask; slots_[i].entry != 0; i = (i + 1) & mask) {
    const std::size_t position = slots_[i].entry - 1;
    if (slots_[i].tag == TagOf(hash) && text(position) == wanted) {
      return ids_[position];
    }
  }
  return std::nullopt;
}

void TextIndex::Insert(std::string_view added, std::uint32_t id) {
  if ((ids_.size() + 1) * 3 > slots_.size() * 2) {
    Grow();
  }
  bytes_.insert(bytes_.end(), added.begin(), added.end());
  ends_.push_back(bytes_.size());
  ids_.push_back(id);
  const std::uint64_t hash = base::HashText(added);
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].entry != 0) {
    i = (i + 1) & mask;
  }
  slots_[i] = {.entry = static_cast<std::uint32_t>(ids_.size()), .tag = TagOf(hash)};
}

void TextIndex::Grow() {
  slots_.assign(slots_.empty() ? kFirstSlots : slots_.size() * 2, Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t position = 0; position < ids_.size(); ++position) {
    const std::uint64_t hash = base::HashText(text(position));
    std::size_t i = hash & mask;
    while (slots_[i].entry != 0) {
      i = (i + 1) & mask;
    }
    slots_[i] = {.entry = static_cast<std::uint32_t>(position + 1), .tag = TagOf(hash)};
  }
}

}  // namespace ri::data
