#include "data/sample_import.h"

#include "base/random.h"
#include "base/sha256.h"

namespace ri::data {

Status AppendFacts(ImportTransaction& import, const std::vector<Fact>& facts) {
  std::vector<Event> events;
  for (const Fact& fact : facts) {
    Event event = {.event_time = fact.event_time,
                   .recorded_time = fact.recorded_time,
                   .sequence = fact.sequence,
                   .value = fact.number};
    RI_ASSIGN_OR_RETURN(event.entity, import.Intern(fact.attribute.kind, fact.key));
    RI_ASSIGN_OR_RETURN(event.attribute, import.Attribute(fact.attribute));
    if (fact.text.has_value() && fact.attribute.type == ValueType::kText) {
      RI_ASSIGN_OR_RETURN(event.value, import.Symbol(*fact.text));
    } else if (fact.text.has_value()) {
      RI_ASSIGN_OR_RETURN(event.value, import.Intern(fact.attribute.reference_kind, *fact.text));
    }
    events.push_back(event);
  }
  return import.Append(events);
}

Result<Batch> Import(Store& store, const SampleImport& sample) {
  RI_ASSIGN_OR_RETURN(const auto import, store.BeginImport(sample.description));
  RI_RETURN_IF_ERROR(AppendFacts(*import, sample.facts));
  return import->Commit(static_cast<std::int64_t>(sample.facts.size()));
}

std::vector<Fact> RandomFacts(std::uint64_t seed, int num_deals) {
  const AttributeDefinition stage = {.name = "stage"};
  const AttributeDefinition amount = {.name = "amount", .type = ValueType::kMoney};
  const AttributeDefinition owner = {
      .name = "owner", .type = ValueType::kReference, .reference_kind = EntityKind::kRep};
  const AttributeDefinition call = {.name = "activity.call",
                                    .type = ValueType::kReference,
                                    .reference_kind = EntityKind::kContact};
  const AttributeDefinition team = {.kind = EntityKind::kRep,
                                    .name = "team",
                                    .type = ValueType::kReference,
                                    .reference_kind = EntityKind::kTeam};
  base::RandomStream random(seed, "facts");
  std::vector<Fact> facts;
  for (int deal = 0; deal < num_deals; ++deal) {
    // A fact's numbers follow from the deal, not from the seed: seeds differ in what they hold.
    const std::string key = "deal-" + std::to_string(deal);
    const std::int64_t created = 1000 * (deal % 17);
    const auto add = [&](const AttributeDefinition& attribute, std::int64_t step) -> Fact& {
      Fact fact;
      fact.key = key;
      fact.attribute = attribute;
      fact.event_time = created + step;
      fact.recorded_time = deal % 3 == 0 ? kNotRecorded : created + step + deal % 5;
      fact.sequence = step;
      facts.push_back(fact);
      return facts.back();
    };
    for (std::int64_t step = 0; step < 4; ++step) {
      if (random.Bernoulli(0.7)) {
        add(stage, step).text = "Stage \xC3\xA9 " + std::to_string((deal + step) % 6);
      }
      if (random.Bernoulli(0.5)) {
        add(amount, step).number = step == 3 ? kNoValue : 100 * (deal - step);
      }
      if (random.Bernoulli(0.4)) {
        add(owner, step).text = "rep-" + std::to_string(deal % 7);
      }
      if (random.Bernoulli(0.4)) {
        Fact& fact = add(call, step);
        if (deal % 2 == 0) {
          fact.text = "contact-" + std::to_string(deal);
        }
      }
    }
    if (random.Bernoulli(0.2) && !facts.empty()) {
      facts.push_back(facts.back());
    }
  }
  Fact membership;
  membership.key = "rep-1";
  membership.attribute = team;
  membership.text = "team-" + std::to_string(seed);
  facts.push_back(membership);
  return facts;
}

BatchDescription SampleDescription(const std::string& source, std::int64_t known_at,
                                   const std::string& content) {
  return {.source = source,
          .path = content + ".csv",
          .content_sha256 =
              base::ToHex(base::Sha256Of(source + "/" + std::to_string(known_at) + "/" + content)),
          .mapping = "sample",
          .known_at = known_at};
}

}  // namespace ri::data
