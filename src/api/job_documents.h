#pragma once

#include <string>

#include "api/call.h"

namespace ri::api {

/// The schema Job.
void WriteJob(JsonWriter& json, const data::StoredJob& job, base::Language language);
/// Adds a job, wakes whoever runs them, and answers 202.
[[nodiscard]] Result<Response> StartJob(Call& call, const std::string& kind,
                                        const std::string& request);

}  // namespace ri::api
