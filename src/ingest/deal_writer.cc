#include "ingest/deal_writer.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "ingest/attribute_catalogue.h"

namespace ri::ingest {
namespace {

using data::EntityKind;
using data::kNoValue;

// A stage entered this soon after the creation was chosen in the creating dialogue.
constexpr std::int64_t kSameMoment = 60'000;
constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kSameClosing = 2 * kDay;

constexpr std::array<Role, kNumSlots> kSlotRoles = {Role::kStage, Role::kAmount, Role::kCommitDate,
                                                    Role::kForecastCategory, Role::kProbability};

std::size_t Index(Slot slot) { return static_cast<std::size_t>(slot); }

data::AttributeDefinition Definition(std::string_view name, data::ValueType type) {
  return {.kind = EntityKind::kDeal, .name = std::string(name), .type = type};
}

}  // namespace

DealWriter::DealWriter(EventSink& sink, const DealHistory& history, const StageEndings& endings,
                       std::unordered_set<std::int64_t> qualifying, Exclusions& exclusions,
                       const PriorKnowledge* prior)
    : sink_(sink),
      history_(history),
      endings_(endings),
      qualifying_(std::move(qualifying)),
      exclusions_(exclusions),
      standing_(sink, prior) {
  for (std::size_t i = 0; i < kNumSlots; ++i) {
    slot_attributes_[i] = sink.Attribute(*AttributeOf(EntityKind::kDeal, kSlotRoles[i]));
  }
  created_ = sink.Attribute(*AttributeOf(EntityKind::kDeal, Role::kCreated));
}

Status DealWriter::Emit(std::uint32_t deal, std::uint32_t attribute, std::int64_t time,
                        std::int64_t sequence, std::int64_t value) {
  return sink_.Emit({.entity = deal,
                     .attribute = attribute,
                     .event_time = time,
                     .sequence = sequence,
                     .value = value});
}

Ending DealWriter::EndingOf(std::int64_t stage) const {
  const auto found = endings_.find(stage);
  return found == endings_.end() ? Ending::kOpen : found->second;
}

std::optional<Slot> DealWriter::SlotOf(std::uint32_t attribute) const {
  for (std::size_t i = 0; i < kNumSlots; ++i) {
    if (slot_attributes_[i] == attribute) {
      return static_cast<Slot>(i);
    }
  }
  return std::nullopt;
}

Status DealWriter::EmitOutcome(std::uint32_t deal, Ending ending, std::int64_t time,
                               std::int64_t amount) {
  const std::uint32_t outcome =
      sink_.Attribute(Definition(data::attribute::kOutcome, data::ValueType::kText));
  const std::string_view word = ending == Ending::kWon    ? "won"
                                : ending == Ending::kLost ? "lost"
                                                          : "open";
  RI_ASSIGN_OR_RETURN(const std::int64_t symbol, sink_.Symbol(word));
  RI_RETURN_IF_ERROR(Emit(deal, outcome, time, 0, symbol));
  return ending == Ending::kWon ? EmitClosedAmount(deal, time, amount) : Status();
}

Status DealWriter::EmitClosedAmount(std::uint32_t deal, std::int64_t time, std::int64_t amount) {
  if (amount == kNoValue) {
    return {};
  }
  const std::uint32_t attribute =
      sink_.Attribute(Definition(data::attribute::kClosedAmount, data::ValueType::kMoney));
  return Emit(deal, attribute, time, 0, amount);
}

void DealWriter::Gather(std::uint32_t deal, std::optional<std::int64_t> created) {
  scratch_.clear();
  const std::span<const StateRow> states = history_.States(deal);
  const std::span<const FieldChange> changes = history_.Changes(deal);
  if (!states.empty() && created && states.front().time > *created + kDay) {
    issues_.push_back({HistoryIssue::kStartsLate, *created});
  }
  for (std::size_t i = 0; i < kNumSlots; ++i) {
    const auto of_slot =
        std::ranges::equal_range(changes, slot_attributes_[i], {}, &FieldChange::attribute);
    const bool has_states = !states.empty() && history_.has_slot(static_cast<Slot>(i));
    MergeSlot(static_cast<Slot>(i), states, has_states, {of_slot.begin(), of_slot.end()}, created,
              scratch_, issues_);
    if (has_states) {
      UsePreviousValues(static_cast<Slot>(i), states, history_.Previous(deal, static_cast<Slot>(i)),
                        created, scratch_, issues_);
    } else {
      FindGaps({of_slot.begin(), of_slot.end()}, created, history_.oldest_change(), issues_);
    }
  }
  std::ranges::stable_sort(scratch_, [](const SlotChange& left, const SlotChange& right) {
    return std::tie(left.time, left.sequence, left.slot) <
           std::tie(right.time, right.sequence, right.slot);
  });
}

Status DealWriter::WriteIssues(std::uint32_t deal) {
  std::array<bool, kNumHistoryIssues> done{};
  for (const FoundIssue& found : issues_) {
    const auto index = static_cast<std::size_t>(found.issue);
    if (done[index]) {
      continue;
    }
    done[index] = true;
    ++counts_.issues[index];
    RI_ASSIGN_OR_RETURN(const std::int64_t symbol, sink_.Symbol(NameOf(found.issue)));
    RI_RETURN_IF_ERROR(
        Emit(deal, sink_.Attribute(Definition(data::attribute::kDataIssue, data::ValueType::kText)),
             found.time, static_cast<std::int64_t>(index), symbol));
  }
  counts_.with_issues += issues_.empty() ? 0 : 1;
  issues_.clear();
  return {};
}

Status DealWriter::WriteFlag(std::uint32_t deal, std::string_view name, std::int64_t time,
                             std::int64_t value) {
  return Emit(deal, sink_.Attribute(Definition(name, data::ValueType::kFlag)), time, 0, value);
}

std::int64_t DealWriter::ChangedBy(const DealRecord& record) const {
  if (standing_.prior() == nullptr) {
    return record.created;
  }
  const std::int64_t known_at = standing_.prior()->known_at();
  return record.ending != Ending::kOpen && record.closed ? std::min(*record.closed, known_at)
                                                         : known_at;
}

Result<DealWriter::Timeline> DealWriter::WriteTimeline(std::uint32_t deal,
                                                       std::optional<std::int64_t> created,
                                                       const KnownEnding* known) {
  Gather(deal, created);
  Timeline timeline;
  timeline.last.fill(kNoValue);
  std::array<std::int64_t, kNumSlots> written{};
  written.fill(kNoValue);
  bool qualified = false;
  std::int64_t closed_amount = kNoValue;
  for (std::size_t begin = 0; begin < scratch_.size();) {
    // Everything of one moment counts together: a save changes stage and amount at once.
    std::size_t end = begin;
    const std::int64_t time = scratch_[begin].time;
    for (; end < scratch_.size() && scratch_[end].time == time; ++end) {
      timeline.seen[Index(scratch_[end].slot)] = true;
      timeline.last[Index(scratch_[end].slot)] = scratch_[end].value;
    }
    timeline.last_time = time;
    const std::int64_t amount = timeline.last[Index(Slot::kAmount)];
    const Ending ending = EndingOf(timeline.last[Index(Slot::kStage)]);
    if (ending != timeline.ending) {
      const bool was_open = timeline.ending == Ending::kOpen;
      if (begin == 0 && created && time <= *created + kSameMoment) {
        ++counts_.born_closed;
        exclusions_.Add(deal, Exclusion::kBornClosed, *created);
      }
      counts_.reopened += !was_open && ending == Ending::kOpen ? 1 : 0;
      // The row's closing date is a day; the history has the moment.
      const bool written_before = known != nullptr && known->ending == ending &&
                                  std::abs(known->time - time) < kSameClosing;
      if (!written_before) {
        RI_RETURN_IF_ERROR(EmitOutcome(deal, ending, time, amount));
      }
      closed_amount = amount;
    } else if (ending == Ending::kWon && amount != closed_amount) {
      RI_RETURN_IF_ERROR(EmitClosedAmount(deal, time, amount));
      closed_amount = amount;
    }
    timeline.ending = ending;
    for (std::size_t i = begin; i < end; ++i) {
      const SlotChange& change = scratch_[i];
      if (change.slot == Slot::kStage && !qualified && qualifying_.contains(change.value)) {
        qualified = true;
        const std::uint32_t attribute =
            sink_.Attribute(Definition(data::attribute::kQualified, data::ValueType::kFlag));
        RI_RETURN_IF_ERROR(Emit(deal, attribute, time, change.sequence, 1));
      }
      if (ending == Ending::kOpen && written[Index(change.slot)] != change.value) {
        written[Index(change.slot)] = change.value;
        RI_RETURN_IF_ERROR(
            Emit(deal, slot_attributes_[Index(change.slot)], time, change.sequence, change.value));
      }
    }
    begin = end;
  }
  timeline.any_stage = timeline.seen[Index(Slot::kStage)];
  return timeline;
}

Status DealWriter::WriteSlotsWithoutHistory(const DealRecord& record, const Timeline& timeline) {
  for (std::size_t i = 0; i < kNumSlots; ++i) {
    const std::int64_t value = record.slots[i];
    if (timeline.seen[i]) {
      if (record.ending == Ending::kOpen && timeline.ending == Ending::kOpen && value != kNoValue &&
          value != timeline.last[i]) {
        issues_.push_back({HistoryIssue::kRowDisagrees, kAtExport});
        RI_RETURN_IF_ERROR(Emit(record.deal, slot_attributes_[i], kAtExport, 0, value));
      }
      continue;
    }
    if (value == kNoValue || (record.slot_at_export[i] && record.ending != Ending::kOpen)) {
      continue;  // the value of a closed deal belongs to its closing, not to an open moment
    }
    const std::int64_t time = record.slot_at_export[i] ? kAtExport : record.created;
    RI_RETURN_IF_ERROR(standing_.Emit(EntityKind::kDeal, record.key, record.deal,
                                      slot_attributes_[i], time, ChangedBy(record), value,
                                      record.slot_texts[i]));
  }
  return {};
}

Status DealWriter::WriteEnding(const DealRecord& record, const Timeline& timeline) {
  const bool stages_tell = timeline.any_stage && !endings_.empty();
  if (record.ending == Ending::kOpen) {
    if (stages_tell && timeline.ending != Ending::kOpen) {
      issues_.push_back({HistoryIssue::kRowDisagrees, kAtExport});
      ++counts_.reopened;
      return EmitOutcome(record.deal, Ending::kOpen, kAtExport, kNoValue);
    }
    const PriorKnowledge* prior = standing_.prior();
    if (!stages_tell && prior != nullptr && prior->IsClosed(record.key)) {
      ++counts_.reopened;
      return EmitOutcome(record.deal, Ending::kOpen, prior->known_at(), kNoValue);
    }
    return {};
  }
  if (stages_tell && timeline.ending == record.ending) {
    return {};
  }
  if (stages_tell) {
    issues_.push_back({HistoryIssue::kRowDisagrees, kAtExport});
  }
  if (!record.closed) {
    const std::uint32_t attribute =
        sink_.Attribute(Definition(data::attribute::kUndatedOutcome, data::ValueType::kText));
    RI_ASSIGN_OR_RETURN(const std::int64_t symbol,
                        sink_.Symbol(record.ending == Ending::kWon ? "won" : "lost"));
    return Emit(record.deal, attribute, record.created, 0, symbol);
  }
  const std::int64_t closed =
      std::max(*record.closed, stages_tell ? timeline.last_time : record.created);
  if (!timeline.any_stage && record.created != kAtExport &&
      *record.closed + kDay <= record.created) {
    ++counts_.born_closed;
    exclusions_.Add(record.deal, Exclusion::kBornClosed, record.created);
  }
  return EmitOutcome(record.deal, record.ending, closed, record.closed_amount);
}

Status DealWriter::WriteChanges(std::span<const FieldChange> changes,
                                std::optional<std::int64_t> created, std::int64_t& last) {
  for (const FieldChange& change : changes) {
    if (&change == changes.data() && created && change.old_value != kUnknownValue &&
        change.old_value != kNoValue) {
      last = change.old_value;
      RI_RETURN_IF_ERROR(
          Emit(change.deal, change.attribute, std::min(*created, change.time), 0, last));
    }
    if (change.new_value != last) {
      last = change.new_value;
      RI_RETURN_IF_ERROR(Emit(change.deal, change.attribute, change.time, change.sequence, last));
    }
  }
  return {};
}

Status DealWriter::WriteValues(const DealRecord& record) {
  const std::span<const FieldChange> changes = history_.Changes(record.deal);
  std::vector<std::uint32_t> done;
  for (std::size_t begin = 0; begin < changes.size();) {
    std::size_t end = begin;
    while (end < changes.size() && changes[end].attribute == changes[begin].attribute) {
      ++end;
    }
    const std::uint32_t attribute = changes[begin].attribute;
    if (!SlotOf(attribute)) {
      if (changes[begin].old_value != kUnknownValue && record.created != kAtExport) {
        FindGaps(changes.subspan(begin, end - begin), record.created, history_.oldest_change(),
                 issues_);
      }
      std::int64_t last = kNoValue;
      RI_RETURN_IF_ERROR(WriteChanges(
          changes.subspan(begin, end - begin),
          record.created == kAtExport ? std::nullopt : std::optional<std::int64_t>(record.created),
          last));
      done.push_back(attribute);
      for (const DealRecord::Value& value : record.values) {
        if (value.attribute == attribute && value.value != last && value.value != kNoValue &&
            record.ending == Ending::kOpen) {
          issues_.push_back({HistoryIssue::kRowDisagrees, kAtExport});
          RI_RETURN_IF_ERROR(Emit(record.deal, attribute, kAtExport, 0, value.value));
        }
      }
    }
    begin = end;
  }
  for (const DealRecord::Value& value : record.values) {
    if (value.value != kNoValue && std::ranges::find(done, value.attribute) == done.end()) {
      RI_RETURN_IF_ERROR(standing_.Emit(EntityKind::kDeal, record.key, record.deal, value.attribute,
                                        value.at_export ? kAtExport : record.created,
                                        ChangedBy(record), value.value, value.text));
    }
  }
  return {};
}

Status DealWriter::Write(const DealRecord& record) {
  RI_RETURN_IF_ERROR(Emit(record.deal, created_, record.created, 0, 1));
  const std::optional<std::int64_t> created =
      record.created == kAtExport ? std::nullopt : std::optional<std::int64_t>(record.created);
  RI_ASSIGN_OR_RETURN(const Timeline timeline, WriteTimeline(record.deal, created));
  RI_RETURN_IF_ERROR(WriteSlotsWithoutHistory(record, timeline));
  RI_RETURN_IF_ERROR(WriteValues(record));
  RI_RETURN_IF_ERROR(WriteEnding(record, timeline));
  if (record.qualified) {
    RI_RETURN_IF_ERROR(WriteFlag(record.deal, data::attribute::kQualified, *record.qualified, 1));
  }
  RI_RETURN_IF_ERROR(WriteDeletion(record));
  return WriteIssues(record.deal);
}

Status DealWriter::WriteMerged(std::uint32_t deal, std::int64_t from) {
  // Counted with the deal that stays, so it is never open by itself.
  exclusions_.Add(deal, Exclusion::kMerged, from);
  return WriteFlag(deal, data::attribute::kDeleted, from, 1);
}

Status DealWriter::WriteDeletion(const DealRecord& record) {
  if (record.deleted) {
    return WriteFlag(record.deal, data::attribute::kDeleted, *record.deleted, 1);
  }
  const PriorKnowledge* prior = standing_.prior();
  if (prior != nullptr && prior->IsDeleted(record.key)) {  // undeleted in the source
    return WriteFlag(record.deal, data::attribute::kDeleted, prior->known_at(), 0);
  }
  return {};
}

Status DealWriter::WriteHistoryOnly(std::uint32_t deal, std::string_view key) {
  std::optional<std::int64_t> created;
  std::optional<KnownEnding> known;
  if (const PriorKnowledge* prior = standing_.prior(); prior != nullptr && !key.empty()) {
    created = prior->CreatedAt(key);
    if (const auto outcome = prior->OutcomeOf(key); outcome && outcome->word != "open") {
      known = {.ending = outcome->word == "won" ? Ending::kWon : Ending::kLost,
               .time = outcome->time};
    }
  }
  RI_RETURN_IF_ERROR(WriteTimeline(deal, created, known ? &*known : nullptr));
  const std::span<const FieldChange> changes = history_.Changes(deal);
  for (std::size_t begin = 0; begin < changes.size();) {
    std::size_t end = begin;
    while (end < changes.size() && changes[end].attribute == changes[begin].attribute) {
      ++end;
    }
    if (!SlotOf(changes[begin].attribute)) {
      std::int64_t last = kNoValue;
      RI_RETURN_IF_ERROR(WriteChanges(changes.subspan(begin, end - begin), created, last));
    }
    begin = end;
  }
  return WriteIssues(deal);
}

}  // namespace ri::ingest
