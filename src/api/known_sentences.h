#pragma once

/// Sentences that exist in English only, said in another language: what is kept in the database
/// (reasons of alerts, evidence of gates) and messages of errors, which are English in logs and on
/// the command line too. They are known by their templates. What is computed for an answer is
/// written in the reader's language at once and needs none of this.

#include <span>
#include <string>
#include <string_view>

#include "api/http_message.h"
#include "base/phrase.h"

namespace ri::api {

/// The sentence in `language`; several, divided by "; ", each by itself. In English when any of it
/// is unknown: half a sentence in each language would be worse than one. Cost: some ten
/// microseconds. Thread-safe.
[[nodiscard]] std::string InLanguage(base::Language language, std::string_view english);

/// Title, detail and complaints of problem details; other answers stay as they are.
void TranslateProblem(base::Language language, Response& response);

/// All templates, but those of the feature catalogue.
[[nodiscard]] std::span<const base::Phrase> KnownPhrases();

}  // namespace ri::api
