#pragma once

/// Use case: take what is new in a folder into which exports are dropped.

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "ingest/import_report.h"
#include "service/import_data.h"

namespace ri::service {

struct WatchRequest {
  std::string folder;
  ImportRequest import;  ///< paths and known_at are not read; `now` is
  /// A file younger than this may still be written to and waits for the next look.
  std::int64_t settle_seconds = 60;
};

struct WatchReport {
  std::vector<ingest::ImportReport> imports;  ///< oldest first
  std::size_t known_files = 0;                ///< taken before, unchanged since
  std::vector<std::string> waiting;  ///< files that are too young, or still have a temporary name
};

/// One look at a folder and its direct subfolders. Files that were taken before, by their content,
/// are left alone; nothing is moved or changed. Each subfolder is one export, as is the folder
/// itself.
///
/// New files of an export are imported together, oldest first; when two of them are the same table
/// of different days, they are imported one after the other. Their known time is that of the newest
/// file of the batch, so that what arrives late keeps the time at which it was obtained. Tables of
/// the same export that are not new are read along with them, because a history without its deals
/// says nothing.
///
/// The manifest of taken files is kept in the database; killed in between, the next look finds what
/// was imported by its content. A dry run takes nothing and remembers nothing. kNotFound when the
/// folder does not exist; the first import that fails ends the look, with those before it kept.
[[nodiscard]] Result<WatchReport> WatchFolder(book::Workspace& workspace,
                                              const WatchRequest& request,
                                              base::Progress& progress);

}  // namespace ri::service
