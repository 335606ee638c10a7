#include "ingest/value_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/date.h"
#include "ingest/date_parser.h"

namespace ri::ingest {
namespace {

using testing::HasSubstr;

std::string Iso(std::string_view text, DateOrder order = DateOrder::kUnknown) {
  const auto instant = ParseInstant(text, order);
  if (!instant) {
    return "! " + std::string(instant.error());
  }
  const auto time = domain::TimestampFromMilliseconds(instant->milliseconds);
  return instant->has_time ? domain::FormatTimestamp(time)
                           : domain::FormatDate(domain::DateOf(time));
}

TEST(ParseInstant, ReadsEveryFormOfADate) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2024-02-29", "2024-02-29"},
      {"2024/2/9", "2024-02-09"},
      {"20240229", "2024-02-29"},
      {"31.12.2024", "2024-12-31"},
      {"3.4.2024", "2024-04-03"},
      {"12/31/2024", "2024-12-31"},
      {"31/12/2024", "2024-12-31"},
      {"5/5/2024", "2024-05-05"},
      {"5-Jan-2024", "2024-01-05"},
      {"05 January 2024", "2024-01-05"},
      {"Jan 5, 2024", "2024-01-05"},
      {"45351", "2024-02-29"},
      {"45351.5", "2024-02-29T12:00:00.000Z"},
      {"1709208000000", "2024-02-29T12:00:00.000Z"},
      {"1709208000", "2024-02-29T12:00:00.000Z"},
      {" 2024-02-29T12:00:00.000Z ", "2024-02-29T12:00:00.000Z"},
      {"2024-02-29T12:00:00.123+0000", "2024-02-29T12:00:00.123Z"},
      {"2024-02-29T12:00:00+01:00", "2024-02-29T11:00:00.000Z"},
      {"2024-02-29 12:00:00", "2024-02-29T12:00:00.000Z"},
      {"2024-02-29 12:00", "2024-02-29T12:00:00.000Z"},
      {"2024-02-29 12:00:00 PST", "2024-02-29T20:00:00.000Z"},
      {"12/31/2024 1:05 PM", "2024-12-31T13:05:00.000Z"},
      {"12/31/2024, 12:05 AM", "2024-12-31T00:05:00.000Z"},
      {"Jan 5, 2024 03:04:05 GMT+02:00", "2024-01-05T01:04:05.000Z"},
      {"12/31/69", "2069-12-31"},
      {"12/31/70", "1970-12-31"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Iso(text), expected) << text;
  }
}

TEST(ParseInstant, FollowsTheDeclaredOrder) {
  EXPECT_EQ(Iso("03/04/2024", DateOrder::kMonthFirst), "2024-03-04");
  EXPECT_EQ(Iso("03/04/2024", DateOrder::kDayFirst), "2024-04-03");
  EXPECT_THAT(Iso("03/04/2024"), HasSubstr("date_order"));
  EXPECT_THAT(Iso("25/12/2024", DateOrder::kMonthFirst), HasSubstr("does not exist"));
}

TEST(ParseInstant, RefusesDatesThatMeanNone) {
  for (const std::string text : {"0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01",
                                 "12/31/9999", "0001-01-01T00:00:00Z"}) {
    EXPECT_THAT(Iso(text), HasSubstr("1900 to 2199")) << text;
  }
}

TEST(ParseInstant, RefusesWhatIsNoDate) {
  for (const std::string text :
       {"", "soon", "2024", "2024-13-01", "2023-02-29", "2024-02-29T25:00:00Z", "2024-02-29x",
        "1/2", "1/2/3/4", "00/00/0000", "2024-02-29T12:00:00 XYZ", "1.2.3.4", "99999999999999999",
        "Jan", "32-Jan-2024", "2024-02-29T12:00:00+999999999"}) {
    EXPECT_TRUE(Iso(text).starts_with("!")) << text << " gave " << Iso(text);
  }
}

TEST(CountDateOrder, DecidesByTheValuesThatLeaveNoChoice) {
  DateOrderEvidence evidence;
  CountDateOrder("03/04/2024", evidence);
  EXPECT_EQ(evidence.order, DateOrder::kUnknown);
  EXPECT_EQ(evidence.ambiguous, 1);
  CountDateOrder("2024-01-01", evidence);
  CountDateOrder("13/04/2024 10:00", evidence);
  EXPECT_EQ(evidence.order, DateOrder::kDayFirst);
}

TEST(ParseAmount, ReadsMoneyAsPeopleWriteIt) {
  const std::vector<std::pair<std::string, std::int64_t>> cases = {
      {"1234.5", 123450},
      {"1,234.50", 123450},
      {"1.234,50", 123450},
      {"1 234,50", 123450},
      {"1'234.50", 123450},
      {"1\xC2\xA0"
       "234,50",
       123450},
      {"$1,234", 123400},
      {"USD 1,234.50", 123450},
      {"1,234.50 EUR", 123450},
      {"1.234,50 \xE2\x82\xAC", 123450},
      {"(1,234.50)", -123450},
      {"-$5", -500},
      {"$-5", -500},
      {"5-", -500},
      {"1,5", 150},
      {"1,23,456", 12345600},
      {"0.29", 29},
      {".5", 50},
      {"$.5", 50},
      {"+7", 700},
      {"1e3", 100000},
      {"kr 10", 1000},
      {"R$ 10", 1000},
  };
  for (const auto& [text, expected] : cases) {
    const auto amount = ParseAmount(text, 2);
    ASSERT_TRUE(amount.has_value()) << text << ": " << amount.error();
    EXPECT_EQ(*amount, expected) << text;
  }
  EXPECT_EQ(*ParseAmount("1.234", 2, DecimalMark::kComma), 123400);
  EXPECT_EQ(*ParseAmount("1.234", 2), 123);
  EXPECT_EQ(*ParseAmount("1234", 0), 1234);
}

TEST(ParseAmount, RefusesWhatIsNoPlausibleAmount) {
  for (const std::string text : {"1e18", "1000000000000000000", "$1,000,000,000,000,000"}) {
    const auto amount = ParseAmount(text, 2);
    ASSERT_FALSE(amount.has_value()) << text;
    EXPECT_THAT(std::string(amount.error()), HasSubstr("plausible")) << text;
  }
  for (const std::string text : {"", "N/A", "-", "12,34,5", "1.2.3", "5X", "ten", "1,23.4,5",
                                 "12 apples and pears", "--5", "nan", "inf"}) {
    const auto amount = ParseAmount(text, 2);
    EXPECT_FALSE(amount.has_value()) << text << " gave " << *amount;
  }
}

TEST(ParseNumber, ReadsNumbersPercentAndGrouping) {
  EXPECT_EQ(*ParseNumber("0.1"), 0.1);
  EXPECT_EQ(*ParseNumber("-1.5e-3"), -1.5e-3);
  EXPECT_EQ(*ParseNumber("1,234"), 1234);
  EXPECT_EQ(*ParseNumber("1,5"), 1.5);
  EXPECT_EQ(*ParseNumber("75%"), 0.75);
  EXPECT_EQ(*ParseNumber("1.000,5", DecimalMark::kComma), 1000.5);
  for (const std::string text : {"", "x", "inf", "nan", "1e999", "0x10", "1 2"}) {
    EXPECT_FALSE(ParseNumber(text).has_value()) << text;
  }
}

TEST(ParseAmount, MovesThePointByAFactor) {
  EXPECT_EQ(ParseAmount("12.3k", 2), 1'230'000);
  EXPECT_EQ(ParseAmount("$5M", 2), 500'000'000);
  EXPECT_EQ(ParseAmount("1,5 Mio.", 2, DecimalMark::kComma), 150'000'000);
  EXPECT_EQ(ParseAmount("7 K", 0), 7'000);
  EXPECT_FALSE(ParseAmount("k", 2).has_value());
}

TEST(ParseAmount, GroupsByTheNarrowNoBreakSpace) {
  EXPECT_EQ(ParseAmount("12\xE2\x80\xAF"
                        "345,60",
                        2),
            1'234'560);
  EXPECT_EQ(ParseAmount("12\xC2\xA0"
                        "345,60 \xE2\x82\xAC",
                        2),
            1'234'560);
}

TEST(ParseFlag, KnowsTheWordsOfEveryExport) {
  for (const std::string text :
       {"yes", "Y", "TRUE", "on", "1", "1.0", " t ", "Ja", "oui", "s\xC3\xAD", "sim"}) {
    EXPECT_TRUE(ParseFlag(text).value_or(false)) << text;
  }
  for (const std::string text :
       {"no", "N", "False", "OFF", "0", "0.0", "Nein", "non", "n\xC3\xA3o", "falso"}) {
    EXPECT_FALSE(ParseFlag(text).value_or(true)) << text;
  }
  EXPECT_FALSE(ParseFlag("maybe").has_value());
}

TEST(MissingWords, IgnoresCaseAndAlwaysHoldsTheEmptyCell) {
  const MissingWords words({"N/A", "-", "null"});
  for (const std::string text : {"", "n/a", "N/A", "-", "NULL"}) {
    EXPECT_TRUE(words.Contains(text)) << text;
  }
  EXPECT_FALSE(words.Contains("None"));
}

}  // namespace
}  // namespace ri::ingest
