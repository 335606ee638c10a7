#pragma once

/// The routes of the contract, one file per group of pages.

#include "api/call.h"
#include "api/router.h"

namespace ri::api {

void AddRoutes(Router& router);

void AddOperationRoutes(Router& router);       // routes_operations.cc
void AddSessionRoutes(Router& router);         // routes_session.cc
void AddOpenIdRoutes(Router& router);          // routes_openid.cc
void AddDealRoutes(Router& router);            // routes_deals.cc
void AddDealAnswerRoutes(Router& router);      // routes_deal_answers.cc
void AddExplanationRoutes(Router& router);     // routes_explanations.cc
void AddScoreRoutes(Router& router);           // routes_score.cc
void AddDecisionRoutes(Router& router);        // routes_decisions.cc
void AddForecastRoutes(Router& router);        // routes_forecast.cc
void AddOverviewRoutes(Router& router);        // routes_overview.cc
void AddAlertRoutes(Router& router);           // routes_alerts.cc
void AddTrustRoutes(Router& router);           // routes_trust.cc
void AddModelRoutes(Router& router);           // routes_models.cc
void AddDataRoutes(Router& router);            // routes_data.cc
void AddJobRoutes(Router& router);             // routes_jobs.cc
void AddAdministrationRoutes(Router& router);  // routes_administration.cc

}  // namespace ri::api
