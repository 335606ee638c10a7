#include "data/sqlite/connection.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <string>

namespace ri::data::sqlite {
namespace {

using std::chrono::milliseconds;

/// Another process that reads the database when told and goes: as the last one it would tidy up. It
/// is forked before this process opens anything, as SQLite demands.
class OtherReader {
 public:
  explicit OtherReader(const std::string& path) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    child_ = fork();
    if (child_ == 0) {
      close(ends[1]);
      char word = 0;
      bool well = read(ends[0], &word, 1) == 1;
      if (well) {
        auto connection = Connection::Open(path, milliseconds(1000));
        well = connection && connection->QueryText("SELECT CAST(count(*) AS TEXT) FROM note");
      }
      _exit(well ? 0 : 1);
    }
    close(ends[0]);
    go_ = ends[1];
  }
  ~OtherReader() { close(go_); }
  OtherReader(const OtherReader&) = delete;
  OtherReader& operator=(const OtherReader&) = delete;

  [[nodiscard]] bool Read() const {
    int status = 1;
    return write(go_, "r", 1) == 1 && waitpid(child_, &status, 0) == child_ && status == 0;
  }

 private:
  pid_t child_ = -1;
  int go_ = -1;
};

TEST(SqliteConnection, ASecondOneKeepsTheLocksOfTheFirst) {
  std::string folder = std::filesystem::temp_directory_path() / "revint-connection-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/notes.db";
  const OtherReader other(path);
  {
    Connection first = Connection::OpenOrCreate(path, milliseconds(1000)).value();
    ASSERT_TRUE(first.Execute("CREATE TABLE note (text TEXT)"));
    const Connection second = Connection::OpenOrCreate(path, milliseconds(1000)).value();
    ASSERT_TRUE(first.Execute("INSERT INTO note VALUES ('kept')"));
    ASSERT_TRUE(other.Read());
    EXPECT_TRUE(std::filesystem::exists(path + "-wal")) << "the log is still written to";
    ASSERT_TRUE(first.Execute("INSERT INTO note VALUES ('kept too')"));
  }
  Connection later = Connection::Open(path, milliseconds(1000)).value();
  EXPECT_EQ(later.QueryText("SELECT CAST(count(*) AS TEXT) FROM note").value(), "2");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace ri::data::sqlite
