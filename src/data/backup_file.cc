#include "data/backup_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "data/backup_encoding.h"

namespace ri::data {
namespace {

constexpr std::string_view kFirstLine = "revint-backup 1\n";
constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;
// A block may be longer than kBlockBytes by one row, and a row holds at most a few large texts.
constexpr std::uint64_t kMaxRecordBytes = std::uint64_t{1} << 32U;

// Kinds of records.
constexpr char kTable = 'T';
constexpr char kRows = 'R';
constexpr char kTableEnd = 'S';
constexpr char kEnd = 'E';

std::string RecordHead(char kind, std::size_t size) {
  std::string head(1, kind);
  AppendNumber(head, size);
  return head;
}

/// The new name is on the disk only when its folder is.
void SyncFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) {
    fsync(descriptor);
    close(descriptor);
  }
}

}  // namespace

BackupFileWriter::BackupFileWriter(std::string path, std::FILE* file)
    : path_(std::move(path)), partial_(path_ + ".partial"), file_(file) {}

Result<std::unique_ptr<BackupFileWriter>> BackupFileWriter::Create(const std::string& path,
                                                                   const BackupHeader& header) {
  const std::string partial = path + ".partial";
  std::remove(partial.c_str());  // of an earlier attempt that was killed
  const int descriptor =
      open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  std::FILE* file = descriptor < 0 ? nullptr : fdopen(descriptor, "wb");
  if (file == nullptr) {
    return Fail(ErrorCode::kStorage, "The backup cannot be written to " + path +
                                         ". Check that its folder exists, that you may write "
                                         "there, and that no other backup writes to it.");
  }
  std::unique_ptr<BackupFileWriter> writer(new BackupFileWriter(path, file));
  std::string content;
  AppendNumber(content, static_cast<std::uint64_t>(header.schema_version));
  AppendNumber(content, static_cast<std::uint64_t>(header.created_at));
  AppendText(content, header.engine);
  writer->proof_ = content;
  RI_RETURN_IF_ERROR(writer->Write(std::string(kFirstLine) + RecordHead('H', content.size())));
  RI_RETURN_IF_ERROR(writer->Write(content));
  return writer;
}

BackupFileWriter::~BackupFileWriter() {
  if (file_ != nullptr) {
    std::fclose(file_);
    std::remove(partial_.c_str());
  }
}

Status BackupFileWriter::Full() const {
  return Fail(ErrorCode::kStorage, "The backup could not be written to " + path_ +
                                       ". Free some space on its disk or choose another one; the "
                                       "database was not touched.");
}

Status BackupFileWriter::Write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
    return Full();
  }
  if (hash_) {
    hash_->Update(bytes);
  }
  num_bytes_ += bytes.size();
  return {};
}

Status BackupFileWriter::BeginTable(const TableShape& table) {
  table_ = table;
  num_table_rows_ = 0;
  previous_.assign(table.columns.size(), 0);
  hash_.emplace();
  std::string shape;
  AppendShape(shape, table);
  RI_RETURN_IF_ERROR(Write(RecordHead(kTable, shape.size())));
  return Write(shape);
}

Status BackupFileWriter::AddRow(std::span<const Cell> row) {
  AppendRow(rows_, table_, row, previous_);
  ++num_block_rows_;
  return rows_.size() >= kBlockBytes ? WriteBlock() : Status();
}

Status BackupFileWriter::WriteBlock() {
  if (num_block_rows_ == 0) {
    return {};
  }
  std::string count;
  AppendNumber(count, static_cast<std::uint64_t>(num_block_rows_));
  RI_RETURN_IF_ERROR(Write(RecordHead(kRows, count.size() + rows_.size()) + count));
  RI_RETURN_IF_ERROR(Write(rows_));
  num_table_rows_ += num_block_rows_;
  num_block_rows_ = 0;
  rows_.clear();
  previous_.assign(table_.columns.size(), 0);
  return {};
}

Status BackupFileWriter::EndTable() {
  RI_RETURN_IF_ERROR(WriteBlock());
  const std::string digest = base::ToHex(hash_->Finish());
  hash_.reset();
  std::string content;
  AppendNumber(content, static_cast<std::uint64_t>(num_table_rows_));
  AppendText(content, digest);
  RI_RETURN_IF_ERROR(Write(RecordHead(kTableEnd, content.size()) + content));
  proof_ += content;
  tables_.push_back({.name = table_.name, .num_rows = num_table_rows_, .sha256 = digest});
  return {};
}

Status BackupFileWriter::Finish() {
  const std::string digest = base::ToHex(base::Sha256Of(proof_));
  RI_RETURN_IF_ERROR(Write(RecordHead(kEnd, digest.size()) + digest));
  const bool flushed = std::fflush(file_) == 0 && fsync(fileno(file_)) == 0;
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (!flushed || !closed || std::rename(partial_.c_str(), path_.c_str()) != 0) {
    std::remove(partial_.c_str());
    return Full();
  }
  SyncFolderOf(path_);
  return {};
}

std::unexpected<Error> BackupFileReader::Damaged(std::string_view what) const {
  return Fail(ErrorCode::kBadInput, path_ + ": the backup is damaged at byte " +
                                        std::to_string(position_) + ": " + std::string(what) +
                                        ". Use another copy; nothing was changed.");
}

Result<std::unique_ptr<BackupFileReader>> BackupFileReader::Open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) {
    return Fail(ErrorCode::kNotFound, path + ": there is no such file, or you may not read it.");
  }
  std::unique_ptr<BackupFileReader> reader(new BackupFileReader(path, file));
  RI_RETURN_IF_ERROR(reader->ReadHeader());
  return reader;
}

Status BackupFileReader::ReadBytes(std::string& bytes, std::size_t count) {
  // In pieces: a damaged length must not ask for memory that the file does not fill.
  constexpr std::size_t kPiece = std::size_t{1} << 24U;
  bytes.clear();
  while (bytes.size() < count) {
    const std::size_t begin = bytes.size();
    const std::size_t piece = std::min(kPiece, count - begin);
    bytes.resize(begin + piece);
    if (std::fread(bytes.data() + begin, 1, piece, file_.get()) != piece) {
      return Damaged("it ends too early");
    }
    position_ += piece;
  }
  return {};
}

Result<char> BackupFileReader::ReadRecord(std::string& content) {
  std::string head;
  RI_RETURN_IF_ERROR(ReadBytes(head, 1));
  const char kind = head[0];
  if (kind == kTable) {
    hash_.emplace();
  }
  std::string size_bytes;
  std::string byte;
  std::uint64_t size = 0;
  while (true) {
    RI_RETURN_IF_ERROR(ReadBytes(byte, 1));
    size_bytes += byte;
    std::string_view left = size_bytes;
    if (TakeNumber(left, size)) {
      break;
    }
    if (size_bytes.size() > 9) {
      return Damaged("a length is impossible");
    }
  }
  if (size > kMaxRecordBytes) {
    return Damaged("a length is impossible");
  }
  RI_RETURN_IF_ERROR(ReadBytes(content, size));
  if (hash_ && kind != kTableEnd) {
    hash_->Update(head);
    hash_->Update(size_bytes);
    hash_->Update(content);
  }
  return kind;
}

Status BackupFileReader::ReadHeader() {
  std::string content;
  if (!ReadBytes(content, kFirstLine.size()) || content != kFirstLine) {
    return Fail(ErrorCode::kBadInput,
                path_ + " is no backup of this program, or one of a newer version.");
  }
  RI_ASSIGN_OR_RETURN(const char kind, ReadRecord(content));
  std::string_view rest = content;
  std::uint64_t version = 0;
  std::uint64_t created = 0;
  std::string_view engine;
  if (kind != 'H' || !TakeNumber(rest, version) || !TakeNumber(rest, created) ||
      !TakeText(rest, engine)) {
    return Damaged("its header makes no sense");
  }
  header_ = {.schema_version = static_cast<std::int64_t>(version),
             .created_at = static_cast<std::int64_t>(created),
             .engine = std::string(engine)};
  proof_ = content;
  return {};
}

Result<std::optional<TableShape>> BackupFileReader::NextTable() {
  std::string content;
  RI_ASSIGN_OR_RETURN(const char kind, ReadRecord(content));
  if (kind == kEnd) {
    if (content != base::ToHex(base::Sha256Of(proof_))) {
      return Damaged("its tables do not belong together");
    }
    if (std::fgetc(file_.get()) != EOF) {
      return Damaged("something follows its end");
    }
    return std::optional<TableShape>();
  }
  if (kind != kTable || !TakeShape(content, table_)) {
    return Damaged("a table was expected");
  }
  num_table_rows_ = 0;
  num_block_rows_ = 0;
  rest_ = {};
  row_.assign(table_.columns.size(), Cell{});
  return std::optional(table_);
}

Result<std::span<const Cell>> BackupFileReader::NextRow() {
  while (num_block_rows_ == 0) {
    if (!rest_.empty()) {
      return Damaged("a block holds more than its rows");
    }
    RI_ASSIGN_OR_RETURN(const char kind, ReadRecord(block_));
    rest_ = block_;
    std::uint64_t count = 0;
    if (!TakeNumber(rest_, count)) {
      return Damaged("a block has no number of rows");
    }
    if (kind == kTableEnd) {
      std::string_view digest;
      const std::string expected = base::ToHex(hash_->Finish());
      hash_.reset();
      if (!TakeText(rest_, digest) || digest != expected ||
          count != static_cast<std::uint64_t>(num_table_rows_)) {
        return Damaged("table " + table_.name + " does not have the content that was written");
      }
      rest_ = {};
      proof_ += block_;
      tables_.push_back({.name = table_.name, .num_rows = num_table_rows_, .sha256 = expected});
      return std::span<const Cell>();
    }
    if (kind != kRows || count == 0 || count > rest_.size()) {
      return Damaged("rows of table " + table_.name + " were expected");
    }
    num_block_rows_ = static_cast<std::int64_t>(count);
    previous_.assign(table_.columns.size(), 0);
  }
  if (!TakeRow(rest_, table_, row_, previous_)) {
    return Damaged("a row of table " + table_.name + " is incomplete");
  }
  --num_block_rows_;
  ++num_table_rows_;
  return std::span<const Cell>(row_);
}

}  // namespace ri::data
