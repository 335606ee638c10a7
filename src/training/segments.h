#pragma once

/// Parts of the deals that are looked at on their own: the labels of every category, size bands,
/// and weeks to the end of the quarter.

#include <span>
#include <vector>

#include "domain/fiscal_calendar.h"
#include "training/evaluation.h"
#include "training/training_matrix.h"

namespace ri::training {

/// Segments of the given rows of the matrix; positions in `rows`. Categories with more than 12
/// labels are left out: their parts would be too small to judge.
[[nodiscard]] std::vector<SegmentRows> SegmentsOf(const TrainingMatrix& matrix,
                                                  std::span<const std::size_t> rows,
                                                  const domain::FiscalCalendar& calendar);

}  // namespace ri::training
