#include "ingest/reject_log.h"

#include <algorithm>
#include <utility>

namespace ri::ingest {
namespace {

constexpr std::size_t kBuffered = 1000;
constexpr std::size_t kLongestValue = 200;

/// At most 200 bytes, without cutting a character in two.
std::string Shorten(std::string_view value) {
  if (value.size() <= kLongestValue) {
    return std::string(value);
  }
  std::size_t size = kLongestValue;
  while (size > 0 && (static_cast<unsigned char>(value[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  return std::string(value.substr(0, size));
}

}  // namespace

void RejectLog::BeginFile(std::string name) {
  file_ = std::move(name);
  last_line_ = 0;
  bad_rows_ = 0;
}

void RejectLog::Add(std::int64_t line, std::string_view column, std::string_view value,
                    std::string_view reason) {
  data::Reject reject{.file = file_,
                      .line = line,
                      .column = std::string(column),
                      .value = Shorten(value),
                      .reason = std::string(reason)};
  if (line != last_line_) {
    ++bad_rows_;
    last_line_ = line;
  }
  RejectSummary& summary = summaries_[{reject.file, reject.column, reject.reason}];
  if (summary.count++ == 0) {
    summary.example = reject;
  }
  buffer_.push_back(std::move(reject));
  if (buffer_.size() >= kBuffered) {
    status_ = Flush();
  }
}

Status RejectLog::Flush() {
  if (!status_) {
    return status_;
  }
  if (!buffer_.empty() && transaction_ != nullptr) {
    status_ = transaction_->Quarantine(buffer_);
  }
  buffer_.clear();
  return status_;
}

std::vector<RejectSummary> RejectLog::Summaries() const {
  std::vector<RejectSummary> list;
  for (const auto& [place, summary] : summaries_) {
    list.push_back(summary);
  }
  std::ranges::stable_sort(list, [](const RejectSummary& left, const RejectSummary& right) {
    return left.count > right.count;
  });
  return list;
}

}  // namespace ri::ingest
