#include "explanations/interaction_program.h"

#include <algorithm>
#include <utility>

#include "explanations/cover.h"
#include "explanations/path_state.h"
#include "explanations/tile.h"

namespace ri::explanations {
namespace {

using kernels::kTileRows;
using kernels::Operation;
using kernels::Word;

/// A feature on the path and where the alphas of its last split are.
struct LiveFeature {
  std::int32_t feature = 0;
  int alpha_slot = 0;
};

class Compiler {
 public:
  Compiler(const models::Tree& tree, std::size_t num_features)
      : tree_(tree), num_features_(num_features) {}

  PathProgram Compile() {
    Survey(0, {}, 0);
    program_.points = PointsFor(std::max(most_features_, std::size_t{1}));
    absent_ = AbsentNodes(program_.points);
    Emit(0, 0, {}, {});
    PutInteger(Operation::kEnd);
    return std::move(program_);
  }

 private:
  std::size_t Left(std::size_t node) const { return static_cast<std::size_t>(tree_.left[node]); }
  std::size_t Right(std::size_t node) const { return static_cast<std::size_t>(tree_.right[node]); }

  void Survey(std::size_t node, std::vector<std::int32_t> path, std::size_t level) {
    program_.levels = std::max(program_.levels, level);
    if (tree_.is_leaf(node)) {
      most_features_ = std::max(most_features_, path.size());
      return;
    }
    if (std::ranges::find(path, tree_.feature[node]) == path.end()) {
      path.push_back(tree_.feature[node]);
    }
    Survey(Left(node), path, level + 1);
    Survey(Right(node), path, level + 1);
  }

  void Put(double real) {
    Word word;
    word.real = static_cast<float>(real);
    program_.words.push_back(word);
  }
  void PutInteger(std::int32_t integer) {
    Word word;
    word.integer = integer;
    program_.words.push_back(word);
  }

  /// Every split is written as a repeated one: a first split repeats nothing, with all of its
  /// cover.
  void PutNode(Operation operation, int slot, std::size_t node, const std::vector<Met>& path) {
    const auto found = std::ranges::find(path, tree_.feature[node], &Met::feature);
    const Met met = found == path.end() ? Met{} : *found;
    PutInteger(operation | slot << 8);
    PutInteger(ColumnOffset(static_cast<std::size_t>(tree_.feature[node]),
                            tree_.default_left[node] != 0, num_features_));
    Put(tree_.threshold[node]);
    AppendRepeat(tree_, node, met, num_features_, absent_, program_.words);
    const double right = RightShare(tree_, node);
    Put(right);
    Put(right - 1);
  }

  void PutAlphas(std::size_t node, const std::vector<Met>& path) {
    const auto met = std::ranges::find(path, tree_.feature[node], &Met::feature);
    for (const double u : absent_) {
      Put((1 - met->share) / (1 - u + u * met->share));
    }
  }

  void PutPairs(std::size_t node, const std::vector<LiveFeature>& live) {
    const auto feature = static_cast<std::size_t>(tree_.feature[node]);
    PutInteger(static_cast<std::int32_t>(feature * kTileRows));
    std::vector<LiveFeature> others;
    std::ranges::copy_if(live, std::back_inserter(others), [&](const LiveFeature& other) {
      return other.feature != tree_.feature[node];
    });
    PutInteger(static_cast<std::int32_t>(others.size()));
    for (const LiveFeature& other : others) {
      PutInteger(other.alpha_slot * program_.points * static_cast<std::int32_t>(kTileRows));
      PutInteger(static_cast<std::int32_t>(
          PairColumn(feature, static_cast<std::size_t>(other.feature), num_features_) * kTileRows));
    }
  }

  static std::vector<LiveFeature> WithSlot(std::vector<LiveFeature> live, std::int32_t feature,
                                           int slot) {
    const auto found = std::ranges::find(live, feature, &LiveFeature::feature);
    if (found == live.end()) {
      live.push_back({feature, slot});
    } else {
      found->alpha_slot = slot;
    }
    return live;
  }

  void Emit(std::size_t node, int slot, const std::vector<Met>& path,
            const std::vector<LiveFeature>& live) {
    if (tree_.is_leaf(node)) {
      PutInteger(Operation::kLeaf | slot << 8);
      Put(tree_.value[node]);
      return;
    }
    const std::size_t left = Left(node);
    const std::size_t right = Right(node);
    if (tree_.is_leaf(left) && tree_.is_leaf(right)) {
      PutNode(Operation::kHeight1Repeat, slot, node, path);
      Put(tree_.value[left]);
      Put(tree_.value[left] - tree_.value[right]);
      PutPairs(node, live);
      return;
    }
    const auto left_path = AfterBranch(path, tree_, node, true);
    const auto right_path = AfterBranch(path, tree_, node, false);
    PutNode(Operation::kDownRepeat, slot, node, path);
    PutAlphas(node, left_path);
    PutAlphas(node, right_path);
    const int child = (slot | 1) + 1;
    Emit(left, child, left_path, WithSlot(live, tree_.feature[node], child));
    Emit(right, child + 1, right_path, WithSlot(live, tree_.feature[node], child + 1));
    PutNode(Operation::kUpRepeat, slot, node, path);
    PutPairs(node, live);
  }

  const models::Tree& tree_;
  std::size_t num_features_;
  std::size_t most_features_ = 0;
  std::vector<double> absent_;
  PathProgram program_;
};

}  // namespace

PathProgram CompileInteractions(const models::Tree& tree, std::size_t num_features) {
  return Compiler(tree, num_features).Compile();
}

std::size_t PairColumn(std::size_t a, std::size_t b, std::size_t num_features) {
  const auto [low, high] = std::minmax(a, b);
  return num_features + high * (high - 1) / 2 + low;
}

}  // namespace ri::explanations
