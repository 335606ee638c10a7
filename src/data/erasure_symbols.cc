#include "data/erasure_symbols.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ri::data {

Result<std::int64_t> SymbolChanges::Redact(const Redactor& redactor, ErasureWriter& writer) {
  std::vector<std::pair<std::uint32_t, std::string>> changed;
  std::set<std::string> wanted;
  for (std::uint32_t id = 1; id < symbols_.size(); ++id) {
    auto text = redactor.Text(symbols_[id]);
    if (text && *text != symbols_[id]) {
      wanted.insert(*text);
      changed.emplace_back(id, *std::move(text));
    } else if (symbols_[id] == kErasedText) {
      erased_ = id;
    }
  }
  std::map<std::string, std::int64_t> ids;
  for (std::uint32_t id = 1; !wanted.empty() && id < symbols_.size(); ++id) {
    if (wanted.contains(symbols_[id])) {
      ids[symbols_[id]] = id;
    }
  }
  std::int64_t count = 0;
  for (const auto& [id, text] : changed) {
    const auto [place, added] = ids.try_emplace(text, id);
    if (added) {
      RI_RETURN_IF_ERROR(writer.SetSymbol(id, text));
      ++count;
      erased_ = text == kErasedText ? id : erased_;
    }
    new_ids_[id] = place->second;
  }
  return count;
}

std::optional<std::int64_t> SymbolChanges::NewId(std::uint32_t symbol) const {
  const auto found = new_ids_.find(symbol);
  return found == new_ids_.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t SymbolChanges::NextId() {
  next_ = std::max(next_ + 1, static_cast<std::int64_t>(std::max<std::size_t>(symbols_.size(), 1)));
  return next_;
}

std::int64_t SymbolChanges::Erased() {
  if (erased_ == 0) {
    erased_ = NextId();
    added_[std::string(kErasedText)] = erased_;
  }
  return erased_;
}

std::int64_t SymbolChanges::OwnerInsteadOf(std::uint32_t symbol, const std::string& anonymous_key) {
  if (const auto changed = NewId(symbol)) {
    return *changed;
  }
  const auto known = added_.find(anonymous_key);
  return known != added_.end() ? known->second : added_[anonymous_key] = NextId();
}

Result<std::int64_t> SymbolChanges::Finish(const std::vector<std::int64_t>& old_uses,
                                           const std::vector<std::int64_t>& uses,
                                           ErasureWriter& writer) {
  for (const auto& [text, id] : added_) {
    RI_RETURN_IF_ERROR(writer.AddSymbol(id, text));
  }
  // Sightings repeat stored events, so that a text no event uses is used by nobody.
  std::int64_t count = 0;
  for (std::uint32_t id = 1; id < symbols_.size(); ++id) {
    const bool merged = NewId(id).value_or(id) != id;
    if (merged || (old_uses[id] > 0 && uses[id] == 0)) {
      RI_RETURN_IF_ERROR(writer.DeleteSymbol(id));
      ++count;
    }
  }
  return count;
}

}  // namespace ri::data
