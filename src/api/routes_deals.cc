// The list of deals: pages, totals, export.
#include <algorithm>
#include <cmath>

#include "api/deal_documents.h"
#include "api/deal_filter_input.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "data/audit_entry.h"

namespace ri::api {
namespace {

using deals::DealList;

constexpr std::int64_t kLargestAmount = domain::kLargestPlausibleMinorUnits;
constexpr std::size_t kWinBins = 20;

/// What list, summary and export have in common.
struct Selection {
  DealView view;
  deals::DealFilter filter;
  DealSort sort;
};

Result<Selection> Select(Call& call, QueryInput& query, const deals::DealFilter& filter,
                         const DealSort& sort, const std::optional<std::int64_t>& least,
                         const std::optional<std::int64_t>& most) {
  RI_ASSIGN_OR_RETURN(DealView view, OpenView(call, query));
  Selection selection{.view = std::move(view), .filter = filter, .sort = sort};
  SetAmountBounds(selection.filter, least, most, selection.view.list->book().amounts().currency());
  return selection;
}

Result<Response> List(Call& call) {
  QueryInput query(call.request);
  const deals::DealFilter filter = ReadDealFilter(query);
  const auto least = query.Integer("min_amount_minor", -kLargestAmount, kLargestAmount);
  const auto most = query.Integer("max_amount_minor", -kLargestAmount, kLargestAmount);
  const DealSort sort = ReadDealSort(query);
  const auto limit = query.Integer("limit", 1, 1000);
  const std::string cursor = query.TextOr("cursor", 600, "");
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const Selection selected, Select(call, query, filter, sort, least, most));
  const DealView& view = selected.view;
  const DealList::Matcher matcher(*view.list, selected.filter, view.visibility, *view.marks,
                                  call.now);
  RI_ASSIGN_OR_RETURN(const deals::DealPage page,
                      deals::PageOf(*view.list, matcher,
                                    {.order = sort.order,
                                     .descending = sort.descending,
                                     .limit = static_cast<std::size_t>(limit.value_or(100)),
                                     .cursor = cursor}));
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.BeginArray("items");
  for (const std::uint32_t position : page.positions) {
    WriteDealRow(json, view, position);
  }
  json.EndArray()
      .TextOrNull("next_cursor", page.next_cursor)
      .Field("total", page.total)
      .EndObject();
  return JsonResponse(json);
}

struct Total {
  std::size_t n = 0;
  double amount = 0;

  void Add(double value) {
    ++n;
    amount += std::isfinite(value) ? value : 0;
  }
};

void WriteFacet(JsonWriter& json, std::string_view name,
                const std::map<std::string, std::pair<std::string, std::size_t>>& values) {
  json.BeginArray(name);
  for (const auto& [value, entry] : values) {
    json.BeginObject()
        .Field("value", value)
        .Field("label", entry.first)
        .Field("n", entry.second)
        .EndObject();
  }
  json.EndArray();
}

void WriteFacets(JsonWriter& json, const DealView& view) {
  using Values = std::map<std::string, std::pair<std::string, std::size_t>>;
  Values owners, teams, regions, stages, categories;
  const DealList& list = *view.list;
  const auto add = [&](Values& values, std::uint32_t word) {
    if (word != 0) {
      auto& entry = values[list.word(word)];
      entry.first = list.word(word);
      ++entry.second;
    }
  };
  for (std::size_t i = 0; i < list.book().deals().size(); ++i) {
    const deals::ListedDeal& listed = list.listed(i);
    if (!view.visibility.Sees(listed.owner)) {
      continue;
    }
    if (listed.owner) {
      auto& entry = owners[list.RepKey(*listed.owner)];
      entry.first = list.book().organisation().rep[*listed.owner];
      ++entry.second;
    }
    add(teams, listed.team);
    add(regions, listed.region);
    add(stages, listed.stage);
    add(categories, listed.category);
  }
  json.BeginObject("facets");
  WriteFacet(json, "owner", owners);
  WriteFacet(json, "team", teams);
  WriteFacet(json, "region", regions);
  WriteFacet(json, "stage", stages);
  WriteFacet(json, "forecast_category", categories);
  json.EndObject();
}

Result<Response> Summary(Call& call) {
  QueryInput query(call.request);
  const deals::DealFilter filter = ReadDealFilter(query);
  const auto least = query.Integer("min_amount_minor", -kLargestAmount, kLargestAmount);
  const auto most = query.Integer("max_amount_minor", -kLargestAmount, kLargestAmount);
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const Selection selected, Select(call, query, filter, {}, least, most));
  const DealView& view = selected.view;
  const book::DealBook& book = view.list->book();
  const domain::Currency currency = book.amounts().currency();
  const DealList::Matcher matcher(*view.list, selected.filter, view.visibility, *view.marks,
                                  call.now);
  Total all;
  double expected = 0;
  std::size_t without_amount = 0;
  std::array<Total, kWinBins> by_win;
  std::array<Total, 4> by_band;
  for (std::size_t i = 0; i < book.deals().size(); ++i) {
    if (!matcher.Passes(i)) {
      continue;
    }
    const deals::ListedDeal& listed = view.list->listed(i);
    const double win = book.deals()[i].win_probability;
    all.Add(listed.amount_reporting);
    without_amount += std::isfinite(listed.amount_reporting) ? 0 : 1;
    expected += std::isfinite(listed.amount_reporting) ? win * listed.amount_reporting : 0;
    by_win.at(std::min(kWinBins - 1, static_cast<std::size_t>(win * kWinBins)))
        .Add(listed.amount_reporting);
    by_band.at(static_cast<std::size_t>(listed.band)).Add(listed.amount_reporting);
  }
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.Field("total", all.n).Field("without_amount", without_amount);
  WriteMajor(json, "amount", all.amount, currency);
  WriteMajor(json, "expected", expected, currency);
  json.BeginArray("by_win");
  for (std::size_t bin = 0; bin < kWinBins; ++bin) {
    json.BeginObject()
        .Field("low", static_cast<double>(bin) / kWinBins)
        .Field("high", static_cast<double>(bin + 1) / kWinBins)
        .Field("n", by_win.at(bin).n);
    WriteMajor(json, "amount", by_win.at(bin).amount, currency);
    json.EndObject();
  }
  json.EndArray().BeginArray("by_risk_band");
  for (std::size_t band = 0; band < by_band.size(); ++band) {
    json.BeginObject()
        .Field("band", deals::RiskBandName(static_cast<deals::RiskBand>(band)))
        .Field("n", by_band.at(band).n);
    WriteMajor(json, "amount", by_band.at(band).amount, currency);
    json.EndObject();
  }
  json.EndArray();
  WriteFacets(json, view);
  json.EndObject();
  return JsonResponse(json);
}

/// Quotes where RFC 4180 asks for it. A text that a spreadsheet would take for a formula gets an
/// apostrophe in front: this file is made to be opened in one.
void AppendCell(std::string& line, std::string_view text) {
  if (!line.empty()) {
    line += ',';
  }
  const bool formula = !text.empty() && std::string_view("=+-@\t\r").contains(text.front());
  if (!formula && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += formula ? "\"'" : "\"";
  for (const char c : text) {
    line += c;
    if (c == '"') {
      line += '"';
    }
  }
  line += '"';
}

void AppendNumber(std::string& line, double value) {
  line += ',';
  if (std::isfinite(value)) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
    line.append(buffer, end.ptr);
  }
}

void AppendDate(std::string& line, const std::optional<domain::Date>& date) {
  line += ',';
  line += date ? domain::FormatDate(*date) : "";
}

/// Lines of the export, a thousand deals at a time.
class DealExport final : public ByteStream {
 public:
  DealExport(Selection selection, domain::Timestamp now, bool reasons, bool decisions)
      : selection_(std::move(selection)),
        matcher_(*selection_.view.list, selection_.filter, selection_.view.visibility,
                 *selection_.view.marks, now),
        order_(selection_.view.list->Order(selection_.sort.order, selection_.sort.descending)),
        reasons_(reasons),
        decisions_(decisions) {}

  Piece Next(bool /*closing*/) override {
    Piece piece;
    if (at_ == 0) {
      piece.bytes = Header();
    }
    std::vector<std::uint32_t> chosen;
    while (at_ < order_->size() && chosen.size() < kDealsPerPiece) {
      const std::uint32_t position = (*order_)[at_++];
      if (matcher_.Passes(position)) {
        chosen.push_back(position);
      }
    }
    AppendRows(chosen, piece.bytes);
    piece.last = at_ >= order_->size();
    return piece;
  }

 private:
  static constexpr std::size_t kDealsPerPiece = 500;

  const DealList& list() const { return *selection_.view.list; }

  std::string Header() const {
    std::string line =
        "deal_id,name,account,owner_id,owner,team,region,stage,forecast_category,amount_minor,"
        "currency,amount_reporting,reporting_currency,commit_date,as_of,age_days,win_probability,"
        "win_low,win_high,win_by_quarter_end,win_by_next_quarter_end,win_by_commit_date,slip,loss,"
        "stall,shrink,close_p10,close_p50,close_p90,risk,excess_risk,risk_band,at_stake,"
        "change_points,model_version,feature_row_hash";
    if (reasons_) {
      for (const std::string& group : list().book().explainer().groups().names) {
        AppendCell(line, "points " + group);
      }
      line += ",points base";
    }
    if (decisions_) {
      line += ",reviewed_at,snoozed_until,follow_up_on,disagreement,notes";
    }
    return line + "\r\n";
  }

  void AppendRows(const std::vector<std::uint32_t>& chosen, std::string& out) const {
    for (const std::uint32_t position : chosen) {
      std::string line = Row(position);
      if (reasons_) {
        AppendReasons(position, line);
      }
      if (decisions_) {
        AppendDecisions(position, line);
      }
      out += line + "\r\n";
    }
  }

  std::string Row(std::uint32_t position) const {
    const book::ScoredDeal& deal = list().book().deals()[position];
    const deals::ListedDeal& listed = list().listed(position);
    std::string line;
    AppendCell(line, deal.deal_id);
    AppendCell(line, deal.name);
    AppendCell(line, deal.account);
    AppendCell(line, listed.owner ? list().RepKey(*listed.owner) : "");
    AppendCell(line, deal.owner);
    AppendCell(line, list().word(listed.team));
    AppendCell(line, list().word(listed.region));
    AppendCell(line, deal.stage);
    AppendCell(line, deal.forecast_category);
    line += "," + (deal.amount_minor ? std::to_string(*deal.amount_minor) : std::string());
    AppendCell(line, deal.currency);
    AppendNumber(line, listed.amount_reporting);
    AppendCell(line, list().book().amounts().currency().code());
    AppendDate(line, deal.commit_date);
    line += "," + domain::FormatTimestamp(deal.as_of);
    line += "," + (listed.age_days ? std::to_string(*listed.age_days) : std::string());
    for (const double value :
         {deal.win_probability, deal.win_low, deal.win_high, deal.win_by_quarter_end,
          deal.win_by_next_quarter_end, deal.win_by_commit_date, deal.slip, deal.loss, deal.stall,
          deal.shrink}) {
      AppendNumber(line, value);
    }
    AppendDate(line, deal.expected_close_p10);
    AppendDate(line, deal.expected_close_p50);
    AppendDate(line, deal.expected_close_p90);
    AppendNumber(line, deal.risk);
    AppendNumber(line, deal.excess_risk);
    AppendCell(line, deals::RiskBandName(listed.band));
    AppendNumber(line, deal.priority);
    AppendNumber(line, listed.change_points);
    AppendCell(line, list().book().model().version.text());
    AppendCell(line, deal.feature_row_hash);
    return line;
  }

  void AppendReasons(std::uint32_t position, std::string& line) const {
    const auto& names = list().book().explainer().groups().names;
    const auto explanation =
        deals::ExplainDeal(list().book(), list().book().deals()[position].deal_id);
    for (const std::string& name : names) {
      double points = std::numeric_limits<double>::quiet_NaN();
      if (explanation) {
        points = 0;
        for (const deals::Reason& group : explanation->groups) {
          points = group.group == name ? group.points : points;
        }
      }
      AppendNumber(line, points);
    }
    AppendNumber(line,
                 explanation ? explanation->base_points : std::numeric_limits<double>::quiet_NaN());
  }

  void AppendDecisions(std::uint32_t position, std::string& line) const {
    const auto& marks = *selection_.view.marks;
    const auto found = marks.find(list().book().deals()[position].deal_id);
    const deals::DealMarks mark = found == marks.end() ? deals::DealMarks() : found->second;
    line += "," + (mark.reviewed_at ? domain::FormatTimestamp(*mark.reviewed_at) : std::string());
    AppendDate(line, mark.snoozed_until);
    AppendDate(line, mark.follow_up_on);
    AppendCell(line, mark.disagreement);
    line += "," + std::to_string(mark.notes);
  }

  const Selection selection_;
  const DealList::Matcher matcher_;
  const std::shared_ptr<const std::vector<std::uint32_t>> order_;
  const bool reasons_;
  const bool decisions_;
  std::size_t at_ = 0;
};

Result<Response> Export(Call& call) {
  QueryInput query(call.request);
  const deals::DealFilter filter = ReadDealFilter(query);
  const auto least = query.Integer("min_amount_minor", -kLargestAmount, kLargestAmount);
  const auto most = query.Integer("max_amount_minor", -kLargestAmount, kLargestAmount);
  const DealSort sort = ReadDealSort(query);
  const std::string include = query.TextOr("include", 100, "");
  bool reasons = false;
  bool decisions = false;
  for (std::string_view rest = include; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view word = rest.substr(0, end);
    reasons = reasons || word == "reasons";
    decisions = decisions || word == "decisions";
    if (word != "reasons" && word != "decisions") {
      query.Complain("include", "must be reasons, decisions or both with a comma.");
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(Selection selected, Select(call, query, filter, sort, least, most));
  JsonWriter detail;
  detail.BeginObject().Field("query", call.request.target).EndObject();
  RI_RETURN_IF_ERROR(data::WriteAudit(call.services.operations, call.now, call.user().actor(),
                                      "export", "deals", detail.Take()));
  Response response;
  response.Set("Content-Type", "text/csv; charset=utf-8")
      .Set("Content-Disposition", "attachment; filename=\"deals.csv\"");
  response.stream = std::make_unique<DealExport>(std::move(selected), call.now, reasons, decisions);
  return response;
}

}  // namespace

void AddDealRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/deals", Permission::kRead, List));
  router.Add(Permitted("GET", "/api/v1/deals/summary", Permission::kRead, Summary));
  router.Add(Permitted("GET", "/api/v1/deals/export", Permission::kRead, Export));
}

}  // namespace ri::api
