#include "models/booster.h"

#include <xgboost/c_api.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

#include "domain/probability.h"
#include "metrics/scoring_rules.h"

namespace ri::models {
namespace {

constexpr double kLeastBaseScore = 0.001;

struct FreeMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct FreeBooster {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
using MatrixHandle = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

// Turns the library's return code into ours; its message is per thread.
Status Check(int code) {
  if (code == 0) {
    return {};
  }
  std::string message = XGBGetLastError();
  // The first line says what is wrong, the rest is the library's own stack.
  message = message.substr(0, message.find("\nStack trace"));
  return Fail(ErrorCode::kBadInput, "XGBoost refused: " + message);
}

// Shortest text that reads back to the same number.
template <typename T>
std::string Text(T number) {
  char buffer[64];
  const auto result = std::to_chars(std::begin(buffer), std::end(buffer), number);
  return {buffer, result.ptr};
}

// Description of an array in memory (NumPy's array interface, little endian).
std::string ArrayInterface(const void* data, const std::string& shape, const char* type) {
  return "{\"data\":[" + Text(reinterpret_cast<std::uintptr_t>(data)) +
         ",true],\"shape\":" + shape + ",\"typestr\":\"" + type + "\",\"version\":3}";
}

Result<MatrixHandle> MakeMatrix(base::MatrixView<const float> rows, int num_threads) {
  const std::string shape = "[" + Text(rows.num_rows()) + "," + Text(rows.num_columns()) + "]";
  const std::string config = "{\"missing\":NaN,\"nthread\":" + Text(num_threads) + "}";
  DMatrixHandle raw = nullptr;
  RI_RETURN_IF_ERROR(Check(XGDMatrixCreateFromDense(
      ArrayInterface(rows.data(), shape, "<f4").c_str(), config.c_str(), &raw)));
  return MatrixHandle(raw);
}

Status SetColumn(void* matrix, const char* field, std::span<const double> values) {
  const std::vector<float> narrow(values.begin(), values.end());
  return Check(XGDMatrixSetFloatInfo(matrix, field, narrow.data(), narrow.size()));
}

Result<MatrixHandle> MakeLabelledMatrix(const LabelledRows& data, int num_threads) {
  RI_ASSIGN_OR_RETURN(MatrixHandle matrix, MakeMatrix(data.rows, num_threads));
  RI_RETURN_IF_ERROR(SetColumn(matrix.get(), "label", data.labels));
  if (!data.weights.empty()) {
    RI_RETURN_IF_ERROR(SetColumn(matrix.get(), "weight", data.weights));
  }
  return matrix;
}

Status CheckParameters(const BoosterParameters& p, std::size_t num_columns) {
  const auto share = [](double value) { return value > 0 && value <= 1; };
  if (p.rounds < 1 || p.depth < 1 || p.depth > 12 || p.max_bins < 2 || p.patience < 1 ||
      p.num_threads < 1 || !share(p.learning_rate) || !share(p.row_share) ||
      !share(p.column_share) || !(p.min_child_weight >= 0) || !(p.l2_penalty >= 0)) {
    return Fail(ErrorCode::kUsage, "A training parameter is out of its range.");
  }
  if (!p.monotone.empty() && p.monotone.size() != num_columns) {
    return Fail(ErrorCode::kUsage, "Monotone signs need one entry per column.");
  }
  if (!p.column_weights.empty() &&
      (p.column_weights.size() != num_columns ||
       std::ranges::any_of(p.column_weights, [](double w) { return !(w > 0) || std::isinf(w); }))) {
    return Fail(ErrorCode::kUsage, "Column weights need one positive entry per column.");
  }
  if (p.base_score && !(*p.base_score > 0 && *p.base_score < 1)) {
    return Fail(ErrorCode::kUsage, "The base score must lie strictly between 0 and 1.");
  }
  return {};
}

Status Configure(void* booster, const BoosterParameters& p, double base_score) {
  std::string signs;
  for (const int sign : p.monotone) {
    signs += (signs.empty() ? "(" : ",") + Text(sign);
  }
  const std::pair<const char*, std::string> settings[] = {
      {"booster", "gbtree"},
      {"objective", "binary:logistic"},
      {"tree_method", "hist"},
      {"grow_policy", "depthwise"},
      {"max_depth", Text(p.depth)},
      {"eta", Text(p.learning_rate)},
      {"min_child_weight", Text(p.min_child_weight)},
      {"subsample", Text(p.row_share)},
      {"sampling_method", "uniform"},
      {"colsample_bytree", Text(p.column_share)},
      {"lambda", Text(p.l2_penalty)},
      {"alpha", "0"},
      {"gamma", "0"},
      {"max_delta_step", "0"},
      {"scale_pos_weight", "1"},
      {"num_parallel_tree", "1"},
      {"max_bin", Text(p.max_bins)},
      {"base_score", Text(static_cast<float>(base_score))},
      // The library's generator takes 32 bits of a signed number.
      {"seed", Text((p.seed ^ (p.seed >> 31)) & 0x7fffffffU)},
      {"seed_per_iteration", "0"},
      {"nthread", Text(p.num_threads)},
      {"verbosity", "0"},
      {"disable_default_eval_metric", "1"},
  };
  for (const auto& [name, value] : settings) {
    RI_RETURN_IF_ERROR(Check(XGBoosterSetParam(booster, name, value.c_str())));
  }
  if (!signs.empty()) {
    RI_RETURN_IF_ERROR(
        Check(XGBoosterSetParam(booster, "monotone_constraints", (signs + ")").c_str())));
  }
  return {};
}

Result<std::vector<double>> Margins(void* booster, void* matrix, std::size_t num_rows) {
  const char* config =
      "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
      "\"strict_shape\":true}";
  bst_ulong const* shape = nullptr;
  bst_ulong dimensions = 0;
  float const* values = nullptr;
  RI_RETURN_IF_ERROR(
      Check(XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &dimensions, &values)));
  if (dimensions != 2 || shape[0] != num_rows || shape[1] != 1) {
    return Fail(ErrorCode::kBadInput, "The XGBoost model does not give one margin per row.");
  }
  // The buffer belongs to the booster until its next call: copy now.
  return std::vector<double>(values, values + num_rows);
}

double LogLossOfMargins(std::span<const double> margins, const LabelledRows& data) {
  std::vector<double> terms(margins.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double m = margins[i];
    terms[i] = std::max(m, 0.0) + std::log1p(std::exp(-std::fabs(m))) - data.labels[i] * m;
  }
  return metrics::WeightedMean(terms, data.weights);
}

Result<std::string> Save(void* booster) {
  bst_ulong length = 0;
  char const* bytes = nullptr;
  RI_RETURN_IF_ERROR(
      Check(XGBoosterSaveModelToBuffer(booster, "{\"format\":\"json\"}", &length, &bytes)));
  return std::string(bytes, length);
}

Status SetColumnNames(void* booster, std::span<const std::string> names) {
  std::vector<const char*> pointers;
  for (const std::string& name : names) {
    pointers.push_back(name.c_str());
  }
  return Check(
      XGBoosterSetStrFeatureInfo(booster, "feature_name", pointers.data(), pointers.size()));
}

}  // namespace

Result<TrainedBooster> TrainBooster(const LabelledRows& training,
                                    const std::optional<LabelledRows>& validation,
                                    const BoosterParameters& parameters,
                                    std::span<const std::string> column_names,
                                    base::Progress& progress) {
  RI_RETURN_IF_ERROR(CheckRows(training, "training"));
  RI_RETURN_IF_ERROR(CheckParameters(parameters, training.rows.num_columns()));
  if (!column_names.empty() && column_names.size() != training.rows.num_columns()) {
    return Fail(ErrorCode::kUsage, "Column names need one entry per column.");
  }
  if (validation) {
    RI_RETURN_IF_ERROR(CheckRows(*validation, "validation"));
    if (validation->rows.num_columns() != training.rows.num_columns()) {
      return Fail(ErrorCode::kUsage, "The validation set does not have the training columns.");
    }
  }
  const double mean_label = metrics::WeightedMean(training.labels, training.weights);
  if (!std::isfinite(mean_label)) {
    return Fail(ErrorCode::kUsage, "All training weights are zero.");
  }

  RI_ASSIGN_OR_RETURN(const MatrixHandle matrix,
                      MakeLabelledMatrix(training, parameters.num_threads));
  if (!parameters.column_weights.empty()) {
    RI_RETURN_IF_ERROR(SetColumn(matrix.get(), "feature_weights", parameters.column_weights));
  }
  MatrixHandle held_out;
  std::vector<DMatrixHandle> cached = {matrix.get()};
  if (validation) {
    RI_ASSIGN_OR_RETURN(held_out, MakeMatrix(validation->rows, parameters.num_threads));
    cached.push_back(held_out.get());
  }
  BoosterHandle raw = nullptr;
  RI_RETURN_IF_ERROR(Check(XGBoosterCreate(cached.data(), cached.size(), &raw)));
  Booster booster(raw);
  RI_RETURN_IF_ERROR(Configure(booster.get(), parameters,
                               parameters.base_score.value_or(
                                   std::clamp(mean_label, kLeastBaseScore, 1 - kLeastBaseScore))));

  TrainedBooster trained;
  double best_loss = std::numeric_limits<double>::infinity();
  progress.Begin("Growing trees", static_cast<std::uint64_t>(parameters.rounds));
  int round = 0;
  for (; round < parameters.rounds; ++round) {
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "Training was stopped.");
    }
    RI_RETURN_IF_ERROR(Check(XGBoosterUpdateOneIter(booster.get(), round, matrix.get())));
    progress.Update(static_cast<std::uint64_t>(round) + 1);
    if (!validation) {
      continue;
    }
    RI_ASSIGN_OR_RETURN(const std::vector<double> margins,
                        Margins(booster.get(), held_out.get(), validation->rows.num_rows()));
    const double loss = LogLossOfMargins(margins, *validation);
    trained.validation_loss.push_back(loss);
    if (loss < best_loss) {
      best_loss = loss;
      trained.best_round = round + 1;
    } else if (round + 1 - trained.best_round >= parameters.patience) {
      ++round;
      break;
    }
  }
  progress.End();
  if (!validation || trained.best_round == 0) {
    trained.best_round = round;
  }
  if (trained.best_round < round) {
    BoosterHandle sliced = nullptr;
    RI_RETURN_IF_ERROR(Check(XGBoosterSlice(booster.get(), 0, trained.best_round, 1, &sliced)));
    booster.reset(sliced);
  }
  if (!column_names.empty()) {
    RI_RETURN_IF_ERROR(SetColumnNames(booster.get(), column_names));
  }
  RI_ASSIGN_OR_RETURN(trained.json, Save(booster.get()));
  RI_ASSIGN_OR_RETURN(trained.ensemble, ReadXgboostJson(trained.json));
  return trained;
}

Result<std::vector<double>> XgboostMargins(std::string_view json,
                                           base::MatrixView<const float> rows) {
  BoosterHandle raw = nullptr;
  RI_RETURN_IF_ERROR(Check(XGBoosterCreate(nullptr, 0, &raw)));
  const Booster booster(raw);
  RI_RETURN_IF_ERROR(Check(XGBoosterLoadModelFromBuffer(booster.get(), json.data(), json.size())));
  RI_RETURN_IF_ERROR(Check(XGBoosterSetParam(booster.get(), "nthread", "1")));
  if (rows.num_rows() == 0) {
    return std::vector<double>{};
  }
  RI_ASSIGN_OR_RETURN(const MatrixHandle matrix, MakeMatrix(rows, 1));
  return Margins(booster.get(), matrix.get(), rows.num_rows());
}

std::string XgboostVersion() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  return Text(major) + "." + Text(minor) + "." + Text(patch);
}

}  // namespace ri::models
