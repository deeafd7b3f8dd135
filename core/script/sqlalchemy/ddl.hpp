// DDL as an object to execute: CreateTable(table), DDL("..."), CreateSequence(sequence) and their like.
#pragma once

#include "script/session.hpp"

#include "lang/native.hpp"

namespace orch::script {

class DdlObject : public lang::Native {
  public:
    DdlObject(std::string name, ops::Action action) : name_(std::move(name)), action_(std::move(action)) {}
    std::string type_name() const override { return name_; }
    /// execute_if(): when SQLAlchemy would run it by itself, which nobody does here.
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    const ops::Action& action() const { return action_; }

  private:
    std::string name_;
    ops::Action action_;
};

/// DDL, CreateTable, DropTable, CreateIndex, DropIndex, CreateSequence, DropSequence
const Members& ddl_members();

} // namespace orch::script
