#include "data/operations_under_test.h"

#include "data/engine_under_test.h"
#include "data/postgres/sql_database.h"

namespace ri::data {
namespace {

class UnderTest final : public OperationsUnderTest {
 public:
  std::unique_ptr<OperationsStore> Open() override {
    auto database = postgres::OpenSqlDatabase(engine_->place());
    return database ? std::make_unique<OperationsStore>(*std::move(database)) : nullptr;
  }

 private:
  std::unique_ptr<EngineUnderTest> engine_ = MakeEngineUnderTest();
};

}  // namespace

std::unique_ptr<OperationsUnderTest> MakeOperationsUnderTest() {
  return std::make_unique<UnderTest>();
}

}  // namespace ri::data
