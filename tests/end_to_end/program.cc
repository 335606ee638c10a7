#include "program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ri::end_to_end {

nlohmann::json Outcome::Json() const {
  auto document = nlohmann::json::parse(out, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << "stdout is no JSON document:\n" << out.substr(0, 500);
  return document;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "revint-test-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Outcome Folder::Run(const std::vector<std::string>& arguments) const {
  const std::string out_path = Path(".stdout");
  const std::string err_path = Path(".stderr");
  std::vector<std::string> words = {RI_REVINT};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const int out = ::open(out_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err = ::open(err_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (::chdir(path_.c_str()) != 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) {
      ::_exit(126);
    }
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = ReadFile(out_path);
  outcome.err = ReadFile(err_path);
  return outcome;
}

Outcome Folder::RunWell(const std::vector<std::string>& arguments) const {
  Outcome outcome = Run(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << arguments.front() << ": " << outcome.err.substr(0, 2000);
  return outcome;
}

std::string RealData(const std::string& name) {
  const std::string path = std::string(RI_SOURCE_DIR) + "/../shared/data/" + name;
  return std::filesystem::exists(path) ? path : "";
}

std::string Source(const std::string& name) { return std::string(RI_SOURCE_DIR) + "/" + name; }

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace ri::end_to_end
