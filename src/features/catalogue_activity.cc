// Buyer engagement, seller activity, stakeholders.
#include "features/feature_catalogue.h"

namespace ri::features {
namespace {

constexpr const char* kNoSync =
    "No activity of this kind was recorded anywhere yet, or none at all by the deal's owner.";
constexpr const char* kOwnTime =
    "Counted by the activity's own time once it was visible; last-activity columns of the export "
    "are never read.";

struct ActivityTexts {
  FeatureId id;
  std::uint32_t needs;
  std::string name;       ///< "meetings"
  std::string meaning;    ///< "Meetings held"
  std::string one, many;  ///< what is counted: "meeting", "meetings"
  std::string rest;       ///< behind it: " from the buyer"
  std::string group;
};

void AddWindows(std::vector<CatalogueEntry>& entries, const ActivityTexts& texts) {
  unsigned offset = 0;
  for (const char* days : {"7", "28", "90"}) {
    entries.push_back(
        {static_cast<FeatureId>(static_cast<unsigned>(texts.id) + offset++),
         texts.needs,
         {.name = texts.name + "_" + days + "d",
          .unit = "count",
          .window = std::string(days) + " days",
          .meaning = texts.meaning + " in the last " + days + " days.",
          .missing_rule = kNoSync,
          .leak_note = kOwnTime,
          .sentence = "{value} {" + texts.one + "|" + texts.many + "}" + texts.rest + " in " +
                      days + " days||No " + texts.one + texts.rest + " in " + days + " days",
          .group = texts.group}});
  }
}

}  // namespace

std::vector<CatalogueEntry> ActivityFeatures() {
  const std::string buyer = "buyer engagement";
  const std::string seller = "seller activity";
  std::vector<CatalogueEntry> entries;
  AddWindows(entries, {FeatureId::kMeetings7, kNeedsMeetings, "meetings", "Meetings held",
                       "meeting", "meetings", "", buyer});
  AddWindows(entries,
             {FeatureId::kEmailsIn7, kNeedsEmailsIn, "emails_in", "Emails received from the buyer",
              "email", "emails", " from the buyer", buyer});
  entries.push_back({FeatureId::kInboundShare90,
                     kNeedsEmailsIn | kNeedsEmailsOut,
                     {.name = "inbound_share_90d",
                      .unit = "share",
                      .window = "90 days",
                      .meaning = "Share of the emails that came from the buyer.",
                      .missing_rule = "No email in the window, or no activity sync.",
                      .leak_note = kOwnTime,
                      .sentence = "{value} of the emails came from the buyer",
                      .group = buyer}});
  entries.push_back({FeatureId::kDaysSinceTwoWayTouch,
                     kNeedsActivity,
                     {.name = "days_since_two_way_touch",
                      .unit = "days",
                      .window = "ever",
                      .meaning = "Days since the last meeting, call or email from the buyer.",
                      .missing_rule = "There was none yet, or no activity sync.",
                      .leak_note = kOwnTime,
                      .sentence = "No two-way contact for {value} day{s}||Two-way contact today",
                      .group = buyer,
                      .monotone = -1}});
  entries.push_back({FeatureId::kNextMeetingPlanned,
                     kNeedsPlannedMeetings,
                     {.name = "next_meeting_planned",
                      .unit = "flag",
                      .window = "now",
                      .meaning = "1 when a meeting is planned for a time after the snapshot.",
                      .missing_rule = "No meeting was ever planned anywhere yet.",
                      .leak_note = "Counts from the moment the meeting was planned.",
                      .sentence = "A next meeting is planned||No next meeting is planned",
                      .group = buyer}});
  entries.push_back(
      {FeatureId::kDaysToNextMeeting,
       kNeedsPlannedMeetings,
       {.name = "days_to_next_meeting",
        .unit = "days",
        .window = "now",
        .meaning = "Days until the next planned meeting.",
        .missing_rule = "No meeting is planned.",
        .leak_note = "Counts from the moment the meeting was planned.",
        .sentence = "The next meeting is in {value} day{s}||The next meeting is today",
        .group = buyer}});
  entries.push_back(
      {FeatureId::kReplyLatency,
       kNeedsEmailsIn | kNeedsEmailsOut,
       {.name = "reply_latency",
        .unit = "days",
        .window = "90 days",
        .meaning = "Median days from an email to the buyer to the buyer's next email, "
                   "over replies received in the window.",
        .missing_rule = "No reply in the window, or no activity sync.",
        .leak_note = kOwnTime,
        .sentence = "The buyer usually replies after {value} day{s}||The buyer usually replies the "
                    "same day",
        .group = buyer}});
  AddWindows(entries, {FeatureId::kEmailsOut7, kNeedsEmailsOut, "emails_out",
                       "Emails sent to the buyer", "email", "emails", " to the buyer", seller});
  AddWindows(entries,
             {FeatureId::kCalls7, kNeedsCalls, "calls", "Calls held", "call", "calls", "", seller});
  AddWindows(entries, {FeatureId::kTasks7, kNeedsTasks, "tasks", "Other completed activities",
                       "other activity", "other activities", "", seller});
  entries.push_back({FeatureId::kDaysSinceTouch,
                     kNeedsActivity,
                     {.name = "days_since_touch",
                      .unit = "days",
                      .window = "ever",
                      .meaning = "Days since the last activity of any kind.",
                      .missing_rule = "There was none yet, or no activity sync.",
                      .leak_note = kOwnTime,
                      .sentence = "No activity for {value} day{s}||Activity today",
                      .group = seller}});
  entries.push_back(
      {FeatureId::kActivityTrend,
       kNeedsActivity,
       {.name = "activity_trend",
        .unit = "log ratio",
        .window = "28 days against the 28 before",
        .meaning = "Logarithm of (activities in the last 28 days + 1) over "
                   "(activities in the 28 days before + 1).",
        .missing_rule = "No activity sync.",
        .leak_note = kOwnTime,
        .sentence =
            "Activity is {value} times that of the 28 days before||As much activity as in the 28 "
            "days before||Activity has fallen to {value} times that of the 28 days before",
        .group = seller}});
  return entries;
}

std::vector<CatalogueEntry> StakeholderFeatures() {
  const std::string group = "stakeholders";
  return {
      {FeatureId::kActiveContacts28,
       kNeedsActivity | kNeedsContacts,
       {.name = "active_contacts_28d",
        .unit = "count",
        .window = "28 days",
        .meaning = "Different contacts that took part in a meeting or call, or sent an email.",
        .missing_rule = "No activity sync.",
        .leak_note = kOwnTime,
        .sentence =
            "{value} buyer contact{s} active in 28 days||No buyer contact active in 28 days",
        .group = group,
        .monotone = 1}},
      {FeatureId::kExecutiveContact,
       kNeedsExecutives,
       {.name = "executive_contact",
        .unit = "flag",
        .window = "90 days",
        .meaning = "1 when an executive role is on the deal, or a contact with an executive title "
                   "took part in an activity of the window.",
        .missing_rule = "never",
        .leak_note = "Roles count from the day they were added.",
        .sentence = "An executive of the buyer is involved||No executive of the buyer is involved",
        .group = group,
        .monotone = 1}},
      {FeatureId::kNewContacts28,
       kNeedsContacts,
       {.name = "new_contacts_28d",
        .unit = "count",
        .window = "28 days",
        .meaning = "Contacts that appeared on the deal for the first time, by activity or role.",
        .missing_rule = "never",
        .leak_note = kOwnTime,
        .sentence = "{value} new contact{s} in 28 days||No new contact in 28 days",
        .group = group}},
      {FeatureId::kEconomicBuyerKnown,
       kNeedsRoleNames,
       {.name = "economic_buyer_known",
        .unit = "flag",
        .window = "ever",
        .meaning = "1 when an economic buyer or decision maker has been named on the deal.",
        .missing_rule = "never",
        .leak_note = "Roles count from the day they were added.",
        .sentence = "The economic buyer is named||No economic buyer is named",
        .group = group}},
      {FeatureId::kContactRoles,
       kNeedsContacts,
       {.name = "contact_roles",
        .unit = "count",
        .window = "ever",
        .meaning = "Number of contacts added to the deal with a role.",
        .missing_rule = "never",
        .leak_note = "Roles count from the day they were added.",
        .sentence = "{value} {contact has|contacts have} a role on the deal||No contact has a role "
                    "on the deal",
        .group = group}},
  };
}

}  // namespace ri::features
