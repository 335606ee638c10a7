#include "data/event_reader.h"

#include "data/log_assembler.h"

namespace ri::data {
namespace {

// Often enough for a smooth progress bar, seldom enough to cost nothing.
constexpr std::uint64_t kRowsPerProgress = std::uint64_t{1} << 16U;

}  // namespace

Result<EventLog> LoadLog(EventReader& reader, const LoadOptions& options,
                         base::Progress& progress) {
  LogAssembler assembler(options);
  RI_ASSIGN_OR_RETURN(const std::vector<Batch> batches, reader.ReadBatches());
  assembler.SetBatches(batches);
  RI_RETURN_IF_ERROR(
      reader.ReadAttributes([&](std::uint32_t id, const AttributeDefinition& definition) {
        assembler.AddAttribute(id, definition);
      }));
  RI_RETURN_IF_ERROR(
      reader.ReadEntities([&](std::uint32_t id, EntityKind kind, std::string_view key) {
        assembler.AddEntity(id, kind, key);
      }));
  RI_RETURN_IF_ERROR(reader.ReadSymbols(
      [&](std::uint32_t id, std::string_view text) { assembler.AddSymbol(id, text); }));
  RI_RETURN_IF_ERROR(reader.ReadSightings([&](std::int64_t batch, const Event& event) {
    assembler.AddSighting(batch, event);
    return true;
  }));

  std::uint64_t total = 0;
  for (const Batch& batch : batches) {
    total += static_cast<std::uint64_t>(batch.num_events);
  }
  progress.Begin("Reading events", total);
  assembler.BeginEvents(total);
  std::uint64_t done = 0;
  const Status read = reader.ReadEvents([&](std::int64_t batch, const Event& event) {
    assembler.AddEvent(batch, event);
    if (++done % kRowsPerProgress != 0) {
      return true;
    }
    progress.Update(done);
    return !progress.cancelled();
  });
  progress.End();
  RI_RETURN_IF_ERROR(read);
  return assembler.Finish();
}

}  // namespace ri::data
