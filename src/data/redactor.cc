#include "data/redactor.h"

#include <algorithm>
#include <span>

namespace ri::data {
namespace {

constexpr std::size_t kAnonymousDigits = 16;

bool IsAsciiLetterOrDigit(unsigned char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z');
}

/// Every byte beyond ASCII counts as part of a word.
bool IsWordByte(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte >= 0x80U || IsAsciiLetterOrDigit(byte);
}

/// Lower case of ASCII and of U+00C0..U+00DE, which are C3 80..9E in UTF-8.
std::string Folded(std::string_view word) {
  std::string folded(word);
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const auto byte = static_cast<unsigned char>(folded[i]);
    if (byte >= 'A' && byte <= 'Z') {
      folded[i] = static_cast<char>(byte + 0x20U);
    } else if (i > 0 && static_cast<unsigned char>(folded[i - 1]) == 0xC3U && byte >= 0x80U &&
               byte <= 0x9EU && byte != 0x97U) {
      folded[i] = static_cast<char>(byte + 0x20U);
    }
  }
  return folded;
}

/// The kinds of what is fingerprinted never share a fingerprint.
std::string KeyText(EntityKind kind, std::string_view key) {
  return "key " + std::to_string(static_cast<int>(kind)) + " " + std::string(key);
}

std::string WordsText(std::span<const Word> words) {
  std::string text = "words";
  for (const Word& word : words) {
    text += ' ';
    text += word.folded;
  }
  return text;
}

}  // namespace

std::vector<Word> WordsOf(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && IsWordByte(text[at])) {
      ++at;
    }
    words.push_back({.begin = begin, .end = at, .folded = Folded(text.substr(begin, at - begin))});
  }
  return words;
}

Result<Redactor> Redactor::From(const ErasureRecords& records) {
  Redactor redactor;
  if (records.secret.empty() && records.identifiers.empty()) {
    return redactor;
  }
  const auto damaged = [] {
    return Fail(ErrorCode::kStorage,
                "The database is damaged: its record of erasures cannot be read. Restore it from a "
                "backup.");
  };
  if (!base::FromHex(records.secret, redactor.secret_)) {
    return damaged();
  }
  for (const ErasedIdentifier& identifier : records.identifiers) {
    base::KeyedDigest digest{};
    if (!base::FromHex(identifier.digest, digest) ||
        identifier.num_words < ErasedIdentifier::kRenamed) {
      return damaged();
    }
    redactor.Add(digest, identifier);
  }
  return redactor;
}

ErasedIdentifier Redactor::Add(const base::KeyedDigest& digest, ErasedIdentifier identifier) {
  replacements_[digest] = identifier.replacement;
  const auto length = static_cast<std::size_t>(std::max<std::int64_t>(identifier.num_words, 0));
  if (length > 0 && std::ranges::find(lengths_, length) == lengths_.end()) {
    lengths_.push_back(length);
    std::ranges::sort(lengths_, std::greater<>());
  }
  identifier.digest = base::ToHex(digest);
  return identifier;
}

ErasedIdentifier Redactor::AddKey(EntityKind kind, std::string_view key,
                                  std::string_view replacement) {
  return Add(base::KeyedHash(secret_, KeyText(kind, key)),
             {.digest = {}, .kind = kind, .replacement = std::string(replacement)});
}

ErasedIdentifier Redactor::AddWords(const std::vector<Word>& words, std::string_view replacement) {
  return Add(base::KeyedHash(secret_, WordsText(words)),
             {.digest = {},
              .num_words = static_cast<std::int64_t>(words.size()),
              .replacement = std::string(replacement)});
}

std::optional<std::string> Redactor::Key(EntityKind kind, std::string_view key) const {
  const auto found = replacements_.find(base::KeyedHash(secret_, KeyText(kind, key)));
  return found == replacements_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Redactor::Text(std::string_view text) const {
  if (lengths_.empty()) {
    return std::nullopt;
  }
  const std::vector<Word> words = WordsOf(text);
  std::string redacted;
  std::size_t copied = 0;
  bool any = false;
  for (std::size_t i = 0; i < words.size();) {
    std::size_t taken = 0;
    for (const std::size_t length : lengths_) {
      if (i + length > words.size()) {
        continue;
      }
      const auto found = replacements_.find(
          base::KeyedHash(secret_, WordsText(std::span(words).subspan(i, length))));
      if (found != replacements_.end()) {
        redacted.append(text.substr(copied, words[i].begin - copied));
        redacted.append(found->second);
        copied = words[i + length - 1].end;
        taken = length;
        any = true;
        break;
      }
    }
    i += std::max<std::size_t>(taken, 1);
  }
  if (!any) {
    return std::nullopt;
  }
  redacted.append(text.substr(copied));
  return redacted;
}

std::string Redactor::AnonymousKey(EntityKind kind, std::string_view key) const {
  return "erased-" + base::ToHex(base::KeyedHash(secret_, "anonymous " + KeyText(kind, key)))
                         .substr(0, kAnonymousDigits);
}

std::string Redactor::LinkKey(std::string_view anonymous_key, std::uint32_t deal) const {
  return "erased-" + base::ToHex(base::KeyedHash(secret_, "link " + std::to_string(deal) + " " +
                                                              std::string(anonymous_key)))
                         .substr(0, kAnonymousDigits);
}

}  // namespace ri::data
