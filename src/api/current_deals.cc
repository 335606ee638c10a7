#include "api/current_deals.h"

#include <algorithm>
#include <charconv>
#include <stop_token>

#include "base/thread_priority.h"

namespace ri::api {
namespace {

constexpr std::chrono::minutes kLongestAge{10};
constexpr std::chrono::milliseconds kLook{1000};
constexpr std::size_t kRecent = 4;
/// For the first list after a training or an import.
constexpr std::chrono::seconds kPatience{30};
/// From so many deals on the first list comes before what it is compared with.
constexpr std::size_t kManyDeals = 20'000;

/// Carries the wish to stop the server into long work.
class UntilStopped final : public base::Progress {
 public:
  explicit UntilStopped(std::stop_token stop) : stop_(std::move(stop)) {}
  [[nodiscard]] bool cancelled() const override { return stop_.stop_requested(); }

 private:
  std::stop_token stop_;
};

}  // namespace

CurrentDeals::CurrentDeals(book::Workspace& workspace, Clock clock)
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

int CurrentDeals::HighRiskPerRep() {
  int room = kDefaultHighRiskPerRep;
  // A setting that cannot be read is looked at again with the next list.
  if (const auto setting = workspace_.store().Setting(kHighRiskSetting); setting && *setting) {
    const std::string& text = **setting;
    std::from_chars(text.data(), text.data() + text.size(), room);
  }
  return room;
}

Result<std::shared_ptr<const deals::DealList>> CurrentDeals::Build(
    const std::optional<domain::Timestamp>& as_of, const std::optional<domain::Timestamp>& known_at,
    bool with_changes) {
  UntilStopped progress(thread_.get_stop_token());
  const book::BookRequest request{.as_of = as_of, .known_at = known_at, .now = clock_()};
  RI_ASSIGN_OR_RETURN(auto book, book::OpenBook(workspace_, request, progress));
  const int room = HighRiskPerRep();
  {
    const std::lock_guard lock(recent_mutex_);
    for (const Recent& recent : recent_) {
      if (recent.book == book && recent.high_risk_per_rep == room &&
          (recent.with_changes || !with_changes)) {
        return recent.list;
      }
    }
  }
  // A week before: what the column of changes compares with. Data that begins later has none.
  std::shared_ptr<const book::DealBook> then;
  if (with_changes) {
    book::BookRequest before = request;
    before.as_of = book->moment().as_of - std::chrono::days(7);
    then = book::OpenBook(workspace_, before, progress).value_or(nullptr);
  }
  auto list = std::make_shared<const deals::DealList>(book, then, room);
  const std::lock_guard lock(recent_mutex_);
  recent_.push_back({.book = std::move(book),
                     .high_risk_per_rep = room,
                     .with_changes = with_changes,
                     .list = list});
  if (recent_.size() > kRecent) {
    recent_.erase(recent_.begin());
  }
  return list;
}

Result<std::shared_ptr<const deals::DealList>> CurrentDeals::Get(
    const std::optional<domain::Timestamp>& as_of, const std::optional<domain::Timestamp>& known_at,
    bool with_changes) {
  if (as_of || known_at) {
    return Build(as_of, known_at, with_changes);
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return tried_; });
  if (!current_) {
    // A training or an import may have ended a moment ago: what it made is worth waiting for.
    lock.unlock();
    const Result<std::string> state = StateOfStore();
    lock.lock();
    if (state && *state != state_) {
      wake_ = true;
      changed_.notify_all();
      changed_.wait_for(lock, thread_.get_stop_token(), kPatience,
                        [&] { return current_ != nullptr || state_ == *state; });
    }
  }
  if (current_) {
    return current_;
  }
  return std::unexpected(
      error_.value_or(Error(ErrorCode::kNotFound, "There is nothing to look at yet.")));
}

std::shared_ptr<const deals::DealList> CurrentDeals::Peek() const {
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

void CurrentDeals::PublishFirst(const std::stop_token& stop) {
  UntilStopped progress(stop);
  const auto book = book::OpenBook(workspace_, {.now = clock_()}, progress);
  if (!book || (*book)->deals().size() < kManyDeals) {
    return;
  }
  auto list = std::make_shared<const deals::DealList>(*book, nullptr, HighRiskPerRep());
  {
    const std::lock_guard lock(mutex_);
    current_ = std::move(list);
    tried_ = true;
  }
  changed_.notify_all();
}

void CurrentDeals::Run(const std::stop_token& stop) {
  bool first_is_there = false;
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
      UntilStopped progress(stop);
      const auto refreshed = workspace_.Refresh(progress);
      if (!first_is_there && refreshed) {
        PublishFirst(stop);
      }
      auto built =
          refreshed || !current_
              ? Build(std::nullopt, std::nullopt, true)
              : Result<std::shared_ptr<const deals::DealList>>(std::unexpected(refreshed.error()));
      const std::lock_guard lock(mutex_);
      if (built) {
        current_ = *std::move(built);
        error_.reset();
        state_ = *state;
        built_at_ = clock_();
        if (!first_is_there) {
          // Everybody waits for the first list, and the pages of a first Monday for the books that
          // this one made; the following ones are made beside people's work.
          first_is_there = true;
          base::LowerThreadPriority();
        }
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
