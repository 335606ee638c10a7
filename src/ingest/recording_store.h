#pragma once

/// A store in memory for tests: remembers committed events as readable lines.

#include <algorithm>
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
  bool read_only() override { return false; }
  Result<std::vector<data::Batch>> Batches() override { return batches; }
  Result<std::vector<data::Reject>> Rejects(std::int64_t) override { return rejects; }

  /// Without recorded times: everything was known when it happened, or with a later batch.
  Result<data::EventLog> Load(const data::LoadOptions& options, base::Progress&) override {
    data::EventLog::Content content;
    for (const Stored& event : events_) {
      if (event.known_at > options.known_at.value_or(event.known_at)) {
        continue;
      }
      const auto index_of = [](auto& list, const auto& item) {
        const auto found = std::find(list.begin(), list.end(), item);
        const auto index = static_cast<std::size_t>(found - list.begin());
        if (found == list.end()) {
          list.push_back(item);
        }
        return index;
      };
      auto& keys = content.keys[static_cast<std::size_t>(event.kind)];
      std::int64_t value = event.value;
      if (value != data::kNoValue && event.definition.type == data::ValueType::kText) {
        value = static_cast<std::int64_t>(index_of(content.symbols, event.text));
      } else if (value != data::kNoValue && event.definition.type == data::ValueType::kReference) {
        value = static_cast<std::int64_t>(index_of(
            content.keys[static_cast<std::size_t>(event.definition.reference_kind)], event.text));
      }
      const auto entity = static_cast<std::uint32_t>(index_of(keys, event.key));
      content.rows.push_back(
          {.kind = event.kind,
           .entity = entity,
           .attribute = static_cast<std::uint32_t>(index_of(content.attributes, event.definition)),
           .event_time = event.event_time,
           .visible_time =
               std::max(event.event_time, data::KnownTime(event.event_time, event.recorded_time,
                                                          event.known_at, Before(event.known_at))),
           .sequence = event.sequence,
           .value = value});
    }
    return data::EventLog::Build(std::move(content));
  }

  // The importer uses nothing of the rest.
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

  struct Stored {
    data::EntityKind kind = data::EntityKind::kDeal;
    std::string key;
    data::AttributeDefinition definition;
    std::int64_t event_time = 0;
    std::int64_t recorded_time = data::kNotRecorded;
    std::int64_t sequence = 0;
    std::int64_t value = 0;
    std::string text;
    std::int64_t known_at = 0;
  };
  /// Known-at of the batch before, as the real stores define it.
  [[nodiscard]] std::int64_t Before(std::int64_t known_at) const {
    std::int64_t before = data::kNotRecorded;
    for (const data::Batch& batch : batches) {
      if (batch.known_at < known_at) {
        before = std::max(before, batch.known_at);
      }
    }
    return before;
  }
  std::vector<Stored> events_;

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
        Remember(event);
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
      store_.events_.insert(store_.events_.end(), events_.begin(), events_.end());
      store_.lines.merge(lines_);
      store_.sequences.merge(sequences_);
      store_.attributes.insert(store_.attributes.end(), definitions_.begin(), definitions_.end());
      store_.rejects.insert(store_.rejects.end(), rejects_.begin(), rejects_.end());
      return batch_;
    }

   private:
    void Remember(const data::Event& event) {
      const data::AttributeDefinition& definition = definitions_.at(event.attribute);
      Stored stored{.kind = keys_.at(event.entity).first,
                    .key = keys_.at(event.entity).second,
                    .definition = definition,
                    .event_time = event.event_time,
                    .recorded_time = event.recorded_time,
                    .sequence = event.sequence,
                    .value = event.value,
                    .text = "",
                    .known_at = batch_.known_at};
      if (event.value != data::kNoValue && definition.type == data::ValueType::kText) {
        stored.text = symbols_.at(static_cast<std::size_t>(event.value));
      } else if (event.value != data::kNoValue && definition.type == data::ValueType::kReference) {
        stored.text = keys_.at(static_cast<std::size_t>(event.value)).second;
      }
      events_.push_back(std::move(stored));
    }
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
    std::vector<Stored> events_;
    std::map<std::string, std::int64_t> sequences_;
    std::vector<data::Reject> rejects_;
  };
};

}  // namespace ri::ingest
