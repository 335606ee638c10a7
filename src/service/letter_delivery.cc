#include "service/letter_delivery.h"

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/sha256.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDaysWorthSending = 7;
constexpr std::size_t kIdDigits = 32;

struct Channel {
  std::string name;  ///< for people and the database
  std::function<Status(const Json& letter, const std::string& id, domain::Timestamp date)> send;
};

std::vector<Channel> ChannelsOf(const LetterChannels& channels) {
  std::vector<Channel> list;
  if (!channels.mail_server.url.empty()) {
    for (const std::string& address : channels.mail_to) {
      list.push_back({.name = "mail " + address,
                      .send = [&channels, address](const Json& letter, const std::string& id,
                                                   domain::Timestamp date) {
                        return delivery::SendMail(channels.mail_server,
                                                  {.from = channels.mail_from,
                                                   .to = {address},
                                                   .subject = letter.value("subject", ""),
                                                   .text = letter.value("text", ""),
                                                   .html = letter.value("html", ""),
                                                   .id = id,
                                                   .date = date});
                      }});
    }
  }
  if (!channels.web_hook.url.empty()) {
    list.push_back(
        {.name = "webhook " + delivery::HostOf(channels.web_hook.url),
         .send = [&channels](const Json& letter, const std::string& id, domain::Timestamp date) {
           const Json document = {{"id", id},
                                  {"kind", "weekly_letter"},
                                  {"at", domain::FormatTimestamp(date)},
                                  {"subject", letter.value("subject", "")},
                                  {"text", letter.value("text", "")},
                                  {"html", letter.value("html", "")}};
           return delivery::PostDocument(
               channels.web_hook, document.dump(-1, ' ', false, Json::error_handler_t::replace),
               id);
         }});
  }
  return list;
}

struct Kept {
  std::string name;
  domain::Timestamp at{};
  std::string content;
};

Result<std::optional<Kept>> NewestLetter(data::OperationsStore& operations, domain::Timestamp now) {
  for (int back = 0; back < kDaysWorthSending; ++back) {
    const std::string name = LetterName(domain::DateOf(now) - std::chrono::days(back));
    RI_ASSIGN_OR_RETURN(const auto document, operations.Document(name));
    if (document) {
      return Kept{.name = name,
                  .at = domain::TimestampFromMilliseconds(document->first),
                  .content = document->second};
    }
  }
  return std::optional<Kept>();
}

}  // namespace

std::string LetterName(domain::Date day) { return "letter " + domain::FormatDate(day); }

Status CheckChannels(const LetterChannels& channels) {
  if (!channels.mail_server.url.empty()) {
    RI_RETURN_IF_ERROR(delivery::CheckMailServer(channels.mail_server));
    if (!delivery::IsMailAddress(channels.mail_from) || channels.mail_to.empty()) {
      return Fail(ErrorCode::kUsage, "Letters by mail need --mail-from and --mail-to.");
    }
    for (const std::string& address : channels.mail_to) {
      if (!delivery::IsMailAddress(address)) {
        return Fail(ErrorCode::kUsage, "'" + address + "' is no mail address.");
      }
    }
  }
  return channels.web_hook.url.empty() ? Status() : delivery::CheckWebHook(channels.web_hook);
}

Result<LetterDelivery> DeliverLetter(data::OperationsStore& operations,
                                     const LetterChannels& channels, domain::Timestamp now) {
  LetterDelivery report;
  RI_ASSIGN_OR_RETURN(const auto kept, NewestLetter(operations, now));
  if (!kept) {
    return report;
  }
  report.document = kept->name;
  const Json letter = Json::parse(kept->content, nullptr, false);
  for (const Channel& channel : ChannelsOf(channels)) {
    base::Sha256 hash;
    hash.Update(kept->name + "\n" + channel.name + "\n" + kept->content);
    const std::string id = base::ToHex(hash.Finish()).substr(0, kIdDigits);
    RI_ASSIGN_OR_RETURN(const auto stored, operations.Delivery(id));
    data::StoredDelivery delivery = stored.value_or(data::StoredDelivery{
        .id = id, .document = kept->name, .channel = channel.name, .status = "waiting"});
    const std::size_t tries = channels.pauses.size() + 1;
    for (std::size_t i = 0; i < tries && delivery.status != "sent"; ++i) {
      if (i > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(channels.pauses[i - 1]));
      }
      const Status sent = channel.send(letter, id, kept->at);
      ++delivery.attempts;
      delivery.last_at = domain::Milliseconds(now);
      delivery.status = sent ? "sent" : "failed";
      delivery.error = sent ? std::nullopt : std::optional(sent.error().message());
      RI_RETURN_IF_ERROR(operations.SetDelivery(delivery));
      if (!sent && sent.error().code() != ErrorCode::kStorage) {
        break;  // trying again would give the same answer
      }
    }
    report.sent_now = report.sent_now ||
                      (delivery.status == "sent" && delivery.last_at == domain::Milliseconds(now));
    report.channels.push_back(std::move(delivery));
  }
  return report;
}

}  // namespace ri::service
