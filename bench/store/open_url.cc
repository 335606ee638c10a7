#include "open_url.h"

#include <array>

#include "data/open_store.h"
#include "data/postgres/postgres_store.h"
#include "data/sqlite/sqlite_store.h"

namespace ri::bench {

Result<std::unique_ptr<data::Store>> OpenUrl(const std::string& url) {
  const std::array engines = {data::sqlite::MakeEngine(), data::postgres::MakeEngine()};
  return data::OpenStore(url, engines);
}

}  // namespace ri::bench
