// The way through the compiler: an operation to its hook, its statements with their origin.
#include "dialect/compiler.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::dialect {

// Key functions of the classes that cross the plugin edge.
Compiler::~Compiler() = default;
schema::Options Compiler::conversion(const std::string&, const schema::Type&, const schema::Type&) const {
    return {};
}
std::vector<Statement> Compiler::standard(const ops::Operation&) const { return {}; }
std::string Compiler::comparable_type(const schema::Type& type) const { return this->type(type); }
Connection::~Connection() = default;
bool Connection::is_done_already(const Error&) const { return false; }

void Connection::limit(const Timeouts&) {}
Claim Connection::claim(const LockRequest&) { return Claim::none; }

bool Connection::rolls_back(const Statement&) { return true; }

std::vector<Impact> Connection::impact(const Statement&) { return {}; }

std::vector<std::string> Connection::blockers(std::string_view) { return {}; }

std::vector<Defect> Connection::defects(const std::string&) { return {}; }
Dialect::~Dialect() = default;
const Dialect& Dialect::for_scheme(std::string_view) const { return *this; }
AnsiCompiler::AnsiCompiler(const Traits& traits, const Grammar& grammar)
    : traits_(traits), grammar_(grammar) {}
AnsiCompiler::~AnsiCompiler() = default;

void Connection::send(const Statement& statement, const Answer& answer) {
    sql::Result result;
    try {
        result = execute(statement);
        if (answer.done) answer.done(result);
    } catch (Error& error) {
        if (answer.failed) answer.failed(error);
        throw;
    }
}

void Connection::flush() {}

void Connection::commit_later(const Answer& committed) {
    commit();
    if (committed.done) committed.done({});
}
void Connection::dispatch() {}

schema::Catalog Connection::reflect(const ReflectOptions&) {
    throw Error(Fault::database, "this dialect's plugin cannot read the schema of a database");
}

std::vector<schema::Table> Connection::normalize(const std::vector<schema::Table>& tables, const Compiler&) {
    return tables;
}

std::unique_ptr<Connection> Dialect::scratch(const std::optional<Url>&) const {
    throw Error(Fault::config, fmt::format("dialect '{}' has no scratch databases", traits().name));
}

const Compiler* Connection::compiler() const { return nullptr; }

void Connection::perform(const ops::Operation& operation, const Compiler& compiler, const Run& run) {
    for (const Statement& statement : compiler.compile(operation, Values::parameters)) run(statement);
}

Output::Output(Values values, const Place& origin) : values_(values), origin_(&origin) {}

Statement& Output::add(std::string sql) {
    Statement& added = statements_.emplace_back();
    added.sql = std::move(sql);
    added.origin = *origin_;
    return added;
}

void Output::note(std::string text) {
    if (std::ranges::find(notes_, text) == notes_.end()) notes_.push_back(std::move(text));
}

std::vector<Statement> Output::take() {
    if (notes_.empty()) return std::move(statements_);
    if (statements_.empty()) add({});
    statements_.front().note = join(notes_, "; ");
    return std::move(statements_);
}

void AnsiCompiler::dispatch(const ops::Action& action, Output& output) const {
    struct Visitor {
        const AnsiCompiler& self;
        Output& output;
        void operator()(const ops::CreateTable& o) const { self.create_table(o, output); }
        void operator()(const ops::DropTable& o) const { self.drop_table(o, output); }
        void operator()(const ops::RenameTable& o) const { self.rename_table(o, output); }
        void operator()(const ops::AddColumn& o) const { self.add_column(o, output); }
        void operator()(const ops::DropColumn& o) const { self.drop_column(o, output); }
        void operator()(const ops::AlterColumn& o) const { self.alter_column(o, output); }
        void operator()(const ops::CreateIndex& o) const { self.create_index(o, output); }
        void operator()(const ops::DropIndex& o) const { self.drop_index(o, output); }
        void operator()(const ops::AddConstraint& o) const { self.add_constraint(o, output); }
        void operator()(const ops::DropConstraint& o) const { self.drop_constraint(o, output); }
        void operator()(const ops::TableComment& o) const { self.table_comment(o, output); }
        void operator()(const ops::BulkInsert& o) const { self.bulk_insert(o, output); }
        void operator()(const ops::Execute& o) const { self.execute(o, output); }
        void operator()(const ops::CreateType& o) const { self.create_type(o, output); }
        void operator()(const ops::DropType& o) const { self.drop_type(o, output); }
        void operator()(const ops::CreateSequence& o) const { self.create_sequence(o, output); }
        void operator()(const ops::DropSequence& o) const { self.drop_sequence(o, output); }
        void operator()(const ops::Batch& o) const { self.batch(o, output); }
    };
    std::visit(Visitor{*this, output}, action);
}

std::vector<Statement> AnsiCompiler::compile(const ops::Operation& operation, Values values) const {
    Output output(values, operation.origin);
    try {
        dispatch(operation.action, output);
    } catch (Error& error) {
        throw error.at(operation.origin);
    }
    return output.take();
}

namespace {

/// Whether rows come back. Of a text nobody knows.
bool gives_rows(const sql::Query& query, bool returns_rows) {
    struct Visitor {
        bool returns_rows;
        bool operator()(const sql::Text&) const { return true; }
        bool operator()(const sql::Select&) const { return true; }
        bool operator()(const sql::Insert& insert) const {
            return !insert.returning.empty() || (returns_rows && !insert.returning_key.empty());
        }
        bool operator()(const sql::Update& update) const { return !update.returning.empty(); }
        bool operator()(const sql::Delete& query) const { return !query.returning.empty(); }
    };
    return std::visit(Visitor{returns_rows}, query);
}

} // namespace

Statement AnsiCompiler::compile(const sql::Query& given, Values values) const {
    const Place nowhere;
    Output output(values, nowhere);
    Statement made = query(given, output);
    made.reads = gives_rows(given, traits_.returns_rows);
    return made;
}

std::optional<std::string> written(const Compiler& compiler, const sql::Query& query, bool literals) {
    if (!literals && !compiler.compile(query, Values::parameters).parameters.empty()) return std::nullopt;
    return compiler.compile(query, Values::literals).sql;
}

} // namespace orch::dialect
