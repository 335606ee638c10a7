#include "explanations/path_program.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/assertion.h"
#include "explanations/cover.h"
#include "explanations/kernels/kernel_table.h"
#include "explanations/kernels/quadrature.h"
#include "explanations/path_state.h"
#include "explanations/tile.h"

namespace ri::explanations {
namespace {

using kernels::Below;
using kernels::Operation;
using kernels::Word;

/// Every node's facts that do not depend on the rows.
struct NodeFacts {
  int height = 0;
  bool repeats = false;          ///< a split on a feature of its own path
  bool subtree_repeats = false;  ///< itself or any split below
};

class Compiler {
 public:
  Compiler(const models::Tree& tree, std::size_t num_features)
      : tree_(tree), num_features_(num_features), facts_(tree.num_nodes()) {}

  PathProgram Compile() {
    std::vector<std::int32_t> path;
    Survey(0, path, 1.0);
    program_.points = PointsFor(most_features_);
    program_.levels = static_cast<std::size_t>(facts_[0].height);
    absent_ = AbsentNodes(program_.points);
    Emit(0, 0, {});
    Put(Operation::kEnd);
    return std::move(program_);
  }

 private:
  std::size_t Left(std::size_t node) const { return static_cast<std::size_t>(tree_.left[node]); }
  std::size_t Right(std::size_t node) const { return static_cast<std::size_t>(tree_.right[node]); }

  void Survey(std::size_t node, std::vector<std::int32_t>& path, double weight) {
    if (tree_.is_leaf(node)) {
      most_features_ = std::max(most_features_, path.size());
      program_.expected_value += weight * tree_.value[node];
      return;
    }
    RI_ASSERT(std::isfinite(tree_.threshold[node]));
    NodeFacts& facts = facts_[node];
    const std::int32_t feature = tree_.feature[node];
    facts.repeats = std::ranges::find(path, feature) != path.end();
    if (!facts.repeats) {
      path.push_back(feature);
    }
    const double right = RightShare(tree_, node);
    Survey(Left(node), path, weight * (1 - right));
    Survey(Right(node), path, weight * right);
    if (!facts.repeats) {
      path.pop_back();
    }
    const NodeFacts& a = facts_[Left(node)];
    const NodeFacts& b = facts_[Right(node)];
    facts.height = 1 + std::max(a.height, b.height);
    facts.subtree_repeats = facts.repeats || a.subtree_repeats || b.subtree_repeats;
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
  void Put(Operation operation, int slot = 0) { PutInteger(operation | slot << 8); }

  void PutTest(std::size_t node) {
    PutInteger(ColumnOffset(static_cast<std::size_t>(tree_.feature[node]),
                            tree_.default_left[node] != 0, num_features_));
    Put(tree_.threshold[node]);
  }
  void PutSum(std::size_t node) {
    PutInteger(tree_.feature[node] * static_cast<std::int32_t>(kernels::kTileRows));
  }
  void PutShares(std::size_t node) {
    const double right = RightShare(tree_, node);
    Put(right);
    Put(right - 1);
  }
  void PutSplit(std::size_t node) {
    PutTest(node);
    PutSum(node);
    PutShares(node);
  }

  void PutPair(std::size_t node) {
    const double a = tree_.value[Left(node)];
    const double b = tree_.value[Right(node)];
    const double right = RightShare(tree_, node);
    PutTest(node);
    PutSum(node);
    Put(right * (a - b));
    Put((right - 1) * (a - b));
    Put(a);
    Put(b);
  }
  /// A leaf dressed as a pair: both leaves alike, so that it earns nothing whatever the test says.
  void PutLeafAsPair(std::size_t parent, std::size_t leaf) {
    PutTest(parent);
    PutSum(parent);
    Put(0.0);
    Put(0.0);
    Put(tree_.value[leaf]);
    Put(tree_.value[leaf]);
  }
  void PutHeight2(std::size_t node) {
    PutSplit(node);
    for (const std::size_t child : {Left(node), Right(node)}) {
      tree_.is_leaf(child) ? PutLeafAsPair(node, child) : PutPair(child);
    }
  }

  void PutRepeat(std::size_t node, const Met& met) {
    AppendRepeat(tree_, node, met, num_features_, absent_, program_.words);
  }

  bool EmitBottom(std::size_t node, int slot) {
    const NodeFacts& facts = facts_[node];
    if (facts.subtree_repeats || facts.height > 2) {
      return false;
    }
    const std::size_t left = Left(node);
    const std::size_t right = Right(node);
    switch (facts.height) {
      case 1:
        Put(Operation::kHeight1, slot);
        PutPair(node);
        return true;
      case 2:
        if (tree_.is_leaf(left)) {
          Put(Operation::kHeight2LeafLeft, slot);
          PutSplit(node);
          Put(tree_.value[left]);
          PutPair(right);
        } else if (tree_.is_leaf(right)) {
          Put(Operation::kHeight2LeafRight, slot);
          PutSplit(node);
          PutPair(left);
          Put(tree_.value[right]);
        } else {
          Put(Operation::kHeight2, slot);
          PutHeight2(node);
        }
        return true;
      default:
        return false;
    }
  }

  void PutRepeatedPair(std::size_t node, const Met& met) {
    PutTest(node);
    PutSum(node);
    PutRepeat(node, met);
    PutShares(node);
    Put(tree_.value[Left(node)]);
    Put(tree_.value[Left(node)] - tree_.value[Right(node)]);
  }

  /// Nothing when the subtree is too large to stand below a composite operation.
  std::optional<Below> BelowOf(std::size_t node) const {
    const NodeFacts& facts = facts_[node];
    if (facts.height == 0) {
      return Below::kLeaf;
    }
    if (facts.height == 1) {
      return facts.repeats ? Below::kRepeatedPair : Below::kPair;
    }
    if (facts.height == 2 && !facts.subtree_repeats) {
      return Below::kHeight2;
    }
    return std::nullopt;
  }

  void PutBelow(std::size_t node, Below below, const std::vector<Met>& path) {
    switch (below) {
      case Below::kLeaf:
        return Put(tree_.value[node]);
      case Below::kPair:
        return PutPair(node);
      case Below::kRepeatedPair:
        return PutRepeatedPair(node, *std::ranges::find(path, tree_.feature[node], &Met::feature));
      case Below::kHeight2:
        return PutHeight2(node);
    }
  }

  bool EmitComposite(std::size_t node, int slot, const std::vector<Met>& path) {
    const auto left = BelowOf(Left(node));
    const auto right = BelowOf(Right(node));
    if (!left || !right || facts_[node].height < 2) {
      return false;
    }
    const bool repeats = facts_[node].repeats;
    PutInteger((Operation::kComposite + kernels::CompositeShape(repeats, *left, *right)) |
               slot << 8);
    PutTest(node);
    PutSum(node);
    if (repeats) {
      PutRepeat(node, *std::ranges::find(path, tree_.feature[node], &Met::feature));
    }
    PutShares(node);
    PutBelow(Left(node), *left, AfterBranch(path, tree_, node, true));
    PutBelow(Right(node), *right, AfterBranch(path, tree_, node, false));
    return true;
  }

  void Emit(std::size_t node, int slot, const std::vector<Met>& path) {
    if (tree_.is_leaf(node)) {
      Put(Operation::kLeaf, slot);
      Put(tree_.value[node]);
      return;
    }
    if (EmitBottom(node, slot) || EmitComposite(node, slot, path)) {
      return;
    }
    const auto met = std::ranges::find(path, tree_.feature[node], &Met::feature);
    const bool repeats = met != path.end();
    if (repeats && facts_[node].height == 1) {
      Put(Operation::kHeight1Repeat, slot);
      PutRepeatedPair(node, *met);
      return;
    }
    Put(repeats ? Operation::kDownRepeat : Operation::kDown, slot);
    PutTest(node);
    if (repeats) {
      PutRepeat(node, *met);
    }
    PutShares(node);
    const int child = (slot | 1) + 1;
    Emit(Left(node), child, AfterBranch(path, tree_, node, true));
    Emit(Right(node), child + 1, AfterBranch(path, tree_, node, false));
    Put(repeats ? Operation::kUpRepeat : Operation::kUp, slot);
    PutTest(node);
    PutSum(node);
    if (repeats) {
      PutRepeat(node, *met);
    }
    PutShares(node);
  }

  const models::Tree& tree_;
  std::size_t num_features_;
  std::vector<NodeFacts> facts_;
  std::size_t most_features_ = 1;
  std::vector<double> absent_;
  PathProgram program_;
};

template <int kPoints>
std::vector<double> NodesOf() {
  return {std::begin(kernels::Quadrature<kPoints>::kAbsent),
          std::end(kernels::Quadrature<kPoints>::kAbsent)};
}

}  // namespace

PathProgram CompilePaths(const models::Tree& tree, std::size_t num_features) {
  return Compiler(tree, num_features).Compile();
}

int PointsFor(std::size_t distinct_features) {
  for (const int points : kernels::kPointCounts) {
    if (2 * static_cast<std::size_t>(points) >= distinct_features) {
      return points;
    }
  }
  return 8;
}

std::vector<double> AbsentNodes(int points) {
  switch (points) {
    case 1:
      return NodesOf<1>();
    case 2:
      return NodesOf<2>();
    case 3:
      return NodesOf<3>();
    case 4:
      return NodesOf<4>();
    case 6:
      return NodesOf<6>();
    default:
      return NodesOf<8>();
  }
}

}  // namespace ri::explanations
