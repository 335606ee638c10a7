#include <gtest/gtest.h>

#include <cmath>

#include "cli/formatting.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"

namespace ri::cli {
namespace {

TEST(TextTable, AlignsByCodePointsAndKeepsNoTrailingBlanks) {
  TextTable table({{"name"}, {"amount", Align::kRight}, {"note"}});
  table.AddRow({"M\u00fcller", "7", "x"});
  table.AddRow({"Li", "1,200", ""});
  EXPECT_EQ(table.Render(),
            "name    amount  note\n"
            "------  ------  ----\n"
            "M\u00fcller       7  x\n"
            "Li       1,200  \n");
}

TEST(Shorten, CutsAtCodePoints) {
  EXPECT_EQ(Shorten("M\u00fcller", 6), "M\u00fcller");
  EXPECT_EQ(Shorten("M\u00fcller", 3), "M\u00fc\u2026");
}

TEST(FormatPercent, NeverClaimsCertainty) {
  EXPECT_EQ(FormatPercent(0), "<1 %");
  EXPECT_EQ(FormatPercent(0.995), ">99 %");
  EXPECT_EQ(FormatPercent(0.344), "34 %");
  EXPECT_EQ(FormatPercent(std::nan("")), "-");
  EXPECT_EQ(FormatPercentRange(0.341, 0.46), "34-46 %");
}

TEST(FormatWhole, GroupsThousands) {
  EXPECT_EQ(FormatWhole(1234567.4), "1,234,567");
  EXPECT_EQ(FormatWhole(-1000), "-1,000");
  EXPECT_EQ(FormatWhole(0.2), "0");
}

TEST(FormatDuration, SaysItLikePeople) {
  EXPECT_EQ(FormatDuration(2.1), "3 s");
  EXPECT_EQ(FormatDuration(125), "2 min 05 s");
  EXPECT_EQ(FormatDuration(3720), "1 h 02 min");
}

TEST(FormatMoment, MidnightIsADate) {
  EXPECT_EQ(FormatMoment(domain::StartOf(domain::MakeDate(2026, 11, 16))), "2026-11-16");
  EXPECT_EQ(FormatMoment(*domain::ParseIsoTimestamp("2026-11-16T06:30:00Z")),
            "2026-11-16T06:30 UTC");
}

}  // namespace
}  // namespace ri::cli
