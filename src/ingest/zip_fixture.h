#pragma once

/// Zip archives for tests.

#include <zlib.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ri::ingest {

using Members = std::vector<std::pair<std::string, std::string>>;

inline std::string Number(std::uint32_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
  }
  return bytes;
}

inline std::string Deflate(std::string text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A zip archive as common tools write it; every second member is stored, the others deflated.
inline std::string Zip(const Members& members, std::uint32_t declared_extra = 0) {
  std::string archive;
  std::string directory;
  int index = 0;
  for (const auto& [name, text] : members) {
    const bool stored = index++ % 2 == 1;
    const std::string data = stored ? text : Deflate(text);
    const std::string sizes = Number(static_cast<std::uint32_t>(data.size()), 4) +
                              Number(static_cast<std::uint32_t>(text.size()) - declared_extra, 4);
    const std::string method = Number(stored ? 0 : 8, 2);
    const auto offset = static_cast<std::uint32_t>(archive.size());
    const std::string name_size = Number(static_cast<std::uint32_t>(name.size()), 2);
    archive += "PK\3\4" + Number(20, 2) + Number(0, 2) + method + Number(0, 4) + Number(0, 4) +
               sizes + name_size + Number(0, 2) + name + data;
    directory += "PK\1\2" + Number(20, 2) + Number(20, 2) + Number(0, 2) + method + Number(0, 4) +
                 Number(0, 4) + sizes + name_size + Number(0, 2) + Number(0, 2) + Number(0, 2) +
                 Number(0, 2) + Number(0, 4) + Number(offset, 4) + name;
  }
  const std::string count = Number(static_cast<std::uint32_t>(members.size()), 2);
  return archive + directory + "PK\5\6" + Number(0, 4) + count + count +
         Number(static_cast<std::uint32_t>(directory.size()), 4) +
         Number(static_cast<std::uint32_t>(archive.size()), 4) + Number(0, 2);
}

}  // namespace ri::ingest
