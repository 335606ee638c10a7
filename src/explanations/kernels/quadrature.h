#pragma once

/// Gauss-Legendre nodes and weights on [0, 1] (Abramowitz and Stegun, table 25.4, moved from [-1,
/// 1]). Exact for polynomials of degree 2 points - 1. The nodes are u = 1 - t, the chance that a
/// feature is absent.

namespace ri::explanations::kernels {

template <int kPoints>
struct Quadrature;

template <>
struct Quadrature<1> {
  static constexpr double kAbsent[] = {0.5};
  static constexpr double kWeight[] = {1};
};

template <>
struct Quadrature<2> {
  static constexpr double kAbsent[] = {0.78867513459481288225, 0.21132486540518711775};
  static constexpr double kWeight[] = {0.5, 0.5};
};

template <>
struct Quadrature<3> {
  static constexpr double kAbsent[] = {0.88729833462074168852, 0.5, 0.11270166537925831148};
  static constexpr double kWeight[] = {0.27777777777777777778, 0.44444444444444444444,
                                       0.27777777777777777778};
};

template <>
struct Quadrature<4> {
  static constexpr double kAbsent[] = {0.93056815579702628761, 0.6699905217924281324,
                                       0.3300094782075718676, 0.06943184420297371239};
  static constexpr double kWeight[] = {0.17392742256872692869, 0.32607257743127307131,
                                       0.32607257743127307131, 0.17392742256872692869};
};

template <>
struct Quadrature<6> {
  static constexpr double kAbsent[] = {0.96623475710157601391, 0.83060469323313225683,
                                       0.61930959304159845432, 0.38069040695840154568,
                                       0.16939530676686774317, 0.03376524289842398609};
  static constexpr double kWeight[] = {0.08566224618958517252, 0.18038078652406930378,
                                       0.23395696728634552369, 0.23395696728634552369,
                                       0.18038078652406930378, 0.08566224618958517252};
};

template <>
struct Quadrature<8> {
  static constexpr double kAbsent[] = {0.98014492824876811584, 0.8983332387068133698,
                                       0.76276620495816449291, 0.59171732124782490247,
                                       0.40828267875217509753, 0.23723379504183550709,
                                       0.1016667612931866302,  0.01985507175123188416};
  static constexpr double kWeight[] = {0.05061426814518812958, 0.11119051722668723527,
                                       0.15685332293894364367, 0.18134189168918099148,
                                       0.18134189168918099148, 0.15685332293894364367,
                                       0.11119051722668723527, 0.05061426814518812958};
};

}  // namespace ri::explanations::kernels
