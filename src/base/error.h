#pragma once

/// Errors are values: a closed code that callers can act on, a message that tells a person what to
/// do, and a context that says where. Codes map one-to-one to exit codes and HTTP problem types.

#include <string>
#include <string_view>
#include <utility>

namespace ri::base {

enum class ErrorCode {
  kUsage,      ///< The caller asked for something that makes no sense.
  kBadInput,   ///< Data from outside is wrong: file, line, column, value are in the message.
  kNotFound,   ///< A deal, a model, a file that does not exist.
  kRefused,    ///< A gate said no: no signal, too little data, a failed check.
  kStorage,    ///< The database or the disk is not available.
  kConflict,   ///< Somebody else changed or holds the thing.
  kCancelled,  ///< The caller asked to stop.
  kInternal,   ///< Our own bug.
};

/// Stable lower-case name of a code, for JSON and problem types, for example "bad-input".
[[nodiscard]] std::string_view CodeName(ErrorCode code);

/// Process exit code of an error: 2 usage, 3 bad input, 4 not found, 5 refused, 6 storage,
/// 70 our bug; conflict and cancelled are 6 and 130.
[[nodiscard]] int ExitCode(ErrorCode code);

/// What went wrong. `message` is one or more sentences for a person; `context` names the place
/// (file, table, deal), innermost first, separated by ": ".
class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const std::string& context() const { return context_; }

  /// The same error with one more outer place named, for example the file being imported.
  [[nodiscard]] Error In(std::string_view place) const;

  /// "place: message", for a terminal or a log line.
  [[nodiscard]] std::string ToString() const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string context_;
};

}  // namespace ri::base
