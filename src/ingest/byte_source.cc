#include "ingest/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace ri::ingest {
namespace {

constexpr std::size_t kInputBlock = 256 * 1024;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

struct OpenedFile {
  FileHandle handle;
  std::int64_t size = 0;
};

Result<OpenedFile> OpenFile(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::exists(status)) {
    return Fail(ErrorCode::kNotFound, path + " does not exist. Check the name.");
  }
  if (std::filesystem::is_directory(status)) {
    return Fail(ErrorCode::kBadInput, path + " is a folder; name one of its files.");
  }
  FileHandle handle(std::fopen(path.c_str(), "rb"));
  if (!handle) {
    return Fail(ErrorCode::kNotFound, path + " cannot be opened. Check its permissions.");
  }
  // The sources read big blocks themselves; a second buffer below them would only copy.
  std::setvbuf(handle.get(), nullptr, _IONBF, 0);
  const auto size = std::filesystem::file_size(path, error);
  return OpenedFile{std::move(handle), error ? 0 : static_cast<std::int64_t>(size)};
}

Error ReadFailure() {
  return {ErrorCode::kBadInput,
          "The file could not be read to its end; the disk reports an error."};
}

class PlainBytes final : public ByteSource {
 public:
  /// `limit` < 0 reads to the end of the file.
  PlainBytes(OpenedFile file, std::int64_t limit) : file_(std::move(file)), left_(limit) {}

  Result<std::size_t> Read(std::span<char> buffer) override {
    std::size_t wanted = buffer.size();
    if (left_ >= 0) {
      wanted = std::min(wanted, static_cast<std::size_t>(left_));
    }
    const std::size_t count = std::fread(buffer.data(), 1, wanted, file_.handle.get());
    if (count < wanted && std::ferror(file_.handle.get()) != 0) {
      return std::unexpected(ReadFailure());
    }
    position_ += static_cast<std::int64_t>(count);
    if (left_ >= 0) {
      left_ -= static_cast<std::int64_t>(count);
    }
    return count;
  }
  std::int64_t position() const override { return position_; }
  std::int64_t total() const override { return file_.size; }

 private:
  OpenedFile file_;
  std::int64_t left_;
  std::int64_t position_ = 0;
};

class InflatedBytes final : public ByteSource {
 public:
  /// `window_bits` as zlib takes them: 31 for gzip, -15 for the raw data of a zip member.
  InflatedBytes(OpenedFile file, int window_bits, std::int64_t input_limit,
                std::int64_t output_limit)
      : file_(std::move(file)),
        gzip_(window_bits > 0),
        input_left_(input_limit),
        output_left_(output_limit),
        input_(kInputBlock) {
    ready_ = inflateInit2(&stream_, window_bits) == Z_OK;
  }
  ~InflatedBytes() override {
    if (ready_) {
      inflateEnd(&stream_);
    }
  }
  InflatedBytes(const InflatedBytes&) = delete;
  InflatedBytes& operator=(const InflatedBytes&) = delete;

  Result<std::size_t> Read(std::span<char> buffer) override {
    if (!ready_) {
      return Fail(ErrorCode::kInternal, "The decompressor could not be started.");
    }
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(buffer.size(), 1U << 30));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out > 0 && !finished_) {
      if (stream_.avail_in == 0) {
        RI_RETURN_IF_ERROR(Refill());
      }
      if (stream_.avail_in == 0) {
        if (between_members_) {
          finished_ = true;
          break;
        }
        return Fail(ErrorCode::kBadInput,
                    "The compressed file ends too early; copy or download it again.");
      }
      if (between_members_ && !NextMember()) {
        break;
      }
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {
        between_members_ = gzip_;
        finished_ = !gzip_;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return Fail(ErrorCode::kBadInput,
                    "The compressed data are damaged; copy or download the file again.");
      }
    }
    const std::size_t count = wanted - stream_.avail_out;
    if (output_left_ >= 0) {
      output_left_ -= static_cast<std::int64_t>(count);
      if (output_left_ < 0) {
        return Fail(ErrorCode::kBadInput,
                    "The archive unpacks to more than it declares; it is not a safe file.");
      }
    }
    return count;
  }
  std::int64_t position() const override {
    return position_ - static_cast<std::int64_t>(stream_.avail_in);
  }
  std::int64_t total() const override { return file_.size; }

 private:
  Status Refill() {
    std::size_t wanted = input_.size();
    if (input_left_ >= 0) {
      wanted = std::min(wanted, static_cast<std::size_t>(input_left_));
    }
    const std::size_t count = std::fread(input_.data(), 1, wanted, file_.handle.get());
    if (count < wanted && std::ferror(file_.handle.get()) != 0) {
      return std::unexpected(ReadFailure());
    }
    if (input_left_ >= 0) {
      input_left_ -= static_cast<std::int64_t>(count);
    }
    position_ += static_cast<std::int64_t>(count);
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(count);
    return {};
  }

  // Some writers pad a gzip file with zero bytes; anything that is not a member ends the data.
  bool NextMember() {
    if (*stream_.next_in != 0x1f) {
      finished_ = true;
      return false;
    }
    inflateReset(&stream_);
    between_members_ = false;
    return true;
  }

  OpenedFile file_;
  bool gzip_;
  std::int64_t input_left_;
  std::int64_t output_left_;
  std::vector<char> input_;
  z_stream stream_{};
  bool ready_ = false;
  bool between_members_ = false;
  bool finished_ = false;
  std::int64_t position_ = 0;
};

}  // namespace

Result<Container> DetectContainer(const std::string& path) {
  RI_ASSIGN_OR_RETURN(const OpenedFile file, OpenFile(path));
  std::array<unsigned char, 4> magic{};
  const std::size_t count = std::fread(magic.data(), 1, magic.size(), file.handle.get());
  if (count == 0) {
    return Fail(ErrorCode::kBadInput, path + " is empty (0 bytes). Export it again.");
  }
  if (count >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
    return Container::kGzip;
  }
  if (count == 4 && magic[0] == 'P' && magic[1] == 'K' && magic[2] == 3 && magic[3] == 4) {
    return Container::kZip;
  }
  return Container::kPlain;
}

Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& path) {
  RI_ASSIGN_OR_RETURN(const Container container, DetectContainer(path));
  RI_ASSIGN_OR_RETURN(OpenedFile file, OpenFile(path));
  if (container == Container::kGzip) {
    constexpr int kGzipWindow = 15 + 16;
    return std::make_unique<InflatedBytes>(std::move(file), kGzipWindow, -1, -1);
  }
  return std::make_unique<PlainBytes>(std::move(file), -1);
}

Result<std::unique_ptr<ByteSource>> OpenMember(const std::string& path, std::int64_t offset,
                                               std::int64_t compressed_size, bool stored,
                                               std::int64_t limit) {
  RI_ASSIGN_OR_RETURN(OpenedFile file, OpenFile(path));
  if (fseeko(file.handle.get(), offset, SEEK_SET) != 0) {
    return Fail(ErrorCode::kBadInput, "The archive's directory points outside the file.");
  }
  if (stored) {
    return std::make_unique<PlainBytes>(std::move(file), compressed_size);
  }
  return std::make_unique<InflatedBytes>(std::move(file), -15, compressed_size, limit);
}

}  // namespace ri::ingest
