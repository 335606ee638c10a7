#pragma once

/// Use case: the newest weekly letter to every channel that has not had it.

#include <string>
#include <vector>

#include "base/result.h"
#include "data/operations_store.h"
#include "delivery/transport.h"
#include "domain/date.h"

namespace ri::service {

/// Where letters go. Passwords and tokens stay in here: nothing of them is stored or said.
struct LetterChannels {
  delivery::MailServer mail_server;  ///< url empty: no mail
  std::string mail_from;
  std::vector<std::string> mail_to;
  delivery::WebHook web_hook;  ///< url empty: none
  /// Waiting between tries, in milliseconds; one more try than entries.
  std::vector<int> pauses = {1000, 5000};

  [[nodiscard]] bool empty() const { return mail_server.url.empty() && web_hook.url.empty(); }
};

/// kUsage naming what is missing or malformed.
[[nodiscard]] Status CheckChannels(const LetterChannels& channels);

struct LetterDelivery {
  std::string document;  ///< name of the letter; empty when there is none
  std::vector<data::StoredDelivery> channels;
  bool sent_now = false;  ///< a channel got it at this moment, in this call or one before
};

/// Each channel gets a letter once, told by an id that is made of the letter's name, its content
/// and the channel, and that travels with it: a receiver can drop a repetition after a crash
/// between sending and noting it. A failure that may pass is tried again, now and at the next call.
/// The result tells of failures; an error is one of the database. Letters older than a week are not
/// sent.
[[nodiscard]] Result<LetterDelivery> DeliverLetter(data::OperationsStore& operations,
                                                   const LetterChannels& channels,
                                                   domain::Timestamp now);

/// Name under which the letter of a day is kept among the documents.
[[nodiscard]] std::string LetterName(domain::Date day);

}  // namespace ri::service
