#pragma once

/// What was observed, as a person would say it: the sentence templates of the catalogue, filled.
///
/// A template has up to three parts, divided by "||": for a value above zero (or any label, or
/// yes), for zero (or no), for a negative value. A part that is not there is the first one. In a
/// part
///   {value}     is the value as people read it: "12", "3.5", "45 %", "1,250,000"; without its sign
///               in the third part. Values on a log scale appear on their own scale;
///   {s}         is "s" unless the value is one: "{value} day{s}";
///   {one|many}  is one of two words: "{value} {deal is|deals are} open".

#include <span>
#include <string>
#include <string_view>

#include "base/phrase.h"
#include "features/feature_table.h"

namespace ri::features {

/// "12", "45 %", "yes", a label; "missing" for NaN; in German "1.250,5", "ja", "fehlt". `labels` as
/// in FeatureTable.
[[nodiscard]] std::string ValueText(const FeatureDefinition& definition,
                                    std::span<const std::string> labels, float value,
                                    base::Language language = base::Language::kEnglish);

/// One part of a template with {value}, {s} and {one|many} filled in; other places stay. `one`: the
/// words for a single thing.
[[nodiscard]] std::string FillPart(std::string_view part, std::string_view value, bool one);

/// The sentence for a value: "No two-way contact for 19 days"; "... is not known" when missing.
[[nodiscard]] std::string ReasonSentence(const FeatureDefinition& definition,
                                         std::span<const std::string> labels, float value,
                                         base::Language language = base::Language::kEnglish);

/// The feature's name in words: "days in stage", "Product interest" for an own column.
[[nodiscard]] std::string FeatureLabel(const FeatureDefinition& definition,
                                       base::Language language = base::Language::kEnglish);

/// What people call the column behind a feature "custom.account.Fit_Score__c.win_rate": "Fit
/// Score".
[[nodiscard]] std::string OwnColumnName(std::string_view feature);

}  // namespace ri::features
