#pragma once

/// Use case: one forecast as one signed file that can be checked years later by somebody who has
/// neither the program's database nor its secret key.
///
/// The first line is "revint-evidence 1 PUBLIC_KEY SIGNATURE", the rest a JSON document. The
/// signature is over the line up to the public key and over every byte of the document.

#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"

namespace ri::service {

struct EvidenceRequest {
  std::optional<domain::Quarter> period;      ///< the quarter of the moment when empty
  std::optional<domain::Timestamp> as_of;     ///< default: the effective moment
  std::optional<domain::Timestamp> known_at;  ///< only imports obtained up to then
  std::string model = "champion";
  std::string path;      ///< of the file to write
  std::string key_path;  ///< secret key; made there, for its owner alone, when there is none
  std::string actor = "command line";
  domain::Timestamp now{};
};

struct EvidenceReport {
  std::string path, public_key, sha256;  ///< of the whole file
  std::string period, model_version;
  bool has_outcome = false;  ///< the quarter was over when the file was written
};

/// Writes the hashes of everything the forecast was made from, the versions, the distribution with
/// what carries its risk, every open deal with its chance and the hash of its feature row, the
/// calls and overrides people gave until the moment, and, once the quarter is over, what was
/// booked. The log of who did what gets an entry. Errors as ForecastQuarter; kBadInput for a file
/// that holds no key, kStorage when a file cannot be written.
[[nodiscard]] Result<EvidenceReport> WriteEvidence(book::Workspace& workspace,
                                                   const EvidenceRequest& request,
                                                   base::Progress& progress);

struct EvidenceCheck {
  std::string public_key, sha256;
  std::string document;  ///< the JSON, as signed
};

/// kBadInput when a byte of the file is another one than was signed; kRefused when it is whole, but
/// signed by another key than `public_key` (empty: whichever it names).
[[nodiscard]] Result<EvidenceCheck> VerifyEvidence(const std::string& path,
                                                   const std::string& public_key);

/// Where the key of a database lies unless told otherwise: beside a SQLite database; empty else.
[[nodiscard]] std::string DefaultKeyPath(const std::string& database);

}  // namespace ri::service
