#include "base/error.h"

namespace ri::base {

std::string_view CodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kBadInput:
      return "bad-input";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kStorage:
      return "storage";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

int ExitCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return 2;
    case ErrorCode::kBadInput:
      return 3;
    case ErrorCode::kNotFound:
      return 4;
    case ErrorCode::kRefused:
      return 5;
    case ErrorCode::kStorage:
    case ErrorCode::kConflict:
      return 6;
    case ErrorCode::kCancelled:
      return 130;
    case ErrorCode::kInternal:
      return 70;
  }
  return 70;
}

Error Error::In(std::string_view place) const {
  Error outer = *this;
  outer.context_ = context_.empty() ? std::string(place) : std::string(place) + ": " + context_;
  return outer;
}

std::string Error::ToString() const {
  return context_.empty() ? message_ : context_ + ": " + message_;
}

}  // namespace ri::base
