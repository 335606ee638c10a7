#include "data/postgres/error.h"

namespace ri::data::postgres {

using base::Error;
using base::ErrorCode;

Error TranslateError(std::string_view sqlstate, std::string_view message) {
  while (message.ends_with('\n')) {
    message.remove_suffix(1);
  }
  const std::string detail(message);
  const std::string_view error_class = sqlstate.substr(0, 2);
  if (sqlstate == "53100") {
    return {ErrorCode::kStorage,
            "The disk of the database server is full. Free some space and try again; nothing that "
            "was stored before is lost. The server says: " +
                detail};
  }
  if (sqlstate == "53300") {
    return {ErrorCode::kStorage,
            "The database server takes no more connections. Try again later or raise "
            "max_connections. The server says: " +
                detail};
  }
  if (sqlstate == "55P03") {
    return {ErrorCode::kConflict,
            "Another process holds this database: an import, or somebody who reads at length where "
            "everything is to be replaced. Try again when it has finished."};
  }
  if (sqlstate == "40001" || sqlstate == "40P01") {
    return {ErrorCode::kConflict,
            "Another process changed the same data. Try again. The server says: " + detail};
  }
  if (sqlstate == "23503") {
    return {ErrorCode::kNotFound, "What this refers to is not in the database."};
  }
  if (error_class == "23") {
    return {ErrorCode::kConflict, "The database holds this already (" + detail + ")."};
  }
  if (sqlstate == "57014") {
    return {ErrorCode::kCancelled, "The work was stopped. The server says: " + detail};
  }
  if (sqlstate == "25006" || (sqlstate == "0A000" && detail.find("recovery") != detail.npos)) {
    return {ErrorCode::kStorage,
            "This database takes no changes: it is a standby, or was opened for reading only. Give "
            "the address of the primary server. The server says: " +
                detail};
  }
  if (error_class == "28" || sqlstate == "42501") {
    return {ErrorCode::kStorage,
            "The database server does not permit this. Check user, password and rights; the user "
            "needs to create and write tables. The server says: " +
                detail};
  }
  if (sqlstate == "22021" || sqlstate == "22P05" || sqlstate == "54000") {
    return {ErrorCode::kBadInput, "The database cannot hold this value: " + detail};
  }
  if (sqlstate.empty() || error_class == "08" || error_class == "57") {
    return {ErrorCode::kStorage,
            "The database server cannot be reached or went away. Check that it runs and that the "
            "URL is right. " +
                detail};
  }
  return {ErrorCode::kStorage,
          "The database server reports: " + detail + " (" + std::string(sqlstate) + ")"};
}

}  // namespace ri::data::postgres
