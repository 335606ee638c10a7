#pragma once

#include <map>
#include <memory>
#include <string>

#include "api/http_message.h"
#include "base/result.h"

namespace ri::api {

/// The web pages: a folder read into memory at start, compressed once. Immutable.
/// Files under /assets/ have names with a hash in them and may be kept for ever by browsers; paths
/// that are no file get index.html, because the pages route in the browser.
class StaticFiles {
 public:
  /// An empty set when `folder` is empty. kStorage when it cannot be read, kNotFound when it holds
  /// no index.html.
  [[nodiscard]] static Result<StaticFiles> Load(const std::string& folder);

  [[nodiscard]] bool empty() const { return files_.empty(); }
  /// GET and HEAD.
  [[nodiscard]] Response Serve(const Request& request) const;

 private:
  struct File {
    std::string type;
    std::string etag;
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzip;  ///< null when compression does not pay
    bool forever = false;
  };
  std::map<std::string, File> files_;
};

/// gzip; empty when it fails.
[[nodiscard]] std::string Gzip(std::string_view text, int level);
/// Whether Accept-Encoding takes gzip.
[[nodiscard]] bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace ri::api
