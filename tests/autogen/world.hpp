// A dialect that speaks ANSI and has no databases, and short ways to compare with it.
#pragma once

#include "autogen/autogen.hpp"
#include "dialect/builders.hpp"
#include "dialect/compiler.hpp"

#include <string>
#include <vector>

namespace orch::test {

class PlainDialect : public dialect::Dialect {
  public:
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }
    std::unique_ptr<dialect::Connection> connect(const Url&, const dialect::ConnectOptions&) const override {
        return nullptr;
    }
    std::string identity(const Url&) const override { return "plain"; }

  private:
    dialect::Traits traits_;
    dialect::Grammar grammar_{"Plain", {}, {}};
    dialect::AnsiCompiler compiler_{traits_, grammar_};
};

inline schema::Catalog catalog(std::vector<schema::Table> tables) {
    schema::Catalog out;
    out.tables = std::move(tables);
    return out;
}
inline autogen::Target target(std::vector<schema::Table> tables) {
    autogen::Target out;
    out.catalog = catalog(std::move(tables));
    out.display = "models.py";
    return out;
}

/// The upgrade's operations, one a line.
inline std::vector<std::string> upgrade(const schema::Catalog& from, const autogen::Target& to,
                                        const autogen::CompareOptions& options = {}) {
    const PlainDialect dialect;
    std::vector<std::string> lines;
    for (const autogen::Change& change : autogen::compare(from, to, dialect, options).changes)
        lines.push_back(autogen::render(change.upgrade, change.upgrade_is_told, dialect.compiler()));
    return lines;
}

} // namespace orch::test
