#include "ingest/outcome_words.h"

#include <algorithm>
#include <array>

#include "ingest/header.h"

namespace ri::ingest {
namespace {

constexpr std::array<std::string_view, 22> kWon = {"won",
                                                   "closed won",
                                                   "closedwon",
                                                   "closed - won",
                                                   "win",
                                                   "approved",
                                                   "accepted",
                                                   "success",
                                                   "successful",
                                                   "converted",
                                                   "sold",
                                                   "signed",
                                                   "gewonnen",
                                                   "auftrag",
                                                   "gagn\xC3\xA9",
                                                   "gagne",
                                                   "gagn\xC3\xA9"
                                                   "e",
                                                   "ganada",
                                                   "ganado",
                                                   "vinto",
                                                   "vinta",
                                                   "closed/won"};
constexpr std::array<std::string_view, 25> kLost = {
    "lost",     "closed lost", "closedlost", "closed - lost", "loss",    "declined",      "failed",
    "rejected", "cancelled",   "canceled",   "abandoned",     "no sale", "not converted", "refused",
    "verloren", "abgelehnt",   "storniert",  "abgesagt",      "perdu",   "perdue",        "perdida",
    "perdido",  "perso",       "persa",      "closed/lost"};

template <typename Words>
bool Holds(const Words& words, std::string_view text) {
  return std::ranges::find(words, LowerCase(Trim(text))) != words.end();
}

}  // namespace

bool MeansWon(std::string_view text) { return Holds(kWon, text); }
bool MeansLost(std::string_view text) { return Holds(kLost, text); }

}  // namespace ri::ingest
