#include "deal_week_file.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

namespace ri::living {
namespace {

constexpr const char* kHeader =
    "deal_id,episode,week,owner,stage,category,amount,win,loss,slip,stall,shrink,risk,excess,"
    "commit,"
    "missed,known,won,slipped,stalled,shrunk,d2c,ratio,pushes,contacts,progress,touch,amtf";
constexpr std::size_t kColumns = 28;

int Mark(const std::optional<bool>& value) { return value ? (*value ? 1 : 0) : -1; }
std::int64_t Day(const std::optional<domain::Date>& date) {
  return date ? domain::DayNumber(*date) : -1;
}
std::optional<bool> Marked(const std::string& text) {
  return text == "-1" ? std::nullopt : std::optional(text == "1");
}
std::optional<domain::Date> DayOf(const std::string& text) {
  return text == "-1"
             ? std::nullopt
             : std::optional(domain::DateFromDayNumber(std::strtoll(text.c_str(), nullptr, 10)));
}

}  // namespace

Status WriteDealWeeks(const service::DealWeeks& history, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  file << kHeader << '\n';
  for (const service::DealWeek& row : history.rows) {
    const scoring::RuleFacts& facts = row.facts;
    file << fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
        row.deal_id, row.episode, domain::DayNumber(row.week),
        row.owner ? static_cast<std::int64_t>(*row.owner) : -1, row.stage, row.category, row.amount,
        row.win, row.loss, row.slip, row.stall, row.shrink, row.risk, row.excess_risk,
        Day(row.commit_date), Mark(row.promise.missed), Day(row.promise.known), Mark(row.won),
        Mark(row.slipped), Mark(row.stalled), Mark(row.shrunk), facts.days_to_commit,
        facts.stage_days_over_won_median, facts.pushes, facts.buyer_contacts_28_days,
        facts.stage_progress, facts.days_since_two_way_touch, facts.amount_over_first);
  }
  return file.flush() ? Status() : Status(Fail(ErrorCode::kStorage, "Cannot write " + path + "."));
}

Result<service::DealWeeks> ReadDealWeeks(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!std::getline(file, line) || line != kHeader) {
    return Fail(ErrorCode::kBadInput, path + " holds no replayed deal-weeks.");
  }
  service::DealWeeks history;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::stringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) {
      cells.push_back(cell);
    }
    if (cells.size() != kColumns) {
      return Fail(ErrorCode::kBadInput, path + " has a row of another shape.");
    }
    const auto number = [&](std::size_t column) {
      return std::strtod(cells[column].c_str(), nullptr);
    };
    service::DealWeek row{.episode = static_cast<std::uint32_t>(number(1)),
                          .week = DayOf(cells[2]).value_or(domain::Date{}),
                          .deal_id = cells[0],
                          .stage = cells[4],
                          .category = cells[5],
                          .amount = number(6),
                          .win = number(7),
                          .loss = number(8),
                          .slip = number(9),
                          .stall = number(10),
                          .shrink = number(11),
                          .risk = number(12),
                          .excess_risk = number(13),
                          .facts = {.days_to_commit = number(21),
                                    .stage_days_over_won_median = number(22),
                                    .pushes = number(23),
                                    .buyer_contacts_28_days = number(24),
                                    .stage_progress = number(25),
                                    .days_since_two_way_touch = number(26),
                                    .amount_over_first = number(27)},
                          .commit_date = DayOf(cells[14]),
                          .promise = {.missed = Marked(cells[15]), .known = DayOf(cells[16])},
                          .won = Marked(cells[17]),
                          .slipped = Marked(cells[18]),
                          .stalled = Marked(cells[19]),
                          .shrunk = Marked(cells[20])};
    if (cells[3] != "-1") {
      row.owner = static_cast<std::size_t>(number(3));
    }
    history.rows.push_back(std::move(row));
  }
  return history;
}

}  // namespace ri::living
