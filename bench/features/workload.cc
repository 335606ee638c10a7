#include "workload.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "base/random.h"
#include "domain/date.h"

namespace ri::bench {
namespace {

using base::RandomStream;
using data::AttributeDefinition;
using data::EntityKind;
using data::EventLog;
using data::ValueType;

constexpr std::int64_t kDay = 86'400'000;

// Positions in Content::attributes; the reference in pandas uses the same numbers.
enum Attribute : std::uint32_t {
  kCreated,
  kStage,
  kAmount,
  kCommitDate,
  kOwner,
  kAccount,
  kProduct,
  kOutcome,
  kMeeting,
  kCall,
  kEmailOut,
  kEmailIn,
  kTask,
};

AttributeDefinition Deal(std::string_view name, ValueType type,
                         EntityKind target = EntityKind::kDeal) {
  return {EntityKind::kDeal, std::string(name), type, target, false};
}

std::string Padded(char prefix, std::size_t number) {
  std::string digits = std::to_string(number);
  return std::string(1, prefix) + std::string(8 - digits.size(), '0') + digits;
}

std::vector<std::string> Keys(char prefix, std::size_t count) {
  std::vector<std::string> keys(count);
  for (std::size_t i = 0; i < count; ++i) {
    keys[i] = Padded(prefix, i);
  }
  return keys;
}

class Generator {
 public:
  Generator(Workload& workload, std::size_t num_deals, bool ordered, std::uint64_t seed)
      : workload_(workload),
        random_(seed, "feature-benchmark"),
        num_deals_(num_deals),
        ordered_(ordered) {}

  void Run() {
    EventLog::Content& content = workload_.content;
    content.attributes = {
        Deal(data::attribute::kCreated, ValueType::kFlag),
        Deal(data::attribute::kStage, ValueType::kText),
        Deal(data::attribute::kAmount, ValueType::kMoney),
        Deal(data::attribute::kCommitDate, ValueType::kDate),
        Deal(data::attribute::kOwner, ValueType::kReference, EntityKind::kRep),
        Deal(data::attribute::kAccount, ValueType::kReference, EntityKind::kAccount),
        Deal(data::attribute::kProduct, ValueType::kText),
        Deal(data::attribute::kOutcome, ValueType::kText),
        Deal(data::attribute::kMeeting, ValueType::kReference, EntityKind::kContact),
        Deal(data::attribute::kCall, ValueType::kReference, EntityKind::kContact),
        Deal(data::attribute::kEmailOut, ValueType::kReference, EntityKind::kContact),
        Deal(data::attribute::kEmailIn, ValueType::kReference, EntityKind::kContact),
        Deal(data::attribute::kTask, ValueType::kReference, EntityKind::kContact),
    };
    content.symbols = {"lost",     "product0", "product1", "product2", "product3",
                       "product4", "product5", "stage0",   "stage1",   "stage2",
                       "stage3",   "stage4",   "won"};
    content.keys[static_cast<std::size_t>(EntityKind::kDeal)] = Keys('d', num_deals_);
    content.keys[static_cast<std::size_t>(EntityKind::kAccount)] = Keys('a', num_deals_ / 10 + 1);
    content.keys[static_cast<std::size_t>(EntityKind::kRep)] = Keys('r', num_deals_ / 400 + 1);
    content.keys[static_cast<std::size_t>(EntityKind::kContact)] = Keys('c', num_deals_ / 2 + 1);
    content.rows.reserve(num_deals_ * 11);
    workload_.as_of.resize(num_deals_);
    for (std::size_t deal = 0; deal < num_deals_; ++deal) {
      AddDeal(deal);
    }
  }

 private:
  void Add(std::size_t deal, Attribute attribute, std::int64_t time, std::int64_t value) {
    workload_.content.rows.push_back({.kind = EntityKind::kDeal,
                                      .entity = static_cast<std::uint32_t>(deal),
                                      .attribute = attribute,
                                      .event_time = time,
                                      .visible_time = time,
                                      .sequence = next_sequence_++,
                                      .value = value});
  }
  std::int64_t Below(std::size_t bound) { return static_cast<std::int64_t>(random_.Below(bound)); }

  void AddDeal(std::size_t deal) {
    constexpr std::size_t kFirstProduct = 1;
    constexpr std::size_t kFirstStage = 7;
    constexpr std::int64_t kWon = 12;
    const std::int64_t start = domain::Milliseconds(domain::StartOf(domain::MakeDate(2022, 1, 3)));
    constexpr std::size_t kDays = 1000;
    const std::int64_t day =
        ordered_ ? static_cast<std::int64_t>(deal * kDays / num_deals_) : Below(kDays);
    const std::int64_t created = start + day * kDay + Below(kDay);
    const std::int64_t length = (2 + Below(150)) * kDay + Below(kDay);
    const auto within = [&] {
      return created + 1 +
             static_cast<std::int64_t>(random_.Uniform() * static_cast<double>(length - 1));
    };
    Add(deal, kCreated, created, 1);
    Add(deal, kOwner, created, Below(num_deals_ / 400 + 1));
    Add(deal, kAccount, created, Below(num_deals_ / 10 + 1));
    Add(deal, kProduct, created, static_cast<std::int64_t>(kFirstProduct) + Below(6));
    const std::int64_t first_stage = Below(2);
    Add(deal, kStage, created, static_cast<std::int64_t>(kFirstStage) + first_stage);
    if (random_.Bernoulli(0.7)) {
      Add(deal, kStage, within(),
          static_cast<std::int64_t>(kFirstStage) + first_stage + 1 + Below(3));
    }
    Add(deal, kAmount, created, 100'000 + Below(5'000'000));
    if (random_.Bernoulli(0.3)) {
      Add(deal, kAmount, within(), 100'000 + Below(5'000'000));
    }
    Add(deal, kCommitDate, created, created / kDay + 30 + Below(90));
    if (random_.Bernoulli(0.4)) {
      Add(deal, kCommitDate, within(), created / kDay + 60 + Below(90));
    }
    const std::uint64_t activities = random_.Below(3);
    for (std::uint64_t i = 0; i < activities; ++i) {
      const auto type = static_cast<Attribute>(kMeeting + random_.Below(5));
      Add(deal, type, within(), Below(num_deals_ / 2 + 1));
    }
    const std::int64_t closed = created + length;
    if (random_.Bernoulli(0.9)) {
      Add(deal, kOutcome, closed, random_.Bernoulli(0.3) ? kWon : 0);
    }
    workload_.as_of[deal] = within();
  }

  Workload& workload_;
  RandomStream random_;
  std::size_t num_deals_;
  bool ordered_;
  std::int64_t next_sequence_ = 0;
};

template <typename T>
void Write(const std::string& path, const std::vector<T>& values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(T)));
}

}  // namespace

Workload MakeWorkload(std::size_t num_deals, bool ordered, std::uint64_t seed) {
  Workload workload;
  Generator(workload, num_deals, ordered, seed).Run();
  return workload;
}

void WriteColumns(const Workload& workload, const std::string& folder) {
  std::vector<std::uint32_t> deals;
  std::vector<std::uint32_t> attributes;
  std::vector<std::int64_t> times;
  std::vector<std::int64_t> values;
  for (const EventLog::Row& row : workload.content.rows) {
    deals.push_back(row.entity);
    attributes.push_back(row.attribute);
    times.push_back(row.event_time);
    values.push_back(row.value);
  }
  Write(folder + "/deal.u32", deals);
  Write(folder + "/attribute.u32", attributes);
  Write(folder + "/time.i64", times);
  Write(folder + "/value.i64", values);
  Write(folder + "/as_of.i64", workload.as_of);
}

}  // namespace ri::bench
