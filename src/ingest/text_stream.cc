#include "ingest/text_stream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace ri::ingest {
namespace {

constexpr std::size_t kRawBlock = 256 * 1024;

// Windows-1252 for 0x80..0x9F; the five unassigned bytes keep their Latin-1 control code.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

/// Index of the first byte above 127, or `size`.
std::size_t FirstNonAscii(const char* data, std::size_t begin, std::size_t size) {
  std::size_t i = begin;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + i, 8);
    if ((word & 0x8080808080808080ULL) != 0) {
      break;
    }
  }
  while (i < size && Byte(data[i]) < 0x80) {
    ++i;
  }
  return i;
}

/// Length of the UTF-8 sequence at `text`, 0 when it is not legal, -1 when it is cut short.
int SequenceLength(const char* text, std::size_t available) {
  const unsigned char lead = Byte(text[0]);
  int length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    low = lead == 0xE0 ? 0xA0 : low;
    high = lead == 0xED ? 0x9F : high;  // surrogates are not characters
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    low = lead == 0xF0 ? 0x90 : low;
    high = lead == 0xF4 ? 0x8F : high;
  } else {
    return 0;
  }
  for (int i = 1; i < length; ++i) {
    if (static_cast<std::size_t>(i) >= available) {
      return -1;
    }
    const unsigned char next = Byte(text[i]);
    if (next < low || next > high) {
      return 0;
    }
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

/// True when the characters above 127 are UTF-8, give or take a damaged one: legal sequences are
/// hardly ever an accident. A sequence cut off by the end counts as legal.
bool IsUtf8(const char* data, std::size_t size) {
  std::size_t legal = 0;
  std::size_t illegal = 0;
  std::size_t i = FirstNonAscii(data, 0, size);
  while (i < size) {
    const int length = SequenceLength(data + i, size - i);
    legal += length > 0 ? 1U : 0U;
    illegal += length == 0 ? 1U : 0U;
    if (length < 0) {
      break;
    }
    i = FirstNonAscii(data, i + static_cast<std::size_t>(std::max(length, 1)), size);
  }
  return illegal * 10 <= legal;
}

std::size_t AppendUtf8(char32_t code, char* out) {
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    out[0] = static_cast<char>(0xC0 | (code >> 6));
    out[1] = static_cast<char>(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = static_cast<char>(0xE0 | (code >> 12));
    out[1] = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out[2] = static_cast<char>(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = static_cast<char>(0xF0 | (code >> 18));
  out[1] = static_cast<char>(0x80 | ((code >> 12) & 0x3F));
  out[2] = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  out[3] = static_cast<char>(0x80 | (code & 0x3F));
  return 4;
}

Error BinaryFile() {
  return {ErrorCode::kBadInput,
          "This is not a text table: it holds binary data. Export it as CSV or XLSX."};
}

bool LooksBinary(std::span<const char> text) {
  for (const std::string_view magic : {"%PDF", "\x89PNG",
                                       "\x7f"
                                       "ELF",
                                       "SQLite format 3", "\xD0\xCF\x11\xE0"}) {
    if (std::string_view(text.data(), text.size()).starts_with(magic)) {
      return true;
    }
  }
  std::size_t control = 0;
  for (const char c : text) {
    const unsigned char byte = Byte(c);
    if (byte == 0) {
      return true;
    }
    control += (byte < 0x09 || (byte > 0x0D && byte < 0x20 && byte != 0x1A)) ? 1 : 0;
  }
  // Text has none; a stray separator from a legacy system may be forgiven, 1 in 100 may not.
  return control * 100 > text.size();
}

}  // namespace

Result<std::unique_ptr<TextStream>> TextStream::Open(std::unique_ptr<ByteSource> bytes) {
  std::unique_ptr<TextStream> stream(new TextStream(std::move(bytes)));
  RI_RETURN_IF_ERROR(stream->Sniff());
  return stream;
}

Status TextStream::Refill() {
  if (raw_.empty()) {
    raw_.resize(kRawBlock);
  }
  std::memmove(raw_.data(), raw_.data() + raw_begin_, raw_end_ - raw_begin_);
  raw_end_ -= raw_begin_;
  raw_begin_ = 0;
  while (raw_end_ < raw_.size() && !end_of_bytes_) {
    RI_ASSIGN_OR_RETURN(const std::size_t count, bytes_->Read(std::span(raw_).subspan(raw_end_)));
    end_of_bytes_ = count == 0;
    raw_end_ += count;
  }
  return {};
}

Status TextStream::Sniff() {
  RI_RETURN_IF_ERROR(Refill());
  const std::span<const char> sample = pending();
  if (sample.empty()) {
    return Fail(ErrorCode::kBadInput, "The file is empty. Export it again.");
  }
  const std::string_view text(sample.data(), sample.size());
  if (text.starts_with("\xEF\xBB\xBF")) {
    raw_begin_ = 3;
    encoding_ = "UTF-8 with BOM";
    mode_ = Mode::kUtf8;
    return LooksBinary(pending()) ? Status(std::unexpected(BinaryFile())) : Status();
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    big_endian_ = text[0] == '\xFE';
    raw_begin_ = 2;
    mode_ = Mode::kUtf16;
  } else {
    // Western text in UTF-16 without a mark has a zero in nearly every second byte.
    std::array<std::size_t, 2> zeros{};
    for (std::size_t i = 0; i < text.size(); ++i) {
      zeros[i % 2] += text[i] == '\0' ? 1U : 0U;
    }
    const std::size_t half = text.size() / 2;
    if (half >= 4 && zeros[1] > half * 7 / 10 && zeros[0] * 100 < half) {
      mode_ = Mode::kUtf16;
    } else if (half >= 4 && zeros[0] > half * 7 / 10 && zeros[1] * 100 < half) {
      mode_ = Mode::kUtf16;
      big_endian_ = true;
    }
  }
  if (mode_ == Mode::kUtf16) {
    encoding_ = big_endian_ ? "UTF-16BE" : "UTF-16LE";
    return {};
  }
  if (LooksBinary(sample)) {
    return std::unexpected(BinaryFile());
  }
  return {};
}

Result<std::size_t> TextStream::Read(std::span<char> buffer) {
  if (mode_ == Mode::kAscii || mode_ == Mode::kUtf8) {
    return ReadPlain(buffer);
  }
  if (raw_end_ - raw_begin_ < 4 && !end_of_bytes_) {
    RI_RETURN_IF_ERROR(Refill());
  }
  if (mode_ == Mode::kUtf16) {
    return ConvertUtf16(buffer);
  }
  return ConvertSingleByte(buffer);
}

Result<std::size_t> TextStream::ReadPlain(std::span<char> buffer) {
  // What was sniffed or held back goes first; then the file is read straight into the buffer.
  std::size_t count = std::min(buffer.size(), raw_end_ - raw_begin_);
  std::memcpy(buffer.data(), raw_.data() + raw_begin_, count);
  raw_begin_ += count;
  if (raw_begin_ == raw_end_ && count < buffer.size() && !end_of_bytes_) {
    RI_ASSIGN_OR_RETURN(const std::size_t more, bytes_->Read(buffer.subspan(count)));
    end_of_bytes_ = more == 0;
    count += more;
  }
  if (count == 0) {
    return count;
  }
  char* data = buffer.data();
  if (std::memchr(data, 0, count) != nullptr) {
    return std::unexpected(BinaryFile());
  }
  std::size_t i = FirstNonAscii(data, 0, count);
  if (i == count) {
    return count;
  }
  const auto give_back = [&](std::size_t from) {
    // Keeps bytes [from, count) for the next call, before whatever is still waiting.
    const std::size_t size = count - from;
    std::vector<char> rest(data + from, data + count);
    rest.insert(rest.end(), raw_.begin() + static_cast<std::ptrdiff_t>(raw_begin_),
                raw_.begin() + static_cast<std::ptrdiff_t>(raw_end_));
    raw_end_ = rest.size();
    raw_begin_ = 0;
    rest.resize(std::max({rest.size(), kRawBlock, size}));
    raw_ = std::move(rest);
    count = from;
  };
  if (mode_ == Mode::kAscii) {
    if (IsUtf8(data + i, count - i)) {
      mode_ = Mode::kUtf8;
    } else {
      mode_ = Mode::kSingleByte;
      encoding_ = "ISO-8859-1";
      give_back(i);
      if (count > 0) {
        return count;
      }
      return ConvertSingleByte(buffer);
    }
  }
  while (i < count) {
    const int length = SequenceLength(data + i, count - i);
    if (length < 0 && !(end_of_bytes_ && raw_begin_ == raw_end_)) {
      give_back(i);
      if (count == 0) {  // only a cut sequence: the rest of it must come first
        RI_RETURN_IF_ERROR(Refill());
        return ReadPlain(buffer);
      }
      return count;
    }
    if (length <= 0) {
      data[i] = '?';
      ++num_replaced_;
      ++i;
    } else {
      i += static_cast<std::size_t>(length);
    }
    i = FirstNonAscii(data, i, count);
  }
  return count;
}

std::size_t TextStream::ConvertSingleByte(std::span<char> buffer) {
  std::size_t written = 0;
  while (raw_begin_ < raw_end_ && written + 3 <= buffer.size()) {
    const unsigned char byte = Byte(raw_[raw_begin_++]);
    char32_t code = byte;
    if (byte >= 0x80 && byte <= 0x9F) {
      code = kWindows1252[byte - 0x80U];
      if (encoding_ != "Windows-1252") {
        encoding_ = "Windows-1252";
      }
    }
    written += AppendUtf8(code, buffer.data() + written);
  }
  return written;
}

Result<std::size_t> TextStream::ConvertUtf16(std::span<char> buffer) {
  const auto unit = [this](std::size_t at) -> char32_t {
    const unsigned first = Byte(raw_[at]);
    const unsigned second = Byte(raw_[at + 1]);
    return big_endian_ ? first << 8U | second : second << 8U | first;
  };
  std::size_t written = 0;
  while (raw_end_ - raw_begin_ >= 2 && written + 4 <= buffer.size()) {
    char32_t code = unit(raw_begin_);
    std::size_t used = 2;
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (raw_end_ - raw_begin_ < 4 && !end_of_bytes_) {
        break;
      }
      const char32_t low = raw_end_ - raw_begin_ >= 4 ? unit(raw_begin_ + 2) : 0;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
        used = 4;
      } else {
        code = '?';
        ++num_replaced_;
      }
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      code = '?';
      ++num_replaced_;
    } else if (code == 0) {
      return std::unexpected(BinaryFile());
    }
    raw_begin_ += used;
    written += AppendUtf8(code, buffer.data() + written);
  }
  if (written == 0 && raw_begin_ < raw_end_) {  // half a character at the end of the file
    raw_begin_ = raw_end_;
    ++num_replaced_;
    buffer[0] = '?';
    return 1;
  }
  return written;
}

}  // namespace ri::ingest
