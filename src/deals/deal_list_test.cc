#include "deals/deal_list.h"

#include <gtest/gtest.h>

#include <vector>

#include "book/book_fixture.h"

namespace ri::deals {
namespace {

/// All positions in the order in which the pages show them.
std::vector<std::uint32_t> ReadPages(const DealList& list, const DealList::Matcher& matcher,
                                     DealPageRequest request, std::size_t& pages) {
  std::vector<std::uint32_t> read;
  do {
    const auto page = PageOf(list, matcher, request);
    EXPECT_TRUE(page.has_value());
    if (!page) {
      return read;
    }
    read.insert(read.end(), page->positions.begin(), page->positions.end());
    request.cursor = page->next_cursor;
    ++pages;
  } while (!request.cursor.empty());
  return read;
}

TEST(PageOf, ShowsEveryDealThatPassesOnceWhateverIsFilteredSortedAndSeen) {
  const book::testing::BookFixture fixture;
  const DealList list(fixture.BookAt(book::testing::BookFixture::Now()), nullptr, 5);
  const MarksByDeal marks{
      {list.book().deals().front().deal_id, {.reviewed_at = list.book().moment().as_of}}};
  std::vector<bool> odd_reps(list.book().organisation().rep.size());
  for (std::size_t rep = 1; rep < odd_reps.size(); rep += 2) {
    odd_reps[rep] = true;
  }
  const std::vector<DealFilter> filters = {{},
                                           {.min_win = 0.5},
                                           {.max_win = 0.5},
                                           {.reviewed = false},
                                           {.reviewed = true},
                                           {.words = "no such deal"}};
  for (const book::Visibility& visibility :
       {book::Visibility::Everything(), book::Visibility::Of(odd_reps)}) {
    for (const DealFilter& filter : filters) {
      const DealList::Matcher matcher(list, filter, visibility, marks, list.book().moment().as_of);
      for (const DealOrder by : {DealOrder::kWin, DealOrder::kName}) {
        for (const bool descending : {false, true}) {
          std::vector<std::uint32_t> expected;
          for (const std::uint32_t position : *list.Order(by, descending)) {
            if (matcher.Passes(position)) {
              expected.push_back(position);
            }
          }
          // The second time comes from what the first one kept.
          for (int time = 0; time < 2; ++time) {
            std::size_t pages = 0;
            EXPECT_EQ(
                ReadPages(list, matcher,
                          {.order = by, .descending = descending, .limit = 7, .cursor = ""}, pages),
                expected);
            EXPECT_EQ(pages, std::max<std::size_t>(1, (expected.size() + 6) / 7));
          }
          const auto first = PageOf(list, matcher, {.order = by, .descending = descending});
          EXPECT_EQ(first->total, expected.size());
        }
      }
    }
  }
}

TEST(DealList, NamesTheBookWhateverItIsComparedWith) {
  const book::testing::BookFixture fixture;
  const auto now = fixture.BookAt(book::testing::BookFixture::Now());
  const auto before = fixture.BookAt(book::testing::BookFixture::Now() - std::chrono::days(7));
  EXPECT_EQ(DealList(now, nullptr, 5).book_tag(), DealList(now, before, 3).book_tag());
  EXPECT_NE(DealList(now, nullptr, 5).book_tag(), DealList(before, nullptr, 5).book_tag());
}

}  // namespace
}  // namespace ri::deals
