#include "ingest/zip_archive.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace ri::ingest {
namespace {

// Numbers and signatures of the format's public specification (APPNOTE 4.3).
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLongestComment = 65535;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::uint32_t kOverflow = 0xFFFFFFFFU;

std::uint32_t Number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

std::unexpected<Error> Damaged(const std::string& path) {
  return Fail(ErrorCode::kBadInput, path + " is a damaged zip archive; copy or download it again.");
}

Result<std::string> ReadAt(const std::string& path, std::uint64_t offset, std::size_t size) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(size, '\0');
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!file) {
    return Damaged(path);
  }
  return bytes;
}

}  // namespace

Result<ZipArchive> ZipArchive::Open(const std::string& path) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error || size < kEndSize) {
    return Damaged(path);
  }
  const std::size_t tail_size = std::min<std::uint64_t>(size, kEndSize + kLongestComment);
  RI_ASSIGN_OR_RETURN(const std::string tail, ReadAt(path, size - tail_size, tail_size));
  const std::size_t end = tail.rfind(std::string_view("PK\5\6", 4));
  if (end == std::string::npos || tail.size() - end < kEndSize) {
    return Damaged(path);
  }
  const std::uint32_t count = Number(tail, end + 10, 2);
  const std::uint32_t directory_size = Number(tail, end + 12, 4);
  const std::uint32_t directory_offset = Number(tail, end + 16, 4);
  if (directory_offset == kOverflow || count == 0xFFFFU) {
    return Fail(ErrorCode::kBadInput, path + " is larger than 4 GiB; unpack it first.");
  }
  if (std::uint64_t{directory_offset} + directory_size > size) {
    return Damaged(path);
  }
  RI_ASSIGN_OR_RETURN(const std::string directory, ReadAt(path, directory_offset, directory_size));
  ZipArchive archive;
  archive.path_ = path;
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (at + kCentralSize > directory.size() ||
        std::string_view(directory).substr(at, 4) != std::string_view("PK\1\2", 4)) {
      return Damaged(path);
    }
    const std::uint32_t flags = Number(directory, at + 8, 2);
    const std::uint32_t method = Number(directory, at + 10, 2);
    const std::size_t name_size = Number(directory, at + 28, 2);
    const std::size_t next = at + kCentralSize + name_size + Number(directory, at + 30, 2) +
                             Number(directory, at + 32, 2);
    if (next > directory.size()) {
      return Damaged(path);
    }
    ZipMember member{.name = directory.substr(at + kCentralSize, name_size),
                     .compressed_size = Number(directory, at + 20, 4),
                     .size = Number(directory, at + 24, 4),
                     .header_offset = Number(directory, at + 42, 4),
                     .stored = method == 0};
    at = next;
    if (member.stored && member.compressed_size != member.size) {
      return Damaged(path);
    }
    if (member.name.ends_with('/')) {
      continue;
    }
    if ((flags & 1U) != 0) {
      return Fail(ErrorCode::kBadInput, path + " is encrypted; unpack it first.");
    }
    constexpr std::uint32_t kDeflate = 8;
    if (method != 0 && method != kDeflate) {
      return Fail(ErrorCode::kBadInput,
                  path + ": " + member.name + " is packed in an unusual way; unpack it first.");
    }
    archive.members_.push_back(std::move(member));
  }
  return archive;
}

const ZipMember* ZipArchive::Find(const std::string& name) const {
  const auto found = std::ranges::find(members_, name, &ZipMember::name);
  return found == members_.end() ? nullptr : &*found;
}

Result<std::unique_ptr<ByteSource>> ZipArchive::Read(const ZipMember& member) const {
  // Name and extra field of the local header may differ in length from the directory's.
  RI_ASSIGN_OR_RETURN(const std::string header,
                      ReadAt(path_, static_cast<std::uint64_t>(member.header_offset), kLocalSize));
  if (!header.starts_with(std::string_view("PK\3\4", 4))) {
    return Damaged(path_);
  }
  const std::int64_t offset =
      member.header_offset +
      static_cast<std::int64_t>(kLocalSize + Number(header, 26, 2) + Number(header, 28, 2));
  return OpenMember(path_, offset, member.compressed_size, member.stored, member.size);
}

}  // namespace ri::ingest
