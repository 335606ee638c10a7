// An export that no built-in mapping knows, from the first look to a forecast.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>

#include "program.h"

namespace ri::end_to_end {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// A linear congruential generator: the same bytes everywhere.
class Dice {
 public:
  int Roll(int sides) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state_ >> 33U) % static_cast<std::uint64_t>(sides));
  }

 private:
  std::uint64_t state_ = 42;
};

std::string Two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

/// Day 0 is the first of January 2024; months have 28 days here, which keeps every day legal.
std::string GermanDate(int day) {
  return Two(day % 28 + 1) + "." + Two(day / 28 % 12 + 1) + "." + std::to_string(2024 + day / 336);
}

/// Semicolons, German headers and numbers, dd.mm.yyyy; partners and recent deals win more often;
/// the lost reason and the sign-off say how it ended.
std::string Export() {
  std::string text =
      "Vorgangs-Nr.;Bezeichnung;Kunde;Betreuer/in;Angelegt am;Abschluss am;Ergebnis;"
      "Wert (EUR);Vertriebsweg;Branche;Absagegrund;Freigabe Vertrag\n";
  Dice dice;
  const std::vector<std::string> reps = {"M\xC3\xBCller", "Krause", "Vogt", "Lang", "Ott"};
  const std::vector<std::string> industries = {"Bau", "Handel", "Chemie"};
  for (int i = 0; i < 2400; ++i) {
    const int created = i * 640 / 2400;
    const int cycle = 14 + dice.Roll(60);
    const bool partner = dice.Roll(2) == 0;
    const int industry = dice.Roll(3);
    const bool won = dice.Roll(100) < (partner ? 62 : 18) + 8 * industry;
    const bool closed = created + cycle < 640;
    const int value = 1000 + 50 * dice.Roll(900);
    text += "V-" + std::to_string(50000 + i) + ";Angebot " + std::to_string(i) + ";Firma " +
            std::to_string(dice.Roll(300)) + ";" + reps[static_cast<std::size_t>(dice.Roll(5))] +
            ";" + GermanDate(created) + ";" + GermanDate(created + cycle) + ";" +
            (!closed ? "Offen"
             : won   ? "Gewonnen"
                     : "Verloren") +
            ";" + std::to_string(value / 1000) + "." +
            std::to_string(1000 + value % 1000).substr(1) + ",00;" +
            (partner ? "Partner" : "Direkt") + ";" +
            industries[static_cast<std::size_t>(industry)] + ";" + (closed && !won ? "Preis" : "") +
            ";" + (closed && won ? GermanDate(created + cycle) : "") + "\n";
  }
  return text;
}

TEST(UnknownExport, IsInspectedMappedImportedTrainedAndForecast) {
  const Folder folder;
  WriteFile(folder.Path("vorgaenge.csv"), Export());
  const Outcome refused = folder.Run({"import", "vorgaenge.csv"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("--write-mapping"));

  const auto report =
      folder.RunWell({"inspect", "vorgaenge.csv", "--write-mapping", "v.toml", "--json"}).Json();
  const auto& file = report["files"][0];
  std::map<std::string, std::string> uses;
  std::map<std::string, std::string> formats;
  for (const auto& column : file["proposal"]["columns"]) {
    uses[column["column"]] = column["use"];
    formats[column["column"]] = column["date_format"];
  }
  const std::map<std::string, std::string> expected = {
      {"Vorgangs-Nr.", "id"},   {"Bezeichnung", "name"},      {"Kunde", "account"},
      {"Betreuer/in", "owner"}, {"Angelegt am", "created"},   {"Abschluss am", "closed"},
      {"Ergebnis", "outcome"},  {"Wert (EUR)", "amount"},     {"Vertriebsweg", "custom"},
      {"Branche", "custom"},    {"Absagegrund", "never_use"}, {"Freigabe Vertrag", "never_use"}};
  EXPECT_EQ(uses, expected);
  EXPECT_EQ(formats["Angelegt am"], "dd.mm.yyyy");
  const std::string mapping = ReadFile(folder.Path("v.toml"));
  EXPECT_THAT(mapping, HasSubstr("date_order = \"day_first\""));
  EXPECT_THAT(mapping, HasSubstr("currency = \"EUR\""));
  EXPECT_THAT(mapping, HasSubstr("open = [\"Offen\"]"));

  // The mapping is taken as it is.
  const auto imported =
      folder.RunWell({"import", "vorgaenge.csv", "--mapping", "v.toml", "--json"}).Json();
  EXPECT_EQ(imported["deals"], 2400);
  EXPECT_EQ(imported["bad_rows"], 0);
  EXPECT_GT(imported["open"], 100);
  const std::string now = "2025-11-24";  // day 640
  const auto trained = folder.RunWell({"train", "--cutoff", now, "--json"}).Json();
  EXPECT_EQ(trained.dump().find("Absagegrund"), std::string::npos)
      << "what only a lost deal has must not reach the model";
  const auto scored = folder.RunWell({"--as-of", now, "score", "--json"}).Json();
  EXPECT_EQ(scored["deals"].size(), imported["open"].get<std::size_t>());
  const auto forecast = folder.RunWell({"--as-of", now, "forecast", "--json"}).Json();
  EXPECT_FALSE(forecast.empty());
}

TEST(UnknownExport, TheDemoProposesAMappingAndGoesOnWithIt) {
  const Folder folder;
  WriteFile(folder.Path("vorgaenge.csv"), Export());
  const Outcome demo = folder.RunWell({"demo", "--data", "vorgaenge.csv"});
  EXPECT_THAT(demo.out, HasSubstr("revint-demo/mapping.toml"));
  EXPECT_THAT(demo.out, HasSubstr("Kept from the model: Absagegrund"));
  EXPECT_THAT(demo.out, HasSubstr("Where the quarter will land"));
  EXPECT_THAT(ReadFile(folder.Path("revint-demo/mapping.toml")),
              HasSubstr("outcome = \"Ergebnis\""));
}

/// Answers to three questions and how it ended: no dates, no ids, no amounts, nothing open.
TEST(UnknownExport, TheDemoEndsWellWithoutDatesAndOpenDeals) {
  const Folder folder;
  Dice dice;
  std::string text = "Client;Competitors;Authority;Status\n";
  for (int i = 0; i < 500; ++i) {
    const int authority = dice.Roll(3);
    const bool won = dice.Roll(100) < 20 + 30 * authority;
    text +=
        std::vector<std::string>{"New", "Current", "Past"}[static_cast<std::size_t>(dice.Roll(3))] +
        ";" + (dice.Roll(2) == 0 ? "Yes" : "No") + ";" +
        std::vector<std::string>{"Low", "Mid", "High"}[static_cast<std::size_t>(authority)] + ";" +
        (won ? "Won" : "Lost") + "\n";
  }
  WriteFile(folder.Path("profiles.csv"), text);
  const Outcome demo = folder.RunWell({"demo", "--data", "profiles.csv"});
  EXPECT_THAT(demo.out, HasSubstr("Every deal of this export has ended"));
  EXPECT_THAT(demo.out, HasSubstr("no closing dates"));
  const auto models =
      folder.RunWell({"--db", "sqlite:revint-demo/revint.db", "models", "list", "--json"}).Json();
  EXPECT_EQ(models["models"][0]["evaluation"]["refusal"], "")
      << "one answer tells a third of the outcomes";
}

TEST(UnknownExport, DatesThatCanBeReadBothWaysAreAQuestion) {
  const Folder folder;
  WriteFile(folder.Path("a.csv"),
            "Deal ID,Created,Result\n1,02/03/2024,Won\n2,04/05/2024,Lost\n3,06/07/2024,Won\n");
  const auto unclear = folder.RunWell({"inspect", "a.csv", "--json"}).Json();
  EXPECT_THAT(unclear["files"][0]["proposal"]["questions"].dump(), HasSubstr("both ways"));
  WriteFile(folder.Path("b.csv"),
            "Deal ID,Created,Result\n1,02/03/2024,Won\n2,14/05/2024,Lost\n3,06/07/2024,Won\n");
  const auto clear = folder.RunWell({"inspect", "b.csv", "--json"}).Json();
  EXPECT_THAT(clear["files"][0]["proposal"]["questions"].dump(), Not(HasSubstr("both ways")));
  EXPECT_EQ(clear["files"][0]["proposal"]["columns"][1]["date_format"], "dd/mm/yyyy");
}

}  // namespace
}  // namespace ri::end_to_end
