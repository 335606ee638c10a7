#pragma once

/// Path-dependent Shapley values of one tree for a tile of rows, by node differences.
///
/// With t the chance that a feature is present and u = 1 - t, a node passes the share c(t) of its
/// weight P to the right child: z_right u when the row goes left, 1 - z_left u when it goes right.
/// With G the value of a subtree at t and D = G_left - G_right, G = G_left - c D, and the node's
/// feature earns the integral over t of -c'(t) P D. The integrand summed over a tree is a
/// polynomial of degree (features on a path) - 1, so Gauss-Legendre points give it exactly. Every
/// step is a convex combination, which is why float suffices.
///
/// A feature that was met before on the path with merged cover fraction z: when the row met all its
/// earlier splits, u becomes u' = u z / (t + u z) in c and the integrand is weighted by
/// g = z / (t + u z)^2; when it did not, c = z_right and the feature earns nothing here.
///
/// Included once per instruction set; everything has internal linkage.

#include "explanations/kernels/kernel_table.h"
#include "explanations/kernels/lanes.h"
#include "explanations/kernels/quadrature.h"

namespace ri::explanations::kernels {
namespace {  // NOLINT(google-build-namespaces): see lanes.h

// Registers of rows a step works on at once. Two hide the latency of a multiply-add inside one step
// but spill; with one, the neighbouring groups hide it, and trees of depth 8 run 5 % faster.
constexpr int kVectors = 1;
constexpr int kGroup = kLanes * kVectors;

/// The same quantity for all rows of a group.
struct Pack {
  Vector v[kVectors];
};
struct MaskPack {
  Mask m[kVectors];
};

#define RI_FOR_VECTORS for (int i = 0; i < kVectors; ++i)

RI_INLINE Pack LoadPack(const float* p) {
  Pack a;
  RI_FOR_VECTORS a.v[i] = Load(p + i * kLanes);
  return a;
}
RI_INLINE void StorePack(float* p, const Pack& a) { RI_FOR_VECTORS Store(p + i * kLanes, a.v[i]); }
RI_INLINE Pack SpreadPack(float a) {
  Pack b;
  RI_FOR_VECTORS b.v[i] = Spread(a);
  return b;
}
RI_INLINE Pack operator+(const Pack& a, const Pack& b) {
  Pack c;
  RI_FOR_VECTORS c.v[i] = a.v[i] + b.v[i];
  return c;
}
RI_INLINE Pack operator-(const Pack& a, const Pack& b) {
  Pack c;
  RI_FOR_VECTORS c.v[i] = a.v[i] - b.v[i];
  return c;
}
RI_INLINE Pack operator*(const Pack& a, const Pack& b) {
  Pack c;
  RI_FOR_VECTORS c.v[i] = a.v[i] * b.v[i];
  return c;
}
RI_INLINE Pack MultiplyAdd(const Pack& a, const Pack& b, const Pack& c) {
  Pack d;
  RI_FOR_VECTORS d.v[i] = MultiplyAdd(a.v[i], b.v[i], c.v[i]);
  return d;
}
/// c - a b
RI_INLINE Pack SubtractProduct(const Pack& a, const Pack& b, const Pack& c) {
  Pack d;
  RI_FOR_VECTORS d.v[i] = SubtractProduct(a.v[i], b.v[i], c.v[i]);
  return d;
}
RI_INLINE Pack Select(const MaskPack& m, const Pack& yes, const Pack& no) {
  Pack a;
  RI_FOR_VECTORS a.v[i] = Select(m.m[i], yes.v[i], no.v[i]);
  return a;
}
RI_INLINE Pack Select(const MaskPack& m, float yes, float no) {
  return Select(m, SpreadPack(yes), SpreadPack(no));
}

/// What an operation works on besides its words.
struct Group {
  const float* tile;
  float* sums;
  float* slots;
};

RI_INLINE MaskPack GoesLeft(const Group& group, const Word* w) {
  const Pack x = LoadPack(group.tile + w[0].integer);
  const Vector threshold = Spread(w[1].real);
  MaskPack m;
  RI_FOR_VECTORS m.m[i] = Less(x.v[i], threshold);
  return m;
}

RI_INLINE void AddProduct(const Group& group, Word sum, const Pack& a, const Pack& b) {
  float* p = group.sums + sum.integer;
  StorePack(p, MultiplyAdd(a, b, LoadPack(p)));
}

template <int kPoints>
struct PathKernel {
  using Points = Pack[kPoints];

  static RI_INLINE Vector Absent(int q) {
    return Spread(static_cast<float>(Quadrature<kPoints>::kAbsent[q]));
  }
  static RI_INLINE Pack AbsentPack(int q) {
    return SpreadPack(static_cast<float>(Quadrature<kPoints>::kAbsent[q]));
  }

  static RI_INLINE float* Slot(const Group& group, int slot) {
    return group.slots + static_cast<std::size_t>(slot * kPoints) * kTileRows;
  }
  static RI_INLINE void LoadSlot(const Group& group, int slot, Points& p) {
    for (int q = 0; q < kPoints; ++q) {
      p[q] = LoadPack(Slot(group, slot) + static_cast<std::size_t>(q) * kTileRows);
    }
  }
  static RI_INLINE void StoreSlot(const Group& group, int slot, const Points& p) {
    for (int q = 0; q < kPoints; ++q) {
      StorePack(Slot(group, slot) + static_cast<std::size_t>(q) * kTileRows, p[q]);
    }
  }

  /// c = s u + [the row goes right], s = z_right or -z_left.
  struct Share {
    Pack s;
    Pack right;
    RI_INLINE Pack At(int q) const { return MultiplyAdd(s, AbsentPack(q), right); }
  };
  static RI_INLINE Share ShareOf(const MaskPack& left, const Word* z) {
    return {Select(left, z[0].real, z[1].real), Select(left, 0.0F, 1.0F)};
  }

  static RI_INLINE Pack SumOf(const Points& p) {
    Pack sum = p[0];
    for (int q = 1; q < kPoints; ++q) {
      sum = sum + p[q];
    }
    return sum;
  }

  /// A node with two leaves: its value is taken - e u.
  struct Pair {
    Pack taken;
    Pack e;
  };
  static constexpr int kPairWords = 7;
  static RI_INLINE Pair ReadPair(const Group& group, const Word* w) {
    const MaskPack left = GoesLeft(group, w);
    return {Select(left, w[5].real, w[6].real), Select(left, w[3].real, w[4].real)};
  }

  static RI_INLINE void Height1(const Group& group, const Word* w, const Points& p, Points& g) {
    const Pair pair = ReadPair(group, w);
    AddProduct(group, w[2], pair.e, SumOf(p));
    for (int q = 0; q < kPoints; ++q) {
      g[q] = SubtractProduct(pair.e, AbsentPack(q), pair.taken);
    }
  }

  /// A node over two pairs, needing only the moments of P. A leaf in place of a pair has e = 0.
  template <bool kLeafLeft, bool kLeafRight>
  static RI_INLINE void Height2(const Group& group, const Word* w, const Points& p, Points& g) {
    const MaskPack left = GoesLeft(group, w);
    const Word* left_words = w + 5;
    const Word* right_words = left_words + (kLeafLeft ? 1 : kPairWords);
    const Pack s = Select(left, w[3].real, w[4].real);
    const Pack zero = SpreadPack(0);
    Pair a{zero, zero};
    Pair b{zero, zero};
    if constexpr (kLeafLeft) {
      a.taken = SpreadPack(left_words[0].real);
    } else {
      a = ReadPair(group, left_words);
    }
    if constexpr (kLeafRight) {
      b.taken = SpreadPack(right_words[0].real);
    } else {
      b = ReadPair(group, right_words);
    }
    const Pack m0 = SumOf(p);
    Pack m1 = p[0] * AbsentPack(0);
    for (int q = 1; q < kPoints; ++q) {
      m1 = MultiplyAdd(p[q], AbsentPack(q), m1);
    }
    const Pack right_m0 = MultiplyAdd(s, m1, Select(left, zero, m0));
    if constexpr (!kLeafLeft) {
      AddProduct(group, left_words[2], a.e, m0 - right_m0);
    }
    if constexpr (!kLeafRight) {
      AddProduct(group, right_words[2], b.e, right_m0);
    }
    const Pack d0 = a.taken - b.taken;
    Pack d1 = zero;
    if constexpr (kLeafLeft) {
      d1 = zero - b.e;
    } else if constexpr (kLeafRight) {
      d1 = a.e;
    } else {
      d1 = a.e - b.e;
    }
    AddProduct(group, w[2], s, SubtractProduct(d1, m1, d0 * m0));
    const Pack taken = Select(left, a.taken, b.taken);
    const Pack linear = MultiplyAdd(s, d0, Select(left, a.e, b.e));
    const Pack square = s * d1;
    for (int q = 0; q < kPoints; ++q) {
      const Pack slope = SubtractProduct(square, AbsentPack(q), linear);
      g[q] = SubtractProduct(slope, AbsentPack(q), taken);
    }
  }

  static constexpr int kHeight2Words = 5 + 2 * kPairWords;

  static RI_INLINE void Combine(const Group& group, Word sum, const Share& share, const Points& p,
                                const Points& g_left, const Points& g_right, Points& g) {
    Pack earned = SpreadPack(0);
    for (int q = 0; q < kPoints; ++q) {
      const Pack d = g_left[q] - g_right[q];
      earned = q == 0 ? p[q] * d : MultiplyAdd(p[q], d, earned);
      g[q] = SubtractProduct(share.At(q), d, g_left[q]);
    }
    AddProduct(group, sum, share.s, earned);
  }

  /// Children of the node in a slot share the two slots of the next level.
  static RI_INLINE int LeftChildSlot(int slot) { return (slot | 1) + 1; }

  static RI_INLINE void Down(const Group& group, const Word* w, int slot) {
    const Share share = ShareOf(GoesLeft(group, w), w + 2);
    Points p;
    LoadSlot(group, slot, p);
    Points right;
    for (int q = 0; q < kPoints; ++q) {
      right[q] = p[q] * share.At(q);
      p[q] = p[q] - right[q];
    }
    StoreSlot(group, LeftChildSlot(slot), p);
    StoreSlot(group, LeftChildSlot(slot) + 1, right);
  }

  static RI_INLINE void Up(const Group& group, const Word* w, int slot) {
    const Share share = ShareOf(GoesLeft(group, w), w + 3);
    Points p;
    Points g_left;
    Points g_right;
    LoadSlot(group, slot, p);
    LoadSlot(group, LeftChildSlot(slot), g_left);
    LoadSlot(group, LeftChildSlot(slot) + 1, g_right);
    Points g;
    Combine(group, w[2], share, p, g_left, g_right, g);
    StoreSlot(group, slot, g);
  }

  static constexpr int kRepeatWords = 4 + 2 * kPoints;
  /// Rows that met all earlier splits on the feature.
  static RI_INLINE MaskPack Met(const Group& group, const Word* repeat) {
    const Pack x_low = LoadPack(group.tile + repeat[0].integer);
    const Pack x_high = LoadPack(group.tile + repeat[2].integer);
    const Vector low = Spread(repeat[1].real);
    const Vector high = Spread(repeat[3].real);
    MaskPack m;
    RI_FOR_VECTORS m.m[i] = Between(low, x_low.v[i], x_high.v[i], high);
    return m;
  }
  /// c = s u' + right; where the earlier splits are not met, s = 0 and right = z_right.
  struct RepeatShare {
    Share share;
    const Word* absent;
    RI_INLINE Pack At(int q) const {
      return MultiplyAdd(share.s, SpreadPack(absent[q].real), share.right);
    }
  };
  static RI_INLINE RepeatShare RepeatShareOf(const Group& group, const Word* w,
                                             const Word* repeat) {
    const Word* z = repeat + kRepeatWords;
    const Share share = ShareOf(GoesLeft(group, w), z);
    const MaskPack met = Met(group, repeat);
    return {{Select(met, share.s, SpreadPack(0)), Select(met, share.right, SpreadPack(z[0].real))},
            repeat + 4};
  }

  /// `weight` are the g of the points.
  static RI_INLINE void CombineRepeat(const Group& group, Word sum, const RepeatShare& share,
                                      const Word* weight, const Points& p, const Points& g_left,
                                      const Points& g_right, Points& g) {
    Pack earned = SpreadPack(0);
    for (int q = 0; q < kPoints; ++q) {
      const Pack d = g_left[q] - g_right[q];
      earned = MultiplyAdd(p[q] * d, SpreadPack(weight[q].real), earned);
      g[q] = SubtractProduct(share.At(q), d, g_left[q]);
    }
    AddProduct(group, sum, share.share.s, earned);
  }

  static RI_INLINE void DownRepeat(const Group& group, const Word* w, int slot) {
    const RepeatShare share = RepeatShareOf(group, w, w + 2);
    Points p;
    LoadSlot(group, slot, p);
    Points right;
    for (int q = 0; q < kPoints; ++q) {
      right[q] = p[q] * share.At(q);
      p[q] = p[q] - right[q];
    }
    StoreSlot(group, LeftChildSlot(slot), p);
    StoreSlot(group, LeftChildSlot(slot) + 1, right);
  }

  static RI_INLINE void UpRepeat(const Group& group, const Word* w, int slot) {
    const Word* weight = w + 3 + 4 + kPoints;
    const RepeatShare share = RepeatShareOf(group, w, w + 3);
    Points p;
    Points g_left;
    Points g_right;
    LoadSlot(group, slot, p);
    LoadSlot(group, LeftChildSlot(slot), g_left);
    LoadSlot(group, LeftChildSlot(slot) + 1, g_right);
    Points g;
    CombineRepeat(group, w[2], share, weight, p, g_left, g_right, g);
    StoreSlot(group, slot, g);
  }

  /// A repeated feature over two leaves a (left) and b (right).
  static RI_INLINE void Height1Repeat(const Group& group, const Word* w, const Points& p,
                                      Points& g) {
    const Word* weight = w + 3 + 4 + kPoints;
    const Word* leaves = w + 3 + kRepeatWords + 2;
    const RepeatShare share = RepeatShareOf(group, w, w + 3);
    const Pack d = SpreadPack(leaves[1].real);
    const Pack step = share.share.s * d;
    const Pack start = SubtractProduct(share.share.right, d, SpreadPack(leaves[0].real));
    Pack earned = p[0] * SpreadPack(weight[0].real);
    for (int q = 1; q < kPoints; ++q) {
      earned = MultiplyAdd(p[q], SpreadPack(weight[q].real), earned);
    }
    for (int q = 0; q < kPoints; ++q) {
      g[q] = SubtractProduct(step, SpreadPack(share.absent[q].real), start);
    }
    AddProduct(group, w[2], step, earned);
  }

  /// Runs one operation on all groups of the tile, so that it is decoded once, and the groups,
  /// which are independent, hide each other's latencies.
  template <typename Body>
  static RI_INLINE void ForGroups(const Group& tile, const Body& body) {
    for (std::size_t row = 0; row < kTileRows; row += kGroup) {
      body(Group{tile.tile + row, tile.sums + row, tile.slots + row});
    }
  }

  /// An operation from the weights in a slot to the values in the same slot.
  template <typename Body>
  static RI_INLINE void Bottom(const Group& tile, int slot, const Body& body) {
    ForGroups(tile, [&](const Group& group) RI_INLINE_LAMBDA {
      Points p;
      Points g;
      LoadSlot(group, slot, p);
      body(group, p, g);
      StoreSlot(group, slot, g);
    });
  }

  /// The root's weights are those of the quadrature.
  static RI_INLINE void Start(const Group& tile) {
    ForGroups(tile, [](const Group& group) RI_INLINE_LAMBDA {
      Points p;
      for (int q = 0; q < kPoints; ++q) {
        p[q] = SpreadPack(static_cast<float>(Quadrature<kPoints>::kWeight[q]));
      }
      StoreSlot(group, 0, p);
    });
  }
};

}  // namespace
}  // namespace ri::explanations::kernels
