// HubSpot and Dynamics exports: own rows under the vendors' headers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/import_fixture.h"

namespace ri::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class OtherPresets : public ImportTest {};

std::vector<std::string> HubSpotLines(const std::string& outcome) {
  return {"deal/11 created 2024-01-02T10:00:00.000Z 1",
          "deal/11 name 2024-01-02T10:00:00.000Z Pump",
          "deal/11 owner 2024-01-02T10:00:00.000Z 77",
          "deal/11 amount 2024-01-02T10:00:00.000Z 120000",
          "deal/11 outcome " + outcome + " won",
          "deal/12 created 2024-01-05T09:30:00.000Z 1",
          "deal/12 name 2024-01-05T09:30:00.000Z Valve",
          "deal/12 owner 2024-01-05T09:30:00.000Z 78",
          "deal/12 amount 2024-01-05T09:30:00.000Z 50000",
          "deal/12 stage " + outcome + " contractsent",
          "deal/12 commit_date " + outcome + " 2024-06-30",
          "deal/12 forecast_category " + outcome + " Best Case"};
}

TEST_F(OtherPresets, HubSpotInternalNamesAndLabelsGiveTheSameEvents) {
  Write("deals.csv",
        "hs_object_id,dealname,dealstage,closedate,createdate,amount,hubspot_owner_id,"
        "hs_is_closed,hs_is_closed_won,hs_manual_forecast_category,closed_won_reason,num_notes\n"
        "11,Pump,closedwon,2024-03-01T12:00:00Z,2024-01-02T10:00:00.000Z,1200,77,true,true,CLOSED,"
        "good,5\n"
        "12,Valve,contractsent,2024-06-30T12:00:00Z,2024-01-05T09:30:00.000Z,500,78,false,false,"
        "BEST_CASE,,1\n");
  const ImportReport internal = MustImport();
  EXPECT_EQ(internal.mapping, "hubspot");
  EXPECT_EQ(internal.num_bad_rows, 0);
  const auto lines = store_.lines;
  EXPECT_THAT(lines, testing::UnorderedElementsAreArray(HubSpotLines("2024-03-01T12:00:00.000Z")));

  store_ = RecordingStore();
  Write("deals.csv",
        "\"Record ID\",\"Deal Name\",\"Deal Stage\",\"Close Date\",\"Create Date\",\"Amount\","
        "\"Deal owner\",\"Forecast category\",\"Last Activity Date\"\n"
        "\"11\",\"Pump\",\"closedwon\",\"2024-03-01 12:00\",\"2024-01-02 10:00\",\"1,200.00\","
        "\"77\",\"Closed won\",\"2024-02-01 10:00\"\n"
        "\"12\",\"Valve\",\"contractsent\",\"2024-06-30 12:00\",\"2024-01-05 09:30\",\"500\","
        "\"78\",\"Best case\",\"2024-02-01 10:00\"\n");
  MustImport();
  EXPECT_THAT(store_.lines, testing::ContainerEq(lines));
}

TEST_F(OtherPresets, HubSpotPropertyHistoryGivesStagesAmountsAndTheMomentOfClosing) {
  Write("deals.csv",
        "hs_object_id,dealname,dealstage,closedate,createdate,amount,hs_is_closed,"
        "hs_is_closed_won\n"
        "11,Pump,closedwon,2024-03-01,2024-01-02T10:00:00Z,1200,true,true\n");
  Write("history.csv",
        "deal_id,name,value,source,source_id,timestamp\n"
        "11,dealstage,closedwon,CRM_UI,x,2024-02-28T15:00:00Z\n"
        "11,dealstage,appointmentscheduled,CRM_UI,x,2024-01-02T10:00:00Z\n"
        "11,amount,1000,CRM_UI,x,2024-01-02T10:00:00Z\n"
        "11,amount,1200,CRM_UI,x,1707300000000\n"
        "11,hs_lastmodifieddate,1,CALCULATED,x,2024-02-28T15:00:00Z\n");
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_bad_rows, 0);
  EXPECT_THAT(store_.Lines("deal/11 stage"),
              ElementsAre("deal/11 stage 2024-01-02T10:00:00.000Z appointmentscheduled"));
  EXPECT_THAT(store_.Lines("deal/11 amount"),
              UnorderedElementsAre("deal/11 amount 2024-01-02T10:00:00.000Z 100000",
                                   "deal/11 amount 2024-02-07T10:00:00.000Z 120000"));
  EXPECT_THAT(store_.Lines("deal/11 outcome"),
              ElementsAre("deal/11 outcome 2024-02-28T15:00:00.000Z won"));
}

TEST_F(OtherPresets, DynamicsLabelsWithExcelDatesAndLogicalNamesGiveTheSameEvents) {
  Write("opportunities.csv",
        "(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,"
        "Topic,Created On,Est. Close Date,Est. Revenue,Actual Close Date,Actual Revenue,Status,"
        "Status Reason,Pipeline Phase,Probability,Owner\n"
        "a1,x,45400,Pump,45293,45350,\"$1,000.00\",45352,\"$1,100.00\",Won,Won,Close,100,Tom\n"
        "a2,x,45400,Valve,45296.5,45473,$500.00,,,Open,In Progress,2-Develop,40,Ann\n");
  const ImportReport labels = MustImport();
  EXPECT_EQ(labels.mapping, "dynamics");
  EXPECT_EQ(labels.num_bad_rows, 0);
  const auto lines = store_.lines;
  EXPECT_THAT(store_.Lines("deal/a1"),
              UnorderedElementsAre("deal/a1 created 2024-01-02T00:00:00.000Z 1",
                                   "deal/a1 name 2024-01-02T00:00:00.000Z Pump",
                                   "deal/a1 owner 2024-01-02T00:00:00.000Z Tom",
                                   "deal/a1 amount 2024-01-02T00:00:00.000Z 100000",
                                   "deal/a1 outcome 2024-03-01T00:00:00.000Z won",
                                   "deal/a1 closed_amount 2024-03-01T00:00:00.000Z 110000"));
  EXPECT_THAT(store_.Lines("deal/a2 commit_date"),
              ElementsAre("deal/a2 commit_date 2024-03-01T00:00:00.000Z 2024-06-30"));

  store_ = RecordingStore();
  Write("opportunities.csv",
        "opportunityid,name,createdon,estimatedclosedate,estimatedvalue,actualclosedate,"
        "actualvalue,statecode,statuscode,stepname,closeprobability,ownerid\n"
        "a1,Pump,2024-01-02T00:00:00Z,2024-02-28,1000,2024-03-01,1100,1,3,Close,100,Tom\n"
        "a2,Valve,2024-01-05T12:00:00Z,2024-06-30,500,,,0,1,2-Develop,40,Ann\n");
  MustImport();
  EXPECT_THAT(store_.lines, testing::ContainerEq(lines));
}

}  // namespace
}  // namespace ri::ingest
