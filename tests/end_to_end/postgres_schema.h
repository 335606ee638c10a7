#pragma once

/// A schema of its own on the test server, dropped at the end.

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace ri::end_to_end {

/// URL of the test server, or null when the environment names none.
inline const char* PostgresServer() {
  const char* server = std::getenv("REVINT_TEST_POSTGRES");
  return server == nullptr || *server == '\0' ? nullptr : server;
}

class Schema {
 public:
  explicit Schema(const std::string& server) {
    static int count = 0;
    name_ = "revint_end_to_end_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    connection_.reset(PQconnectdb(server.c_str()));
    Run("CREATE SCHEMA " + name_);
    url_ = server + (server.find('?') == std::string::npos ? "?" : "&") +
           "options=-csearch_path%3D" + name_;
  }
  ~Schema() { Run("DROP SCHEMA " + name_ + " CASCADE"); }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  void Run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), sql.c_str()), PQclear);
    EXPECT_EQ(PQresultStatus(result.get()), PGRES_COMMAND_OK) << PQerrorMessage(connection_.get());
  }
  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::string name_;
  std::string url_;
  std::unique_ptr<PGconn, Closer> connection_;
};

}  // namespace ri::end_to_end
