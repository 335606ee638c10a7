#include "ingest/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "ingest/csv_delimiter.h"
#include "ingest/row_source.h"

namespace ri::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Gives its text out in pieces of a fixed size, to hit every boundary.
class TextBytes final : public ByteSource {
 public:
  TextBytes(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  Result<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t count = std::min({piece_, buffer.size(), text_.size() - at_});
    std::copy_n(text_.data() + at_, count, buffer.data());
    at_ += count;
    return count;
  }
  std::int64_t position() const override { return static_cast<std::int64_t>(at_); }
  std::int64_t total() const override { return static_cast<std::int64_t>(text_.size()); }

 private:
  std::string text_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

struct Read {
  FileFacts facts;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::int64_t> lines;
  std::vector<std::string> malformed;
};

Result<Read> ReadAll(const std::string& text, OpenOptions options = {},
                     std::size_t piece = 1U << 20U) {
  RI_ASSIGN_OR_RETURN(auto source,
                      OpenCsv(std::make_unique<TextBytes>(text, piece), "csv", options));
  Read read;
  Row row;
  for (;;) {
    RI_ASSIGN_OR_RETURN(const bool more, source->Next(row));
    if (!more) {
      break;
    }
    read.rows.emplace_back(row.cells.begin(), row.cells.end());
    read.lines.push_back(row.line);
    read.malformed.emplace_back(row.malformed);
  }
  read.facts = source->facts();
  return read;
}

Read MustRead(const std::string& text) {
  auto read = ReadAll(text);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().ToString());
  return read ? *read : Read{};
}

TEST(CsvReader, ReadsQuotedCellsWithDelimitersQuotesAndLineBreaks) {
  const Read read =
      MustRead("id,text\n1,\"a,b\"\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\"\n4,plain\n");
  EXPECT_THAT(read.rows, ElementsAre(ElementsAre("1", "a,b"), ElementsAre("2", "say \"hi\""),
                                     ElementsAre("3", "two\nlines"), ElementsAre("4", "plain")));
  EXPECT_THAT(read.lines, ElementsAre(2, 3, 4, 6));
}

TEST(CsvReader, TreatsEveryLineEndAlike) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Read read = MustRead("a,b" + end + "1,\"x\"" + end + end + "2," + end);
    EXPECT_THAT(read.rows, ElementsAre(ElementsAre("1", "x"), ElementsAre("2", "")));
    EXPECT_THAT(read.lines, ElementsAre(2, 4));
  }
}

TEST(CsvReader, NeedsNoLineEndAfterTheLastRow) {
  EXPECT_THAT(MustRead("a,b\n1,").rows, ElementsAre(ElementsAre("1", "")));
  EXPECT_THAT(MustRead("a,b\n1,\"2\"").rows, ElementsAre(ElementsAre("1", "2")));
}

TEST(CsvReader, GivesTheSameRowsHoweverTheBytesArrive) {
  const std::string text =
      "id;n\xC3\xA4me;note\r\n1;\"M\xC3\xBCller "
      "\"\"jun.\"\"\";\"x\r\ny\"\r\n2;\xE2\x82\xAC;\r\n3;;z";
  const auto whole = ReadAll(text);
  ASSERT_TRUE(whole.has_value());
  ASSERT_EQ(whole->rows.size(), 3U);
  for (std::size_t piece = 1; piece < 40; ++piece) {
    const auto pieces = ReadAll(text, {}, piece);
    ASSERT_TRUE(pieces.has_value()) << pieces.error().ToString();
    EXPECT_EQ(pieces->rows, whole->rows) << "pieces of " << piece;
    EXPECT_EQ(pieces->lines, whole->lines);
    EXPECT_EQ(pieces->facts.encoding, "UTF-8");
  }
}

TEST(CsvReader, ReadsBackWhatAWriterQuoted) {
  // Random cells over the characters that matter, written with RFC 4180 quoting.
  std::mt19937 random(7);
  const std::string alphabet = "ab,;\"\n\r \t";
  std::vector<std::vector<std::string>> rows;
  std::string text = "x1,x2,x3\n";
  for (int i = 0; i < 20000; ++i) {
    std::vector<std::string> row{"k" + std::to_string(i)};
    text += row[0];
    for (int j = 0; j < 2; ++j) {
      std::string cell;
      for (unsigned length = random() % 9; length > 0; --length) {
        cell += alphabet[random() % alphabet.size()];
      }
      text += ",\"";
      for (const char c : cell) {
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
      }
      text += '"';
      row.push_back(std::move(cell));
    }
    text += '\n';
    rows.push_back(std::move(row));
  }
  for (const std::size_t piece : {std::size_t{977}, std::size_t{1} << 20U}) {
    const auto read = ReadAll(text, {.delimiter = ','}, piece);
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->rows == rows);
  }
}

TEST(CsvReader, DetectsEveryDelimiter) {
  for (const char delimiter : {',', ';', '\t', '|', '^', '`'}) {
    const std::string d(1, delimiter);
    const Read read = MustRead("id" + d + "amount" + d + "note\n1" + d + "1.5" + d + "\"a,b;c\"\n");
    EXPECT_EQ(read.facts.delimiter, delimiter);
    EXPECT_THAT(read.rows, ElementsAre(ElementsAre("1", "1.5", "a,b;c")));
  }
  EXPECT_EQ(DetectDelimiter("only\n1\n2\n", true), ',');
  EXPECT_EQ(DetectDelimiter("name;amount\nMiller, Tom;1,5\nX;2,5\n", true), ';');
  EXPECT_EQ(MustRead("sep=;\na;b\n1;2\n").facts.delimiter, ';');
}

TEST(CsvReader, ConvertsAndNamesEveryEncoding) {
  const std::string utf8 = "id,name\n1,M\xC3\xBCller\n";
  std::string little = "\xFF\xFE";
  std::string big = "\xFE\xFF";
  std::string no_mark;
  for (const char16_t c : std::u16string(u"id,name\n1,M\u00FCller\n")) {
    const char low = static_cast<char>(c & 0xFF);
    const char high = static_cast<char>(c >> 8);
    little += {low, high};
    big += {high, low};
    no_mark += {low, high};
  }
  const std::vector<std::pair<std::string, std::string>> cases = {
      {utf8, "UTF-8"},       {"\xEF\xBB\xBF" + utf8, "UTF-8 with BOM"},
      {little, "UTF-16LE"},  {big, "UTF-16BE"},
      {no_mark, "UTF-16LE"}, {"id,name\n1,M\xFCller\n", "ISO-8859-1"},
  };
  for (const auto& [text, encoding] : cases) {
    const Read read = MustRead(text);
    EXPECT_EQ(read.facts.encoding, encoding);
    EXPECT_THAT(read.facts.header, ElementsAre("id", "name"));
    EXPECT_THAT(read.rows, ElementsAre(ElementsAre("1", "M\xC3\xBCller"))) << encoding;
  }
  const Read euro = MustRead("id,price\n1,5 \x80\n");
  EXPECT_EQ(euro.facts.encoding, "Windows-1252");
  EXPECT_THAT(euro.rows, ElementsAre(ElementsAre("1", "5 \xE2\x82\xAC")));
}

TEST(CsvReader, FindsTheEncodingWhenTheFirstSpecialCharacterComesLate) {
  std::string text = "id,name\n";
  for (int i = 0; i < 300000; ++i) {
    text += "1,plain\n";
  }
  const auto read = ReadAll(text + "2,M\xFCller\n", {}, 100000);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->facts.encoding, "ISO-8859-1");
  EXPECT_THAT(read->rows.back(), ElementsAre("2", "M\xC3\xBCller"));
}

TEST(CsvReader, CountsBytesThatAreNotUtf8) {
  std::string text = "id,name\n";
  for (int i = 0; i < 20; ++i) {
    text += "1,\xC3\xBC\n";
  }
  const Read read = MustRead(text +
                             "2,a\xFF"
                             "b\n");
  EXPECT_EQ(read.facts.num_replaced, 1);
  EXPECT_THAT(read.rows.back(), ElementsAre("2", "a?b"));
}

TEST(CsvReader, MarksRowsWithAWrongNumberOfCells) {
  const Read read = MustRead("a,b,c\n1,2\n1,2,3\n1,2,3,4\n");
  ASSERT_EQ(read.rows.size(), 3U);
  EXPECT_THAT(read.malformed[0], HasSubstr("2 cells, the header has 3"));
  EXPECT_EQ(read.malformed[1], "");
  EXPECT_THAT(read.malformed[2], HasSubstr("4 cells"));
}

TEST(CsvReader, MarksTextAfterAClosingQuote) {
  const Read read = MustRead("a,b\n\"x\"y,2\n1,5\" pipe\n");
  EXPECT_THAT(read.malformed[0], HasSubstr("closing quote"));
  EXPECT_THAT(read.rows[1], ElementsAre("1", "5\" pipe"));
}

TEST(CsvReader, NamesTheLineOfAnUnclosedQuote) {
  const auto read = ReadAll("a,b\n1,2\n3,\"open\n4,5\n");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), ErrorCode::kBadInput);
  EXPECT_THAT(read.error().message(), HasSubstr("Line 3"));
}

TEST(CsvReader, StopsAtARowBeyondTheLimit) {
  const std::string text =
      "a,b\n1,\"" + std::string(3U << 20U, 'x') + "\n" + std::string(1U << 20U, 'y');
  const auto read = ReadAll(text + "\"\n", {.max_row_bytes = 2U << 20U});
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message(), HasSubstr("longer than 2 MiB"));
  const auto allowed = ReadAll(text + "\"\n", {});
  ASSERT_TRUE(allowed.has_value());
  EXPECT_EQ(allowed->rows.size(), 1U);
}

TEST(CsvReader, NamesEveryColumnOnce) {
  const Read read = MustRead(" id ,name,name,,\xC2\xA0x\n1,2,3,4,5\n");
  EXPECT_THAT(read.facts.header, ElementsAre("id", "name", "name (2)", "column 4", "x"));
}

TEST(CsvReader, RefusesWhatIsNoTable) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "empty"},
      {"\n\n\n", "header"},
      {std::string("PNG\0\0\1\2", 7), "binary"},
      {std::string("%PDF-1.7\n%abc"), "binary"},
      {"1,2024-01-01,5\n2,2024-01-02,6\n", "column names"},
  };
  for (const auto& [text, message] : cases) {
    const auto read = ReadAll(text);
    ASSERT_FALSE(read.has_value()) << message;
    EXPECT_EQ(read.error().code(), ErrorCode::kBadInput);
    EXPECT_THAT(read.error().message(), HasSubstr(message));
  }
}

TEST(CsvReader, NoticesBinaryDataFurtherDown) {
  std::string text = "id,name\n";
  for (int i = 0; i < 300000; ++i) {
    text += "1,plain\n";
  }
  text += std::string("\0\0\1", 3);
  const auto read = ReadAll(text);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message(), HasSubstr("binary"));
}

class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& content)
      : path_(testing::TempDir() + "ri_ingest_" + name) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string Gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 1000, '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(OpenRows, ReadsGzipWithSeveralMembers) {
  const TemporaryFile file("members.csv.gz", Gzip("a,b\n1,2\n") + Gzip("3,4\n"));
  const auto table = ReadTable(file.path(), 100);
  ASSERT_TRUE(table.has_value()) << table.error().ToString();
  EXPECT_EQ(table->facts.format, "csv.gz");
  EXPECT_THAT(table->columns[0], ElementsAre("1", "3"));
}

TEST(OpenRows, SaysThatCompressedDataAreCutOrDamaged) {
  std::string text = "a,b\n";
  for (int i = 0; i < 5000; ++i) {
    text += std::to_string(i * 7919 % 10007) + ",x\n";
  }
  const std::string whole = Gzip(text);
  const TemporaryFile cut("cut.csv.gz", whole.substr(0, whole.size() / 2));
  const auto cut_table = ReadTable(cut.path(), 1000000);
  ASSERT_FALSE(cut_table.has_value());
  EXPECT_THAT(cut_table.error().ToString(), HasSubstr("ends too early"));
  std::string damaged = whole;
  damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
  const TemporaryFile bad("damaged.csv.gz", damaged);
  EXPECT_FALSE(ReadTable(bad.path(), 1000000).has_value());
}

TEST(OpenRows, TellsMissingEmptyAndFolderApart) {
  EXPECT_EQ(OpenRows("/no/such/file.csv").error().code(), ErrorCode::kNotFound);
  const TemporaryFile empty("empty.csv", "");
  EXPECT_THAT(OpenRows(empty.path()).error().message(), HasSubstr("empty"));
  EXPECT_EQ(OpenRows(testing::TempDir()).error().code(), ErrorCode::kBadInput);
}

}  // namespace
}  // namespace ri::ingest
