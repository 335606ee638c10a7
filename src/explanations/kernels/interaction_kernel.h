#pragma once

/// Pairwise interaction values of one tree for a tile of rows.
///
/// The mixed derivative for features a and j collects, at every node on j, the node's integrand
/// (see path_kernel.h) times the logarithmic derivative alpha of what a contributes to the node's
/// weight: with z the merged cover fraction of a's splits above the node, (1 - z) / (t + u z) when
/// the row met all of them, else -1 / u. Each pair gets half of it on either side of the diagonal.
///
/// Included once per instruction set; everything has internal linkage.

#include "explanations/kernels/path_kernel.h"

namespace ri::explanations::kernels {
namespace {  // NOLINT(google-build-namespaces): see lanes.h

template <int kPoints>
struct InteractionKernel {
  using Path = PathKernel<kPoints>;
  using Points = typename Path::Points;

  static constexpr int kNodeWords = 2 + Path::kRepeatWords + 2;

  /// Alphas of the node's feature for its two subtrees.
  static RI_INLINE void StoreAlphas(const Group& group, float* alphas, const Word* w, int slot) {
    const MaskPack left = GoesLeft(group, w);
    const MaskPack met = Path::Met(group, w + 2);
    const Word* met_left = w + kNodeWords;
    const Word* met_right = met_left + kPoints;
    float* to = alphas + static_cast<std::size_t>(Path::LeftChildSlot(slot) * kPoints) * kTileRows;
    for (int q = 0; q < kPoints; ++q) {
      const Pack not_met = SpreadPack(static_cast<float>(-1 / Quadrature<kPoints>::kAbsent[q]));
      const auto at = static_cast<std::size_t>(q) * kTileRows;
      StorePack(to + at, Select(met, Select(left, SpreadPack(met_left[q].real), not_met), not_met));
      StorePack(to + kPoints * kTileRows + at,
                Select(met, Select(left, not_met, SpreadPack(met_right[q].real)), not_met));
    }
  }

  /// Adds the node's integrand, one term per point, to its feature and to all pairs with it.
  static RI_INLINE void AddPairs(const Group& group, const float* alphas, const Word* w,
                                 const Points& integrand) {
    float* own = group.sums + w[0].integer;
    StorePack(own, LoadPack(own) + Path::SumOf(integrand));
    const Word* pair = w + 2;
    for (std::int32_t k = 0; k < w[1].integer; ++k, pair += 2) {
      const float* alpha = alphas + pair[0].integer;
      float* sum = group.sums + pair[1].integer;
      Pack total = LoadPack(sum);
      for (int q = 0; q < kPoints; ++q) {
        total = MultiplyAdd(integrand[q], LoadPack(alpha + static_cast<std::size_t>(q) * kTileRows),
                            total);
      }
      StorePack(sum, total);
    }
  }

  static RI_INLINE void Up(const Group& group, const float* alphas, const Word* w, int slot) {
    const Word* weight = w + 2 + 4 + kPoints;
    const auto share = Path::RepeatShareOf(group, w, w + 2);
    Points p;
    Points left;
    Points right;
    Path::LoadSlot(group, slot, p);
    Path::LoadSlot(group, Path::LeftChildSlot(slot), left);
    Path::LoadSlot(group, Path::LeftChildSlot(slot) + 1, right);
    Points integrand;
    for (int q = 0; q < kPoints; ++q) {
      const Pack d = left[q] - right[q];
      integrand[q] = share.share.s * SpreadPack(weight[q].real) * p[q] * d;
      p[q] = SubtractProduct(share.At(q), d, left[q]);
    }
    Path::StoreSlot(group, slot, p);
    AddPairs(group, alphas, w + kNodeWords, integrand);
  }

  /// A node over two leaves: after the node come a and a - b.
  static RI_INLINE void Bottom(const Group& group, const float* alphas, const Word* w, int slot) {
    const Word* weight = w + 2 + 4 + kPoints;
    const auto share = Path::RepeatShareOf(group, w, w + 2);
    const Pack a = SpreadPack(w[kNodeWords].real);
    const Pack d = SpreadPack(w[kNodeWords + 1].real);
    Points p;
    Path::LoadSlot(group, slot, p);
    Points integrand;
    for (int q = 0; q < kPoints; ++q) {
      integrand[q] = share.share.s * SpreadPack(weight[q].real) * p[q] * d;
      p[q] = SubtractProduct(share.At(q), d, a);
    }
    Path::StoreSlot(group, slot, p);
    AddPairs(group, alphas, w + kNodeWords + 2, integrand);
  }

  static void Run(const Word* w, const Group& tile, float* alphas) {
    Path::Start(tile);
    while (true) {
      const std::int32_t operation = w->integer & 0xff;
      const int slot = w->integer >> 8;
      ++w;
      switch (operation) {
        case kLeaf:
          Path::ForGroups(tile, [&](const Group& group) RI_INLINE_LAMBDA {
            Points g;
            for (int q = 0; q < kPoints; ++q) {
              g[q] = SpreadPack(w[0].real);
            }
            Path::StoreSlot(group, slot, g);
          });
          w += 1;
          break;
        case kDownRepeat:
          for (std::size_t row = 0; row < kTileRows; row += kGroup) {
            const Group group{tile.tile + row, tile.sums + row, tile.slots + row};
            Path::DownRepeat(group, w, slot);
            StoreAlphas(group, alphas + row, w, slot);
          }
          w += kNodeWords + 2 * kPoints;
          break;
        case kUpRepeat:
          for (std::size_t row = 0; row < kTileRows; row += kGroup) {
            Up({tile.tile + row, tile.sums + row, tile.slots + row}, alphas + row, w, slot);
          }
          w += kNodeWords + 2 + 2 * w[kNodeWords + 1].integer;
          break;
        case kHeight1Repeat:
          for (std::size_t row = 0; row < kTileRows; row += kGroup) {
            Bottom({tile.tile + row, tile.sums + row, tile.slots + row}, alphas + row, w, slot);
          }
          w += kNodeWords + 4 + 2 * w[kNodeWords + 3].integer;
          break;
        default:
          return;
      }
    }
  }
};

void InteractionValues(const Word* program, int points, const float* tile, float* sums,
                       float* scratch, float* alphas) {
  switch (points) {
    case 1:
      return InteractionKernel<1>::Run(program, {tile, sums, scratch}, alphas);
    case 2:
      return InteractionKernel<2>::Run(program, {tile, sums, scratch}, alphas);
    case 3:
      return InteractionKernel<3>::Run(program, {tile, sums, scratch}, alphas);
    case 4:
      return InteractionKernel<4>::Run(program, {tile, sums, scratch}, alphas);
    case 6:
      return InteractionKernel<6>::Run(program, {tile, sums, scratch}, alphas);
    default:
      return InteractionKernel<8>::Run(program, {tile, sums, scratch}, alphas);
  }
}

}  // namespace
}  // namespace ri::explanations::kernels
