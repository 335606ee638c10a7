#pragma once

/// Runs the program of one tree (path_kernel.h has its steps) for a tile of rows.
///
/// Included once per instruction set; everything has internal linkage.

#include "explanations/kernels/path_kernel.h"

namespace ri::explanations::kernels {
namespace {  // NOLINT(google-build-namespaces): see lanes.h

template <int kPoints>
struct PathRunner : PathKernel<kPoints> {
  using Kernel = PathKernel<kPoints>;
  using Points = typename Kernel::Points;
  using Kernel::Bottom, Kernel::ForGroups, Kernel::Slot, Kernel::StoreSlot, Kernel::Start,
      Kernel::kRepeatWords, Kernel::kPairWords, Kernel::kHeight2Words;

  template <Below kBelow>
  static constexpr int BelowWords() {
    switch (kBelow) {
      case Below::kLeaf:
        return 1;
      case Below::kPair:
        return kPairWords;
      case Below::kRepeatedPair:
        return 7 + kRepeatWords;
      default:
        return kHeight2Words;
    }
  }

  template <Below kBelow>
  static RI_INLINE void ValueBelow(const Group& group, const Word* w, const Points& p, Points& g) {
    if constexpr (kBelow == Below::kLeaf) {
      for (int q = 0; q < kPoints; ++q) {
        g[q] = SpreadPack(w[0].real);
      }
    } else if constexpr (kBelow == Below::kPair) {
      Kernel::Height1(group, w, p, g);
    } else if constexpr (kBelow == Below::kRepeatedPair) {
      Kernel::Height1Repeat(group, w, p, g);
    } else {
      Kernel::template Height2<false, false>(group, w, p, g);
    }
  }

  /// A node and what is below it without a visit to the slots; returns its number of words.
  template <bool kRepeat, Below kLeft, Below kRight>
  static RI_INLINE int Composite(const Word* w, const Group& tile, int slot) {
    constexpr int kOwnWords = 5 + (kRepeat ? kRepeatWords : 0);
    Bottom(tile, slot, [&](const Group& group, const Points& p, Points& g) RI_INLINE_LAMBDA {
      const auto share = [&] RI_INLINE_LAMBDA {
        if constexpr (kRepeat) {
          return Kernel::RepeatShareOf(group, w, w + 3);
        } else {
          return Kernel::ShareOf(GoesLeft(group, w), w + 3);
        }
      }();
      Points p_side;
      Points g_left;
      Points g_right;
      for (int q = 0; q < kPoints; ++q) {
        p_side[q] = p[q] * share.At(q);
      }
      ValueBelow<kRight>(group, w + kOwnWords + BelowWords<kLeft>(), p_side, g_right);
      for (int q = 0; q < kPoints; ++q) {
        p_side[q] = p[q] - p_side[q];
      }
      ValueBelow<kLeft>(group, w + kOwnWords, p_side, g_left);
      if constexpr (kRepeat) {
        Kernel::CombineRepeat(group, w[2], share, w + 3 + 4 + kPoints, p, g_left, g_right, g);
      } else {
        Kernel::Combine(group, w[2], share, p, g_left, g_right, g);
      }
    });
    return kOwnWords + BelowWords<kLeft>() + BelowWords<kRight>();
  }

  static int RunComposite(std::int32_t shape, const Word* w, const Group& tile, int slot) {
    switch (shape) {
#define RI_COMPOSITE(repeat, left, right)                 \
  case CompositeShape(repeat, Below::left, Below::right): \
    return Composite<repeat, Below::left, Below::right>(w, tile, slot)
#define RI_COMPOSITES(repeat, left)          \
  RI_COMPOSITE(repeat, left, kLeaf);         \
  RI_COMPOSITE(repeat, left, kPair);         \
  RI_COMPOSITE(repeat, left, kRepeatedPair); \
  RI_COMPOSITE(repeat, left, kHeight2)
      RI_COMPOSITES(true, kLeaf);
      RI_COMPOSITES(true, kPair);
      RI_COMPOSITES(true, kRepeatedPair);
      RI_COMPOSITES(true, kHeight2);
      RI_COMPOSITES(false, kRepeatedPair);
      RI_COMPOSITES(false, kHeight2);
      // The others need no more than the moments of P and have operations of their own.
      RI_COMPOSITE(false, kLeaf, kRepeatedPair);
      RI_COMPOSITE(false, kLeaf, kHeight2);
      RI_COMPOSITE(false, kPair, kRepeatedPair);
      RI_COMPOSITE(false, kPair, kHeight2);
#undef RI_COMPOSITES
#undef RI_COMPOSITE
      default:
        __builtin_unreachable();
    }
  }

  static void Run(const Word* w, const Group& tile) {
    Start(tile);
    while (true) {
      const std::int32_t operation = w->integer & 0xff;
      const int slot = w->integer >> 8;
      ++w;
      switch (operation) {
        case kLeaf:
          ForGroups(tile, [&](const Group& group) RI_INLINE_LAMBDA {
            for (int q = 0; q < kPoints; ++q) {
              StorePack(Slot(group, slot) + static_cast<std::size_t>(q) * kTileRows,
                        SpreadPack(w[0].real));
            }
          });
          w += 1;
          break;
        case kDown:
          ForGroups(tile,
                    [&](const Group& group) RI_INLINE_LAMBDA { Kernel::Down(group, w, slot); });
          w += 4;
          break;
        case kUp:
          ForGroups(tile, [&](const Group& group) RI_INLINE_LAMBDA { Kernel::Up(group, w, slot); });
          w += 5;
          break;
        case kDownRepeat:
          ForGroups(tile, [&](const Group& group)
                              RI_INLINE_LAMBDA { Kernel::DownRepeat(group, w, slot); });
          w += 4 + kRepeatWords;
          break;
        case kUpRepeat:
          ForGroups(tile,
                    [&](const Group& group) RI_INLINE_LAMBDA { Kernel::UpRepeat(group, w, slot); });
          w += 5 + kRepeatWords;
          break;
        case kHeight1:
          Bottom(tile, slot, [&](const Group& group, const Points& p, Points& g) RI_INLINE_LAMBDA {
            Kernel::Height1(group, w, p, g);
          });
          w += kPairWords;
          break;
        case kHeight1Repeat:
          Bottom(tile, slot, [&](const Group& group, const Points& p, Points& g) RI_INLINE_LAMBDA {
            Kernel::Height1Repeat(group, w, p, g);
          });
          w += 7 + kRepeatWords;
          break;
        case kHeight2:
          Bottom(tile, slot, [&](const Group& group, const Points& p, Points& g) RI_INLINE_LAMBDA {
            Kernel::template Height2<false, false>(group, w, p, g);
          });
          w += kHeight2Words;
          break;
        case kHeight2LeafLeft:
          Bottom(tile, slot, [&](const Group& group, const Points& p, Points& g) RI_INLINE_LAMBDA {
            Kernel::template Height2<true, false>(group, w, p, g);
          });
          w += 6 + kPairWords;
          break;
        case kHeight2LeafRight:
          Bottom(tile, slot, [&](const Group& group, const Points& p, Points& g) RI_INLINE_LAMBDA {
            Kernel::template Height2<false, true>(group, w, p, g);
          });
          w += 6 + kPairWords;
          break;
        case kEnd:
          return;
        default:
          w += RunComposite(operation - kComposite, w, tile, slot);
      }
    }
  }
};

void PathValues(const Word* program, int points, const float* tile, float* sums, float* scratch) {
  switch (points) {
    case 1:
      return PathRunner<1>::Run(program, {tile, sums, scratch});
    case 2:
      return PathRunner<2>::Run(program, {tile, sums, scratch});
    case 3:
      return PathRunner<3>::Run(program, {tile, sums, scratch});
    case 4:
      return PathRunner<4>::Run(program, {tile, sums, scratch});
    case 6:
      return PathRunner<6>::Run(program, {tile, sums, scratch});
    default:
      return PathRunner<8>::Run(program, {tile, sums, scratch});
  }
}

}  // namespace
}  // namespace ri::explanations::kernels
