#pragma once

/// SHA-256 (FIPS 180-4) by libsodium: identity of files, manifests and feature rows.

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ri::base {

using Sha256Digest = std::array<unsigned char, 32>;

/// Hashes a stream piece by piece. Thread safety: one thread per object.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(std::span<const std::byte> bytes);
  void Update(std::string_view text);
  /// The digest of everything so far; the object is finished afterwards.
  [[nodiscard]] Sha256Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Sha256Digest Sha256Of(std::string_view text);
/// Lower-case hexadecimal, 64 characters.
[[nodiscard]] std::string ToHex(const Sha256Digest& digest);

}  // namespace ri::base
