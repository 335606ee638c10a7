#pragma once

/// CSV as RFC 4180 has it and as CRMs write it.

#include <memory>
#include <string>

#include "base/result.h"
#include "ingest/byte_source.h"
#include "ingest/row_source.h"

namespace ri::ingest {

/// Reads rows from CSV text. Accepts CR, LF and CRLF, quoted cells with line breaks, a first line
/// "sep=;", and a quote inside an unquoted cell as an ordinary character.
///
/// Cost: one pass, no allocation per cell or row; the buffer is 1 MiB and grows to the longest row.
/// \param format  name for FileFacts, for example "csv.gz"
[[nodiscard]] Result<std::unique_ptr<RowSource>> OpenCsv(std::unique_ptr<ByteSource> bytes,
                                                         std::string format,
                                                         const OpenOptions& options);

}  // namespace ri::ingest
