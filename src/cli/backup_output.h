#pragma once

/// What `backup` and `restore` print.

#include <string>

#include "service/backup.h"

namespace ri::cli {

/// `lead` is the sentence before the file's name.
[[nodiscard]] std::string BackupText(const data::BackupReport& report, const std::string& lead);
/// `done` is "written", "verified" or "restored".
[[nodiscard]] std::string BackupJson(const data::BackupReport& report, const std::string& done);

}  // namespace ri::cli
