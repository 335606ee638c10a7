#pragma once

/// The catalogue's sentences and names in the other languages, beside the English ones.

#include <span>
#include <string>
#include <string_view>

#include "base/phrase.h"
#include "features/feature_table.h"

namespace ri::features {

/// One for every sentence template of the catalogue (see reason_sentence.h for their form).
[[nodiscard]] std::span<const base::Phrase> SentencePhrases();

/// The template of a feature's sentence; the English one where `language` has none, as for models
/// that were trained before a sentence was reworded. Templates of own columns are made of their
/// English ones.
[[nodiscard]] std::string SentenceTemplate(const FeatureDefinition& definition,
                                           base::Language language);

/// Names of catalogue features and of the families that they belong to: "calls" for calls_28d.
/// Empty for an unknown one.
[[nodiscard]] std::string GermanFeatureName(std::string_view name);

}  // namespace ri::features
