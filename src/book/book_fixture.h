#pragma once

/// Books over a random company and a random model, for tests.

#include <memory>
#include <string>

#include "book/deal_book.h"
#include "data/event_log.h"

namespace ri::book::testing {

struct FixtureOptions {
  std::uint64_t seed = 1;
  std::size_t deals = 900;
  int trees = 30;
  int threads = 1;
  bool with_ridge = false;  ///< the head is the mean of a ridge and trees, not trees alone
};

/// One company, one model, books of any moment.
class BookFixture {
 public:
  explicit BookFixture(const FixtureOptions& options = {});
  ~BookFixture();
  BookFixture(const BookFixture&) = delete;
  BookFixture& operator=(const BookFixture&) = delete;

  [[nodiscard]] std::shared_ptr<const DealBook> BookAt(domain::Timestamp as_of) const {
    return BookAt(as_of, model_);
  }
  [[nodiscard]] std::shared_ptr<const DealBook> BookAt(
      domain::Timestamp as_of, const std::shared_ptr<const PreparedModel>& model) const;
  [[nodiscard]] const std::shared_ptr<const PreparedModel>& model() const { return model_; }
  /// Another model over the same columns.
  [[nodiscard]] std::shared_ptr<const PreparedModel> AnotherModel(std::uint64_t seed) const;
  [[nodiscard]] const std::shared_ptr<const Knowledge>& knowledge() const { return knowledge_; }
  [[nodiscard]] Workspace& workspace() const { return *workspace_; }

  /// A moment in the middle of the company's life.
  static domain::Timestamp Now();

 private:
  std::string path_;
  std::unique_ptr<Workspace> workspace_;
  std::shared_ptr<const Knowledge> knowledge_;
  features::FeatureTable schema_;
  models::FeatureEncoder encoder_;
  base::Matrix<float> background_;
  int trees_;
  int threads_;
  bool with_ridge_;
  std::shared_ptr<const PreparedModel> model_;
};

}  // namespace ri::book::testing
