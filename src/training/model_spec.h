#pragma once

/// The reference page of the model, made from what the program uses.

#include <string>

namespace ri::training {

/// Markdown of docs/model-spec.md: what an artifact holds, which candidates are tried at how many
/// closed deals and with which parameters, the defaults of a training, and every gate with its
/// limit. Names, parameters and limits are read from the code that uses them.
[[nodiscard]] std::string ModelSpecification();

}  // namespace ri::training
