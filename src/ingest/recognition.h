#pragma once

/// Which files there are and which mapping reads them.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/table_binding.h"

namespace ri::ingest {

struct MappingChoice {
  std::string preset = "auto";                 ///< or the name of one
  std::string mapping_file;                    ///< wins over the preset when not empty
  DateOrder date_order = DateOrder::kUnknown;  ///< overrides the mapping when known
};

/// What `import` would do with a set of paths.
struct Recognition {
  std::shared_ptr<const Mapping> mapping;  ///< SourceFile::mapping points into it
  std::string reason;                      ///< a sentence for people
  SourceFiles files;                       ///< in a fixed order, whatever the order of the paths
  std::vector<std::string> skipped;        ///< files among others that the mapping does not know
};

/// Looks into folders (one level), reads headers, and picks the mapping that knows most files.
/// kNotFound for a missing path; kBadInput when nothing is recognised, when the only file that
/// was named is not known to the mapping, or when a named file cannot be read.
[[nodiscard]] Result<Recognition> Recognise(const std::vector<std::string>& paths,
                                            const MappingChoice& choice);

}  // namespace ri::ingest
