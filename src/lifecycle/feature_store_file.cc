// Reading and writing of stored weeks.
#include <zlib.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "documents/whole_file.h"
#include "lifecycle/feature_store.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "RIFW1\n";
// Fast; the planes do most of the work.
constexpr int kCompression = 3;

// Values by column, all first bytes of a column, then all second bytes, ...: neighbours are alike.
std::string Planes(const base::Matrix<float>& values) {
  const std::size_t rows = values.num_rows();
  std::string planes(values.values().size() * sizeof(float), '\0');
  char* target = planes.data();
  for (std::size_t column = 0; column < values.num_columns(); ++column) {
    for (std::size_t row = 0; row < rows; ++row) {
      const auto bits = std::bit_cast<std::uint32_t>(values(row, column));
      for (std::size_t byte = 0; byte < sizeof(float); ++byte) {
        target[byte * rows + row] = static_cast<char>((bits >> (8 * byte)) & 0xFFU);
      }
    }
    target += sizeof(float) * rows;
  }
  return planes;
}

base::Matrix<float> FromPlanes(std::string_view planes, std::size_t rows, std::size_t columns) {
  base::Matrix<float> values(rows, columns);
  const char* source = planes.data();
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row < rows; ++row) {
      std::uint32_t bits = 0;
      for (std::size_t byte = 0; byte < sizeof(float); ++byte) {
        bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(source[byte * rows + row]))
                << (8 * byte);
      }
      values(row, column) = std::bit_cast<float>(bits);
    }
    source += sizeof(float) * rows;
  }
  return values;
}

std::string HashOf(const FeatureWeek& week, std::string_view planes) {
  base::Sha256 hash;
  for (std::size_t i = 0; i < week.deals.size(); ++i) {
    hash.Update(week.deals[i] + '\t' + std::to_string(week.episodes[i]) + '\n');
  }
  for (const std::string& feature : week.features) {
    hash.Update(feature + '\n');
  }
  hash.Update(planes);
  return base::ToHex(hash.Finish());
}

struct Damaged {};

void Require(bool condition) {
  if (!condition) {
    throw Damaged{};
  }
}

FeatureWeek Parse(std::string_view file, domain::Date monday) {
  Require(file.starts_with(kMagic) && file.size() >= kMagic.size() + 4);
  std::uint32_t length = 0;
  std::memcpy(&length, file.data() + kMagic.size(), sizeof length);
  file.remove_prefix(kMagic.size() + sizeof length);
  Require(length <= file.size());
  const Json header = Json::parse(file.substr(0, length));
  file.remove_prefix(length);
  FeatureWeek week;
  week.monday = monday;
  Require(header.at("as_of").get<std::string>() == domain::FormatDate(monday));
  week.origin = {domain::TimestampFromMilliseconds(header.at("known_at_ms").get<std::int64_t>()),
                 header.at("catalogue_sha256").get<std::string>(),
                 header.at("fingerprint").get<std::string>()};
  week.rows_sha256 = header.at("rows_sha256").get<std::string>();
  week.deals = header.at("deals").get<std::vector<std::string>>();
  week.episodes = header.at("episodes").get<std::vector<std::uint32_t>>();
  week.features = header.at("features").get<std::vector<std::string>>();
  week.labels = header.at("labels").get<std::vector<std::vector<std::string>>>();
  Require(week.episodes.size() == week.deals.size() && week.labels.size() == week.features.size());
  std::string planes(week.deals.size() * week.features.size() * sizeof(float), '\0');
  uLongf size = planes.size();
  Require(uncompress(reinterpret_cast<Bytef*>(planes.data()), &size,
                     reinterpret_cast<const Bytef*>(file.data()), file.size()) == Z_OK &&
          size == planes.size());
  Require(HashOf(week, planes) == week.rows_sha256);
  week.values = FromPlanes(planes, week.deals.size(), week.features.size());
  return week;
}

}  // namespace

Result<FeatureStore> FeatureStore::Open(std::string folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Fail(ErrorCode::kStorage,
                "Could not make the folder " + folder + " for features: " + error.message() + ".");
  }
  return FeatureStore(std::move(folder));
}

std::string FeatureStore::PathOf(domain::Date monday) const {
  return folder_ + "/" + domain::FormatDate(monday) + ".features";
}

Result<std::optional<FeatureWeek>> FeatureStore::Read(domain::Date monday) const {
  const auto content = documents::ReadWholeFile(PathOf(monday));
  if (!content) {
    if (content.error().code() == ErrorCode::kNotFound) {
      return std::optional<FeatureWeek>();
    }
    return std::unexpected(content.error());
  }
  try {
    return Parse(*content, monday);
  } catch (const Damaged&) {
  } catch (const nlohmann::json::exception&) {
  }
  return Fail(ErrorCode::kStorage,
              "The stored features " + PathOf(monday) + " are damaged. Delete the file.");
}

Status FeatureStore::Write(const FeatureWeek& week) const {
  const std::string planes = Planes(week.values);
  const std::string header = Json{
      {"as_of", domain::FormatDate(week.monday)},
      {"known_at", domain::FormatTimestamp(week.origin.known_at)},
      {"known_at_ms", domain::Milliseconds(week.origin.known_at)},
      {"catalogue_sha256", week.origin.catalogue_sha256},
      {"fingerprint", week.origin.fingerprint},
      {"rows_sha256", HashOf(week, planes)},
      {"deals", week.deals},
      {"episodes", week.episodes},
      {"features", week.features},
      {"labels", week.labels}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  uLongf size = compressBound(planes.size());
  std::string packed(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                reinterpret_cast<const Bytef*>(planes.data()), planes.size(),
                kCompression) != Z_OK) {
    return Fail(ErrorCode::kInternal, "The features of a week could not be compressed.");
  }
  packed.resize(size);
  const auto length = static_cast<std::uint32_t>(header.size());
  std::string file(kMagic);
  file.append(reinterpret_cast<const char*>(&length), sizeof length);
  return documents::WriteWholeFile(PathOf(week.monday), file + header + packed);
}

}  // namespace ri::lifecycle
