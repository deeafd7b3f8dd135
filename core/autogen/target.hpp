// Where a target schema comes from: what the key `target_metadata` and the operands of `orch diff` name. Each
// loader gives the same Target; which one is meant, the text says.
#pragma once

#include "autogen/autogen.hpp"
#include "base/error.hpp"
#include "script/script.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace orch::autogen {

enum class TargetKind {
    models,  ///< "app/models.py", "app.models:Base.metadata", a folder
    sql,     ///< "schema.sql": DDL in the dialect's words
    command, ///< "exec:COMMAND", which prints the schema document
    library, ///< "libmodels.so"
    url,     ///< another database
};
ORCH_API TargetKind target_kind(const std::string& text);

/// A .sql file, run in a scratch database and read back. Throws the database's error with the file as place.
ORCH_API Target target_of_sql(const std::filesystem::path& file, const dialect::Dialect& dialect,
                              const std::optional<Url>& scratch_url);
/// A command of words with quotes, as a shell takes them apart, run in `folder` without a shell. It prints
/// the document (document.hpp) and ends with 0.
ORCH_API Target target_of_command(const std::string& command, const std::filesystem::path& folder,
                                  const dialect::Dialect& dialect, const std::optional<Url>& scratch_url);
/// A shared library that exports `orch_models` (models.hpp).
ORCH_API Target target_of_library(const std::filesystem::path& file);
ORCH_API Target target_of_models(script::Models models, const std::string& display);
/// A target as a database would tell it that had been made by it: for comparing one target with another.
/// `normalize` as in CompareOptions.
ORCH_API schema::Catalog
told(const Target& target, const dialect::Dialect& dialect,
     const std::function<std::vector<schema::Table>(const std::vector<schema::Table>&)>& normalize);
/// What a database holds. The version table is left out by compare().
ORCH_API Target target_of_catalog(schema::Catalog catalog, const std::string& display);

} // namespace orch::autogen
