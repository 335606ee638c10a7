#include "explanations/xgboost_reference.h"

#include <xgboost/c_api.h>

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace ri::explanations::testing {
namespace {

void Check(int code) {
  if (code != 0) {
    throw std::runtime_error(XGBGetLastError());
  }
}

/// A DMatrix over a copy of the rows.
class Rows {
 public:
  explicit Rows(base::MatrixView<const float> rows) {
    Check(XGDMatrixCreateFromMat(rows.data(), rows.num_rows(), rows.num_columns(),
                                 std::numeric_limits<float>::quiet_NaN(), &handle_));
  }
  ~Rows() { XGDMatrixFree(handle_); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  [[nodiscard]] DMatrixHandle get() const { return handle_; }

 private:
  DMatrixHandle handle_ = nullptr;
};

std::vector<float> Copy(const bst_ulong* shape, bst_ulong dimensions, const float* values) {
  std::size_t size = 1;
  for (bst_ulong k = 0; k < dimensions; ++k) {
    size *= shape[k];
  }
  return {values, values + size};
}

std::string Configuration(int type) {
  return R"({"type": )" + std::to_string(type) +
         R"(, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false,)"
         R"( "missing": NaN, "cache_id": 0})";
}

}  // namespace

struct XgboostReference::Handle {
  BoosterHandle booster = nullptr;
  ~Handle() { XGBoosterFree(booster); }
};

XgboostReference::XgboostReference() : handle_(std::make_unique<Handle>()) {}
XgboostReference::~XgboostReference() = default;
XgboostReference::XgboostReference(XgboostReference&&) noexcept = default;

XgboostReference XgboostReference::Train(base::MatrixView<const float> rows,
                                         const std::vector<float>& labels, int rounds,
                                         const Parameters& parameters) {
  const Rows matrix(rows);
  Check(XGDMatrixSetFloatInfo(matrix.get(), "label", labels.data(), labels.size()));
  XgboostReference reference;
  DMatrixHandle cached = matrix.get();
  Check(XGBoosterCreate(&cached, 1, &reference.handle_->booster));
  BoosterHandle booster = reference.handle_->booster;
  Check(XGBoosterSetParam(booster, "objective", "binary:logistic"));
  Check(XGBoosterSetParam(booster, "tree_method", "hist"));
  Check(XGBoosterSetParam(booster, "nthread", "1"));
  for (const auto& [name, value] : parameters) {
    Check(XGBoosterSetParam(booster, name.c_str(), value.c_str()));
  }
  for (int round = 0; round < rounds; ++round) {
    Check(XGBoosterUpdateOneIter(booster, round, matrix.get()));
  }
  // A fresh booster: the trained one remembers predictions of its training matrix.
  return FromJson(reference.ToJson());
}

XgboostReference XgboostReference::FromJson(const std::string& json) {
  XgboostReference reference;
  Check(XGBoosterCreate(nullptr, 0, &reference.handle_->booster));
  Check(XGBoosterLoadModelFromBuffer(reference.handle_->booster, json.data(), json.size()));
  reference.SetThreads(1);
  return reference;
}

std::string XgboostReference::ToJson() const {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  Check(XGBoosterSaveModelToBuffer(handle_->booster, R"({"format": "json"})", &size, &bytes));
  return {bytes, size};
}

void XgboostReference::SetThreads(int threads) {
  Check(XGBoosterSetParam(handle_->booster, "nthread", std::to_string(threads).c_str()));
}

std::vector<float> XgboostReference::Predict(base::MatrixView<const float> rows, int type) const {
  const Rows matrix(rows);
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  Check(XGBoosterPredictFromDMatrix(handle_->booster, matrix.get(), Configuration(type).c_str(),
                                    &shape, &dimensions, &values));
  return Copy(shape, dimensions, values);
}

std::vector<float> XgboostReference::Contributions(base::MatrixView<const float> rows) const {
  return Predict(rows, 2);
}

std::vector<float> XgboostReference::Interactions(base::MatrixView<const float> rows) const {
  return Predict(rows, 4);
}

std::vector<float> XgboostReference::PredictInPlace(base::MatrixView<const float> rows) const {
  const std::string array =
      R"({"data": [)" + std::to_string(reinterpret_cast<std::uintptr_t>(rows.data())) +
      R"(, true], "shape": [)" + std::to_string(rows.num_rows()) + ", " +
      std::to_string(rows.num_columns()) + R"(], "typestr": "<f4", "version": 3})";
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  Check(XGBoosterPredictFromDense(handle_->booster, array.c_str(), Configuration(1).c_str(),
                                  nullptr, &shape, &dimensions, &values));
  return Copy(shape, dimensions, values);
}

}  // namespace ri::explanations::testing
