#include "service/account_eraser.h"

#include <algorithm>
#include <utility>

namespace ri::service {
namespace {

using data::EntityKind;

constexpr std::int64_t kAuditPage = 5000;

class Eraser final : public data::ErasureWriter {
 public:
  Eraser(std::unique_ptr<data::ErasureWriter> writer, std::vector<ErasedUser> users)
      : writer_(std::move(writer)), users_(std::move(users)) {}

  Result<std::vector<data::ErasureCount>> RewriteTexts(const TextRewriter& rewrite) override {
    return writer_->RewriteTexts([&](std::string_view text) {
      const std::optional<std::string> first = rewrite(text);
      const std::optional<std::string> second = WithoutUsers(first ? *first : text);
      return second ? second : first;
    });
  }

  data::EventReader& reader() override { return writer_->reader(); }
  Status RenameEntity(std::uint32_t id, std::string_view key) override {
    return writer_->RenameEntity(id, key);
  }
  Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) override {
    return writer_->AddEntity(id, kind, key);
  }
  Status SetSymbol(std::int64_t id, std::string_view text) override {
    return writer_->SetSymbol(id, text);
  }
  Status AddSymbol(std::int64_t id, std::string_view text) override {
    return writer_->AddSymbol(id, text);
  }
  Status DeleteSymbol(std::int64_t id) override { return writer_->DeleteSymbol(id); }
  Result<std::int64_t> RewriteEvents(const EventRewriter& rewrite) override {
    return writer_->RewriteEvents(rewrite);
  }
  Status VisitScoredDeals(
      const std::function<void(std::int64_t run, std::string_view deal)>& visit) override {
    return writer_->VisitScoredDeals(visit);
  }
  Result<std::vector<std::string>> ModelVersions() override { return writer_->ModelVersions(); }
  Result<std::vector<data::ErasureEntry>> ReadEntries() override { return writer_->ReadEntries(); }
  Status AddEntry(const data::ErasureEntry& entry) override { return writer_->AddEntry(entry); }
  Status AddIdentifier(const data::ErasedIdentifier& identifier) override {
    return writer_->AddIdentifier(identifier);
  }
  Status SetState(std::string_view secret, std::string_view state) override {
    return writer_->SetState(secret, state);
  }
  Result<std::vector<std::string>> Commit() override { return writer_->Commit(); }

 private:
  /// Addresses wherever they stand; names where they are the whole text, because as a part of one
  /// they may be other people's.
  [[nodiscard]] std::optional<std::string> WithoutUsers(std::string_view text) const {
    std::string changed(text);
    for (const ErasedUser& user : users_) {
      if (changed == user.name) {
        changed = user.anonymous;
      }
      for (std::size_t at = changed.find(user.email); at != std::string::npos;
           at = changed.find(user.email, at + user.anonymous.size())) {
        changed.replace(at, user.email.size(), user.anonymous);
      }
    }
    return changed == text ? std::nullopt : std::optional(std::move(changed));
  }

  std::unique_ptr<data::ErasureWriter> writer_;
  std::vector<ErasedUser> users_;
};

}  // namespace

Result<std::vector<ErasedUser>> UsersOf(data::OperationsStore& operations,
                                        const std::string& person_key) {
  RI_ASSIGN_OR_RETURN(const auto users, operations.Users());
  std::vector<ErasedUser> found;
  for (const data::StoredUser& user : users) {
    if (user.rep_id && *user.rep_id == person_key) {
      found.push_back({.id = user.id,
                       .email = user.email,
                       .name = user.name,
                       .anonymous = "erased-user-" + std::to_string(user.id) + "@erased.invalid"});
    }
  }
  return found;
}

std::unique_ptr<data::ErasureWriter> WithUsers(std::unique_ptr<data::ErasureWriter> writer,
                                               std::vector<ErasedUser> users) {
  return std::make_unique<Eraser>(std::move(writer), std::move(users));
}

Status CloseAccounts(data::OperationsStore& operations, const std::vector<ErasedUser>& users,
                     std::int64_t now) {
  RI_ASSIGN_OR_RETURN(const auto tokens, operations.Tokens());
  for (const ErasedUser& erased : users) {
    RI_ASSIGN_OR_RETURN(auto user, operations.UserById(erased.id));
    if (!user) {
      continue;
    }
    user->email = erased.anonymous;
    user->name = erased.anonymous;
    user->password_hash.reset();
    user->disabled = true;
    RI_RETURN_IF_ERROR(operations.UpdateUser(*user));
    RI_RETURN_IF_ERROR(operations.EndSessionsOf(erased.id, "", now));
    for (const data::StoredToken& token : tokens) {
      if (token.user_id == erased.id && !token.revoked_at) {
        RI_RETURN_IF_ERROR(operations.RevokeToken(token.id, now));
      }
    }
  }
  return {};
}

Result<std::int64_t> CountAuditEntries(data::OperationsStore& operations,
                                       const std::vector<std::string>& texts) {
  std::int64_t count = 0;
  std::int64_t before = 0;
  while (true) {
    RI_ASSIGN_OR_RETURN(const auto page, operations.AuditPage(before, kAuditPage, "", ""));
    if (page.empty()) {
      return count;
    }
    for (const data::AuditRecord& record : page) {
      count += std::ranges::any_of(texts,
                                   [&](const std::string& text) {
                                     return record.actor.contains(text) ||
                                            record.subject.contains(text) ||
                                            record.detail.contains(text);
                                   })
                   ? 1
                   : 0;
      before = record.id;
    }
    if (before == 1) {
      return count;
    }
  }
}

}  // namespace ri::service
