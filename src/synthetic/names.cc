#include "synthetic/names.h"

#include <array>

namespace ri::synthetic {
namespace {

constexpr std::array<std::string_view, 24> kColours = {
    "Amber",  "Ashen",  "Azure", "Cobalt", "Copper", "Coral",  "Crimson", "Dusky",
    "Golden", "Indigo", "Ivory", "Jade",   "Lilac",  "Maroon", "Ochre",   "Olive",
    "Pearl",  "Russet", "Sable", "Silver", "Tawny",  "Umber",  "Verdant", "Violet"};
constexpr std::array<std::string_view, 32> kBirds = {
    "Avocet",   "Bittern",    "Bunting", "Curlew",   "Dipper",  "Dunlin",    "Egret",   "Fieldfare",
    "Fulmar",   "Gannet",     "Godwit",  "Grebe",    "Heron",   "Hoopoe",    "Jackdaw", "Kestrel",
    "Lapwing",  "Linnet",     "Merlin",  "Nuthatch", "Osprey",  "Petrel",    "Pipit",   "Plover",
    "Redstart", "Sanderling", "Siskin",  "Starling", "Tanager", "Turnstone", "Wagtail", "Whimbrel"};
constexpr std::array<std::string_view, 24> kStones = {
    "Agate",  "Basalt",  "Beryl",  "Chalk",  "Diorite", "Dolomite", "Feldspar", "Flint",
    "Gabbro", "Garnet",  "Gneiss", "Jasper", "Lapis",   "Marl",     "Mica",     "Obsidian",
    "Onyx",   "Peridot", "Quartz", "Schist", "Slate",   "Spinel",   "Topaz",    "Zircon"};
constexpr std::array<std::string_view, 24> kTrees = {
    "Acacia", "Alder",    "Aspen",    "Beech",   "Birch",   "Cedar",    "Cypress", "Elder",
    "Hazel",  "Hemlock",  "Hornbeam", "Juniper", "Larch",   "Laurel",   "Linden",  "Maple",
    "Medlar", "Mulberry", "Poplar",   "Rowan",   "Spindle", "Sycamore", "Willow",  "Yew"};
constexpr std::array<std::string_view, 40> kFirstSyllables = {
    "Quor", "Nalv", "Brisk", "Tolm", "Vexa", "Orpi", "Zelm", "Karv", "Phund", "Grol",
    "Yast", "Umbr", "Drav",  "Skel", "Wolv", "Ilth", "Jurn", "Mezz", "Plov",  "Trin",
    "Auv",  "Belq", "Crux",  "Dwen", "Ekla", "Fjor", "Gwyn", "Hovr", "Ixl",   "Kest",
    "Lomb", "Mirq", "Novr",  "Ostv", "Pirk", "Rhem", "Sarv", "Thul", "Vond",  "Wend"};
constexpr std::array<std::string_view, 32> kSecondSyllables = {
    "adel", "ambo", "andra", "arix", "avel", "edon", "elka", "enzo", "eril", "esta", "etra",
    "evon", "idra", "iloc",  "imet", "inor", "ista", "ival", "odex", "olan", "omir", "onda",
    "orix", "ossa", "ovan",  "udal", "ulex", "umar", "unda", "urix", "uvia", "yron"};
struct IndustryWords {
  std::string_view industry;
  double share;
  std::array<std::string_view, 4> words;
};
constexpr std::array<IndustryWords, 10> kIndustries = {{
    {"Manufacturing", 0.18, {"Works", "Forge", "Machinery", "Components"}},
    {"Technology", 0.16, {"Systems", "Software", "Networks", "Computing"}},
    {"Healthcare", 0.12, {"Clinics", "Diagnostics", "Care", "Therapies"}},
    {"Financial Services", 0.12, {"Capital", "Assurance", "Trust", "Credit"}},
    {"Retail", 0.10, {"Stores", "Outfitters", "Market", "Trading"}},
    {"Transportation", 0.08, {"Logistics", "Freight", "Lines", "Carriers"}},
    {"Energy", 0.07, {"Power", "Grid", "Fuels", "Renewables"}},
    {"Education", 0.06, {"Academy", "Learning", "Institute", "Colleges"}},
    {"Media", 0.06, {"Studios", "Press", "Broadcast", "Publishing"}},
    {"Hospitality", 0.05, {"Resorts", "Hotels", "Kitchens", "Leisure"}},
}};
constexpr std::array<std::string_view, 12> kTitles = {
    "Head of Operations", "IT Manager",      "Procurement Lead",          "Finance Director",
    "Operations Analyst", "Plant Manager",   "Chief Information Officer", "Business Analyst",
    "Systems Architect",  "Quality Manager", "Chief Financial Officer",   "Programme Coordinator"};
constexpr std::array<std::string_view, 8> kProducts = {
    "Planning Suite", "Starter Licences", "Analytics Add-on",   "Platform Renewal",
    "Field Service",  "Data Hub",         "Onboarding Package", "Premium Support"};
struct RegionPlaces {
  std::string_view region;
  std::string_view country;
  std::array<std::string_view, 5> cities;
};
constexpr std::array<RegionPlaces, 8> kPlaces = {{
    {"North", "United States", {"Grand Birch", "Lakemoor", "Pinehollow", "Northgate", "Elkridge"}},
    {"Central", "United States", {"Millbrook", "Stonefield", "Prairie End", "Oakton", "Riverbend"}},
    {"South", "United States", {"Magnolia Bay", "Sandhaven", "Palmetto", "Redclay", "Gulfview"}},
    {"Home", "United States", {"Harborton", "Westfield", "Eastbrook", "Hillcrest", "Midvale"}},
    {"Americas", "United States", {"Harborton", "Stonefield", "Lakemoor", "Redclay", "Elkridge"}},
    {"Europe", "Germany", {"Altmark", "Neuwald", "Steinbach", "Lindenau", "Brueckfeld"}},
    {"Britain", "United Kingdom", {"Ashmere", "Wexcombe", "Thornby", "Haleford", "Marlow End"}},
    {"Japan", "Japan", {"Aoyama-cho", "Minamikawa", "Higashino", "Kitahara", "Nakazawa"}},
}};

template <std::size_t N>
std::string_view Pick(const std::array<std::string_view, N>& words, std::uint64_t number) {
  return words[number % N];
}

std::uint64_t Scatter(std::uint64_t number, std::string_view purpose) {
  return base::HashCombine(number, base::HashText(purpose));
}

const RegionPlaces& PlacesOf(std::string_view region) {
  for (const RegionPlaces& places : kPlaces) {
    if (places.region == region) {
      return places;
    }
  }
  return kPlaces.front();
}

}  // namespace

PersonName RepName(std::uint64_t number) {
  // Walks through all pairs before any is used twice: 24 and 32 x 24 steps.
  return {std::string(Pick(kColours, number)),
          std::string(Pick(kBirds, number / kColours.size() + number * 5))};
}

PersonName ContactName(std::uint64_t number) {
  const std::uint64_t hash = Scatter(number, "contact-name");
  return {std::string(Pick(kStones, hash)), std::string(Pick(kTrees, hash >> 32))};
}

std::string CompanyName(std::uint64_t number, std::string_view industry) {
  const std::uint64_t hash = Scatter(number, "company-name");
  std::string name(Pick(kFirstSyllables, hash));
  name += Pick(kSecondSyllables, hash >> 16);
  for (const IndustryWords& entry : kIndustries) {
    if (entry.industry == industry) {
      name += ' ';
      name += Pick(entry.words, hash >> 40);
    }
  }
  return name;
}

std::string_view DrawIndustry(base::RandomStream& stream) {
  double u = stream.Uniform();
  for (const IndustryWords& entry : kIndustries) {
    u -= entry.share;
    if (u < 0) {
      return entry.industry;
    }
  }
  return kIndustries.back().industry;
}

std::string_view DrawTitle(base::RandomStream& stream) {
  return kTitles[stream.Below(kTitles.size())];
}

std::string_view DrawProduct(base::RandomStream& stream) {
  return kProducts[stream.Below(kProducts.size())];
}

std::string_view DrawCity(std::string_view region, base::RandomStream& stream) {
  const RegionPlaces& places = PlacesOf(region);
  return places.cities[stream.Below(places.cities.size())];
}

std::string_view CountryOf(std::string_view region) { return PlacesOf(region).country; }

}  // namespace ri::synthetic
