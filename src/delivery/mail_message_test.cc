#include "delivery/mail_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ri::delivery {
namespace {

using testing::HasSubstr;
using testing::Not;

Mail Letter() {
  return {.from = "revenue@example.com",
          .to = {"ann@example.com", "bob@example.com"},
          .subject = "Week of 16 November",
          .text = "M",
          .html = "<p>Ma</p>",
          .id = "abc123",
          .date = *domain::ParseIsoTimestamp("2026-11-16T06:07:08Z")};
}

TEST(MailMessage, HoldsBothFormsAndIsTheSameEveryTime) {
  const std::string message = MessageOf(Letter()).value();
  EXPECT_THAT(message, HasSubstr("Date: Mon, 16 Nov 2026 06:07:08 +0000\r\n"));
  EXPECT_THAT(message, HasSubstr("To: ann@example.com,\r\n bob@example.com\r\n"));
  EXPECT_THAT(message, HasSubstr("Message-ID: <abc123@example.com>\r\n"));
  EXPECT_THAT(message, HasSubstr("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
                                 "base64\r\n\r\nTQ==\r\n"))
      << "RFC 4648, section 10 in spirit: one byte gives two padding signs";
  EXPECT_THAT(message, HasSubstr("PHA+TWE8L3A+\r\n"));
  EXPECT_EQ(message, MessageOf(Letter()).value());
}

TEST(MailMessage, LetsNothingIntoTheHeadersThatIsNoAddress) {
  for (const char* address : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "<a@b>"}) {
    EXPECT_FALSE(IsMailAddress(address)) << address;
    Mail mail = Letter();
    mail.to.push_back(address);
    EXPECT_EQ(MessageOf(mail).error().code(), ErrorCode::kUsage) << address;
  }
  Mail mail = Letter();
  mail.subject = "a\r\nBcc: x@example.com";
  EXPECT_THAT(MessageOf(mail).value(), Not(HasSubstr("\nBcc:")));
}

TEST(MailMessage, CutsALongSubjectBetweenLettersAndLinesAtTheirLimit) {
  Mail mail = Letter();
  mail.subject.clear();
  for (int i = 0; i < 60; ++i) {
    mail.subject += "é";
  }
  mail.html.assign(5000, 'x');
  const std::string message = MessageOf(mail).value();
  std::size_t begin = 0;
  for (std::size_t end = message.find("\r\n"); end != std::string::npos;
       begin = end + 2, end = message.find("\r\n", begin)) {
    EXPECT_LE(end - begin, 78U) << message.substr(begin, end - begin);
  }
  EXPECT_THAT(message, HasSubstr("Subject: =?UTF-8?B?w6nDqcOp"));
}

}  // namespace
}  // namespace ri::delivery
