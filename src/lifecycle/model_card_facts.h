#pragma once

/// What a model card says, read from the stored manifest and evaluation.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store.h"

namespace ri::lifecycle {

/// NaN where the evaluation has no figure.
struct CardEstimate {
  double value, low, high;
};

/// A piece of the recalibration curve: forecasts from `low` to `high` came true with `observed`.
struct CardStep {
  double low, high, observed, weight;
};

/// Judged on one set of snapshots.
struct CardFigures {
  std::string title;    ///< "At past moments"
  std::string meaning;  ///< one sentence: which rows
  std::size_t rows = 0, clusters = 0;
  double base_rate = 0;
  std::string baseline;
  CardEstimate log_loss{}, baseline_log_loss{}, auc{}, brier{};
  double miscalibration = 0, discrimination = 0, uncertainty = 0;
  double calibration_error = 0, raw_calibration_error = 0, calibration_error_floor = 0;
  double slope = 0, slope_error = 0, level = 0, level_error = 0;
  std::vector<CardStep> curve;
  std::vector<double> band_forecast, band_low, band_high;
};

struct CardComparison {
  std::string name;
  std::size_t rows = 0;
  CardEstimate log_loss{}, difference{};
  double auc = 0, calibration_error = 0;
};

struct CardSegment {
  std::string name;
  std::size_t deals = 0, rows = 0;
  double told = 0, observed = 0, log_loss = 0, baseline_log_loss = 0, p_value = 1;
};

struct CardCandidate {
  std::string name;
  double log_loss = 0, excess = 0, excess_error = 0;
  bool chosen = false;
};

struct CardGate {
  std::string id, question, answer, evidence;
  bool passed = false, blocking = true;
};

struct CardFacts {
  std::string version, made, cutoff, family, refusal, calendar;
  std::string code, data_sha256, catalogue_sha256, xgboost, parameters;
  std::size_t closed = 0, won = 0, open = 0, excluded = 0, rows = 0;
  double kept_share = 1;
  std::vector<CardFigures> figures;  ///< past moments, later rows, in quarter, slip: what exists
  std::vector<CardComparison> comparisons;
  std::vector<CardSegment> segments;
  std::vector<CardCandidate> candidates;
  std::vector<CardGate> gates;
  std::string excluded_features;      ///< evidence of the leak audit
  std::vector<std::string> features;  ///< what the model reads
  std::vector<std::string> notes;
};

/// Also reads the artifact, for the names of the features. kStorage when a document cannot be read.
[[nodiscard]] Result<CardFacts> ReadCardFacts(const data::StoredModel& model);

/// What a model must not be used for: one sentence each.
[[nodiscard]] std::vector<std::string> MisuseSentences();

}  // namespace ri::lifecycle
