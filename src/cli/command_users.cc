#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "book/engines.h"
#include "cli/commands.h"
#include "cli/text_table.h"
#include "data/audit_entry.h"
#include "identity/accounts.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string email, name, role = "viewer", rep, url = "http://127.0.0.1:8080";
  bool sees_all = false;
};

Json ToJson(const data::StoredUser& user) {
  return {{"user_id", user.id},
          {"email", user.email},
          {"name", user.name},
          {"role", user.role},
          {"rep_id", user.rep_id ? Json(*user.rep_id) : Json(nullptr)},
          {"sees_all", user.sees_all},
          {"disabled", user.disabled}};
}

Status List(Context& context) {
  RI_ASSIGN_OR_RETURN(auto store, book::OpenOperations(context.options().database));
  RI_ASSIGN_OR_RETURN(const auto users, store->Users());
  TextTable table({{"email"}, {"name"}, {"role"}, {"in the CRM"}, {"state"}});
  Json list = Json::array();
  for (const data::StoredUser& user : users) {
    table.AddRow({user.email, user.name, user.role, user.rep_id.value_or("-"),
                  user.disabled        ? "disabled"
                  : user.password_hash ? "has a password"
                                       : "invited"});
    list.push_back(ToJson(user));
  }
  context.Print(context.json()  ? Json{{"items", list}}.dump(2) + "\n"
                : users.empty() ? "There are no users yet. The first start of revint serve makes "
                                  "an administrator.\n"
                                : table.Render());
  return {};
}

/// A new user, or a new link for one there is.
Status Invite(Context& context, const Options& options, bool add) {
  RI_ASSIGN_OR_RETURN(auto store, book::OpenOperations(context.options().database));
  identity::Accounts accounts(*store);
  data::StoredUser user;
  if (add) {
    RI_ASSIGN_OR_RETURN(
        user,
        accounts.AddUser({.email = options.email,
                          .name = options.name.empty() ? options.email : options.name,
                          .role = options.role,
                          .rep_id = options.rep.empty() ? std::nullopt : std::optional(options.rep),
                          .sees_all = options.sees_all},
                         context.now()));
  } else {
    RI_ASSIGN_OR_RETURN(const auto found, store->UserByEmail(options.email));
    if (!found) {
      return Fail(ErrorCode::kNotFound, "There is no user " + options.email + ".");
    }
    user = *found;
  }
  RI_ASSIGN_OR_RETURN(const identity::NewSecret link, accounts.MakeLink(user.id, context.now()));
  RI_RETURN_IF_ERROR(data::WriteAudit(*store, context.now(), "command line", add ? "user" : "link",
                                      "user " + user.email));
  const std::string address = options.url + "/sign-in#token=" + link.secret;
  if (context.json()) {
    Json document = ToJson(user);
    document["link"] = address;
    context.Print(document.dump(2) + "\n");
  } else {
    context.Print(fmt::format("{} may sign in once, until {}, with this link:\n  {}\n", user.email,
                              domain::FormatTimestamp(link.expires_at).substr(0, 16), address));
  }
  return {};
}

}  // namespace

Action AddUsers(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  app.add_subcommand("list", "All users");
  CLI::App* add = app.add_subcommand("add", "Add a user and print a one-time sign-in link");
  add->add_option("email", options->email, "E-mail address")->required();
  add->add_option("--name", options->name, "Full name");
  add->add_option("--role", options->role,
                  "admin, revops, leader, manager, rep or viewer; default viewer")
      ->check(CLI::IsMember({"admin", "revops", "leader", "manager", "rep", "viewer"}));
  add->add_option("--rep", options->rep, "Id of the person in the CRM: the place in the hierarchy");
  add->add_flag("--sees-all", options->sees_all, "A leader or viewer who sees the whole company");
  add->add_option("--url", options->url, "Address of the server, for the link");
  CLI::App* link = app.add_subcommand("link", "Print a new one-time sign-in link of a user");
  link->add_option("email", options->email, "E-mail address")->required();
  link->add_option("--url", options->url, "Address of the server, for the link");
  return [options, add, link](Context& context) -> Status {
    if (add->parsed() || link->parsed()) {
      return Invite(context, *options, add->parsed());
    }
    return List(context);
  };
}

}  // namespace ri::cli
