#include "book/prepared_model.h"

#include "base/parallel.h"
#include "registry/registry.h"

namespace ri::book {
namespace {

constexpr std::size_t kBlockRows = 1024;

}  // namespace

PreparedModel::PreparedModel(LoadedModel loaded)
    : loaded_(std::move(loaded)), row_encoder_(model().parts().encoder, model().parts().features) {
  if (const models::TreeEnsemble* trees = models::TreesOf(model().parts().head)) {
    fast_margins_ = std::make_unique<explanations::FastMargins>(*trees);
  }
}

std::vector<double> PreparedModel::Margins(base::MatrixView<const float> encoded,
                                           int num_threads) const {
  if (!fast_margins_) {
    return model().Margins(encoded);
  }
  std::vector<double> margins = fast_margins_->Margins(encoded, num_threads);
  if (const auto* both = std::get_if<models::RidgeAndTrees>(&model().parts().head)) {
    const std::vector<double> ridge = both->ridge.Margins(encoded);
    for (std::size_t i = 0; i < margins.size(); ++i) {
      margins[i] += ridge[i];
    }
  }
  return margins;
}

std::vector<models::Prediction> PreparedModel::Predict(base::MatrixView<const float> encoded,
                                                       int num_threads) const {
  const std::vector<double> margins = Margins(encoded, num_threads);
  const models::ModelParts& parts = model().parts();
  std::vector<models::Prediction> predictions(margins.size());
  base::ParallelFor(margins.size(), kBlockRows, num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      for (std::size_t i = begin; i < end; ++i) {
                        predictions[i] = models::PredictionOf(parts, domain::LogOdds(margins[i]));
                      }
                    });
  return predictions;
}

const DealExplainer& PreparedModel::explainer(int num_threads) const {
  std::call_once(tabulated_, [&] {
    explainer_ = std::make_unique<const DealExplainer>(loaded_.model, num_threads);
  });
  return *explainer_;
}

Result<std::shared_ptr<const PreparedModel>> PrepareModel(Workspace& workspace,
                                                          const std::string& name) {
  registry::Registry registry(workspace.store());
  RI_ASSIGN_OR_RETURN(const domain::ModelVersion version, registry.Resolve(name));
  return workspace.models().FindOrMake(
      version.text(), [](const PreparedModel&) { return true; },
      [&]() -> Result<std::shared_ptr<const PreparedModel>> {
        RI_ASSIGN_OR_RETURN(LoadedModel loaded, LoadModel(workspace.store(), version.text()));
        return std::make_shared<const PreparedModel>(std::move(loaded));
      });
}

}  // namespace ri::book
