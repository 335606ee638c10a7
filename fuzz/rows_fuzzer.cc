// Table files of any kind, opened as the import opens them: whatever the bytes are, reading ends,
// in bounded memory, with rows of the header's width or a reason.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assertion.h"
#include "ingest/row_source.h"

namespace {

/// A file that lives in memory and has a path.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : descriptor_(memfd_create("input", 0)) {
    RI_ASSERT(descriptor_ >= 0);
    RI_ASSERT(write(descriptor_, data, size) == static_cast<ssize_t>(size));
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void ReadAll(ri::ingest::RowSource& rows) {
  const std::size_t width = rows.facts().header.size();
  RI_ASSERT(width > 0);
  std::int64_t line = 0;
  ri::ingest::Row row;
  while (true) {
    const auto more = rows.Next(row);
    if (!more) {
      RI_ASSERT(!more.error().message().empty());
      return;
    }
    if (!*more) {
      return;
    }
    RI_ASSERT(row.line > line);
    line = row.line;
    RI_ASSERT(!row.malformed.empty() || row.cells.size() == width);
    RI_ASSERT(rows.bytes_read() <= rows.bytes_total());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(data, size);
  if (const auto rows = ri::ingest::OpenRows(file.path())) {
    ReadAll(**rows);
  }
  return 0;
}
