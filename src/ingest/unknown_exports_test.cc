// Exports that nobody has seen before: odd but plausible tables, drawn at random in seven
// languages. For each of them the proposed mapping must name the right columns, and the import must
// count what was written, to the cent and the day.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "base/random.h"
#include "ingest/import_fixture.h"
#include "ingest/mapping_proposal.h"

namespace ri::ingest {
namespace {

using testing::HasSubstr;

struct Language {
  std::array<const char*, 7> headers;   ///< id, account, owner, created, closed, outcome, amount
  std::array<const char*, 3> outcomes;  ///< won, lost, open
  bool decimal_comma = true;
};

const std::vector<Language>& Languages() {
  static const std::vector<Language> languages = {
      {{"Deal ID", "Company", "Sales Rep", "Created Date", "Close Date", "Status", "Deal Size"},
       {"Won", "Lost", "In progress"},
       false},
      {{"Opportunity Number", "Customer Name", "Account Manager", "Opened", "Decision Date",
        "Stage", "Total Contract Value (TCV)"},
       {"6 - Closed Won (100%)", "7 - Closed Lost (0%)", "3 - Proposal"},
       false},
      {{"Vorgangsnummer", "Kunde", "Verk\xC3\xA4ufer", "Angelegt am", "Abschlussdatum", "Status",
        "Auftragswert"},
       {"Gewonnen", "Verloren", "Offen"}},
      {{"N\xC2\xB0 affaire", "Soci\xC3\xA9t\xC3\xA9", "Commercial",
        "Date de cr\xC3\xA9"
        "ation",
        "Date de cl\xC3\xB4ture", "Statut", "Montant HT"},
       {"Gagn\xC3\xA9", "Perdu", "En cours"}},
      {{"Referencia", "Cliente", "Comercial", "Fecha de creaci\xC3\xB3n", "Fecha de cierre",
        "Estado", "Importe"},
       {"Ganada", "Perdida", "En curso"}},
      {{"Codice", "Azienda", "Agente", "Data apertura", "Data chiusura", "Esito", "Valore"},
       {"Vinta", "Persa", "Aperta"}},
      {{"Dealnummer", "Klant", "Accountmanager", "Aangemaakt op", "Gesloten op", "Status",
        "Bedrag"},
       {"Gewonnen", "Verloren", "Lopend"}},
      {{"C\xC3\xB3"
        "digo",
        "Cliente", "Vendedor", "Data de cria\xC3\xA7\xC3\xA3o", "Data de fechamento",
        "Situa\xC3\xA7\xC3\xA3o", "Valor"},
       {"Ganho", "Perdido", "Em andamento"}},
  };
  return languages;
}

/// Two digits.
template <typename Number>
std::string Two(Number number) {
  const std::string digits = std::to_string(number);
  return digits.size() < 2 ? "0" + digits : digits;
}

enum class Dates { kIso, kDayFirst, kMonthFirst, kTwoDigitYear, kSerial, kWithTime };

struct Deal {
  int ending = 0;  ///< 0 won, 1 lost, 2 open
  domain::Date created;
  domain::Date closed;
  std::int64_t cents = 0;
};

/// One odd export and what it says.
class OddExport {
 public:
  explicit OddExport(std::uint64_t number)
      : stream_(20'240'501, "unknown-export", number),
        language_(Languages()[stream_.Below(Languages().size())]) {
    delimiter_ = language_.decimal_comma ? (Likely(0.8) ? ';' : '\t') : ",;\t|"[stream_.Below(4)];
    dates_ = static_cast<Dates>(stream_.Below(6));
    if (dates_ == Dates::kMonthFirst && language_.decimal_comma) {
      dates_ = Dates::kDayFirst;
    }
    quoted_ = Likely(0.4);
    symbol_ = Likely(0.3);
    grouped_ = Likely(0.5);
    titles_ = Likely(0.3);
    totals_ = Likely(0.3);
    blanks_ = Likely(0.3);
    notes_ = Likely(0.3);
    closed_when_open_ = Likely(0.3);
    const auto count = 60 + stream_.Below(120);
    for (std::uint64_t i = 0; i < count; ++i) {
      Deal deal;
      deal.ending = static_cast<int>(stream_.Below(3));
      deal.created = domain::MakeDate(2023, 1, 2) + std::chrono::days(stream_.Below(500));
      deal.closed = deal.created + std::chrono::days(3 + stream_.Below(120));
      deal.cents = 50'000 + static_cast<std::int64_t>(stream_.Below(9'000'000));
      deals_.push_back(deal);
    }
  }

  [[nodiscard]] std::string Text() {
    std::string text;
    if (titles_) {
      text +=
          "Pipeline report\r\n\r\n" + Quoted("As of") + delimiter_ + Quoted("2024-07-01") + "\r\n";
    }
    for (std::size_t i = 0; i < language_.headers.size(); ++i) {
      text += (i == 0 ? "" : std::string(1, delimiter_)) + Quoted(language_.headers[i]);
    }
    text += notes_ ? delimiter_ + Quoted("Notes") + "\r\n" : "\r\n";
    for (std::size_t i = 0; i < deals_.size(); ++i) {
      text += Row(i);
    }
    const std::string rest(notes_ ? 7 : 6, delimiter_);
    if (totals_) {
      text += "Total" + rest.substr(notes_ ? 1 : 0) + Cell("99999999") +
              (notes_ ? std::string(1, delimiter_) : "") + "\r\n";
    }
    if (blanks_) {
      text += rest + "\r\n" + rest + "\r\n\r\n";
    }
    return text;
  }

  [[nodiscard]] const Language& language() const { return language_; }
  [[nodiscard]] const std::vector<Deal>& deals() const { return deals_; }
  [[nodiscard]] int CountOf(int ending) const {
    return static_cast<int>(
        std::ranges::count(deals_, ending, [](const Deal& deal) { return deal.ending; }));
  }

 private:
  bool Likely(double probability) { return stream_.Bernoulli(probability); }
  [[nodiscard]] std::string Quoted(const std::string& text) const {
    return quoted_ ? "\"" + text + "\"" : text;
  }
  /// Quoted where it must be.
  [[nodiscard]] std::string Cell(const std::string& text) const {
    const bool needed =
        quoted_ || text.find_first_of(std::string("\"\r\n") + delimiter_) != text.npos;
    return needed ? "\"" + text + "\"" : text;
  }

  [[nodiscard]] std::string Day(domain::Date date) const {
    const std::chrono::year_month_day civil(date);
    const auto year = static_cast<int>(civil.year());
    const auto month = static_cast<unsigned>(civil.month());
    const auto day = static_cast<unsigned>(civil.day());
    switch (dates_) {
      case Dates::kIso:
        return domain::FormatDate(date);
      case Dates::kDayFirst:
        return Two(day) + "." + Two(month) + "." + std::to_string(year);
      case Dates::kMonthFirst:
        return std::to_string(month) + "/" + std::to_string(day) + "/" + std::to_string(year);
      case Dates::kTwoDigitYear:
        return language_.decimal_comma ? Two(day) + "/" + Two(month) + "/" + Two(year % 100)
                                       : Two(month) + "/" + Two(day) + "/" + Two(year % 100);
      case Dates::kSerial:
        return std::to_string(domain::DayNumber(date) + 25'569);
      case Dates::kWithTime:
        return domain::FormatDate(date) + " 09:30:00";
    }
    return {};
  }

  [[nodiscard]] std::string Money(std::int64_t cents) const {
    std::string whole = std::to_string(cents / 100);
    if (grouped_) {
      const std::string mark = language_.decimal_comma ? "." : ",";
      for (auto at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3) {
        whole.insert(static_cast<std::size_t>(at), mark);
      }
    }
    const std::string text = whole + (language_.decimal_comma ? "," : ".") + Two(cents % 100);
    return !symbol_ ? text : language_.decimal_comma ? text + " \xE2\x82\xAC" : "$" + text;
  }

  [[nodiscard]] std::string Row(std::size_t i) {
    const Deal& deal = deals_[i];
    static constexpr std::array<const char*, 4> kAccounts = {"Acme", "Bolt & Co",
                                                             "Caf\xC3\xA9 Noir", "Delta Ltd."};
    static constexpr std::array<const char*, 3> kOwners = {"Ann Lee", "Tom O'Neil",
                                                           "Zo\xC3\xAB Ruiz"};
    const bool dated = deal.ending != 2 || closed_when_open_;
    const std::vector<std::string> cells = {
        std::to_string(10'000 + i),
        kAccounts[stream_.Below(kAccounts.size())] + std::string(" ") +
            std::to_string(stream_.Below(30)),
        kOwners[stream_.Below(kOwners.size())],
        Day(deal.created),
        dated ? Day(deal.closed) : "",
        language_.outcomes[static_cast<std::size_t>(deal.ending)],
        Money(deal.cents)};
    std::string text;
    for (const std::string& cell : cells) {
      text += (text.empty() ? "" : std::string(1, delimiter_)) + Cell(cell);
    }
    if (notes_) {
      text += delimiter_ + (Likely(0.5) ? std::string("\"first line\nsecond \"\"line\"\"\"") : "");
    }
    return text + "\r\n";
  }

  base::RandomStream stream_;
  const Language& language_;
  char delimiter_ = ',';
  Dates dates_ = Dates::kIso;
  bool quoted_ = false;
  bool symbol_ = false;
  bool grouped_ = false;
  bool titles_ = false;
  bool totals_ = false;
  bool blanks_ = false;
  bool notes_ = false;
  bool closed_when_open_ = false;
  std::vector<Deal> deals_;
};

class UnknownExportTest : public ImportTest {
 protected:
  std::string Propose(const std::string& path) {
    const auto proposal = ProposeMapping(path);
    EXPECT_TRUE(proposal.has_value()) << (proposal ? "" : proposal.error().ToString());
    return proposal ? proposal->text : "";
  }
  /// Proposes and imports.
  ImportReport Take(const std::string& name, const std::string& content) {
    store_ = RecordingStore();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    mapping_ = Propose(Write(name, content));
    UseMapping(mapping_);
    return MustImport();
  }
  std::string mapping_;
};

TEST_F(UnknownExportTest, TheProposalReadsOddTablesOfSevenLanguages) {
  constexpr std::uint64_t kExports = 150;
  for (std::uint64_t number = 0; number < kExports; ++number) {
    OddExport odd(number);
    const std::string text = odd.Text();
    const ImportReport report = Take("deals.csv", text);
    const Language& language = odd.language();
    SCOPED_TRACE("export " + std::to_string(number) + "\n" + text.substr(0, 500) + "\n" + mapping_);
    ASSERT_EQ(report.num_deals, static_cast<std::int64_t>(odd.deals().size()));
    ASSERT_EQ(report.num_won, odd.CountOf(0));
    ASSERT_EQ(report.num_lost, odd.CountOf(1));
    ASSERT_EQ(report.num_open, odd.CountOf(2));
    ASSERT_EQ(report.num_bad_rows, 0);
    static constexpr std::array<const char*, 7> kRoles = {"id",     "account", "owner", "created",
                                                          "closed", "outcome", "amount"};
    for (std::size_t i = 0; i < kRoles.size(); ++i) {
      ASSERT_THAT(mapping_,
                  HasSubstr(std::string("\n") + kRoles[i] + " = \"" + language.headers[i] + "\""));
    }
    for (std::size_t i = 0; i < odd.deals().size(); i += 17) {
      const Deal& deal = odd.deals()[i];
      const std::string key = "deal/" + std::to_string(10'000 + i) + " ";
      const std::string day = domain::FormatDate(deal.created);
      ASSERT_EQ(store_.Lines(key + "created " + day).size(), 1U) << key << day;
      ASSERT_EQ(store_.Lines(key + "amount " + day).size(), 1U);
      ASSERT_THAT(store_.Lines(key + "amount ").front(),
                  testing::EndsWith(" " + std::to_string(deal.cents)));
      if (deal.ending != 2) {
        ASSERT_EQ(store_.Lines(key + "outcome " + domain::FormatDate(deal.closed)).size(), 1U);
      }
    }
  }
}

TEST_F(UnknownExportTest, RowsPerStageAreAHistoryAndNotDeals) {
  const ImportReport report = Take("moves.csv",
                                   "Deal,Date,Stage,Amount\n"
                                   "A1,2024-01-02,New,1000\nA1,2024-01-20,Proposal,1200\n"
                                   "A1,2024-02-10,Won,1100\nA2,2024-01-05,New,500\n"
                                   "A2,2024-03-01,Lost,500\nA3,2024-02-01,New,900\n"
                                   "A3,2024-02-09,Proposal,900\n");
  EXPECT_THAT(mapping_, HasSubstr("noun = \"stage_history\""));
  EXPECT_EQ(report.num_bad_rows, 0);
  EXPECT_EQ(store_.Lines("deal/A1 stage ").size(), 2U) << mapping_;
  EXPECT_EQ(store_.Lines("deal/A1 outcome 2024-02-10").size(), 1U);
  EXPECT_EQ(store_.Lines("deal/A2 outcome 2024-03-01").size(), 1U);
  EXPECT_EQ(store_.Lines("deal/A3 outcome").size(), 0U);
}

TEST_F(UnknownExportTest, WonAndLostDealsMayCloseInColumnsOfTheirOwn) {
  const ImportReport report = Take(
      "pipe.csv",
      "ID,Title,Owner,Organization,Value,Currency,Status,Created,Won time,Lost time,Update time\n"
      "1,A,Ann,Acme,10.50,EUR,Won,2024-01-02,2024-02-03,,2024-05-01\n"
      "2,B,Ann,Bolt,20.25,EUR,Lost,2024-01-03,,2024-02-04,2024-05-01\n"
      "3,C,Tom,Acme,30.75,EUR,Open,2024-01-04,,,2024-05-01\n");
  EXPECT_EQ(report.num_won, 1);
  EXPECT_EQ(report.num_lost, 1);
  EXPECT_EQ(store_.Lines("deal/1 outcome 2024-02-03").size(), 1U) << mapping_;
  EXPECT_EQ(store_.Lines("deal/2 outcome 2024-02-04").size(), 1U) << mapping_;
}

TEST_F(UnknownExportTest, RepeatedIdsAreKeptOnceAndTheRestIsListed) {
  std::string text = "deal_id,created_at,closed_at,status,amount\n";
  for (int i = 0; i < 40; ++i) {
    text += std::to_string(i == 20 ? 0 : i) + ",2024-01-02,2024-02-03," +
            (i % 2 == 0 ? "won," : "lost,") + std::to_string(100 + i) + ".50\n";
  }
  options_.max_reject_share = 0.05;
  const ImportReport report = Take("deals.csv", text);
  EXPECT_THAT(mapping_, HasSubstr("id = \"deal_id\""));
  EXPECT_EQ(report.num_deals, 39);
  EXPECT_EQ(report.num_bad_rows, 1);
  ASSERT_EQ(report.rejects.size(), 1U);
  EXPECT_THAT(report.rejects.front().example.reason, HasSubstr("same id"));
}

TEST_F(UnknownExportTest, LettersFlagsFactorsAndBareGroupsAreUnderstood) {
  ImportReport report =
      Take("letters.csv",
           "Deal No,Created,Closed,Result,Revenue\n7,2024-01-02,2024-02-03,W,12.3k\n"
           "8,2024-01-02,2024-02-03,L,1M\n9,2024-01-02,,O,900\n");
  EXPECT_EQ(report.num_won, 1);
  EXPECT_EQ(report.num_lost, 1);
  EXPECT_EQ(report.num_open, 1);
  EXPECT_THAT(store_.Lines("deal/7 amount").front(), testing::EndsWith(" 1230000")) << mapping_;
  report = Take("flags.csv",
                "Nummer;Angelegt;Abschluss;Gewonnen?;Betrag\n1;02.01.2024;03.02.2024;Ja;12.500\n"
                "2;13.01.2024;14.02.2024;Nein;9.800\n3;14.01.2024;;;1.250\n");
  EXPECT_EQ(report.num_won, 1);
  EXPECT_EQ(report.num_lost, 1);
  EXPECT_EQ(report.num_open, 1);
  EXPECT_THAT(store_.Lines("deal/1 amount").front(), testing::EndsWith(" 1250000")) << mapping_;
}

TEST_F(UnknownExportTest, NamesOfOtherThingsAreNotTakenForRoles) {
  Take("names.csv",
       "id,Account Manager,Company Size,Annual Revenue,Expected Revenue,Weighted Amount,"
       "Last Modified,Created,Closed,Outcome,Deal Size,Company\n"
       "1,Ann,10-50,5000000,100.5,50.2,2024-05-01,2024-01-02,2024-02-03,Won,900.25,Acme\n"
       "2,Tom,50-99,6000000,200.5,60.2,2024-05-02,2024-01-03,2024-02-04,Lost,800.75,Bolt\n"
       "3,Tom,50-99,6000000,200.5,60.2,2024-05-02,2024-01-03,,Open,800.75,Bolt\n");
  for (const std::string line :
       {"owner = \"Account Manager\"", "account = \"Company\"", "amount = \"Deal Size\"",
        "created = \"Created\"", "closed = \"Closed\""}) {
    EXPECT_THAT(mapping_, HasSubstr(line + "\n"));
  }
  Take("more.csv",
       "LeadID,TotalVisits,OpportunityType,CreatedAt,PlannedDeliveryEnd,Converted\n"
       "1,3,New,2024-01-02,2024-09-01,1\n2,4,New,2024-01-05,2024-09-03,0\n");
  EXPECT_THAT(mapping_, HasSubstr("\nid = \"LeadID\"\n"));
  EXPECT_THAT(mapping_, HasSubstr("\ncreated = \"CreatedAt\"\n"));
  for (const std::string role : {"\namount = ", "\nclosed = ", "\nname = \"Opp"}) {
    EXPECT_THAT(mapping_, testing::Not(HasSubstr(role)));
  }
}

TEST_F(UnknownExportTest, WhatIsTrueOfTheExportOnlyIsKeptFromModels) {
  Take("state.csv",
       "id,Last Modified,Created,Closed,Outcome,Amount\n1,2024-05-01,2024-01-02,2024-02-03,Won,9\n"
       "2,2024-05-02,2024-01-03,2024-02-04,Lost,8\n");
  EXPECT_THAT(mapping_, HasSubstr("\"Last Modified\",  # shows the deal as of the export"));
}

}  // namespace
}  // namespace ri::ingest
