#include "ingest/role_names.h"

#include <algorithm>
#include <array>
#include <string>

namespace ri::ingest {
namespace {

using Name = std::string_view;

constexpr auto kId = std::to_array<Name>({"opportunity id",
                                          "deal id",
                                          "record id",
                                          "lead id",
                                          "case id",
                                          "id",
                                          "opportunity number",
                                          "deal number",
                                          "lead number",
                                          "deal no",
                                          "opp id",
                                          "opp no",
                                          "number",
                                          "key",
                                          "vorgangsnummer",
                                          "angebotsnummer",
                                          "nummer",
                                          "nr",
                                          "num\xC3\xA9ro",
                                          "n\xC2\xB0",
                                          "referencia",
                                          "reference",
                                          "r\xC3\xA9"
                                          "f\xC3\xA9rence",
                                          "codice",
                                          "c\xC3\xB3"
                                          "digo",
                                          "code",
                                          "dealnummer"});
constexpr auto kOwner = std::to_array<Name>({"opportunity owner",
                                             "deal owner",
                                             "owner",
                                             "account manager",
                                             "accountmanager",
                                             "account executive",
                                             "sales agent",
                                             "sales rep",
                                             "sales manager",
                                             "sales person",
                                             "salesperson",
                                             "salesman",
                                             "seller",
                                             "rep",
                                             "betreuer",
                                             "verk\xC3\xA4ufer",
                                             "besitzer",
                                             "vertrieb",
                                             "zust\xC3\xA4ndig",
                                             "bearbeiter",
                                             "commercial",
                                             "comercial",
                                             "commerciale",
                                             "vendeur",
                                             "vendedor",
                                             "venditore",
                                             "agente",
                                             "responsable",
                                             "responsabile",
                                             "respons\xC3\xA1vel",
                                             "verkoper",
                                             "eigenaar",
                                             "s\xC3\xA4ljare",
                                             "assigned to",
                                             "agent",
                                             "consultant"});
constexpr auto kAccount = std::to_array<Name>({"account name",
                                               "account",
                                               "company name",
                                               "company",
                                               "customer",
                                               "client",
                                               "organi",
                                               "kunde",
                                               "firma",
                                               "unternehmen",
                                               "soci\xC3\xA9t\xC3\xA9",
                                               "entreprise",
                                               "cliente",
                                               "empresa",
                                               "azienda",
                                               "klant",
                                               "bedrijf",
                                               "kund",
                                               "klient",
                                               "prospect"});
constexpr auto kAmount = std::to_array<Name>({"amount",
                                              "deal value",
                                              "deal size",
                                              "deal amount",
                                              "opportunity value",
                                              "contract value",
                                              "total value",
                                              "value",
                                              "revenue",
                                              "price",
                                              "tcv",
                                              "acv",
                                              "arr",
                                              "mrr",
                                              "betrag",
                                              "auftragswert",
                                              "auftragssumme",
                                              "angebotswert",
                                              "dealwert",
                                              "wert",
                                              "volumen",
                                              "umsatz",
                                              "summe$",
                                              "montant",
                                              "valeur",
                                              "chiffre d",
                                              "prix",
                                              "importe",
                                              "monto",
                                              "valor",
                                              "importo",
                                              "valore",
                                              "bedrag",
                                              "waarde",
                                              "belopp",
                                              "v\xC3\xA4rde",
                                              "kwota",
                                              "warto\xC5\x9B\xC4\x87",
                                              "budget",
                                              "total$",
                                              "size$",
                                              "bookings",
                                              "sales$"});
constexpr auto kCreated = std::to_array<Name>({"opportunity created",
                                               "deal created",
                                               "created",
                                               "create",
                                               "creation",
                                               "engage",
                                               "registered",
                                               "opened",
                                               "open date",
                                               "start$",
                                               "start date",
                                               "first contact",
                                               "entry date",
                                               "added",
                                               "angelegt",
                                               "erstellt",
                                               "er\xC3\xB6"
                                               "ffnet",
                                               "eingang",
                                               "anlage",
                                               "cr\xC3\xA9\xC3\xA9",
                                               "cr\xC3\xA9"
                                               "ation",
                                               "ouverture",
                                               "creado",
                                               "creaci\xC3\xB3n",
                                               "apertura",
                                               "alta",
                                               "creazione",
                                               "cria\xC3\xA7\xC3\xA3o",
                                               "criado",
                                               "abertura",
                                               "aangemaakt",
                                               "aanmaak",
                                               "skapad",
                                               "oprettet",
                                               "utworz",
                                               "date d",
                                               "inquiry",
                                               "enquiry",
                                               "received",
                                               "begin$"});
constexpr auto kClosed = std::to_array<Name>(
    {"actual close", "closed date",   "date closed",  "close date",    "closed",    "close",
     "won date",     "end date",      "decided",      "decision date", "abschluss", "abgeschlossen",
     "geschlossen",  "entschieden",   "entscheidung", "cl\xC3\xB4tur", "fermeture", "signature",
     "cierre",       "chiusura",      "fechamento",   "encerramento",  "gesloten",  "sluit",
     "afgesloten",   "st\xC3\xA4ngd", "lukket",       "zamkn",         "closing",   "end$",
     "completed",    "resolved"});
constexpr auto kCommitDate = std::to_array<Name>({"expected close",
                                                  "est close",
                                                  "estimated close",
                                                  "commit date",
                                                  "forecast close",
                                                  "close expected",
                                                  "target close",
                                                  "expected closing",
                                                  "expected",
                                                  "erwartet",
                                                  "geplant",
                                                  "voraussichtlich",
                                                  "date pr\xC3\xA9vue",
                                                  "cl\xC3\xB4ture pr\xC3\xA9vue",
                                                  "fecha prevista",
                                                  "cierre previsto",
                                                  "cierre prevista",
                                                  "chiusura prevista",
                                                  "previs\xC3\xA3o",
                                                  "verwacht"});
constexpr auto kStage = std::to_array<Name>(
    {"stage", "phase", "stufe", "\xC3\xA9tape", "etapa", "fase", "step", "etap"});
constexpr auto kProbability =
    std::to_array<Name>({"probability", "probab", "win probability", "likelihood", "chance",
                         "wahrscheinlichkeit", "kans", "confidence"});
constexpr auto kProduct = std::to_array<Name>(
    {"product name", "product", "produkt", "produit", "producto", "prodotto", "produto"});
constexpr auto kLeadSource =
    std::to_array<Name>({"lead source", "source", "channel", "quelle", "herkunft", "origine",
                         "origen", "origem", "fonte", "bron"});
constexpr auto kCurrency = std::to_array<Name>(
    {"currency", "w\xC3\xA4hrung", "devise", "moneda", "valuta", "moeda", "waluta"});
constexpr auto kDealName = std::to_array<Name>(
    {"deal name", "opportunity name", "topic", "title", "subject", "bezeichnung", "titel", "name",
     "nom", "nombre", "nome", "naam", "oggetto", "opportunity$", "deal$"});

constexpr auto kNotAccount = std::to_array<Name>({"manager",
                                                  "executive",
                                                  "owner",
                                                  "size",
                                                  "type",
                                                  "revenue",
                                                  "industry",
                                                  "segment",
                                                  "country",
                                                  "region",
                                                  "city",
                                                  "email",
                                                  "phone",
                                                  "age",
                                                  "since",
                                                  "tier",
                                                  "rating",
                                                  "status",
                                                  "score",
                                                  "count",
                                                  "nummer",
                                                  "branche",
                                                  "land",
                                                  "gr\xC3\xB6\xC3\x9F"
                                                  "e"});
constexpr auto kNotAmount = std::to_array<Name>(
    {"index",         "idx",       "ratio",       "pct",         "terms",       "expected",
     "weighted",      "annual",    "forecast",    "target",      "quota",       "list",
     "cost",          "margin",    "discount",    "probab",      "score",       "employ",
     "visit",         "count",     "age",         "days",        "hours",       "minutes",
     "duration",      "percent",   "rate",        "rabatt",      "erwartet",    "gewichtet",
     "previous",      "prev",      "past",        "last",        "client size", "company size",
     "customer size", "team size", "sales stage", "sales cycle", "calls",       "emails",
     "meetings",      "number",    "activities",  "quantity",    "id"});
constexpr auto kAtExport =
    std::to_array<Name>({"modified",        "last activity",    "last contact",   "last updated",
                         "last update",     "updated",          "last change",    "last stage",
                         "ge\xC3\xA4ndert", "letzte",           "modifi\xC3\xA9", "modificado",
                         "modifica",        "expected revenue", "weighted",       "age",
                         "days in stage",   "days open",        "days in",        "stage duration",
                         "alter in"});

constexpr auto kOtherEnd = std::to_array<Name>({"planned", "plan", "delivery", "due", "renewal",
                                                "contract end", "subscription", "valid", "expir",
                                                "next", "service", "lieferung", "vertragsende"});

bool HasAny(std::span<const Name> names, std::string_view words) {
  return std::ranges::any_of(names,
                             [words](std::string_view name) { return IsCalled(words, name); });
}

}  // namespace

bool IsCalled(std::string_view words, std::string_view name) {
  if (name.ends_with('$')) {
    return words == name.substr(0, name.size() - 1);
  }
  return (" " + std::string(words)).find(" " + std::string(name)) != std::string::npos;
}

std::span<const Name> NamesOfId() { return kId; }
std::span<const Name> NamesOfOwner() { return kOwner; }
std::span<const Name> NamesOfAccount() { return kAccount; }
std::span<const Name> NamesOfAmount() { return kAmount; }
std::span<const Name> NamesOfCreated() { return kCreated; }
std::span<const Name> NamesOfClosed() { return kClosed; }
std::span<const Name> NamesOfCommitDate() { return kCommitDate; }
std::span<const Name> NamesOfStage() { return kStage; }
std::span<const Name> NamesOfProbability() { return kProbability; }
std::span<const Name> NamesOfProduct() { return kProduct; }
std::span<const Name> NamesOfLeadSource() { return kLeadSource; }
std::span<const Name> NamesOfCurrency() { return kCurrency; }
std::span<const Name> NamesOfDealName() { return kDealName; }

bool IsAboutAccount(std::string_view words) { return HasAny(kNotAccount, words); }
bool IsOtherMoney(std::string_view words) { return HasAny(kNotAmount, words); }
bool IsOtherEnd(std::string_view words) { return HasAny(kOtherEnd, words); }
bool IsStateOfExport(std::string_view words) { return HasAny(kAtExport, words); }

}  // namespace ri::ingest
