#include "ingest/importer.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "domain/date.h"
#include "ingest/content_hash.h"
#include "ingest/deal_prescan.h"
#include "ingest/deal_reader.h"
#include "ingest/dry_run.h"
#include "ingest/entity_reader.h"
#include "ingest/history_endings.h"
#include "ingest/history_reader.h"
#include "ingest/import_state.h"
#include "ingest/row_values.h"
#include "ingest/table_frame.h"

namespace ri::ingest {
namespace {

constexpr std::int64_t kRowsBetweenUpdates = 16384;

Error Cancelled() {
  return {ErrorCode::kCancelled, "The import was stopped; nothing of it was stored."};
}

class Import {
 public:
  Import(const Recognition& recognition, const ImportOptions& options,
         data::ImportTransaction& transaction, const PriorKnowledge* prior, bool only_source,
         base::Progress& progress)
      : recognition_(recognition),
        options_(options),
        progress_(progress),
        only_source_(only_source),
        state_(transaction, options.known_at),
        quiet_(nullptr) {
    state_.prior = prior;
  }

  Status Run() {
    for (const SourceFile& file : recognition_.files) {
      ImportedFile imported;
      imported.path = file.path + (file.member.empty() ? "" : "/" + file.member);
      imported.noun = std::string(NameOf(file.mapping->noun));
      state_.report.files.push_back(std::move(imported));
      bindings_.emplace_back();
      if (file.mapping->noun != Noun::kIgnored) {
        RI_ASSIGN_OR_RETURN(bindings_.back(),
                            BindTable(*recognition_.mapping, file, recognition_.files));
        state_.report.files.back().unused_columns = bindings_.back().unused_columns;
        std::ranges::move(bindings_.back().warnings, std::back_inserter(state_.report.warnings));
      }
    }
    RI_RETURN_IF_ERROR(Prescan());
    RememberAliases();
    RI_RETURN_IF_ERROR(ReadEntities());
    RI_RETURN_IF_ERROR(ReadHistories());
    RI_RETURN_IF_ERROR(ReadDeals());
    state_.history = {};  // half of the memory at its peak, and nothing that follows reads it
    RI_RETURN_IF_ERROR(ReadRest());
    RI_RETURN_IF_ERROR(state_.sink.Finish());
    RI_RETURN_IF_ERROR(state_.rejects.Flush());
    if (state_.report.num_rows == 0) {
      return Fail(ErrorCode::kBadInput,
                  recognition_.files.front().path +
                      (recognition_.files.size() == 1 ? " has" : " and the other files have") +
                      " a header and no rows: there is nothing to import.");
    }
    return {};
  }

  ImportReport TakeReport() {
    state_.report.rejects = state_.rejects.Summaries();
    state_.report.events = state_.sink.Counts();
    state_.report.content_time = state_.sink.content_time();
    return std::move(state_.report);
  }

 private:
  using RowReader = std::function<Status(RowValues&)>;

  [[nodiscard]] std::vector<std::size_t> FilesOf(Noun noun) const {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < recognition_.files.size(); ++i) {
      if (recognition_.files[i].mapping->noun == noun) {
        indices.push_back(i);
      }
    }
    return indices;
  }

  /// Feeds the rows of a file to `read`. Only the pass that counts reports rows and rejects.
  Status ForEachRow(std::size_t index, bool counts, const RowReader& read) {
    const SourceFile& file = recognition_.files[index];
    const TableBinding& table = bindings_[index];
    ImportedFile& imported = state_.report.files[index];
    RejectLog& rejects = counts ? state_.rejects : quiet_;
    auto opened =
        OpenRows(file.path, {.delimiter = file.mapping->delimiter, .member = file.member});
    if (!opened) {
      return std::unexpected(opened.error());
    }
    RowSource& rows = **opened;
    rejects.BeginFile(imported.path);
    RowValues values(table, rejects);
    progress_.Begin((counts ? "Reading " : "Looking through ") + file.name,
                    static_cast<std::uint64_t>(rows.bytes_total()));
    Row row;
    std::int64_t number = 0;
    for (;;) {
      auto more = rows.Next(row);
      if (!more) {
        return std::unexpected(more.error().In(imported.path));
      }
      if (!*more) {
        break;
      }
      ++number;
      if (number % kRowsBetweenUpdates == 0) {
        progress_.Update(static_cast<std::uint64_t>(rows.bytes_read()));
        if (progress_.cancelled()) {
          return std::unexpected(Cancelled());
        }
      }
      if (file.mapping->footer &&
          ((!row.malformed.empty() && row.cells.size() <= 1) || IsTotalsRow(row.cells))) {
        imported.num_skipped += counts ? 1 : 0;
        continue;
      }
      if (!row.malformed.empty()) {
        rejects.Add(row.line, "", row.cells.empty() ? "" : row.cells.front(), row.malformed);
        continue;
      }
      values.SetRow(row, number);
      if (!table.only.terms.empty() && !values.Meets(table.only)) {
        imported.num_skipped += counts ? 1 : 0;
        continue;
      }
      RI_RETURN_IF_ERROR(read(values));
    }
    progress_.End();
    if (!counts) {
      return {};
    }
    imported.format = rows.facts().format;
    imported.encoding = rows.facts().encoding;
    imported.delimiter = rows.facts().delimiter;
    imported.num_rows = number;
    imported.num_bad_rows = rejects.bad_rows_of_file();
    state_.report.num_rows += number;
    state_.report.num_bad_rows += imported.num_bad_rows;
    if (number == 0) {
      state_.report.warnings.push_back(imported.path + " has a header and no rows.");
    }
    if (rows.facts().num_replaced > 0) {
      state_.report.warnings.push_back(
          imported.path + ": " + std::to_string(rows.facts().num_replaced) +
          " bytes are not legal " + rows.facts().encoding + " and were read as \"?\".");
    }
    return CheckShare(imported);
  }

  Status CheckShare(const ImportedFile& file) {
    const auto bad = static_cast<double>(file.num_bad_rows);
    if (file.num_bad_rows == 0 ||
        bad <= options_.max_reject_share * static_cast<double>(file.num_rows)) {
      return {};
    }
    std::string message = std::to_string(file.num_bad_rows) + " of " +
                          std::to_string(file.num_rows) + " rows of " + file.path +
                          " cannot be used, more than the allowed share; nothing was stored.";
    for (const RejectSummary& summary : state_.rejects.Summaries()) {
      const data::Reject& example = summary.example;
      if (example.file == file.path) {
        message += " Most often (" + std::to_string(summary.count) + " times): line " +
                   std::to_string(example.line) +
                   (example.column.empty() ? "" : ", column \"" + example.column + "\"") +
                   (example.value.empty() ? "" : ", value \"" + example.value + "\"") + ": " +
                   example.reason;
        message += message.ends_with('.') ? "" : ".";
        break;
      }
    }
    return Fail(ErrorCode::kBadInput, message);
  }

  template <typename Reader>
  Status ReadAll(Noun noun) {
    for (const std::size_t i : FilesOf(noun)) {
      Reader reader(bindings_[i], state_);
      RI_RETURN_IF_ERROR(ForEachRow(i, true, [&](RowValues& row) { return reader.Read(row); }));
      if constexpr (requires { reader.Finish(); }) {
        RI_RETURN_IF_ERROR(reader.Finish());
      }
    }
    return {};
  }

  Status Prescan() {
    for (const std::size_t i : FilesOf(Noun::kStage)) {
      DealPrescan prescan(bindings_[i], state_);
      RI_RETURN_IF_ERROR(ForEachRow(i, true, [&](RowValues& row) { return prescan.Read(row); }));
    }
    const bool has_history =
        !FilesOf(Noun::kStageHistory).empty() || !FilesOf(Noun::kFieldHistory).empty();
    RI_RETURN_IF_ERROR(LearnOutcomesThatAreStages(has_history));
    for (const std::size_t i : FilesOf(Noun::kDeal)) {
      DealPrescan prescan(bindings_[i], state_);
      if (prescan.needed(has_history)) {
        RI_RETURN_IF_ERROR(ForEachRow(i, false, [&](RowValues& row) { return prescan.Read(row); }));
        prescan.RemoveClosingColumns(bindings_[i], recognition_.files[i].name,
                                     state_.report.warnings);
      }
    }
    return {};
  }

  /// Where one column is both the stage and the outcome, the mapping's outcomes say which stages
  /// are closed.
  Status LearnOutcomesThatAreStages(bool has_history) {
    for (const std::size_t i : FilesOf(Noun::kDeal)) {
      const TableBinding& table = bindings_[i];
      if (!has_history || !table.has(Role::kOutcome) || table.has(Role::kIsClosed) ||
          table.role(Role::kOutcome).columns != table.role(Role::kStage).columns) {
        continue;
      }
      for (const auto& [words, ending] : {std::pair(&table.file->won, Ending::kWon),
                                          std::pair(&table.file->lost, Ending::kLost)}) {
        for (const std::string& word : *words) {
          RI_ASSIGN_OR_RETURN(const std::int64_t stage, state_.sink.Symbol(word));
          state_.endings[stage] = ending;
        }
      }
    }
    return {};
  }

  /// Words for reps, accounts and contacts that earlier imports explained.
  void RememberAliases() {
    if (state_.prior == nullptr) {
      return;
    }
    for (const data::EntityKind kind :
         {data::EntityKind::kRep, data::EntityKind::kAccount, data::EntityKind::kContact}) {
      for (const auto& [word, key] : state_.prior->Aliases(kind)) {
        state_.sink.AddEarlierAlias(kind, word, key);
      }
    }
  }

  Status ReadEntities() {
    RI_RETURN_IF_ERROR(ReadAll<CurrencyRateReader>(Noun::kCurrencyRate));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kTeam));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kRep));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kProduct));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kAccount));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kContact));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kFiscalPeriod));
    RI_RETURN_IF_ERROR(ReadAll<SubmissionReader>(Noun::kForecastSubmission));
    return ReadAll<QuotaReader>(Noun::kQuota);
  }

  Status ReadHistories() {
    RI_RETURN_IF_ERROR(ReadAll<StageHistoryReader>(Noun::kStageHistory));
    const std::vector<std::size_t> deals = FilesOf(Noun::kDeal);
    for (const std::size_t i : FilesOf(Noun::kFieldHistory)) {
      FieldHistoryReader reader(bindings_[i], deals.empty() ? nullptr : &bindings_[deals.front()],
                                state_);
      RI_RETURN_IF_ERROR(ForEachRow(i, true, [&](RowValues& row) { return reader.Read(row); }));
    }
    RI_RETURN_IF_ERROR(ReadEventLogs(true));
    state_.history.Sort();
    return {};
  }

  /// Logs with changes of deals come before the deals; logs of activities after them, when it is
  /// known up to which moment the export tells.
  Status ReadEventLogs(bool with_changes) {
    for (const std::size_t i : FilesOf(Noun::kEventLog)) {
      EventLogReader reader(bindings_[i], state_);
      if (reader.feeds_history() == with_changes) {
        RI_RETURN_IF_ERROR(ForEachRow(i, true, [&](RowValues& row) { return reader.Read(row); }));
        RI_RETURN_IF_ERROR(reader.Finish());
      }
    }
    return {};
  }

  Status ReadDeals() {
    DealWriter writer(state_.sink, state_.history, state_.endings, state_.qualifying,
                      state_.exclusions, state_.prior);
    for (const std::size_t i : FilesOf(Noun::kDeal)) {
      DealReader reader(bindings_[i], state_, writer, static_cast<std::uint32_t>(i));
      RI_RETURN_IF_ERROR(ForEachRow(i, true, [&](RowValues& row) { return reader.Read(row); }));
    }
    RI_RETURN_IF_ERROR(WriteHistoriesOnly(writer));
    state_.report.num_reopened = writer.counts().reopened;
    state_.report.num_born_closed = writer.counts().born_closed;
    for (std::size_t i = 0; i < kNumHistoryIssues; ++i) {
      if (writer.counts().issues[i] > 0) {
        state_.report.issues[std::string(NameOf(static_cast<HistoryIssue>(i)))] =
            writer.counts().issues[i];
      }
    }
    state_.report.num_disagreements =
        writer.counts().issues[static_cast<std::size_t>(HistoryIssue::kRowDisagrees)];
    state_.report.num_with_issues = writer.counts().with_issues;
    for (const std::int64_t day : state_.exclusions.FindBulkDays()) {
      state_.report.bulk_days.push_back(domain::FormatDate(domain::DateFromDayNumber(day)));
    }
    RI_RETURN_IF_ERROR(state_.exclusions.Write(state_.sink));
    state_.report.excluded = state_.exclusions.counts();
    return WriteVanished();
  }

  /// Deals whose rows came with an earlier import, or are still to come.
  Status WriteHistoriesOnly(DealWriter& writer) {
    std::vector<std::uint32_t> deals;
    for (const std::uint32_t deal : state_.history.Deals()) {
      if (!state_.seen.contains(deal)) {
        deals.push_back(deal);
      }
    }
    if (state_.prior != nullptr) {
      LearnEndingsFromPrior(deals, state_, writer);
    }
    std::int64_t without_row = 0;
    for (const std::uint32_t deal : deals) {
      const auto key = state_.history_keys.find(deal);
      const bool known =
          key != state_.history_keys.end() && state_.prior->CreatedAt(key->second).has_value();
      ++(known ? state_.report.num_histories : without_row);
      RI_RETURN_IF_ERROR(writer.WriteHistoryOnly(deal, known ? std::string_view(key->second) : ""));
    }
    if (without_row > 0) {
      state_.report.warnings.push_back(
          std::to_string(without_row) +
          " deals have history, but no row of their own in this import or an earlier one. Their "
          "history is kept; they count once an import brings their rows.");
    }
    return {};
  }

  /// Whole tables: a deal that the store knew and no row names was deleted in between.
  Status WriteVanished() {
    const std::vector<std::size_t> files = FilesOf(Noun::kDeal);
    const bool whole = !files.empty() && std::ranges::all_of(files, [this](std::size_t i) {
      return recognition_.files[i].mapping->whole_table;
    });
    if (!whole || state_.prior == nullptr) {
      return {};
    }
    if (!only_source_) {
      state_.report.warnings.push_back(
          "The database also holds deals of other sources; which of them vanished from this one "
          "cannot be told, so nothing was marked as deleted.");
      return {};
    }
    const std::uint32_t attribute =
        state_.sink.Attribute({.kind = data::EntityKind::kDeal,
                               .name = std::string(data::attribute::kDeleted),
                               .type = data::ValueType::kFlag});
    for (const std::string_view key : state_.prior->Deals()) {
      RI_ASSIGN_OR_RETURN(const std::uint32_t deal,
                          state_.sink.Entity(data::EntityKind::kDeal, key));
      if (state_.seen.contains(deal)) {
        continue;
      }
      ++state_.report.num_vanished;
      RI_RETURN_IF_ERROR(state_.sink.Emit(
          {.entity = deal, .attribute = attribute, .event_time = state_.known_at, .value = 1}));
    }
    return {};
  }

  Status ReadRest() {
    RI_RETURN_IF_ERROR(ReadAll<OutcomeReader>(Noun::kOutcome));
    RI_RETURN_IF_ERROR(ReadEventLogs(false));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kLineItem));
    RI_RETURN_IF_ERROR(ReadAll<EntityReader>(Noun::kSplit));
    return ReadAll<ContactRoleReader>(Noun::kContactRole);
  }

  const Recognition& recognition_;
  const ImportOptions& options_;
  base::Progress& progress_;
  bool only_source_;  ///< everything in the store came from this mapping
  ImportState state_;
  RejectLog quiet_;  ///< for passes whose rows are read again
  std::vector<TableBinding> bindings_;
};

std::string Describe(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) {
    text += (text.empty() ? "" : ", ") + path;
  }
  return text;
}

}  // namespace

Result<ImportReport> ImportPaths(data::Store& store, const std::vector<std::string>& paths,
                                 const ImportOptions& options, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const Recognition recognition, Recognise(paths, options.mapping));
  data::BatchDescription description;
  description.source = recognition.mapping->name;
  description.path = Describe(paths);
  description.mapping = recognition.mapping->text;
  description.known_at = options.known_at;
  RI_ASSIGN_OR_RETURN(description.content_sha256, HashContent(recognition, progress));

  RI_ASSIGN_OR_RETURN(const std::vector<data::Batch> batches, store.Batches());
  for (const data::Batch& batch : batches) {
    if (batch.content_sha256 == description.content_sha256) {
      ImportReport report;
      report.already_imported = true;
      report.dry_run = options.dry_run;
      report.mapping = recognition.mapping->name;
      report.batch = batch;
      report.skipped_files = recognition.skipped;
      report.warnings.push_back("The same content was imported before from " + batch.path +
                                "; nothing was changed.");
      return report;
    }
  }
  // Comparing with what is stored costs its loading; a first import has nothing to compare with.
  std::optional<PriorKnowledge> prior;
  std::optional<data::EventLog> whole;  // only for a dry run when a newer import is there already
  if (!batches.empty()) {
    RI_ASSIGN_OR_RETURN(data::EventLog log, store.Load({.known_at = options.known_at}, progress));
    const bool newer = std::ranges::any_of(batches, [&options](const data::Batch& batch) {
      return batch.known_at > options.known_at;
    });
    if (options.dry_run && newer) {
      RI_ASSIGN_OR_RETURN(whole, store.Load({}, progress));
    }
    prior.emplace(std::move(log), options.known_at);
  }
  const PriorKnowledge* known = prior ? &*prior : nullptr;
  const data::EventLog* stored = whole ? &*whole : known != nullptr ? &known->log() : nullptr;
  std::unique_ptr<data::ImportTransaction> transaction;
  DryRunTransaction* rehearsal = nullptr;
  if (options.dry_run) {
    auto dry_run = std::make_unique<DryRunTransaction>(description, stored);
    rehearsal = dry_run.get();
    transaction = std::move(dry_run);
  } else {
    RI_ASSIGN_OR_RETURN(transaction, store.BeginImport(description));
  }
  const bool only_source = std::ranges::all_of(batches, [&description](const data::Batch& batch) {
    return batch.source == description.source;
  });
  Import import(recognition, options, *transaction, known, only_source, progress);
  RI_RETURN_IF_ERROR(import.Run());
  ImportReport report = import.TakeReport();
  report.mapping = recognition.mapping->name;
  report.skipped_files = recognition.skipped;
  report.dry_run = options.dry_run;
  RI_ASSIGN_OR_RETURN(report.batch, transaction->Commit(report.num_rows));
  if (rehearsal != nullptr) {
    report.new_entities = rehearsal->NewEntities();
    report.new_events = rehearsal->NewEvents();
  }
  return report;
}

}  // namespace ri::ingest
