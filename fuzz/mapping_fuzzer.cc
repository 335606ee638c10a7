// Mapping files written by people: read, or refused with a reason.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assertion.h"
#include "ingest/mapping.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto mapping = ri::ingest::ParseMapping(text, "input.toml");
  if (mapping) {
    RI_ASSERT(mapping->text == text);
  } else {
    RI_ASSERT(mapping.error().code() == ri::ErrorCode::kBadInput);
    RI_ASSERT(!mapping.error().message().empty());
  }
  return 0;
}
