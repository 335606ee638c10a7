#include "delivery/mail_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ri::delivery {
namespace {

constexpr std::size_t kBytesPerLine = 57;  ///< 76 characters of base64, the most a line may have

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= count ? kDigits[group >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

std::string Base64Lines(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += kBytesPerLine) {
    text += Base64(bytes.substr(i, kBytesPerLine)) + "\r\n";
  }
  return text;
}

bool IsPrintableAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

/// As encoded words (RFC 2047), each of at most 75 characters and cut between letters.
std::string EncodedSubject(std::string_view subject) {
  if (IsPrintableAscii(subject)) {
    return std::string(subject);
  }
  constexpr std::size_t kBytesPerWord = 42;
  std::string text;
  while (!subject.empty()) {
    std::size_t count = std::min(kBytesPerWord, subject.size());
    while (count > 1 && count < subject.size() &&
           (static_cast<unsigned char>(subject[count]) & 0xC0U) == 0x80U) {
      --count;
    }
    text +=
        (text.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + Base64(subject.substr(0, count)) + "?=";
    subject.remove_prefix(count);
  }
  return text;
}

/// "Mon, 16 Nov 2026 06:00:00 +0000"
std::string HeaderDate(domain::Timestamp time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const domain::Date day = domain::DateOf(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(
      std::chrono::floor<std::chrono::seconds>(time - domain::StartOf(day)));
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

std::string Part(std::string_view type, std::string_view content) {
  return fmt::format(
      "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", type,
      Base64Lines(content));
}

}  // namespace

bool IsMailAddress(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
         text.find('@', at + 1) == std::string_view::npos && IsPrintableAscii(text) &&
         text.find_first_of(" <>(),;:\\\"[]") == std::string_view::npos;
}

Result<std::string> MessageOf(const Mail& mail) {
  std::string to;
  for (const std::string& address : mail.to) {
    to += (to.empty() ? "" : ",\r\n ") + address;
  }
  const bool addresses = IsMailAddress(mail.from) && !mail.to.empty() &&
                         std::ranges::all_of(mail.to, [](const std::string& address) {
                           return IsMailAddress(address);
                         });
  if (!addresses) {
    return Fail(ErrorCode::kUsage,
                "The letter needs a sender and receivers of the form name@example.com.");
  }
  const std::string boundary = "part-" + mail.id;
  std::string subject = mail.subject;
  std::erase_if(subject, [](char letter) { return letter == '\r' || letter == '\n'; });
  return fmt::format(
      "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n"
      "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"
      "Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n"
      "--{}\r\n{}--{}\r\n{}--{}--\r\n",
      HeaderDate(mail.date), mail.from, to, EncodedSubject(subject), mail.id,
      mail.from.substr(mail.from.find('@') + 1), boundary, boundary, Part("text/plain", mail.text),
      boundary, Part("text/html", mail.html), boundary);
}

}  // namespace ri::delivery
