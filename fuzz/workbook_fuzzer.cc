// Workbooks whose parts are any bytes: the input, cut at zero bytes, becomes the parts of an
// archive that is itself well formed, so that mutations reach the XML of sheets, styles and texts.
// Reading ends with rows of the header's width or a reason.

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assertion.h"
#include "ingest/row_source.h"

namespace {

std::string Number(std::size_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
  }
  return bytes;
}

/// An archive with stored members.
class Archive {
 public:
  void Add(std::string_view name, std::string_view content) {
    const std::string facts = Number(0, 2) + Number(0, 4) + Number(0, 4) +
                              Number(content.size(), 4) + Number(content.size(), 4) +
                              Number(name.size(), 2) + Number(0, 2);
    directory_ += "PK\1\2" + Number(20, 2) + Number(20, 2) + Number(0, 2) + facts + Number(0, 2) +
                  Number(0, 2) + Number(0, 2) + Number(0, 4) + Number(members_.size(), 4);
    directory_ += name;
    members_ += "PK\3\4" + Number(20, 2) + Number(0, 2) + facts;
    members_ += name;
    members_ += content;
    ++count_;
  }
  [[nodiscard]] std::string Bytes() const {
    return members_ + directory_ + "PK\5\6" + Number(0, 4) + Number(count_, 2) + Number(count_, 2) +
           Number(directory_.size(), 4) + Number(members_.size(), 4) + Number(0, 2);
  }

 private:
  std::string members_;
  std::string directory_;
  std::size_t count_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<std::string_view, 5> kParts = {
      "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml",
      "xl/_rels/workbook.xml.rels"};
  constexpr std::array<std::string_view, 5> kUsual = {
      "<worksheet/>", "<sst/>", "<styleSheet/>",
      "<workbook><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
      "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
      "</Relationships>"};
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Archive archive;
  archive.Add("[Content_Types].xml", "<Types/>");
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    const std::size_t end = rest.find('\0');
    const std::string_view part = rest.substr(0, end);
    archive.Add(kParts[i], part.empty() ? kUsual[i] : part);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  const std::string bytes = archive.Bytes();
  const int descriptor = memfd_create("workbook", 0);
  RI_ASSERT(descriptor >= 0);
  RI_ASSERT(write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  const auto rows = ri::ingest::OpenRows("/proc/self/fd/" + std::to_string(descriptor));
  if (rows) {
    const std::size_t width = (*rows)->facts().header.size();
    RI_ASSERT(width > 0);
    ri::ingest::Row row;
    for (auto more = (*rows)->Next(row); more && *more; more = (*rows)->Next(row)) {
      RI_ASSERT(!row.malformed.empty() || row.cells.size() == width);
    }
  }
  close(descriptor);
  return 0;
}
