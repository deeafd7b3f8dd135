// The connection that op.get_bind() gives, its results and the dialect's name: all of a database that a
// script reaches.
#pragma once

#include "script/convert.hpp"

namespace orch::script {

/// A Connection or an Engine: the same thing for a script.
class ConnectionObject : public lang::Native {
  public:
    explicit ConnectionObject(Session& session, std::optional<std::string> url = std::nullopt)
        : session_(session), url_(std::move(url)) {}
    std::string type_name() const override { return "Connection"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    std::optional<lang::Value> enter() override;
    bool exit(const lang::Value&) override { return false; }
    Session& session() const { return session_; }
    /// Of an engine that an env.py made.
    const std::optional<std::string>& url() const { return url_; }

  private:
    Session& session_;
    std::optional<std::string> url_;
};

lang::Value make_connection(Session& session);
/// `bind.dialect`: its name is all that it says.
lang::Value make_dialect(Session& session);
/// Runs a statement with its parameter sets and gives the last result: what Connection.execute() does.
lang::Value execute(Session& session, const lang::Value& statement, const std::vector<lang::Value>& rows,
                    const Place& origin);
/// inspect
const Members& connection_members();
/// The members of sqlalchemy.exc.
lang::Value exception_class(Session& session, std::string_view name);
std::vector<std::string> exception_names();
/// The exception of a script for an error of the database; nothing for other errors.
std::optional<lang::Value> exception_of(Session& session, const Error& error);
[[noreturn]] void raise_sqlalchemy(Session& session, std::string_view name, std::string_view message);

} // namespace orch::script
