#include "script/script.hpp"

#include "base/text.hpp"

namespace orch::script {

Database::~Database() = default;

void Database::assume_no_rows(const std::string&, const Place&) {}

std::string Database::fitting_name(std::string name) const { return name; }

bool Database::supports_sequences() const { return false; }

std::string Database::quoted(std::string_view name) const { return std::string(name); }

std::optional<std::string> Database::written(const sql::Query&, bool) const {
    throw Error(Fault::script, "SQL as text is not available here");
}

std::string Database::written(const schema::Type&) const {
    throw Error(Fault::script, "SQL as text is not available here");
}

std::string Database::standard(const schema::Type& type) const { return type.name; }

std::vector<std::string> Database::dialect_names() const { return {dialect_name()}; }

bool Database::backslash_escapes() const { return false; }

} // namespace orch::script
