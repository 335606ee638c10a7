#pragma once

/// The commented TOML of a proposed mapping.

#include <cstddef>
#include <string>

#include "ingest/mapping_proposal.h"

namespace ri::ingest {

/// What was decided, as lines of TOML.
struct ProposalParts {
  const std::string& path;
  std::size_t num_rows = 0;         ///< looked at
  const MappingProposal& proposal;  ///< columns and questions
  const std::string& currency;      ///< code, or empty
  const std::string& conventions;   ///< order of dates, mark of decimals
  const std::string& roles;
  const std::string& outcome;  ///< [file.outcome], empty without one
  const std::string& clock;    ///< [file.clock], empty when deals have dates
  bool created_sometimes = false;
};

[[nodiscard]] std::string ProposalText(const ProposalParts& parts);

}  // namespace ri::ingest
