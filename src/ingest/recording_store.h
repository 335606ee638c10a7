#pragma once

/// A store in memory for tests: remembers committed events as readable lines.

#include <bit>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "data/store.h"
#include "domain/date.h"

namespace ri::ingest {

class RecordingStore final : public data::Store {
 public:
  /// "deal/D1 stage 2024-01-02T00:00:00.000Z Prospecting"; with a recorded time, "recorded T" after
  /// it. Sequences are left out: they are checked where they matter.
  std::multiset<std::string> lines;
  std::vector<data::Batch> batches;
  std::vector<data::Reject> rejects;
  std::vector<data::AttributeDefinition> attributes;
  std::map<std::string, std::int64_t> sequences;  ///< by line

  /// Lines that begin with a text.
  [[nodiscard]] std::vector<std::string> Lines(const std::string& prefix) const {
    std::vector<std::string> found;
    for (const std::string& line : lines) {
      if (line.starts_with(prefix)) {
        found.push_back(line);
      }
    }
    return found;
  }

  Result<std::unique_ptr<data::ImportTransaction>> BeginImport(
      const data::BatchDescription& batch) override {
    for (const data::Batch& earlier : batches) {
      if (earlier.content_sha256 == batch.content_sha256) {
        return Fail(ErrorCode::kConflict, "imported before");
      }
    }
    return std::make_unique<Transaction>(*this, batch);
  }
  Result<std::vector<data::Batch>> Batches() override { return batches; }
  Result<std::vector<data::Reject>> Rejects(std::int64_t) override { return rejects; }

  // The importer uses nothing of the rest.
  Result<data::EventLog> Load(const data::LoadOptions&, base::Progress&) override { return No(); }
  Status AddModel(const data::StoredModel&) override { return No(); }
  Result<data::StoredModel> Model(std::string_view) override { return No(); }
  Result<std::vector<data::StoredModel>> Models() override { return No(); }
  Status AppendAliasChange(const data::AliasChange&) override { return No(); }
  Result<std::vector<data::AliasChange>> AliasChanges() override { return No(); }
  Result<std::int64_t> AddScoreRun(const data::ScoreRun&,
                                   std::span<const data::StoredScore>) override {
    return No();
  }
  Result<std::vector<data::ScoreRun>> ScoreRuns() override { return No(); }
  Result<std::vector<data::StoredScore>> Scores(std::int64_t) override { return No(); }
  Status SetSetting(std::string_view, std::string_view) override { return No(); }
  Result<std::optional<std::string>> Setting(std::string_view) override { return No(); }
  Result<std::vector<std::string>> Diagnose() override { return No(); }

 private:
  static std::unexpected<Error> No() {
    return Fail(ErrorCode::kInternal, "the test store only imports");
  }

  class Transaction final : public data::ImportTransaction {
   public:
    Transaction(RecordingStore& store, const data::BatchDescription& description) : store_(store) {
      static_cast<data::BatchDescription&>(batch_) = description;
    }
    Result<std::uint32_t> Intern(data::EntityKind kind, std::string_view key) override {
      if (key.empty() || key.size() > 255) {
        return Fail(ErrorCode::kInternal, "illegal key");
      }
      const auto found = ids_.try_emplace({kind, std::string(key)}, keys_.size());
      if (found.second) {
        keys_.emplace_back(kind, std::string(key));
      }
      return static_cast<std::uint32_t>(found.first->second);
    }
    Result<std::uint32_t> Attribute(const data::AttributeDefinition& definition) override {
      definitions_.push_back(definition);
      return static_cast<std::uint32_t>(definitions_.size() - 1);
    }
    Result<std::int64_t> Symbol(std::string_view text) override {
      const auto found = symbol_ids_.try_emplace(std::string(text), symbols_.size());
      if (found.second) {
        symbols_.emplace_back(text);
      }
      return static_cast<std::int64_t>(found.first->second);
    }
    Status Append(std::span<const data::Event> events) override {
      for (const data::Event& event : events) {
        std::string line = Line(event);
        sequences_[line] = event.sequence;
        lines_.insert(std::move(line));
      }
      batch_.num_events += static_cast<std::int64_t>(events.size());
      return {};
    }
    Status Quarantine(std::span<const data::Reject> rejects) override {
      rejects_.insert(rejects_.end(), rejects.begin(), rejects.end());
      return {};
    }
    Result<data::Batch> Commit(std::int64_t num_rows) override {
      batch_.num_rows = num_rows;
      batch_.num_rejects = static_cast<std::int64_t>(rejects_.size());
      batch_.id = static_cast<std::int64_t>(store_.batches.size()) + 1;
      store_.batches.push_back(batch_);
      store_.lines.merge(lines_);
      store_.sequences.merge(sequences_);
      store_.attributes.insert(store_.attributes.end(), definitions_.begin(), definitions_.end());
      store_.rejects.insert(store_.rejects.end(), rejects_.begin(), rejects_.end());
      return batch_;
    }

   private:
    static std::string Time(std::int64_t ms) {
      return domain::FormatTimestamp(domain::TimestampFromMilliseconds(ms));
    }
    std::string Line(const data::Event& event) const {
      const data::AttributeDefinition& definition = definitions_.at(event.attribute);
      static const std::map<data::EntityKind, std::string> kKinds = {
          {data::EntityKind::kDeal, "deal"},
          {data::EntityKind::kAccount, "account"},
          {data::EntityKind::kRep, "rep"},
          {data::EntityKind::kContact, "contact"},
          {data::EntityKind::kTeam, "team"},
          {data::EntityKind::kProduct, "product"},
          {data::EntityKind::kQuota, "quota"},
          {data::EntityKind::kCurrencyRate, "rate"},
          {data::EntityKind::kForecastSubmission, "submission"},
          {data::EntityKind::kLineItem, "line_item"},
          {data::EntityKind::kSplit, "split"},
          {data::EntityKind::kFiscalPeriod, "period"}};
      const auto& [kind, key] = keys_.at(event.entity);
      std::string line =
          kKinds.at(kind) + "/" + key + " " + definition.name + " " + Time(event.event_time) + " ";
      line += Value(definition, event.value);
      if (event.recorded_time != data::kNotRecorded) {
        line += " recorded " + Time(event.recorded_time);
      }
      return line;
    }
    std::string Value(const data::AttributeDefinition& definition, std::int64_t value) const {
      if (value == data::kNoValue) {
        return "(none)";
      }
      switch (definition.type) {
        case data::ValueType::kReal: {
          std::string text = std::to_string(std::bit_cast<double>(value));
          return text;
        }
        case data::ValueType::kDate:
          return domain::FormatDate(domain::DateFromDayNumber(value));
        case data::ValueType::kTimestamp:
          return Time(value);
        case data::ValueType::kText:
          return symbols_.at(static_cast<std::size_t>(value));
        case data::ValueType::kReference:
          return keys_.at(static_cast<std::size_t>(value)).second;
        default:
          return std::to_string(value);
      }
    }

    RecordingStore& store_;
    data::Batch batch_;
    std::map<std::pair<data::EntityKind, std::string>, std::size_t> ids_;
    std::vector<std::pair<data::EntityKind, std::string>> keys_;
    std::map<std::string, std::size_t> symbol_ids_;
    std::vector<std::string> symbols_;
    std::vector<data::AttributeDefinition> definitions_;
    std::multiset<std::string> lines_;
    std::map<std::string, std::int64_t> sequences_;
    std::vector<data::Reject> rejects_;
  };
};

}  // namespace ri::ingest
