#pragma once

/// What stages mean, for histories that come without the table of stages and without deal rows.

#include <cstdint>
#include <span>

#include "ingest/deal_writer.h"
#include "ingest/import_state.h"

namespace ri::ingest {

/// Adds to `state.endings` the stages in which deals end: those that are nearly always the last one
/// of a deal's history, and mostly of deals that the store knows as closed. Stages that are already
/// explained are left alone.
///
/// \pre state.prior is not null; state.history is sorted
void LearnEndingsFromPrior(std::span<const std::uint32_t> deals, ImportState& state,
                           const DealWriter& writer);

}  // namespace ri::ingest
