#include "ingest/xlsx_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ingest/row_source.h"
#include "ingest/xml_reader.h"
#include "ingest/zip_fixture.h"

namespace ri::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Members Workbook(const std::string& rows) {
  return {
      {"[Content_Types].xml", "<?xml version=\"1.0\"?><Types/>"},
      {"xl/workbook.xml",
       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<workbook><workbookPr/><sheets>"
       "<sheet name=\"Deals\" sheetId=\"1\" r:id=\"rId1\"/>"
       "<sheet name=\"Notes\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
       "<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"},
      {"xl/sharedStrings.xml",
       "<sst><si><t>Topic</t></si><si><t xml:space=\"preserve\">Est. Revenue</t></si>"
       "<si><r><t>Close</t></r><r><t> Date</t></r></si><si><t>Won?</t></si>"
       "<si><t>R&amp;D &lt;big&gt; &#252;</t><rPh><t>aid</t></rPh></si></sst>"},
      {"xl/styles.xml",
       "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm\"/>"
       "<numFmt numFmtId=\"165\" formatCode=\"#,##0.00\\ &quot;days&quot;\"/></numFmts>"
       "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
       "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"
       "<xf numFmtId=\"165\"/></cellXfs></styleSheet>"},
      {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
      {"xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>"},
  };
}

const std::string kHeaderRow =
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
    "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>";

class ArchiveTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& bytes) {
    path_ = testing::TempDir() + "ri_archive_" + name;
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(ArchiveTest, ReadsTextsNumbersDatesFlagsAndGaps) {
  const std::string rows =
      kHeaderRow +
      "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>4</v></c><c r=\"B2\" s=\"3\"><v>1234.5</v></c>"
      "<c r=\"C2\" s=\"1\"><v>45351</v></c><c r=\"D2\" t=\"b\"><v>1</v></c></row>"
      "<row r=\"3\"/>"
      "<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t>in line</t></is></c>"
      "<c r=\"C5\" s=\"2\"><v>45351.75</v></c><c r=\"D5\" t=\"e\"><v>#N/A</v></c></row>"
      "<row r=\"6\"><c r=\"B6\" t=\"str\"><f>A1&amp;\"x\"</f><v>computed</v></c></row>"
      "<row r=\"7\"><c r=\"E7\"><v>1</v></c></row>";
  const auto source = OpenRows(Write("book.xlsx", Zip(Workbook(rows))));
  ASSERT_TRUE(source.has_value()) << source.error().ToString();
  EXPECT_EQ((*source)->facts().format, "xlsx");
  EXPECT_THAT((*source)->facts().header,
              ElementsAre("Topic", "Est. Revenue", "Close Date", "Won?"));
  Row row;
  ASSERT_TRUE((*source)->Next(row).value());
  EXPECT_THAT(row.cells, ElementsAre("R&D <big> \xC3\xBC", "1234.5", "2024-02-29", "true"));
  EXPECT_EQ(row.line, 2);
  ASSERT_TRUE((*source)->Next(row).value());
  EXPECT_THAT(row.cells, ElementsAre("in line", "", "2024-02-29T18:00:00.000Z", ""));
  EXPECT_EQ(row.line, 5);
  ASSERT_TRUE((*source)->Next(row).value());
  EXPECT_THAT(row.cells, ElementsAre("", "computed", "", ""));
  ASSERT_TRUE((*source)->Next(row).value());
  EXPECT_THAT(std::string(row.malformed), HasSubstr("beyond the last column"));
  EXPECT_FALSE((*source)->Next(row).value());
}

TEST_F(ArchiveTest, ListsSheetsAndArchiveMembers) {
  EXPECT_THAT(*ListMembers(Write("book.xlsx", Zip(Workbook(kHeaderRow)))),
              ElementsAre("Deals", "Notes"));
  const std::string path = Write(
      "export.zip",
      Zip({{"Opportunity.csv", "a,b\n1,2\n"}, {"readme.md", "x"}, {"Account.csv", "c,d\n3,4\n"}}));
  EXPECT_THAT(*ListMembers(path), ElementsAre("Opportunity.csv", "Account.csv"));
  for (const auto& [member, first] : Members{{"Opportunity.csv", "1"}, {"Account.csv", "3"}}) {
    const auto table = ReadTable(path, 10, {.member = member});
    ASSERT_TRUE(table.has_value()) << table.error().ToString();
    EXPECT_EQ(table->columns[0][0], first);
  }
}

TEST_F(ArchiveTest, RefusesDamagedArchivesWithAReason) {
  const std::string good = Zip(Workbook(kHeaderRow));
  for (std::size_t cut : {good.size() / 4, good.size() / 2, good.size() - 5}) {
    const auto rows = OpenRows(Write("cut.xlsx", good.substr(0, cut)));
    ASSERT_FALSE(rows.has_value());
    EXPECT_EQ(rows.error().code(), ErrorCode::kBadInput);
  }
  // A member that unpacks to more than it declares.
  const auto bomb = OpenRows(Write("bomb.zip", Zip({{"a.csv", "a,b\n1,2\n3,4\n5,6\n"}}, 10)));
  ASSERT_FALSE(bomb.has_value());
  EXPECT_THAT(bomb.error().ToString(), HasSubstr("more than it declares"));
}

TEST_F(ArchiveTest, AFlippedByteIsAnErrorOrAnotherValueButNeverACrash) {
  const std::string good = Zip(Workbook(
      kHeaderRow + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>4</v></c><c r=\"B2\"><v>5</v></c></row>"));
  constexpr std::size_t kStep = 7;  // every byte takes seconds and finds no more
  for (std::size_t i = 0; i < good.size(); i += kStep) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x15);
    const auto rows = OpenRows(Write("flip.xlsx", bad));
    if (!rows) {
      continue;
    }
    Row row;
    for (int n = 0; n < 10; ++n) {
      const auto more = (*rows)->Next(row);
      if (!more || !*more) {
        break;
      }
    }
  }
}

TEST_F(ArchiveTest, RefusesEntityTricksAndBrokenXml) {
  for (const std::string xml :
       {"<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", "<x>&a;</x>", "<x", "<x>", "</x>", "<x y=z/>",
        "<x>&#0;</x>", "<x>&#xD800;</x>", "text"}) {
    const std::string path = Write("x.xml", xml);
    auto bytes = OpenBytes(path);
    ASSERT_TRUE(bytes.has_value());
    XmlReader reader(*std::move(bytes));
    bool refused = false;
    for (int i = 0; i < 10 && !refused; ++i) {
      const auto token = reader.Next();
      refused = !token.has_value();
      if (token && *token == XmlReader::Token::kDone) {
        break;
      }
    }
    EXPECT_TRUE(refused) << xml;
  }
}

}  // namespace
}  // namespace ri::ingest
