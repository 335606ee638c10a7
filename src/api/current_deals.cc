#include "api/current_deals.h"

#include <algorithm>
#include <charconv>

namespace ri::api {
namespace {

constexpr std::chrono::minutes kLongestAge{10};
constexpr std::chrono::milliseconds kLook{1000};
constexpr std::size_t kRecent = 4;

}  // namespace

CurrentDeals::CurrentDeals(service::Workspace& workspace, Clock clock)
    : workspace_(workspace),
      clock_(std::move(clock)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

CurrentDeals::~CurrentDeals() {
  thread_.request_stop();
  changed_.notify_all();
}

Result<std::string> CurrentDeals::StateOfStore() {
  RI_ASSIGN_OR_RETURN(const auto batches, workspace_.store().Batches());
  RI_ASSIGN_OR_RETURN(const auto changes, workspace_.store().AliasChanges());
  std::string state = std::to_string(batches.size()) + " " +
                      (batches.empty() ? "" : batches.back().content_sha256) + " " +
                      std::to_string(changes.size()) + " |";
  for (const char* name : {"fiscal_calendar", "reporting_currency", kHighRiskSetting}) {
    RI_ASSIGN_OR_RETURN(const auto setting, workspace_.store().Setting(name));
    state += " " + setting.value_or("-");
  }
  return state;
}

Result<std::shared_ptr<const service::DealList>> CurrentDeals::Build(
    const std::optional<domain::Timestamp>& as_of,
    const std::optional<domain::Timestamp>& known_at) {
  base::Progress& progress = base::Progress::Silent();
  const service::BookRequest request{.as_of = as_of, .known_at = known_at, .now = clock_()};
  RI_ASSIGN_OR_RETURN(auto book, service::OpenBook(workspace_, request, progress));
  RI_ASSIGN_OR_RETURN(const auto setting, workspace_.store().Setting(kHighRiskSetting));
  int room = kDefaultHighRiskPerRep;
  if (setting) {
    std::from_chars(setting->data(), setting->data() + setting->size(), room);
  }
  {
    const std::lock_guard lock(recent_mutex_);
    for (const Recent& recent : recent_) {
      if (recent.book == book && recent.high_risk_per_rep == room) {
        return recent.list;
      }
    }
  }
  // A week before: what the column of changes compares with. Data that begins later has none.
  service::BookRequest before = request;
  before.as_of = book->moment().as_of - std::chrono::days(7);
  const auto then = service::OpenBook(workspace_, before, progress);
  auto list = std::make_shared<const service::DealList>(book, then ? *then : nullptr, room);
  const std::lock_guard lock(recent_mutex_);
  recent_.push_back({.book = std::move(book), .high_risk_per_rep = room, .list = list});
  if (recent_.size() > kRecent) {
    recent_.erase(recent_.begin());
  }
  return list;
}

Result<std::shared_ptr<const service::DealList>> CurrentDeals::Get(
    const std::optional<domain::Timestamp>& as_of,
    const std::optional<domain::Timestamp>& known_at) {
  if (as_of || known_at) {
    return Build(as_of, known_at);
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return tried_; });
  if (current_) {
    return current_;
  }
  return std::unexpected(
      error_.value_or(Error(ErrorCode::kNotFound, "There is nothing to look at yet.")));
}

std::shared_ptr<const service::DealList> CurrentDeals::Peek() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

domain::Timestamp CurrentDeals::built_at() const {
  const std::lock_guard lock(mutex_);
  return built_at_;
}

void CurrentDeals::Wake() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = true;
  }
  changed_.notify_all();
}

void CurrentDeals::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Result<std::string> state = StateOfStore();
    bool stale = false;
    {
      const std::lock_guard lock(mutex_);
      stale = state && (*state != state_ || clock_() - built_at_ > kLongestAge || !current_);
      wake_ = false;
    }
    if (stale) {
      const std::string settings = state->substr(state->find('|'));
      if (!settings_.empty() && settings != settings_) {
        workspace_.books().Clear();  // calendar or currency changed
      }
      settings_ = settings;
      // Loads what was imported meanwhile; readers keep the former state until it is there.
      const auto refreshed = workspace_.Refresh(base::Progress::Silent());
      auto built = refreshed || !current_ ? Build(std::nullopt, std::nullopt)
                                          : Result<std::shared_ptr<const service::DealList>>(
                                                std::unexpected(refreshed.error()));
      const std::lock_guard lock(mutex_);
      if (built) {
        current_ = *std::move(built);
        error_.reset();
        state_ = *state;
        built_at_ = clock_();
      } else {
        error_ = built.error();
        if (built.error().code() == ErrorCode::kNotFound) {
          state_ = *state;
          current_.reset();
        }
      }
    }
    {
      const std::lock_guard lock(mutex_);
      if (!state && !current_) {
        error_ = state.error();
      }
      tried_ = true;
    }
    changed_.notify_all();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, kLook, [this] { return wake_; });
  }
  const std::lock_guard lock(mutex_);
  tried_ = true;
  changed_.notify_all();
}

}  // namespace ri::api
