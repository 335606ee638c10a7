#include "book/active_model.h"

#include <nlohmann/json.hpp>

#include "registry/registry.h"

namespace ri::book {

Result<LoadedModel> LoadModel(data::Store& store, const std::string& name) {
  registry::Registry registry(store);
  LoadedModel loaded;
  RI_ASSIGN_OR_RETURN(loaded.version, registry.Resolve(name));
  RI_ASSIGN_OR_RETURN(const data::StoredModel stored, store.Model(loaded.version.text()));
  auto model = models::DealOutcomeModel::FromJson(stored.artifact);
  if (!model) {
    return Fail(ErrorCode::kStorage, "Model version " + stored.version +
                                         " cannot be read back: " + model.error().message() +
                                         " Roll back to another version.");
  }
  loaded.family = models::HeadName(model->parts().head);
  loaded.model = std::make_shared<const models::DealOutcomeModel>(*std::move(model));
  const auto evaluation = nlohmann::json::parse(stored.evaluation, nullptr, false);
  if (evaluation.is_object()) {
    loaded.refusal = evaluation.value("refusal", "");
  }
  return loaded;
}

}  // namespace ri::book
