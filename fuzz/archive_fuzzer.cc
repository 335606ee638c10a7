// Archives of any bytes: members are listed and read to their end, never beyond their declared
// size, or there is a reason.

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assertion.h"
#include "ingest/zip_archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int descriptor = memfd_create("archive", 0);
  RI_ASSERT(descriptor >= 0);
  RI_ASSERT(write(descriptor, data, size) == static_cast<ssize_t>(size));
  const auto archive = ri::ingest::ZipArchive::Open("/proc/self/fd/" + std::to_string(descriptor));
  if (archive) {
    for (const ri::ingest::ZipMember& member : archive->members()) {
      RI_ASSERT(archive->Find(member.name) != nullptr);
      const auto bytes = archive->Read(member);
      if (!bytes) {
        RI_ASSERT(!bytes.error().message().empty());
        continue;
      }
      std::array<char, 4096> buffer{};
      std::int64_t total = 0;
      for (auto count = (*bytes)->Read(buffer); count && *count > 0;
           count = (*bytes)->Read(buffer)) {
        total += static_cast<std::int64_t>(*count);
        RI_ASSERT(total <= member.size);
      }
    }
  } else {
    RI_ASSERT(!archive.error().message().empty());
  }
  close(descriptor);
  return 0;
}
