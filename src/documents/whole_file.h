#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ri::documents {

/// Writes beside the final place and renames, so that a reader never sees half a file. kStorage
/// when the disk is full or the place is not writable; nothing is left behind then.
Status WriteWholeFile(const std::string& path, std::string_view content);

/// The bytes of a file. kNotFound when there is none, kStorage when it cannot be read.
[[nodiscard]] Result<std::string> ReadWholeFile(const std::string& path);

}  // namespace ri::documents
