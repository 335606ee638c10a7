#include "ingest/exclusions.h"

#include <algorithm>
#include <array>

#include "data/event.h"
#include "ingest/header.h"

namespace ri::ingest {
namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr std::size_t kFewestOnBulkDay = 25;
constexpr std::size_t kTimesUsualDay = 8;
constexpr std::size_t kFewestDays = 20;

constexpr std::array<std::string_view, 4> kReasons = {"merged", "test-record", "bulk-load",
                                                      "born-closed"};

std::int64_t DayOf(std::int64_t time) {
  return time >= 0 ? time / kDay : -((-time + kDay - 1) / kDay);
}

std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : LowerCase(name) + " ") {
    const bool letter = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) > 127;
    if (letter) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

}  // namespace

std::string_view NameOf(Exclusion reason) { return kReasons.at(static_cast<std::size_t>(reason)); }

bool IsTestName(std::string_view name) {
  constexpr std::array<std::string_view, 9> kPhrases = {
      "do not use", "delete me",     "please delete",    "test deal", "test record",
      "dummy deal", "please ignore", "test opportunity", "testdeal"};
  constexpr std::array<std::string_view, 8> kWords = {"test",     "testing", "dummy",  "asdf",
                                                      "asdfasdf", "qwerty",  "foobar", "zztest"};
  const std::vector<std::string> words = WordsOf(name);
  if (words.empty()) {
    return false;
  }
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  if (std::ranges::any_of(kPhrases, [&text](std::string_view phrase) {
        return (" " + text + " ").find(" " + std::string(phrase) + " ") != std::string::npos;
      })) {
    return true;
  }
  // "Test", "test 4", "test test", but not "Test bench for Acme".
  return std::ranges::all_of(words, [&kWords](const std::string& word) {
    return std::ranges::find(kWords, word) != kWords.end();
  });
}

void Exclusions::Add(std::uint32_t deal, Exclusion reason, std::int64_t from) {
  const auto [found, added] = reasons_.try_emplace(deal, Reason{reason, from});
  if (added || reason > found->second.reason) {
    return;
  }
  if (reason < found->second.reason) {
    found->second = {reason, from};
  } else {
    found->second.from = std::min(found->second.from, from);
  }
}

std::vector<std::int64_t> Exclusions::FindBulkDays() {
  std::map<std::int64_t, std::size_t> per_day;
  for (const Created& created : created_) {
    ++per_day[DayOf(created.time)];
  }
  std::vector<std::size_t> counts;
  for (const auto& [day, count] : per_day) {
    counts.push_back(count);
  }
  std::vector<std::int64_t> days;
  if (counts.size() < kFewestDays) {
    return days;  // the changes of a few days, not a history
  }
  std::ranges::sort(counts);
  const std::size_t usual = counts[counts.size() * 9 / 10];
  for (const auto& [day, count] : per_day) {
    if (count >= kFewestOnBulkDay && count > kTimesUsualDay * usual) {
      days.push_back(day);
    }
  }
  return days;
}

Status Exclusions::Write(EventSink& sink) {
  const std::vector<std::int64_t> bulk_days = FindBulkDays();
  for (const Created& created : created_) {
    if (std::ranges::binary_search(bulk_days, DayOf(created.time))) {
      Add(created.deal, Exclusion::kBulkLoad, created.time);
    }
  }
  std::vector<std::uint32_t> deals;
  for (const auto& [deal, reason] : reasons_) {
    deals.push_back(deal);
  }
  std::ranges::sort(deals);
  for (const std::uint32_t deal : deals) {
    const Reason& reason = reasons_.at(deal);
    const std::string_view name = NameOf(reason.reason);
    ++counts_[std::string(name)];
    RI_ASSIGN_OR_RETURN(const std::int64_t symbol, sink.Symbol(name));
    RI_RETURN_IF_ERROR(
        sink.Emit({.entity = deal,
                   .attribute = sink.Attribute({.kind = data::EntityKind::kDeal,
                                                .name = std::string(data::attribute::kExcluded),
                                                .type = data::ValueType::kText}),
                   .event_time = reason.from,
                   .value = symbol}));
  }
  return {};
}

}  // namespace ri::ingest
