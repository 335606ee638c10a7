#pragma once

/// Row-major matrices: `Matrix` owns, `MatrixView` looks. A view carries its shape and does not
/// outlive what it looks at.

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/assertion.h"

namespace ri::base {

template <typename T>
class MatrixView {
 public:
  MatrixView() = default;
  MatrixView(T* data, std::size_t num_rows, std::size_t num_columns)
      : data_(data), num_rows_(num_rows), num_columns_(num_columns) {}

  [[nodiscard]] std::size_t num_rows() const { return num_rows_; }
  [[nodiscard]] std::size_t num_columns() const { return num_columns_; }
  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] std::span<T> row(std::size_t i) const {
    return {data_ + i * num_columns_, num_columns_};
  }
  [[nodiscard]] T& operator()(std::size_t i, std::size_t j) const {
    return data_[i * num_columns_ + j];
  }

 private:
  T* data_ = nullptr;
  std::size_t num_rows_ = 0;
  std::size_t num_columns_ = 0;
};

template <typename T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t num_rows, std::size_t num_columns, T fill = T{})
      : values_(num_rows * num_columns, fill), num_rows_(num_rows), num_columns_(num_columns) {}
  Matrix(std::vector<T> values, std::size_t num_rows, std::size_t num_columns)
      : values_(std::move(values)), num_rows_(num_rows), num_columns_(num_columns) {
    RI_ASSERT(values_.size() == num_rows * num_columns);
  }

  [[nodiscard]] std::size_t num_rows() const { return num_rows_; }
  [[nodiscard]] std::size_t num_columns() const { return num_columns_; }
  [[nodiscard]] std::span<T> row(std::size_t i) {
    return {values_.data() + i * num_columns_, num_columns_};
  }
  [[nodiscard]] std::span<const T> row(std::size_t i) const {
    return {values_.data() + i * num_columns_, num_columns_};
  }
  [[nodiscard]] T& operator()(std::size_t i, std::size_t j) {
    return values_[i * num_columns_ + j];
  }
  [[nodiscard]] const T& operator()(std::size_t i, std::size_t j) const {
    return values_[i * num_columns_ + j];
  }
  [[nodiscard]] MatrixView<const T> view() const {
    return {values_.data(), num_rows_, num_columns_};
  }
  [[nodiscard]] MatrixView<T> mutable_view() { return {values_.data(), num_rows_, num_columns_}; }
  [[nodiscard]] const std::vector<T>& values() const { return values_; }

 private:
  std::vector<T> values_;
  std::size_t num_rows_ = 0;
  std::size_t num_columns_ = 0;
};

}  // namespace ri::base
