// Imports beside readers, beside other imports, and imports that are killed: what every engine must
// do. Compiled into the test of each engine.

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/random.h"
#include "data/store_fixture.h"

namespace ri::data {
namespace {

TEST_F(StoreContract, ReadersSeeTheOldStateWhileAnImportRuns) {
  MustImport(*store_, {SampleDescription("a", 1000, "a1"), RandomFacts(1, 20)});
  const EventLog before = Load(*store_);
  const std::unique_ptr<Store> reader = Reopen();
  const auto import = store_->BeginImport(SampleDescription("a", 2000, "a2")).value();
  ASSERT_TRUE(AppendFacts(*import, RandomFacts(2, 200)).has_value());
  EXPECT_EQ(Load(*reader), before);
  EXPECT_EQ(reader->Batches()->size(), 1U);
  ASSERT_TRUE(import->Commit(1).has_value());
  EXPECT_NE(Load(*reader), before);
  EXPECT_EQ(reader->Batches()->size(), 2U);
}

TEST_F(StoreContract, ASecondImportAtTheSameTimeIsRefusedAndLaterSucceeds) {
  const std::unique_ptr<Store> other = Reopen();
  auto import = store_->BeginImport(SampleDescription("a", 1000, "a1")).value();
  const auto second = other->BeginImport(SampleDescription("a", 1000, "a2"));
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
  ASSERT_TRUE(AppendFacts(*import, RandomFacts(1, 10)).has_value());
  import.reset();
  MustImport(*other, {SampleDescription("a", 1000, "a2"), RandomFacts(2, 10)});
  EXPECT_EQ(store_->Batches()->size(), 1U);
}

TEST_F(StoreContract, ImportsAtTheSameTimeTakeTurns) {
  constexpr int kImportsEach = 4;
  const auto sample = [](int importer, int i) {
    const int number = importer * kImportsEach + i;
    return SampleImport{SampleDescription("a", 1000 * (number + 1), std::to_string(number)),
                        RandomFacts(static_cast<std::uint64_t>(number), 60)};
  };
  std::array<int, 2> num_committed = {0, 0};
  const auto import_all = [&](int importer) {
    const auto store = engine_->Open(kPatient);
    for (int i = 0; store.has_value() && i < kImportsEach; ++i) {
      num_committed[static_cast<std::size_t>(importer)] +=
          Import(**store, sample(importer, i)).has_value() ? 1 : 0;
    }
  };
  std::thread other(import_all, 1);
  import_all(0);
  other.join();
  EXPECT_EQ(num_committed[0], kImportsEach);
  EXPECT_EQ(num_committed[1], kImportsEach);

  const std::unique_ptr<EngineUnderTest> engine = MakeEngineUnderTest();
  const std::unique_ptr<Store> one_by_one = engine->Open(kImpatient).value();
  for (const int importer : {0, 1}) {
    for (int i = 0; i < kImportsEach; ++i) {
      MustImport(*one_by_one, sample(importer, i));
    }
  }
  EXPECT_EQ(Load(*store_), Load(*one_by_one));
  EXPECT_TRUE(store_->Diagnose().has_value());
}

constexpr std::size_t kFactsPerAppend = 300;

/// Imports `sample` in a process of its own, which writes one byte to `progress` after every step.
[[noreturn]] void ImportInChild(EngineUnderTest& engine, const SampleImport& sample, int progress) {
  const auto step = [&] {
    if (write(progress, ".", 1) != 1) {
      _exit(1);
    }
  };
  const auto store = engine.Open(kPatient);
  step();
  auto import = (*store)->BeginImport(sample.description);
  step();
  for (std::size_t at = 0; at < sample.facts.size(); at += kFactsPerAppend) {
    const std::size_t end = std::min(sample.facts.size(), at + kFactsPerAppend);
    const std::vector<Fact> facts(sample.facts.begin() + static_cast<std::ptrdiff_t>(at),
                                  sample.facts.begin() + static_cast<std::ptrdiff_t>(end));
    if (!AppendFacts(**import, facts)) {
      _exit(2);
    }
    step();
  }
  if (!(*import)->Commit(static_cast<std::int64_t>(sample.facts.size()))) {
    _exit(3);
  }
  step();
  _exit(0);
}

/// Starts the import and kills it after `num_steps` steps and a little while.
void KillImport(EngineUnderTest& engine, const SampleImport& sample, std::size_t num_steps,
                int milliseconds_more) {
  std::array<int, 2> pipe_ends = {};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    close(pipe_ends[0]);
    ImportInChild(engine, sample, pipe_ends[1]);
  }
  close(pipe_ends[1]);
  char step = 0;
  for (std::size_t i = 0; i < num_steps && read(pipe_ends[0], &step, 1) == 1; ++i) {
  }
  // Returns at the next step or after that time, so that the kill falls inside a step.
  pollfd next = {.fd = pipe_ends[0], .events = POLLIN, .revents = 0};
  poll(&next, 1, milliseconds_more);
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  close(pipe_ends[0]);
}

TEST_F(StoreContract, AKilledImportLeavesNothingOrEverything) {
  constexpr int kKills = 50;
  const SampleImport first = {SampleDescription("a", 1000, "first"), RandomFacts(1, 50)};
  const SampleImport killed = {SampleDescription("a", 90000, "killed"), RandomFacts(2, 600)};
  const std::size_t num_steps = 3 + (killed.facts.size() + kFactsPerAppend - 1) / kFactsPerAppend;

  // Half of the kills hit the first import of a store, half a later one.
  std::array<EventLog, 2> before;
  std::array<EventLog, 2> after;
  for (const std::size_t later : {0U, 1U}) {
    const std::unique_ptr<EngineUnderTest> engine = MakeEngineUnderTest();
    const std::unique_ptr<Store> store = engine->Open(kImpatient).value();
    if (later == 1) {
      MustImport(*store, first);
    }
    before[later] = Load(*store);
    MustImport(*store, killed);
    after[later] = Load(*store);
  }
  store_.reset();  // no connection of this process is open while it forks

  base::RandomStream random(20261122, "kill-points");
  int num_lost = 0;
  for (int round = 0; round < kKills; ++round) {
    const std::size_t later = static_cast<std::size_t>(round) % 2;
    const std::unique_ptr<EngineUnderTest> engine = MakeEngineUnderTest();
    {
      const std::unique_ptr<Store> store = engine->Open(kImpatient).value();
      if (later == 1) {
        MustImport(*store, first);
      }
    }
    KillImport(*engine, killed, random.Below(num_steps), static_cast<int>(random.Below(12)));
    if (HasFatalFailure()) {
      return;
    }
    const std::unique_ptr<Store> store = engine->Open(kPatient).value();
    // A server may still be ending the killed import; its lock says when that is over.
    auto turn = store->BeginImport(SampleDescription("a", 1, "turn"));
    ASSERT_TRUE(turn.has_value()) << turn.error().ToString();
    turn->reset();
    const EventLog log = Load(*store);
    const bool everything = log == after[later];
    EXPECT_TRUE(everything || log == before[later]) << "round " << round;
    EXPECT_EQ(store->Batches()->size(), later + (everything ? 1 : 0)) << "round " << round;
    const auto lines = store->Diagnose();
    EXPECT_TRUE(lines.has_value()) << lines.error().ToString();
    if (everything) {
      EXPECT_EQ(Import(*store, killed).error().code(), ErrorCode::kConflict);
    } else {
      ++num_lost;
      MustImport(*store, killed);
      EXPECT_EQ(Load(*store), after[later]) << "round " << round;
    }
  }
  EXPECT_GT(num_lost, 0) << "no kill came before the end of its import: the test tested nothing";
}

}  // namespace
}  // namespace ri::data
