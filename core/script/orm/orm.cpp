#include "script/orm/orm.hpp"

#include "lang/library.hpp"

namespace orch::script {

namespace {

// A module whose names are those of sqlalchemy.orm: where SQLAlchemy keeps a name in one of its modules only,
// scripts of many years find it in all of them.
void add_view(Session& session, const char* name) {
    session.interpreter.add_module(name, [&session](lang::ModuleBuilder& module) {
        module.members([&session](std::string_view member) {
            return session.interpreter.import("sqlalchemy.orm").find_attribute(member);
        });
    });
}

void add_text(Session& session, const char* name, const char* text) {
    session.interpreter.add_module(name, [text](lang::ModuleBuilder& module) { lang::run_library(module, text); });
}

} // namespace

void add_orm(Session& session) {
    session.interpreter.add_module("sqlalchemy.orm", [](lang::ModuleBuilder& module) {
        std::string whole; // one text, since they call each other
        for (const char* text : {orm_mapper, orm_relationships, orm_session, orm_flush, orm_query}) whole += text;
        lang::run_library(module, whole);
    });
    for (const char* name : {"sqlalchemy.orm.session", "sqlalchemy.orm.query", "sqlalchemy.orm.decl_api",
                             "sqlalchemy.orm.relationships", "sqlalchemy.orm.properties", "sqlalchemy.orm.mapper",
                             "sqlalchemy.orm.util", "sqlalchemy.orm.scoping", "sqlalchemy.orm.strategy_options",
                             "sqlalchemy.ext.declarative", "sqlalchemy.ext.declarative.api",
                             "sqlalchemy.ext.declarative.base"})
        add_view(session, name);
    session.interpreter.add_module("sqlalchemy.orm.exc", [&session](lang::ModuleBuilder& module) {
        module.members([&session](std::string_view member) {
            return session.interpreter.import("sqlalchemy.exc").find_attribute(member);
        });
    });
    add_text(session, "sqlalchemy.orm.collections", orm_collections);
    add_text(session, "sqlalchemy.ext.orderinglist", orm_collections);
    add_text(session, "sqlalchemy.orm.attributes", orm_attributes);
    add_text(session, "sqlalchemy.ext.hybrid", orm_hybrid);
    add_text(session, "sqlalchemy.ext.mutable", orm_mutable);
    add_text(session, "sqlalchemy.ext.associationproxy", orm_associationproxy);
}

} // namespace orch::script
