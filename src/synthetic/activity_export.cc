#include "synthetic/activity_export.h"

#include "synthetic/csv_text.h"
#include "synthetic/deal_export.h"
#include "synthetic/salesforce_id.h"

namespace ri::synthetic {
namespace {

struct ActivityWords {
  std::string_view subject;
  std::string_view subtype;
  std::string_view type;
  std::string_view call_type;
};
ActivityWords WordsOf(ActivityKind kind) {
  switch (kind) {
    case ActivityKind::kEmailIn:
      return {"Email: << reply from customer", "Email", "Inbound Email", ""};
    case ActivityKind::kEmailOut:
      return {"Email: >> follow-up to customer", "Email", "Outbound Email", ""};
    case ActivityKind::kSponsorCall:
      return {"Executive sponsor call", "Call", "Call", "Outbound"};
    case ActivityKind::kOnboarding:
      return {"Prepare onboarding", "Task", "Other", ""};
    case ActivityKind::kCall:
    case ActivityKind::kMeeting:
      break;
  }
  return {"Call", "Call", "Call", "Outbound"};
}

void WriteMeeting(CsvText& csv, const DealActivity& activity) {
  csv.Text("Meeting").Day(domain::DateOf(activity.when)).Moment(activity.when);
  csv.Integer(activity.minutes).Moment(activity.when);
  csv.Moment(activity.when + std::chrono::minutes(activity.minutes)).Text("Event");
}

void WriteTask(CsvText& csv, const DealActivity& activity) {
  constexpr int kSecondsPerMinute = 60;
  const ActivityWords words = WordsOf(activity.kind);
  csv.Text(words.subject).Day(domain::DateOf(activity.when)).Text("Completed").Text("Normal");
  csv.Flag(true).Moment(activity.when).Text(words.subtype).Text(words.type).Text(words.call_type);
  if (words.subtype == "Call") {
    csv.Integer(activity.minutes * kSecondsPerMinute);
  } else {
    csv.Null();
  }
}

}  // namespace

std::string OpportunityContactRoleHeader() {
  return CsvHeader(
      "Id,OpportunityId,ContactId,Role,IsPrimary,CreatedDate,CreatedById,LastModifiedDate,"
      "LastModifiedById,SystemModstamp,IsDeleted");
}

std::string TaskHeader() {
  return CsvHeader(
      "Id,WhoId,WhatId,AccountId,OwnerId,Subject,ActivityDate,Status,Priority,IsClosed,"
      "CompletedDateTime,TaskSubtype,Type,CallType,CallDurationInSeconds,IsDeleted,CreatedDate,"
      "CreatedById,SystemModstamp");
}

std::string EventHeader() {
  return CsvHeader(
      "Id,WhoId,WhatId,AccountId,OwnerId,Subject,ActivityDate,ActivityDateTime,DurationInMinutes,"
      "StartDateTime,EndDateTime,EventSubtype,IsDeleted,CreatedDate,CreatedById,SystemModstamp");
}

void ExportContactRoles(const DealRecord& record, ExportBlock& block) {
  CsvText csv(block[ExportFile::kOpportunityContactRole]);
  const std::uint64_t deal = OpportunityNumber(record.latents.index);
  const std::uint64_t owner = UserNumber(record.versions.front().owner);
  std::uint64_t row = 0;
  for (const DealContactRole& role : record.contact_roles) {
    csv.Id(key_prefix::kOpportunityContactRole, ChildNumber(deal, row++));
    csv.Id(key_prefix::kOpportunity, deal);
    csv.Id(key_prefix::kContact, ContactNumber(record.latents.account, role.contact));
    csv.Text(role.role).Flag(role.primary).Moment(role.time).Id(key_prefix::kUser, owner);
    csv.Moment(role.time).Id(key_prefix::kUser, owner).Moment(role.time).Flag(false).EndRow();
    block.CountRow(ExportFile::kOpportunityContactRole);
  }
}

void ExportActivities(const DealRecord& record, ExportBlock& block) {
  CsvText tasks(block[ExportFile::kTask]);
  CsvText events(block[ExportFile::kEvent]);
  const std::uint64_t deal = OpportunityNumber(record.latents.index);
  const int account = record.latents.account;
  std::uint64_t row = 0;
  for (const DealActivity& activity : record.activities) {
    const bool meeting = activity.kind == ActivityKind::kMeeting;
    const std::uint64_t owner = UserNumber(activity.owner);
    CsvText& csv = meeting ? events : tasks;
    csv.Id(meeting ? key_prefix::kEvent : key_prefix::kTask, ChildNumber(deal, row++));
    if (activity.contact >= 0) {
      csv.Id(key_prefix::kContact, ContactNumber(account, activity.contact));
    } else {
      csv.Null();
    }
    csv.Id(key_prefix::kOpportunity, deal).Id(key_prefix::kAccount, AccountNumber(account, 0));
    csv.Id(key_prefix::kUser, owner);
    if (meeting) {
      WriteMeeting(csv, activity);
    } else {
      WriteTask(csv, activity);
    }
    csv.Flag(false).Moment(activity.written).Id(key_prefix::kUser, owner);
    csv.Moment(activity.written).EndRow();
    block.CountRow(meeting ? ExportFile::kEvent : ExportFile::kTask);
  }
}

}  // namespace ri::synthetic
