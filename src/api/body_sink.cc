#include "api/body_sink.h"

namespace ri::api {

BodySink::BodySink(const std::string& file, Request& request) : request_(request) {
  if (!file.empty()) {
    request_.body_file = file;
    file_.reset(std::fopen(file.c_str(), "wbx"));
    stored_ = file_ != nullptr;
  }
}

void BodySink::Write(std::string_view piece) {
  request_.body_bytes += piece.size();
  if (file_) {
    stored_ = stored_ && std::fwrite(piece.data(), 1, piece.size(), file_.get()) == piece.size();
  } else if (request_.body_file.empty()) {
    request_.body += piece;
  }
}

bool BodySink::Finish(bool complete) {
  if (file_ && std::fflush(file_.get()) != 0) {
    stored_ = false;
  }
  if (!request_.body_file.empty() && !(complete && stored_)) {
    std::remove(request_.body_file.c_str());
  }
  return stored_;
}

}  // namespace ri::api
