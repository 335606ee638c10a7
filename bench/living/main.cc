// ri_bench_living: see README.md.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "campaigns.h"

int main(int argc, char** argv) {
  ri::living::Options options;
  std::string what = argc > 1 ? argv[1] : "all";
  std::string out;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--deals") {
      options.deals = std::strtoull(value, nullptr, 10);
    } else if (name == "--quarters") {
      options.quarters = std::atoi(value);
    } else if (name == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else if (name == "--seeds") {
      options.seeds = std::atoi(value);
    } else if (name == "--threads") {
      options.threads = std::atoi(value);
    } else if (name == "--rows") {
      options.rows = value;
    } else if (name == "--out") {
      out = value;
    } else {
      fmt::print(stderr, "There is no option {}.\n", name);
      return 2;
    }
  }
  struct Campaign {
    const char* name;
    ri::Result<std::string> (*run)(const ri::living::Options&);
  };
  std::string report;
  for (const Campaign& campaign : {Campaign{"drift", ri::living::DriftCampaign},
                                   Campaign{"holdout", ri::living::HoldoutCampaign},
                                   Campaign{"alerts", ri::living::AlertCampaign}}) {
    if (what != "all" && what != campaign.name) {
      continue;
    }
    const auto section = campaign.run(options);
    if (!section) {
      fmt::print(stderr, "{}: {}\n", campaign.name, section.error().message());
      return 1;
    }
    fmt::print("{}\n", *section);
    std::fflush(stdout);
    report += *section + "\n";
  }
  if (!out.empty()) {
    std::ofstream file(out, std::ios::binary);
    file << report;
    return file.flush() ? 0 : 1;
  }
  return 0;
}
