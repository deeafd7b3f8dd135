// sqlalchemy.orm as far as revisions use it: mapped classes, sessions, queries, relationships. It stands on the
// Core of script/sqlalchemy and needs no more of the host than Core gives scripts, so it is written in the
// revision language: each source of this folder is a text that its module runs when it is first imported.
#pragma once

#include "script/session.hpp"

namespace orch::script {

extern const char* const orm_mapper;
extern const char* const orm_relationships;
extern const char* const orm_session;
extern const char* const orm_flush;
extern const char* const orm_query;
extern const char* const orm_hybrid;
extern const char* const orm_mutable;
extern const char* const orm_associationproxy;
extern const char* const orm_attributes;
extern const char* const orm_collections;

/// Adds `sqlalchemy.orm`, its submodules, and those of `sqlalchemy.ext` that go with it.
void add_orm(Session& session);

} // namespace orch::script
