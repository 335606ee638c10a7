#pragma once

/// What an import did, for people and for `--json`.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/store.h"

namespace ri::ingest {

/// One kind of mistake in one column, with its first example.
struct RejectSummary {
  data::Reject example;
  std::int64_t count = 0;
};

struct ImportedFile {
  std::string path;  ///< with the member of an archive behind a "/", if any
  std::string noun;  ///< what its rows are; "ignored" for known files of no use
  std::string format;
  std::string encoding;
  char delimiter = ',';
  std::int64_t num_rows = 0;
  std::int64_t num_bad_rows = 0;            ///< rows with at least one reject
  std::int64_t num_skipped = 0;             ///< rows that the mapping leaves out on purpose
  std::vector<std::string> unused_columns;  ///< neither mapped nor listed
};

/// A fiscal quarter as the export has it; day numbers.
struct FiscalQuarter {
  std::int64_t begin = 0;
  std::int64_t end = 0;       ///< exclusive
  std::optional<int> number;  ///< within its fiscal year
};

struct ImportReport {
  bool already_imported = false;  ///< the same content is in the store; nothing was changed
  bool dry_run = false;
  std::string mapping;  ///< name of the mapping or preset used
  std::vector<ImportedFile> files;
  std::vector<std::string> skipped_files;
  std::int64_t num_rows = 0;
  std::int64_t num_bad_rows = 0;
  std::int64_t num_duplicates = 0;  ///< deal rows equal to an earlier one
  std::int64_t num_deals = 0;
  std::int64_t num_won = 0;  ///< as the deal rows say
  std::int64_t num_lost = 0;
  std::int64_t num_open = 0;
  /// Deals of earlier imports whose history this one brought.
  std::int64_t num_histories = 0;
  std::int64_t num_reopened = 0;  ///< reopenings seen in the histories
  std::int64_t num_born_closed = 0;
  std::int64_t num_disagreements = 0;  ///< deals whose history and current row differ
  std::int64_t num_with_issues = 0;    ///< deals whose history has a gap or contradiction
  /// Deals by what is wrong with their history: data::attribute::kDataIssue.
  std::map<std::string, std::int64_t> issues;
  /// Deals kept out of training, by reason: data::attribute::kExcluded.
  std::map<std::string, std::int64_t> excluded;
  std::vector<std::string> bulk_days;  ///< days on which deals were loaded in bulk, ISO
  std::int64_t num_vanished = 0;       ///< deals of the store that a whole table no longer has
  /// A dry run says what it would add: entities by kind, events by kind and attribute.
  std::map<std::string, std::int64_t> new_entities;
  std::map<std::string, std::int64_t> new_events;
  std::map<std::string, std::int64_t> events;  ///< by kind and attribute: "deal.stage"
  std::vector<RejectSummary> rejects;          ///< most frequent first
  std::vector<FiscalQuarter> fiscal_quarters;
  std::vector<std::string> warnings;
  /// The moment up to which the content tells: its latest event, at most known-at.
  std::int64_t content_time = 0;
  data::Batch batch;  ///< empty for a dry run
};

}  // namespace ri::ingest
