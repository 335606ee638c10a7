#include "scoring/shrunken_shares.h"

namespace ri::scoring {
namespace {

constexpr char kSeparator = '\x1f';

}  // namespace

ShrunkenShares::ShrunkenShares(std::span<const Case> cases, double strength) : strength_(strength) {
  for (const Case& item : cases) {
    const std::size_t yes = item.yes ? 1 : 0;
    ++all_.cases;
    all_.yes += yes;
    std::string path;
    for (const std::string& name : item.classes) {
      path += name + kSeparator;
      Counts& counts = counts_[path];
      ++counts.cases;
      counts.yes += yes;
    }
  }
}

Share ShrunkenShares::At(std::span<const std::string> classes) const {
  Share share{
      .value = (static_cast<double>(all_.yes) + 0.5) / (static_cast<double>(all_.cases) + 1),
      .cases = all_.cases};
  std::string path;
  for (const std::string& name : classes) {
    path += name + kSeparator;
    const auto found = counts_.find(path);
    if (found == counts_.end()) {
      break;
    }
    const auto cases = static_cast<double>(found->second.cases);
    share.value =
        (static_cast<double>(found->second.yes) + strength_ * share.value) / (cases + strength_);
    share.cases = found->second.cases;
  }
  return share;
}

}  // namespace ri::scoring
