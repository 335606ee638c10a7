#include "service/engines.h"

#include <array>

#include "data/postgres/postgres_store.h"
#include "data/sqlite/sqlite_store.h"

namespace ri::service {

std::span<const data::Engine> Engines() {
  static const std::array kEngines = {data::sqlite::MakeEngine(), data::postgres::MakeEngine()};
  return kEngines;
}

}  // namespace ri::service
