#include "api/static_files.h"

#include <zlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/problem.h"
#include "base/sha256.h"

namespace ri::api {
namespace {

namespace fs = std::filesystem;

std::string TypeOf(const std::string& extension) {
  static const std::map<std::string, std::string> kTypes = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"}};
  const auto found = kTypes.find(extension);
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

constexpr std::string_view kNoPages =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Revenue Intelligence</title>"
    "<body><h1>Revenue Intelligence</h1><p>The server runs. The web pages are not beside it: build "
    "them, or name their folder with --web. The contract of the API is at "
    "<a href=\"/api/v1/openapi.yaml\">/api/v1/openapi.yaml</a>.</p></body></html>";

}  // namespace

std::string Gzip(std::string_view text, int level) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  // zlib does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done == Z_STREAM_END ? out : std::string();
}

bool AcceptsGzip(std::string_view accept_encoding) {
  const std::size_t at = accept_encoding.find("gzip");
  return at != std::string_view::npos && !accept_encoding.substr(at).starts_with("gzip;q=0,") &&
         accept_encoding.substr(at) != "gzip;q=0";
}

Result<StaticFiles> StaticFiles::Load(const std::string& folder) {
  StaticFiles files;
  if (folder.empty()) {
    return files;
  }
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (!entry->is_regular_file(failed)) {
      continue;
    }
    std::ifstream in(entry->path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (!in) {
      return Fail(ErrorCode::kStorage, "Cannot read " + entry->path().string() + ".");
    }
    const std::string path = "/" + fs::relative(entry->path(), folder, failed).generic_string();
    File file{.type = TypeOf(entry->path().extension().string()),
              .plain = std::make_shared<const std::string>(bytes.str()),
              .forever = path.starts_with("/assets/")};
    file.etag = '"' + base::ToHex(base::Sha256Of(*file.plain)).substr(0, 20) + '"';
    std::string packed = Gzip(*file.plain, 9);
    if (!packed.empty() && packed.size() + 64 < file.plain->size()) {
      file.gzip = std::make_shared<const std::string>(std::move(packed));
    }
    files.files_.emplace(path, std::move(file));
  }
  if (failed) {
    return Fail(ErrorCode::kStorage,
                "Cannot read the web pages in " + folder + ": " + failed.message());
  }
  if (!files.files_.contains("/index.html")) {
    return Fail(ErrorCode::kNotFound, folder + " holds no index.html. Build the web pages first.");
  }
  return files;
}

Response StaticFiles::Serve(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response refused = Problem(405, "method-not-allowed", "Pages are read with GET.");
    return std::move(refused.Set("Allow", "GET, HEAD"));
  }
  auto found = files_.find(request.path == "/" ? "/index.html" : request.path);
  if (found == files_.end()) {
    const std::string_view last =
        std::string_view(request.path).substr(request.path.find_last_of('/') + 1);
    if (last.contains('.') || request.path.starts_with("/assets/")) {
      return Problem(404, "not-found", "There is no such file.");
    }
    if (files_.empty()) {
      return TextResponse(200, "text/html; charset=utf-8", std::string(kNoPages));
    }
    found = files_.find("/index.html");
  }
  const File& file = found->second;
  Response response;
  response.Set("Content-Type", file.type).Set("ETag", file.etag).Set("Vary", "Accept-Encoding");
  response.Set("Cache-Control", file.forever ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.Header("if-none-match") == file.etag) {
    response.status = 304;
    return response;
  }
  if (file.gzip && AcceptsGzip(request.Header("accept-encoding"))) {
    response.Set("Content-Encoding", "gzip");
    response.shared_body = file.gzip;
  } else {
    response.shared_body = file.plain;
  }
  return response;
}

}  // namespace ri::api
