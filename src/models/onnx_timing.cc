// The mixture of whether and when in an ONNX graph: the same sums as CloseCurve makes, for all rows
// and horizons at once.
#include <algorithm>
#include <cmath>

#include "models/json_document.h"
#include "models/onnx_parts.h"

namespace ri::models {
namespace {

// As in TimeToClose.
constexpr std::int64_t kQuarterEndDays = 7;
constexpr double kLargestDailyChance = .95;
// As in QuarterCalibrator.
constexpr double kChanceFloor = 1e-6;

using Names = OnnxGraph::Names;

/// Writes formulas on doubles and small lists.
class Timing {
 public:
  Timing(OnnxGraph& graph, const ModelParts& parts) : graph_(graph), parts_(parts) {}

  OnnxOutlook Chances(const std::string& rows, const std::string& win) {
    horizon_ = parts_.hazards ? parts_.hazards->horizon_days : TimeToClose::kHorizonDays;
    const std::string days = graph_.Input("horizon_days", OnnxType::kInteger, {"horizons"},
                                          "Days from the as-of date; k days are the as-of date "
                                          "and the k - 1 days after it.");
    quarter_ends_ = graph_.Cast(
        graph_.Input("quarter_ends", OnnxType::kInteger, {"quarters"},
                     "Days from the as-of date to the first day after each fiscal quarter, "
                     "ascending: the last one that is not positive, and all until past the "
                     "horizon of the metadata."),
        OnnxType::kDouble);
    const std::string far = Number(1e9);
    quarter_end_ = graph_.Node(
        "ReduceMin",
        {graph_.Node("Where",
                     {graph_.Node("Greater", {quarter_ends_, Number(0)}), quarter_ends_, far})},
        {OnnxAttribute::Integers("axes", std::vector<std::int64_t>{0}),
         OnnxAttribute::Integer("keepdims", 1)});
    // The end of the quarter is asked for beside the horizons, for the in-quarter correction.
    std::string asked = graph_.Node("Concat", {graph_.Cast(days, OnnxType::kDouble), quarter_end_},
                                    {OnnxAttribute::Integer("axis", 0)});
    asked = Min(Max(asked, Number(0)), Number(horizon_));
    asked = Unsqueeze(asked, 0);
    std::string won;
    std::string lost;
    if (parts_.hazards) {
      AddHazards(rows, asked, won, lost);
    } else {
      AddPooled(asked, won, lost);
    }
    const std::string won_at_end = Columns(won, -1, INT64_MAX);
    won = Columns(won, 0, -1);
    lost = Columns(lost, 0, -1);
    won = Corrected(won, won_at_end, win, Columns(asked, 0, -1));
    OnnxOutlook outlook;
    outlook.won = Mul(win, won);
    outlook.lost = Mul(Sub(Number(1), win), lost);
    outlook.open = Max(Sub(Sub(Number(1), outlook.won), outlook.lost), Number(0));
    return outlook;
  }

 private:
  std::string Number(double value) { return graph_.Double(value); }
  std::string Add(const std::string& a, const std::string& b) { return graph_.Node("Add", {a, b}); }
  std::string Sub(const std::string& a, const std::string& b) { return graph_.Node("Sub", {a, b}); }
  std::string Mul(const std::string& a, const std::string& b) { return graph_.Node("Mul", {a, b}); }
  std::string Div(const std::string& a, const std::string& b) { return graph_.Node("Div", {a, b}); }
  std::string Max(const std::string& a, const std::string& b) { return graph_.Node("Max", {a, b}); }
  std::string Min(const std::string& a, const std::string& b) { return graph_.Node("Min", {a, b}); }
  std::string Where(const std::string& which, const std::string& a, const std::string& b) {
    return graph_.Node("Where", {which, a, b});
  }
  std::string Unsqueeze(const std::string& value, std::int64_t axis) {
    return graph_.Node("Unsqueeze", {value, graph_.List({axis})});
  }
  std::string Concat(const Names& values, std::int64_t axis) {
    return graph_.Node("Concat", values, {OnnxAttribute::Integer("axis", axis)});
  }
  std::string Slice(const std::string& value, std::int64_t begin, std::int64_t end,
                    std::int64_t axis) {
    return graph_.Node("Slice",
                       {value, graph_.List({begin}), graph_.List({end}), graph_.List({axis})});
  }
  std::string Columns(const std::string& value, std::int64_t begin, std::int64_t end) {
    return Slice(value, begin, end, 1);
  }
  std::string Reduce(std::string_view operation, const std::string& value, std::int64_t axis,
                     bool keep) {
    return graph_.Node(operation, {value},
                       {OnnxAttribute::Integers("axes", std::vector<std::int64_t>{axis}),
                        OnnxAttribute::Integer("keepdims", keep ? 1 : 0)});
  }
  // 1 - e^-x of the cumulative hazards at the asked days over that at the horizon.
  std::string Share(const std::string& hazard, const std::string& total,
                    const std::string& at_horizon) {
    const auto risen = [&](const std::string& x) {
      return Sub(Number(1), graph_.Node("Exp", {graph_.Node("Neg", {x})}));
    };
    const std::string last = risen(total);
    const std::string possible = graph_.Node("Greater", {last, Number(0)});
    const std::string share = Div(risen(hazard), Where(possible, last, Number(1)));
    // Hazards too small to see: everything on the last day.
    return Where(at_horizon, Number(1), Min(share, Number(1)));
  }

  // Bins of the future as HorizonBins makes them, from the ends of the quarters.
  void AddBins() {
    std::vector<double> starts;
    double coarse = horizon_;
    for (std::size_t k = 0; k < kStepStarts.size(); ++k) {
      if (kStepStarts[k] < horizon_) {
        starts.push_back(kStepStarts[k]);
      }
      const bool weekly = k + 1 < kStepStarts.size() && kStepStarts[k + 1] - kStepStarts[k] <= 7;
      if (!weekly) {
        coarse = std::min<double>(coarse, kStepStarts[k]);
      }
    }
    starts.push_back(horizon_);
    const std::string inside =
        graph_.Node("And", {graph_.Node("Greater", {quarter_ends_, Number(0)}),
                            graph_.Node("Less", {quarter_ends_, Number(horizon_)})});
    const std::string in_coarse = graph_.Node(
        "And",
        {inside, graph_.Node("GreaterOrEqual", {Sub(quarter_ends_, Number(1)), Number(coarse)})});
    // What is no cut is written as 0, which is one anyway.
    const std::string cuts = graph_.Node(
        "Unique",
        {Concat({graph_.Doubles(starts, {static_cast<std::int64_t>(starts.size())}),
                 Where(inside, quarter_ends_, Number(0)),
                 Where(in_coarse, Sub(quarter_ends_, Number(kQuarterEndDays)), Number(0))},
                0)},
        {OnnxAttribute::Integer("sorted", 1)});
    begin_ = Slice(cuts, 0, -1, 0);
    end_ = Slice(cuts, 1, INT64_MAX, 0);
    const std::string ends = Unsqueeze(quarter_ends_, 1);  // [quarters, 1]
    const std::string ahead =
        Where(graph_.Node("GreaterOrEqual", {ends, end_}), Sub(ends, end_), Number(1e9));
    to_quarter_end_ = Reduce("ReduceMin", ahead, 0, false);
    const std::string behind =
        Where(graph_.Node("LessOrEqual", {ends, begin_}), Sub(begin_, ends), Number(1e9));
    week_of_quarter_ = Add(
        graph_.Node("Floor", {Div(Reduce("ReduceMin", behind, 0, false), Number(7))}), Number(1));
  }

  // Person-period rows of all deals and bins: float [rows * bins, columns].
  std::string PeriodRows(const std::string& rows) {
    const auto as_float = [&](const std::string& value) {
      return graph_.Cast(value, OnnxType::kFloat);
    };
    const auto column = [&](const std::string& value) { return Unsqueeze(value, 1); };
    const std::string seven = as_float(Number(7));
    const std::string period =
        Concat({column(graph_.Node("Div", {as_float(end_), seven})),
                column(as_float(Sub(end_, begin_))), column(as_float(to_quarter_end_)),
                column(as_float(graph_.Node("Equal", {to_quarter_end_, Number(0)}))),
                column(as_float(week_of_quarter_))},
               1);  // [bins, 5]
    const std::string count = graph_.Node("Shape", {rows});
    const std::string num_rows = Slice(count, 0, 1, 0);
    const std::string width = Slice(count, 1, 2, 0);
    const std::string num_bins = graph_.Node("Shape", {end_});
    const std::string repeated =
        graph_.Node("Expand", {Unsqueeze(rows, 1), Concat({num_rows, num_bins, width}, 0)});
    const std::string periods = graph_.Node(
        "Expand", {Unsqueeze(period, 0), Concat({num_rows, num_bins, graph_.List({5})}, 0)});
    std::string past;
    if (parts_.hazards->commit_column) {
      const std::string promised = graph_.Node(
          "Gather",
          {rows, graph_.List({static_cast<std::int64_t>(*parts_.hazards->commit_column)})},
          {OnnxAttribute::Integer("axis", 1)});
      past = graph_.Node("Sub", {as_float(end_), promised});  // [rows, bins]
    } else {
      past =
          graph_.Node("Expand", {as_float(Number(std::nan(""))), Concat({num_rows, num_bins}, 0)});
    }
    const std::string cube = Concat({repeated, periods, Unsqueeze(past, 2)}, 2);
    return graph_.Node(
        "Reshape",
        {cube, graph_.List({-1, static_cast<std::int64_t>(parts_.hazards->won.num_features)})});
  }

  void AddHazards(const std::string& rows, const std::string& asked, std::string& won,
                  std::string& lost) {
    AddBins();
    const std::string period_rows = PeriodRows(rows);
    const std::string shape = Concat({graph_.List({-1}), graph_.Node("Shape", {end_})}, 0);
    // How much of each bin has passed after the asked days: [bins, days].
    const std::string passed =
        Min(Max(Div(Sub(asked, Unsqueeze(begin_, 1)), Unsqueeze(Sub(end_, begin_), 1)), Number(0)),
            Number(1));
    const std::string at_horizon = graph_.Node("GreaterOrEqual", {asked, Number(horizon_)});
    const auto share = [&](const TreeEnsemble& trees) {
      const std::string hazard = graph_.Node(
          "Reshape", {AddSoftplus(graph_, AddTrees(graph_, trees, period_rows)), shape});
      const std::string total = graph_.Node("ReduceSum", {hazard, graph_.List({1})},
                                            {OnnxAttribute::Integer("keepdims", 1)});
      return Share(graph_.Node("MatMul", {hazard, passed}), total, at_horizon);
    };
    won = share(parts_.hazards->won);
    lost = share(parts_.hazards->lost);
  }

  // Competing risks on days: chance per day by age, with another factor at the end of a quarter.
  void AddPooled(const std::string& asked, std::string& won, std::string& lost) {
    constexpr std::int64_t kDays = TimeToClose::kHorizonDays;
    const Json document = Json::parse(parts_.timing->ToJson());
    const auto by_day = [&](const char* name) {
      const auto rates = document.at(name).get<std::vector<double>>();
      std::vector<double> values;
      for (int day = 0; day <= kDays; ++day) {
        values.push_back(rates[StepOf(day)]);
      }
      return graph_.Doubles(values, {kDays + 1});
    };
    std::vector<std::int64_t> days(kDays);
    std::vector<double> real_days(kDays);
    for (std::int64_t k = 0; k < kDays; ++k) {
      days[static_cast<std::size_t>(k)] = k;
      real_days[static_cast<std::size_t>(k)] = static_cast<double>(k);
    }
    const std::string age = graph_.Input("deal_age_days", OnnxType::kInteger, {"rows", "1"},
                                         "Days since the deal was opened.");
    const std::string at =
        graph_.Node("Min", {Add(Max(age, graph_.Integer(0)), graph_.Integers(days, {1, kDays})),
                            graph_.Integer(kDays)});
    const std::string ahead =
        Sub(Unsqueeze(quarter_ends_, 1), graph_.Doubles(real_days, {1, kDays}));
    const std::string near =
        graph_.Node("And", {graph_.Node("Greater", {ahead, Number(0)}),
                            graph_.Node("LessOrEqual", {ahead, Number(kQuarterEndDays)})});
    const std::string is_end = graph_.Node(
        "Greater", {Reduce("ReduceMax", graph_.Cast(near, OnnxType::kDouble), 0, true), Number(0)});
    const auto chance = [&](const char* rates, const char* factor) {
      return Mul(graph_.Node("Gather", {by_day(rates), at}),
                 Where(is_end, Number(document.at(factor).get<double>()), Number(1)));
    };
    std::string win = chance("won_rates", "won_quarter_end_factor");
    std::string loss = chance("lost_rates", "lost_quarter_end_factor");
    const std::string scale = Max(Div(Add(win, loss), Number(kLargestDailyChance)), Number(1));
    win = Div(win, scale);
    loss = Div(loss, scale);
    const std::string kept = graph_.Node("Log", {Sub(Number(1), Add(win, loss))});
    const std::string open =
        graph_.Node("Exp", {graph_.Node("CumSum", {kept, graph_.Integer(1)},
                                        {OnnxAttribute::Integer("exclusive", 1)})});
    const std::string where =
        graph_.Node("Squeeze", {graph_.Cast(asked, OnnxType::kInteger), graph_.List({0})});
    const auto share = [&](const std::string& daily) {
      const std::string sums = graph_.Node("CumSum", {Mul(open, daily), graph_.Integer(1)});
      const std::string last = Columns(sums, -1, INT64_MAX);
      const std::string none = Mul(last, Number(0));
      return Min(graph_.Node("Gather", {Concat({none, Div(sums, last)}, 1), where},
                             {OnnxAttribute::Integer("axis", 1)}),
                 Number(1));
    };
    won = share(win);
    lost = share(loss);
  }

  // Leads the curve through the calibrated in-quarter chance, as CloseCurve::WithWonShare does.
  std::string Corrected(const std::string& won, const std::string& won_at_end,
                        const std::string& win, const std::string& asked) {
    if (parts_.quarter == QuarterCalibrator()) {
      return won;
    }
    const Json document = Json::parse(parts_.quarter.ToJson());
    const auto number = [&](const char* name) { return Number(document.at(name).get<double>()); };
    const auto offsets = document.at("offsets").get<std::vector<double>>();
    const std::string weeks = graph_.Node("Floor", {Div(quarter_end_, Number(7))});
    const std::string offset =
        Where(graph_.Node("LessOrEqual", {weeks, Number(2)}), Number(offsets[0]),
              Where(graph_.Node("LessOrEqual", {weeks, Number(6)}), Number(offsets[1]),
                    Number(offsets[2])));
    const std::string chance = Mul(win, won_at_end);
    const std::string kept = Min(Max(chance, Number(kChanceFloor)), Number(1 - kChanceFloor));
    const std::string log_odds =
        Add(Sub(Mul(number("a"), graph_.Node("Log", {kept})),
                Mul(number("b"), graph_.Node("Log", {Sub(Number(1), kept)}))),
            Add(number("c"), offset));
    const std::string mapped = graph_.Node(
        "Exp", {graph_.Node("Neg", {AddSoftplus(graph_, graph_.Node("Neg", {log_odds}))})});
    const std::string inner = graph_.Node("And", {graph_.Node("Greater", {chance, Number(0)}),
                                                  graph_.Node("Less", {chance, Number(1)})});
    const std::string corrected = Where(inner, mapped, chance);
    const std::string positive = graph_.Node("Greater", {win, Number(0)});
    const std::string share = Min(Div(corrected, Where(positive, win, Number(1))), Number(1));
    const auto safe = [&](const std::string& value) {
      return Where(graph_.Node("Greater", {value, Number(0)}), value, Number(1));
    };
    const std::string before = Mul(Where(graph_.Node("Greater", {won_at_end, Number(0)}),
                                         Min(Div(won, safe(won_at_end)), Number(1)), Number(0)),
                                   share);
    const std::string left = Sub(Number(1), won_at_end);
    const std::string open = Where(graph_.Node("Greater", {left, Number(0)}),
                                   Min(Div(Sub(Number(1), won), safe(left)), Number(1)), Number(1));
    const std::string after =
        Min(Add(share, Mul(Sub(Number(1), share), Sub(Number(1), open))), Number(1));
    std::string led = Where(graph_.Node("Less", {asked, quarter_end_}), before, after);
    led = Where(graph_.Node("Equal", {asked, quarter_end_}), share, led);
    led = Where(graph_.Node("GreaterOrEqual", {asked, Number(horizon_)}), Number(1), led);
    // No correction where the model leaves the curve as it is.
    const std::string applies =
        graph_.Node("And", {positive, graph_.Node("Less", {quarter_end_, Number(horizon_)})});
    return Where(applies, led, won);
  }

  OnnxGraph& graph_;
  const ModelParts& parts_;
  int horizon_ = 0;
  std::string quarter_ends_;                                    ///< double [quarters]
  std::string quarter_end_;                                     ///< the next one: double [1]
  std::string begin_, end_, to_quarter_end_, week_of_quarter_;  ///< double [bins]
};

}  // namespace

Result<std::optional<OnnxOutlook>> AddTiming(OnnxGraph& graph, const ModelParts& parts,
                                             const std::string& rows, const std::string& win) {
  if (!parts.timing && !parts.hazards) {
    return std::optional<OnnxOutlook>();
  }
  return std::optional(Timing(graph, parts).Chances(rows, win));
}

}  // namespace ri::models
