// For those who run the server: alive, ready, metrics, the contract.
#include "api/routes.h"

namespace ri::api {

void AddRoutes(Router& router) {
  AddOperationRoutes(router);
  AddSessionRoutes(router);
  AddDealRoutes(router);
  AddDealAnswerRoutes(router);
  AddScoreRoutes(router);
  AddOpenIdRoutes(router);
  AddExplanationRoutes(router);
  AddDecisionRoutes(router);
  AddForecastRoutes(router);
  AddOverviewRoutes(router);
  AddTrustRoutes(router);
  AddAlertRoutes(router);
  AddModelRoutes(router);
  AddDataRoutes(router);
  AddJobRoutes(router);
  AddAdministrationRoutes(router);
}

void AddOperationRoutes(Router& router) {
  router.Add({.method = "GET", .pattern = "/healthz", .gate = Gate::kOpen, .handler = [](Call&) {
                return TextResponse(200, "text/plain; charset=utf-8", "ok\n");
              }});
  // Answered by the application itself, which knows whether it drains.
  router.Add({.method = "GET", .pattern = "/readyz", .gate = Gate::kOpen, .handler = [](Call&) {
                return TextResponse(200, "text/plain; charset=utf-8", "ready\n");
              }});
  router.Add(
      {.method = "GET", .pattern = "/metrics", .gate = Gate::kOpen, .handler = [](Call& call) {
         const bool may_audit = call.principal != nullptr &&
                                call.principal->permissions.Has(identity::Permission::kAudit);
         if (!call.request.is_local && !may_audit) {
           return Problem(403, "forbidden",
                          "Metrics are for this machine, or a token with 'audit'.");
         }
         return TextResponse(200, "text/plain; version=0.0.4; charset=utf-8",
                             call.services.render_metrics());
       }});
  router.Add({.method = "GET",
              .pattern = "/api/v1/openapi.yaml",
              .gate = Gate::kOpen,
              .handler = [](Call& call) {
                return TextResponse(200, "application/yaml", call.services.contract);
              }});
}

}  // namespace ri::api
