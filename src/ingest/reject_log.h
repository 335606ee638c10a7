#pragma once

/// Collects what cannot be used, with its place and reason.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "ingest/import_report.h"

namespace ri::ingest {

/// Thread safety: one thread. Memory: one example per (file, column, reason) and a small buffer;
/// the rejects themselves go to the transaction.
class RejectLog {
 public:
  /// Without a transaction nothing is kept but the counts.
  explicit RejectLog(data::ImportTransaction* transaction) : transaction_(transaction) {}

  void BeginFile(std::string name);
  /// A row counts as bad once, however many of its cells are.
  void Add(std::int64_t line, std::string_view column, std::string_view value,
           std::string_view reason);
  [[nodiscard]] std::int64_t bad_rows_of_file() const { return bad_rows_; }
  /// Hands everything over; the first storage error is kept and returned here.
  [[nodiscard]] Status Flush();
  /// Most frequent first, ties by place.
  [[nodiscard]] std::vector<RejectSummary> Summaries() const;

 private:
  data::ImportTransaction* transaction_;
  std::string file_;
  std::int64_t last_line_ = 0;
  std::int64_t bad_rows_ = 0;
  std::vector<data::Reject> buffer_;
  std::map<std::tuple<std::string, std::string, std::string>, RejectSummary> summaries_;
  Status status_;
};

}  // namespace ri::ingest
