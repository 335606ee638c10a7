#include "book/workspace.h"

#include <algorithm>
#include <map>

#include "base/sha256.h"
#include "book/deal_book.h"
#include "book/engines.h"
#include "book/prepared_model.h"
#include "data/erasure.h"
#include "data/open_store.h"

namespace ri::book {
namespace {

constexpr std::string_view kCalendarSetting = "fiscal_calendar";
constexpr std::string_view kCurrencySetting = "reporting_currency";

// A change between two states of knowledge needs two; a book of 100,000 deals takes some 200 MB.
constexpr std::size_t kKeptStates = 2;
constexpr std::size_t kKeptBooks = 3;
constexpr std::size_t kKeptModels = 4;

/// Identity of the data that counts: which contents, known when, in an order that does not depend
/// on the order of imports.
Result<std::string> HashOfData(data::Store& store, std::vector<data::Batch> batches) {
  std::ranges::sort(batches, [](const data::Batch& a, const data::Batch& b) {
    return std::tie(a.known_at, a.content_sha256) < std::tie(b.known_at, b.content_sha256);
  });
  base::Sha256 hash;
  for (const data::Batch& batch : batches) {
    hash.Update(std::to_string(batch.known_at) + ' ' + batch.source + ' ' + batch.content_sha256 +
                '\n');
  }
  // After an erasure the same batches hold other data.
  RI_ASSIGN_OR_RETURN(const auto erasures, store.Setting(data::kErasureStateSetting));
  hash.Update(erasures.value_or(""));
  return base::ToHex(hash.Finish());
}

}  // namespace

Result<std::unique_ptr<data::Store>> OpenStore(const std::string& url) {
  return data::OpenStore(url, Engines());
}

Result<std::unique_ptr<Workspace>> Workspace::Open(const WorkspaceOptions& options) {
  RI_ASSIGN_OR_RETURN(auto store, OpenStore(options.database));
  return std::unique_ptr<Workspace>(new Workspace(std::move(store), options));
}

Workspace::Workspace(std::unique_ptr<data::Store> store, WorkspaceOptions options)
    : store_(std::move(store)),
      options_(std::move(options)),
      knowledge_(kKeptStates),
      books_(std::make_unique<RecentCache<BookKey, DealBook>>(kKeptBooks)),
      models_(std::make_unique<RecentCache<std::string, PreparedModel>>(kKeptModels)),
      past_(std::make_unique<RecentCache<PastKey, LazyPastDeals>>(kKeptBooks)) {}

Workspace::~Workspace() = default;

Result<data::OperationsStore*> Workspace::Operations() {
  const std::lock_guard lock(opening_operations_);
  if (!operations_) {
    RI_ASSIGN_OR_RETURN(operations_, OpenOperations(options_.database));
  }
  return operations_.get();
}

Result<domain::FiscalCalendar> Workspace::Calendar() {
  RI_ASSIGN_OR_RETURN(const auto stored, store_->Setting(kCalendarSetting));
  if (!stored) {
    return domain::FiscalCalendar::Monthly();
  }
  const auto calendar = domain::FiscalCalendar::FromDescription(*stored);
  if (!calendar) {
    return Fail(ErrorCode::kStorage,
                "The stored fiscal calendar '" + *stored + "' cannot be read.");
  }
  return *calendar;
}

Result<domain::Currency> Workspace::ReportingCurrency(const data::EventLog& log) {
  RI_ASSIGN_OR_RETURN(const auto stored, store_->Setting(kCurrencySetting));
  if (stored) {
    if (const auto currency = domain::Currency::FromCode(*stored)) {
      return *currency;
    }
  }
  const auto attribute = log.FindAttribute(data::EntityKind::kDeal, data::attribute::kCurrency);
  std::map<std::int64_t, std::size_t> deals_by_symbol;
  if (attribute) {
    for (std::size_t deal = 0; deal < log.count(data::EntityKind::kDeal); ++deal) {
      for (const data::LoggedEvent& event : log.events(data::EntityKind::kDeal, deal)) {
        if (event.attribute == *attribute && event.value != data::kNoValue) {
          ++deals_by_symbol[event.value];
        }
      }
    }
  }
  const auto most =
      std::ranges::max_element(deals_by_symbol, {}, [](const auto& entry) { return entry.second; });
  if (most != deals_by_symbol.end()) {
    const auto symbol = static_cast<std::size_t>(most->first);
    if (const auto currency = domain::Currency::FromCode(log.symbols()[symbol])) {
      return *currency;
    }
  }
  return domain::Currency::Usd();
}

Result<std::shared_ptr<const Knowledge>> Workspace::Load(std::optional<domain::Timestamp> known_at,
                                                         base::Progress& progress) {
  return knowledge_.FindOrMake(
      known_at, [](const Knowledge&) { return true; }, [&] { return Read(known_at, progress); });
}

void Workspace::Forget() {
  if (!options_.serve_while_loading) {
    knowledge_.Clear();
    books_->Clear();
    past_->Clear();
  }
}

Result<bool> Workspace::Refresh(base::Progress& progress) {
  const std::shared_ptr<const Knowledge> current = knowledge_.Find(std::nullopt);
  if (current) {
    RI_ASSIGN_OR_RETURN(const std::vector<data::Batch> batches, store_->Batches());
    RI_ASSIGN_OR_RETURN(const std::string hash, HashOfData(*store_, batches));
    if (hash == current->data_sha256) {
      return false;
    }
  }
  RI_ASSIGN_OR_RETURN(std::shared_ptr<const Knowledge> fresh, Read(std::nullopt, progress));
  // Past states change as well: an earlier known-at may now be served by a late import.
  knowledge_.Clear();
  knowledge_.Keep(std::nullopt, std::move(fresh));
  books_->Clear();
  past_->Clear();
  return true;
}

Result<std::shared_ptr<const Knowledge>> Workspace::Read(std::optional<domain::Timestamp> known_at,
                                                         base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(std::vector<data::Batch> batches, store_->Batches());
  data::LoadOptions options;
  if (known_at) {
    options.known_at = domain::Milliseconds(*known_at);
    std::erase_if(batches,
                  [&](const data::Batch& batch) { return batch.known_at > *options.known_at; });
  }
  if (batches.empty()) {
    return Fail(ErrorCode::kNotFound, "The database holds no data" +
                                          std::string(known_at ? " from before that moment" : "") +
                                          ". Import an export first: revint import FILE...");
  }
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, Calendar());
  RI_ASSIGN_OR_RETURN(data::EventLog log, store_->Load(options, progress));
  auto knowledge = std::make_shared<Knowledge>();
  knowledge->log = std::make_unique<data::EventLog>(std::move(log));
  knowledge->engine = std::make_unique<features::FeatureEngine>(
      *knowledge->log, features::FeatureOptions{.calendar = calendar}, num_threads());
  RI_ASSIGN_OR_RETURN(knowledge->data_sha256, HashOfData(*store_, batches));
  knowledge->newest_batch = domain::TimestampFromMilliseconds(
      std::ranges::max(batches, {}, &data::Batch::known_at).known_at);
  return knowledge;
}

}  // namespace ri::book
