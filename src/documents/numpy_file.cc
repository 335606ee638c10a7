#include "documents/numpy_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace ri::documents {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie");

constexpr std::size_t kAlignment = 64;
constexpr char32_t kReplacement = 0xFFFD;

template <typename T>
std::string BytesOf(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

template <typename T>
void Append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::u32string Decode(const std::string& text) {
  std::u32string decoded;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    char32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    bool valid = (lead < 0x80 || lead >= 0xC2) && lead < 0xF5 && i + length <= text.size();
    for (std::size_t k = 1; valid && k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      valid = (next & 0xC0U) == 0x80U;
      point = (point << 6U) | (next & 0x3FU);
    }
    decoded.push_back(valid ? point : kReplacement);
    i += valid ? length : 1;
  }
  return decoded;
}

// CRC-32 of the ZIP format (polynomial 0xEDB88320).
std::uint32_t Checksum(std::string_view bytes) {
  static const auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
      }
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char c : bytes) {
    sum = kTable[(sum ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (sum >> 8U);
  }
  return ~sum;
}

}  // namespace

NumpyArray NumpyArray::Floats(base::MatrixView<const float> values) {
  return {"<f4", fmt::format("({}, {})", values.num_rows(), values.num_columns()),
          BytesOf(std::span(values.data(), values.num_rows() * values.num_columns()))};
}

NumpyArray NumpyArray::Doubles(std::span<const double> values) {
  return {"<f8", fmt::format("({},)", values.size()), BytesOf(values)};
}

NumpyArray NumpyArray::Integers(std::span<const std::int64_t> values) {
  return {"<i8", fmt::format("({},)", values.size()), BytesOf(values)};
}

NumpyArray NumpyArray::Instants(std::span<const std::int64_t> milliseconds) {
  return {"<M8[ms]", fmt::format("({},)", milliseconds.size()), BytesOf(milliseconds)};
}

NumpyArray NumpyArray::Texts(std::span<const std::string> texts) {
  std::vector<std::u32string> decoded;
  std::size_t width = 1;
  for (const std::string& text : texts) {
    decoded.push_back(Decode(text));
    width = std::max(width, decoded.back().size());
  }
  std::string data;
  data.reserve(4 * width * texts.size());
  for (std::u32string& text : decoded) {
    text.resize(width, U'\0');
    data += BytesOf(std::span<const char32_t>(text));
  }
  return {fmt::format("<U{}", width), fmt::format("({},)", texts.size()), std::move(data)};
}

std::string NumpyArray::Npy() const {
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", type_, shape_);
  constexpr std::size_t kPrefix = 10;
  // Padded with spaces so that the data begin at a multiple of 64, and closed by a line end.
  header.append(kAlignment - (kPrefix + header.size() + 1) % kAlignment, ' ');
  header.push_back('\n');
  std::string bytes = "\x93NUMPY\x01";
  bytes.push_back('\0');
  Append(bytes, static_cast<std::uint16_t>(header.size()));
  return bytes + header + data_;
}

Result<std::string> Npz(std::span<const std::pair<std::string, NumpyArray>> arrays) {
  constexpr std::uint16_t kVersion = 20;
  // 1980-01-01: the same arrays give the same bytes.
  constexpr std::uint16_t kDate = (1U << 5U) | 1U;
  std::string file;
  std::string directory;
  for (const auto& [name, array] : arrays) {
    const std::string content = array.Npy();
    const std::string entry = name + ".npy";
    if (file.size() + content.size() + directory.size() >
        std::numeric_limits<std::uint32_t>::max() / 2 * 2) {
      return Fail(ErrorCode::kUsage,
                  "The matrix is larger than 4 GiB, which an .npz file cannot hold. Export fewer "
                  "weeks, or an .npy file.");
    }
    const auto offset = static_cast<std::uint32_t>(file.size());
    std::string shared;
    Append(shared, kVersion);
    Append(shared, std::uint16_t{0});  // flags
    Append(shared, std::uint16_t{0});  // stored
    Append(shared, std::uint16_t{0});  // time
    Append(shared, kDate);
    Append(shared, Checksum(content));
    Append(shared, static_cast<std::uint32_t>(content.size()));
    Append(shared, static_cast<std::uint32_t>(content.size()));
    Append(shared, static_cast<std::uint16_t>(entry.size()));
    Append(shared, std::uint16_t{0});  // extra field
    file += "PK\x03\x04" + shared + entry + content;
    directory += "PK\x01\x02";
    Append(directory, kVersion);
    directory += shared;
    Append(directory, std::uint16_t{0});  // comment
    Append(directory, std::uint16_t{0});  // disk
    Append(directory, std::uint16_t{0});  // internal attributes
    Append(directory, std::uint32_t{0});  // external attributes
    Append(directory, offset);
    directory += entry;
  }
  std::string end = "PK\x05\x06";
  Append(end, std::uint32_t{0});  // disks
  Append(end, static_cast<std::uint16_t>(arrays.size()));
  Append(end, static_cast<std::uint16_t>(arrays.size()));
  Append(end, static_cast<std::uint32_t>(directory.size()));
  Append(end, static_cast<std::uint32_t>(file.size()));
  Append(end, std::uint16_t{0});  // comment
  return file + directory + end;
}

}  // namespace ri::documents
