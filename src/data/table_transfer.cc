#include "data/table_transfer.h"

#include <algorithm>

namespace ri::data {

std::vector<TableShape> InOrderOfReference(std::vector<TableNode> nodes) {
  std::vector<std::size_t> waiting(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    waiting[i] = i;
  }
  std::ranges::sort(waiting, {}, [&](std::size_t i) { return nodes[i].shape.name; });
  std::vector<bool> placed(nodes.size(), false);
  std::vector<TableShape> ordered;
  while (!waiting.empty()) {
    auto next = std::ranges::find_if(waiting, [&](std::size_t i) {
      return std::ranges::all_of(nodes[i].refers_to,
                                 [&](std::size_t other) { return other == i || placed[other]; });
    });
    next = next == waiting.end() ? waiting.begin() : next;
    placed[*next] = true;
    ordered.push_back(std::move(nodes[*next].shape));
    waiting.erase(next);
  }
  return ordered;
}

bool IsSeeded(std::string_view table) { return table == "entity_kinds" || table == "value_types"; }

bool IsPassing(std::string_view table) {
  return table == "sessions" || table == "sign_in_links" || table == "sign_in_failures" ||
         table == "uploads";
}

Status CheckRestorable(std::int64_t version, std::int64_t current, std::int64_t newest) {
  if (version < 1 || version > newest) {
    return Fail(ErrorCode::kUsage, "The backup has schema version " + std::to_string(version) +
                                       ", but this program knows versions 1 to " +
                                       std::to_string(newest) +
                                       ". Restore it with the version of the program that wrote "
                                       "it.");
  }
  if (current != 0 && current != version) {
    return Fail(ErrorCode::kUsage,
                "The backup has schema version " + std::to_string(version) +
                    " and the database has " + std::to_string(current) +
                    ". Restore into a database that does not exist yet; it is brought up to date "
                    "then.");
  }
  return {};
}

}  // namespace ri::data
