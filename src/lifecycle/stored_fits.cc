#include "lifecycle/stored_fits.h"

#include "base/sha256.h"

namespace ri::lifecycle {
namespace {

constexpr std::size_t kDigits = 32;

}  // namespace

StoredFits::StoredFits(data::Store& store, std::string identity)
    : store_(store), identity_(std::move(identity)) {}

std::string StoredFits::Name(const std::string& key) const {
  base::Sha256 hash;
  hash.Update(identity_ + '|' + key);
  return "training fit " + base::ToHex(hash.Finish()).substr(0, kDigits);
}

std::optional<std::string> StoredFits::Find(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const std::string name = Name(key);
  auto value = store_.Setting(name);
  if (!value || !*value || (*value)->empty()) {
    return std::nullopt;
  }
  names_.insert(name);
  ++found_;
  return **value;
}

void StoredFits::Keep(const std::string& key, const std::string& value) {
  const std::scoped_lock lock(mutex_);
  const std::string name = Name(key);
  if (store_.SetSetting(name, value)) {
    names_.insert(name);
  }
}

Status StoredFits::Forget() {
  const std::scoped_lock lock(mutex_);
  for (const std::string& name : names_) {
    RI_RETURN_IF_ERROR(store_.SetSetting(name, ""));
  }
  names_.clear();
  return {};
}

}  // namespace ri::lifecycle
