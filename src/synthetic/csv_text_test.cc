#include "synthetic/csv_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "synthetic/export_table.h"

namespace ri::synthetic {
namespace {

TEST(CsvTextTest, QuotesEveryValueAndDoublesQuotes) {
  std::string out;
  CsvText(out).Text("plain").Text("a \"b\", c").Null().Joined({"x", "\"", "y"}).EndRow();
  EXPECT_EQ(out, "\"plain\",\"a \"\"b\"\", c\",\"\",\"x\"\"y\"\n");
}

TEST(CsvTextTest, AmountsHaveOneToAllDigits) {
  struct Case {
    std::int64_t minor;
    int digits;
    const char* text;
  };
  for (const Case& c :
       {Case{125'000, 2, "1250.0"}, Case{125'050, 2, "1250.5"}, Case{125'005, 2, "1250.05"},
        Case{5, 2, "0.05"}, Case{0, 2, "0.0"}, Case{-125'005, 2, "-1250.05"},
        Case{1'250, 0, "1250.0"}, Case{1'250, 3, "1.25"}}) {
    std::string out;
    CsvText(out).Amount(c.minor, c.digits).EndRow();
    EXPECT_EQ(out, '"' + std::string(c.text) + "\"\n");
  }
}

TEST(CsvTextTest, MomentsAgreeWithTheDomainsFormat) {
  for (const std::int64_t ms : {0LL, 1'000LL, 1'763'276'645'007LL, 951'782'399'999LL}) {
    const domain::Timestamp time = domain::TimestampFromMilliseconds(ms);
    std::string out;
    CsvText(out).Moment(time).Day(domain::DateOf(time)).EndRow();
    const ExportTable table = ExportTable::Parse("\"time\",\"day\"\n" + out);
    EXPECT_EQ(table.At(0, "time"), domain::FormatTimestamp(time));
    EXPECT_EQ(table.At(0, "day"), domain::FormatDate(domain::DateOf(time)));
  }
}

TEST(CsvTextTest, NumbersAreFixedAndMissingOnesEmpty) {
  std::string out;
  CsvText(out).Number(0.125, 2).Number(-3, 0).Number(std::numeric_limits<double>::quiet_NaN(), 2);
  EXPECT_EQ(out, "\"0.12\",\"-3\",\"\"");
}

TEST(CsvTextTest, HeadersAreQuoted) { EXPECT_EQ(CsvHeader("Id,Name"), "\"Id\",\"Name\"\n"); }

}  // namespace
}  // namespace ri::synthetic
