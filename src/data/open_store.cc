#include "data/open_store.h"

#include <string>

namespace ri::data {
namespace {

bool HasScheme(std::string_view schemes, std::string_view wanted) {
  while (!schemes.empty()) {
    const std::size_t blank = schemes.find(' ');
    if (schemes.substr(0, blank) == wanted) {
      return true;
    }
    schemes = blank == std::string_view::npos ? std::string_view() : schemes.substr(blank + 1);
  }
  return false;
}

}  // namespace

Result<EngineAndPlace> FindEngine(std::string_view url, std::span<const Engine> engines) {
  const std::size_t colon = url.find(':');
  const std::string_view scheme = url.substr(0, colon);
  if (colon != std::string_view::npos) {
    for (const Engine& engine : engines) {
      if (!HasScheme(engine.schemes, scheme)) {
        continue;
      }
      std::string_view place = engine.wants_url ? url : url.substr(colon + 1);
      if (!engine.wants_url && place.starts_with("//")) {
        place.remove_prefix(2);  // an empty authority: sqlite:///folder/file
      }
      return EngineAndPlace{.engine = &engine, .place = place};
    }
  }
  std::string known;
  for (const Engine& engine : engines) {
    known += (known.empty() ? "" : " ") + std::string(engine.schemes);
  }
  // Only the scheme is repeated: the rest of a URL may hold a password.
  return Fail(ErrorCode::kUsage,
              "The database URL begins with \"" +
                  std::string(colon == std::string_view::npos ? std::string_view() : scheme) +
                  "\", which is none of: " + known +
                  ". Write for example sqlite:revint.db or postgresql:///revint.");
}

Result<std::unique_ptr<Store>> OpenStore(std::string_view url, std::span<const Engine> engines) {
  RI_ASSIGN_OR_RETURN(const EngineAndPlace found, FindEngine(url, engines));
  return found.engine->open(found.place);
}

}  // namespace ri::data
