#pragma once

/// Arrays in the file formats of NumPy: .npy holds one, .npz several by name.
/// Sources: the NPY format, version 1.0, and the ZIP application note.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"

namespace ri::documents {

/// One array in row-major order, little-endian.
class NumpyArray {
 public:
  static NumpyArray Floats(base::MatrixView<const float> values);
  static NumpyArray Doubles(std::span<const double> values);
  static NumpyArray Integers(std::span<const std::int64_t> values);
  /// Milliseconds since 1970 UTC as datetime64[ms].
  static NumpyArray Instants(std::span<const std::int64_t> milliseconds);
  /// UTF-8 texts as fixed-width Unicode; bytes that are not UTF-8 are replaced.
  static NumpyArray Texts(std::span<const std::string> texts);

  /// The bytes of an .npy file.
  [[nodiscard]] std::string Npy() const;

 private:
  NumpyArray(std::string type, std::string shape, std::string data)
      : type_(std::move(type)), shape_(std::move(shape)), data_(std::move(data)) {}

  std::string type_;   ///< "<f4"
  std::string shape_;  ///< "(3, 2)"
  std::string data_;
};

/// The bytes of an .npz file: an uncompressed ZIP. kUsage beyond 4 GiB, which its directory cannot
/// name.
[[nodiscard]] Result<std::string> Npz(std::span<const std::pair<std::string, NumpyArray>> arrays);

}  // namespace ri::documents
