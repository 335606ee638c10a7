#include "models/onnx_graph.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/assertion.h"

namespace ri::models {
namespace {

constexpr std::int64_t kFormatVersion = 8;
constexpr std::int64_t kOperatorSet = 15;
constexpr std::int64_t kMachineLearningSet = 3;

// Field numbers of onnx.proto3, by message.
namespace model {
enum : int {
  kIrVersion = 1,
  kProducer = 2,
  kProducerVersion = 3,
  kDocumentation = 6,
  kGraph = 7,
  kOperatorSets = 8,
  kMetadata = 14,
};
}
namespace graph {
enum : int { kNode = 1, kName = 2, kInitializer = 5, kInput = 11, kOutput = 12 };
}
namespace node {
enum : int { kInput = 1, kOutput = 2, kOperation = 4, kAttribute = 5, kDomain = 7 };
}
namespace attribute {
enum : int {
  kName = 1,
  kReal = 2,
  kInteger = 3,
  kText = 4,
  kReals = 7,
  kIntegers = 8,
  kTexts = 9,
  kType = 20,
};
}
namespace tensor {
enum : int { kDimensions = 1, kType = 2, kName = 8, kRaw = 9 };
}

enum AttributeType : int {
  kRealType = 1,
  kIntegerType = 2,
  kTextType = 3,
  kRealsType = 6,
  kIntegersType = 7,
  kTextsType = 8,
};

// A value's name, type and shape.
std::string ValueInfo(const std::string& name, OnnxType type, const OnnxGraph::Names& dimensions,
                      const std::string& meaning) {
  OnnxMessage shape;
  for (const std::string& dimension : dimensions) {
    OnnxMessage entry;
    if (dimension.find_first_not_of("0123456789") == std::string::npos) {
      entry.Integer(1, std::stoll(dimension));
    } else {
      entry.Text(2, dimension);
    }
    shape.Text(1, entry.bytes());
  }
  OnnxMessage tensor_type;
  tensor_type.Integer(1, static_cast<int>(type)).Text(2, shape.bytes());
  return OnnxMessage()
      .Text(1, name)
      .Text(2, OnnxMessage().Text(1, tensor_type.bytes()).bytes())
      .Text(3, meaning)
      .bytes();
}

template <typename T>
std::string LittleEndian(std::span<const T> values) {
  std::string raw;
  raw.reserve(8 * values.size());
  for (const T value : values) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) {
      raw.push_back(static_cast<char>((bits >> shift) & 0xFFU));
    }
  }
  return raw;
}

}  // namespace

OnnxAttribute OnnxAttribute::Integer(std::string_view name, std::int64_t value) {
  OnnxAttribute result;
  result.message_.Text(attribute::kName, name)
      .Integer(attribute::kInteger, value)
      .Integer(attribute::kType, kIntegerType);
  return result;
}

OnnxAttribute OnnxAttribute::Real(std::string_view name, float value) {
  OnnxAttribute result;
  result.message_.Text(attribute::kName, name)
      .Real(attribute::kReal, value)
      .Integer(attribute::kType, kRealType);
  return result;
}

OnnxAttribute OnnxAttribute::Text(std::string_view name, std::string_view value) {
  OnnxAttribute result;
  result.message_.Text(attribute::kName, name)
      .Text(attribute::kText, value)
      .Integer(attribute::kType, kTextType);
  return result;
}

OnnxAttribute OnnxAttribute::Integers(std::string_view name, std::span<const std::int64_t> values) {
  OnnxAttribute result;
  result.message_.Text(attribute::kName, name)
      .Integers(attribute::kIntegers, values)
      .Integer(attribute::kType, kIntegersType);
  return result;
}

OnnxAttribute OnnxAttribute::Reals(std::string_view name, std::span<const float> values) {
  OnnxAttribute result;
  result.message_.Text(attribute::kName, name)
      .Reals(attribute::kReals, values)
      .Integer(attribute::kType, kRealsType);
  return result;
}

OnnxAttribute OnnxAttribute::Texts(std::string_view name, std::span<const std::string> values) {
  OnnxAttribute result;
  result.message_.Text(attribute::kName, name);
  for (const std::string& value : values) {
    result.message_.Text(attribute::kTexts, value);
  }
  result.message_.Integer(attribute::kType, kTextsType);
  return result;
}

std::string OnnxGraph::Fresh() { return "_" + std::to_string(next_++); }

std::string OnnxGraph::Input(const std::string& name, OnnxType type, const Names& dimensions,
                             const std::string& meaning) {
  inputs_.Text(graph::kInput, ValueInfo(name, type, dimensions, meaning));
  return name;
}

void OnnxGraph::Output(const std::string& name, const std::string& value, OnnxType type,
                       const Names& dimensions, const std::string& meaning) {
  nodes_.Text(graph::kNode, OnnxMessage()
                                .Text(node::kInput, value)
                                .Text(node::kOutput, name)
                                .Text(node::kOperation, "Identity")
                                .bytes());
  outputs_.Text(graph::kOutput, ValueInfo(name, type, dimensions, meaning));
}

std::string OnnxGraph::AddConstant(OnnxType type, std::string_view raw,
                                   const std::vector<std::int64_t>& dimensions) {
  RI_ASSERT(static_cast<std::int64_t>(raw.size()) ==
            8 * std::accumulate(dimensions.begin(), dimensions.end(), std::int64_t{1},
                                std::multiplies<>()));
  std::string name = Fresh();
  OnnxMessage message;
  if (!dimensions.empty()) {
    message.Integers(tensor::kDimensions, dimensions);
  }
  message.Integer(tensor::kType, static_cast<int>(type))
      .Text(tensor::kName, name)
      .Text(tensor::kRaw, raw);
  constants_.Text(graph::kInitializer, message.bytes());
  return name;
}

std::string OnnxGraph::Doubles(std::span<const double> values,
                               std::vector<std::int64_t> dimensions) {
  return AddConstant(OnnxType::kDouble, LittleEndian(values), dimensions);
}

std::string OnnxGraph::Integers(std::span<const std::int64_t> values,
                                std::vector<std::int64_t> dimensions) {
  return AddConstant(OnnxType::kInteger, LittleEndian(values), dimensions);
}

std::string OnnxGraph::List(std::initializer_list<std::int64_t> values) {
  return Integers({values.begin(), values.size()}, {static_cast<std::int64_t>(values.size())});
}

std::string OnnxGraph::Node(std::string_view operation, const Names& inputs,
                            const Attributes& attributes, std::string_view domain) {
  std::string name = Fresh();
  OnnxMessage message;
  for (const std::string& input : inputs) {
    message.Text(node::kInput, input);
  }
  message.Text(node::kOutput, name).Text(node::kOperation, operation);
  for (const OnnxAttribute& entry : attributes) {
    message.Text(node::kAttribute, entry.bytes());
  }
  if (!domain.empty()) {
    message.Text(node::kDomain, domain);
  }
  nodes_.Text(graph::kNode, message.bytes());
  return name;
}

std::string OnnxGraph::Cast(const std::string& value, OnnxType type) {
  return Node("Cast", {value}, {OnnxAttribute::Integer("to", static_cast<int>(type))});
}

std::string OnnxGraph::Serialize(
    std::string_view name, std::string_view documentation, std::string_view producer_version,
    std::span<const std::pair<std::string, std::string>> metadata) const {
  OnnxMessage body;
  body.Text(graph::kName, name);
  // Every part already carries the field numbers of the graph.
  const std::string whole_graph =
      nodes_.bytes() + body.bytes() + constants_.bytes() + inputs_.bytes() + outputs_.bytes();
  OnnxMessage file;
  file.Integer(model::kIrVersion, kFormatVersion)
      .Text(model::kProducer, "revint")
      .Text(model::kProducerVersion, producer_version)
      .Text(model::kDocumentation, documentation)
      .Text(model::kGraph, whole_graph)
      .Text(model::kOperatorSets, OnnxMessage().Text(1, "").Integer(2, kOperatorSet).bytes())
      .Text(model::kOperatorSets,
            OnnxMessage().Text(1, "ai.onnx.ml").Integer(2, kMachineLearningSet).bytes());
  for (const auto& [key, value] : metadata) {
    file.Text(model::kMetadata, OnnxMessage().Text(1, key).Text(2, value).bytes());
  }
  return file.bytes();
}

}  // namespace ri::models
