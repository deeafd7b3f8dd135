#include "runner/executor.hpp"

#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "dialect/names.hpp"
#include "dialect/sql_words.hpp"
#include "lang/attempt.hpp"
#include "runner/assumed.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::runner {

namespace {

/// What a database says about a statement belongs to the line of the script that made it.
template <class Work>
decltype(auto) at_origin(const Place& origin, Work&& work) {
    try {
        return work();
    } catch (Error& error) {
        error.at(origin);
        throw;
    }
}

} // namespace

Guard::~Guard() = default;

namespace {

constexpr std::string_view warning = "warning: "; ///< what a note of a loss begins with

} // namespace

Executor::Executor(const dialect::Dialect& dialect, const Settings& settings)
    : dialect_(dialect), settings_(settings) {}

std::string Executor::dialect_name() const { return traits().name; }

std::vector<std::string> Executor::dialect_names() const {
    return traits().section_names.empty() ? std::vector{traits().name} : traits().section_names;
}

bool Executor::backslash_escapes() const { return traits().backslash_escapes; }

std::string Executor::fitting_name(std::string name) const {
    return dialect::shortened_name(std::move(name), traits().max_identifier);
}

void Executor::apply(const ops::Operation& operation) {
    if (settings_.permit) settings_.permit(operation);
    at_origin(operation.origin, [&] { perform(operation); });
}

void Executor::queue(const dialect::Statement& statement, const dialect::Answer&) { run(statement); }

bool Executor::announce(const dialect::Statement& statement) {
    if (!statement.note.empty() && !quiet_ && said_.insert(statement.note).second) {
        if (statement.note.starts_with(warning))
            log::warning(settings_.logger, statement.note.substr(warning.size()));
        else
            log::info(settings_.logger, statement.note);
    }
    return !statement.sql.empty();
}

bool Executor::seen(const dialect::Statement& statement) {
    return !statement.once.empty() && !once_.insert(statement.once).second;
}

Online::Online(const dialect::Dialect& dialect, dialect::Connection& connection, const Settings& settings)
    : Executor(dialect, settings), connection_(connection) {}

const dialect::Compiler& Online::compiler() const {
    const dialect::Compiler* own = connection_.compiler();
    return own ? *own : Executor::compiler();
}

void Online::begin() {
    late_.reset();
    connection_.begin(true);
    ended_by_script_ = false;
}

void Online::catch_up() {
    if (late_) throw Error(*late_);
    if (!lang::inside_attempt()) return;
    try {
        connection_.flush();
    } catch (const Error& error) {
        late_ = error;
        throw;
    }
}

void Online::commit() {
    interrupt::check();
    catch_up();
    connection_.commit();
}

void Online::commit_later(const std::function<void()>& committed) {
    interrupt::check();
    catch_up();
    connection_.commit_later({[committed](const sql::Result&) { committed(); }, {}});
    ended_by_script_ = false;
}

dialect::Answer Online::noted() const {
    const auto note = [what = running_](Error& error) {
        if (!what.empty()) error.note(what);
    };
    return {{}, note};
}

void Online::queue(const dialect::Statement& statement, const dialect::Answer& answer) {
    interrupt::check();
    if (log::enabled(log::Level::debug)) log::debug("orch.sql", dialect::without_passwords(statement.sql));
    // While it is waited for, its error is no script's; later another script may be running.
    const auto failed = [own = answer.failed, noted = noted().failed, file = file_](Error& error) {
        if (own) own(error);
        noted(error);
        error.at(Place{file, 0, 0, 1, {}});
    };
    connection_.send(statement, settings_.pipeline
                                    ? dialect::Answer{answer.done, failed, answer.again, answer.rows}
                                    : answer);
}

sql::Result Online::send(const dialect::Statement& statement, Wait wait) {
    interrupt::check(); // a script may have caught what the signal made of its last statement
    catch_up();
    if (log::enabled(log::Level::debug)) log::debug("orch.sql", dialect::without_passwords(statement.sql));
    if (hash_ && !statement.reads) hash_->add(statement, compiler());
    const bool inside = connection_.in_transaction();
    const bool unwatched =
        wait == Wait::no && settings_.pipeline && !statement.reads && !lang::inside_attempt();
    const dialect::Answer answer = noted();
    const auto execute = [&](const dialect::Statement& one) {
        // What is outside of a transaction is not undone when what comes before it fails.
        if (!unwatched || !inside || !traits().transactional_ddl) return connection_.execute(one);
        connection_.send(one, answer);
        return sql::Result{{}, {}, -1, {}, {}};
    };
    if (guard_ && statement.reads) guard_->finish();
    sql::Result result = guard_ && !statement.reads
                             ? guard_->run(statement, execute, unwatched ? &answer : nullptr)
                             : execute(statement);
    if (inside && !connection_.in_transaction()) ended_by_script_ = true;
    return result;
}

void Online::perform(const ops::Operation& operation) {
    catch_up();
    connection_.perform(operation, compiler(), [&](const dialect::Statement& statement) {
        if (!announce(statement)) return sql::Result{};
        return at_origin(statement.origin, [&] { return carry(statement, Wait::no); });
    });
}

// What the database says counts for more than what ran before: a script may have dropped it since.
bool Online::wanted(const dialect::Statement& statement) {
    const bool again = seen(statement);
    if (statement.only_if.empty()) return !again;
    dialect::Statement question;
    question.sql = statement.only_if;
    question.origin = statement.origin;
    question.reads = true;
    return !send(question).rows.empty();
}

// A statement that cannot run inside of a transaction gets a segment of its own, as in autocommit_block().
sql::Result Online::carry(const dialect::Statement& statement, Wait wait) {
    if (!wanted(statement)) return {{}, {}, -1, {}, {}};
    if (settings_.watch) settings_.watch({}, statement.sql);
    if (statement.transactional || !connection_.in_transaction()) return send(statement, wait);
    autocommit(true, statement.origin);
    sql::Result result = send(statement);
    autocommit(false, statement.origin);
    return result;
}

std::int64_t Online::run(const dialect::Statement& statement) {
    return at_origin(statement.origin, [&] { return carry(statement, Wait::yes).affected; });
}

sql::Result Online::execute(const sql::Query& query, const Place& origin) {
    return at_origin(origin, [&] {
        dialect::Statement statement = compiler().compile(query, values());
        statement.origin = origin;
        if (settings_.watch) settings_.watch({}, statement.sql);
        return send(statement);
    });
}

bool Online::has_table(std::string_view table, const std::optional<std::string>& schema,
                       const Place& origin) {
    catch_up();
    if (guard_) guard_->finish();
    return at_origin(origin, [&] { return connection_.has_table(table, schema); });
}

bool Online::is_orchs_own(std::string_view table) const {
    return table.starts_with(settings_.context.version_table + "_orch");
}

std::vector<std::string> Online::table_names(const std::optional<std::string>& schema, const Place& origin) {
    catch_up();
    if (guard_) guard_->finish();
    std::vector<std::string> names = at_origin(origin, [&] { return connection_.table_names(schema); });
    std::erase_if(names, [&](const std::string& name) { return is_orchs_own(name); });
    return names;
}

schema::Catalog Online::reflect(const std::optional<std::string>& schema,
                                const std::vector<std::string>& tables, const Place& origin) {
    dialect::ReflectOptions options;
    options.schemas = {schema};
    options.tables = tables;
    options.only_tables = !tables.empty();
    catch_up();
    if (guard_) guard_->finish();
    schema::Catalog catalog = at_origin(origin, [&] { return connection_.reflect(options); });
    if (tables.empty())
        std::erase_if(catalog.tables, [&](const schema::Table& table) { return is_orchs_own(table.name); });
    return catalog;
}

void Online::autocommit(bool on, const Place& origin) {
    catch_up();
    at_origin(origin, [&] {
        if (on && connection_.in_transaction()) {
            if (guard_) guard_->before_commit();
            connection_.commit();
            ended_by_script_ = true;
        }
        if (!on && !connection_.in_transaction()) connection_.begin(true);
    });
}

Offline::Offline(const dialect::Dialect& dialect, const Output& output, const Settings& settings,
                 std::function<const Snapshot&()> before)
    : Executor(dialect, settings), output_(output), before_(std::move(before)) {}

void Offline::begin() {
    if (!traits().transactional_ddl || open_) return;
    open_ = true;
    output_(fmt::format("{}{}\n\n", traits().begin, traits().terminator));
}

void Offline::commit() {
    if (!open_) return;
    open_ = false;
    output_(fmt::format("{}{}\n\n", traits().commit, traits().terminator));
}

namespace {

/// Takes from the table what an operation leaves to the database to know: of a batch the whole table, of a
/// column what stays as it is. False: there is nothing to take.
bool complete(ops::Batch& batch, const schema::Table& table) {
    if (batch.copy_from) return false;
    batch.copy_from = table;
    return true;
}

bool complete(ops::AlterColumn& change, const schema::Table& table) {
    const auto at = std::ranges::find(table.columns, change.column, &schema::Column::name);
    if (at == table.columns.end()) return false;
    if (!change.existing_type) change.existing_type = at->type;
    if (!change.existing_nullable) change.existing_nullable = at->is_nullable();
    if (!change.existing_server_default.given && at->server_default)
        change.existing_server_default = {true, at->server_default};
    if (!change.existing_comment) change.existing_comment = at->comment;
    if (!change.existing_autoincrement && at->autoincrement == schema::Autoincrement::yes)
        change.existing_autoincrement = true;
    return true;
}

bool complete(auto&, const schema::Table&) { return false; }

} // namespace

std::optional<schema::Table> Offline::table_now(const std::string& name, const ops::Schema& schema) {
    if (shadow_) {
        const schema::Catalog catalog = shadow_->reflect(schema, {name}, {});
        const schema::Table* found = catalog.table(name, schema);
        return found ? std::optional(*found) : std::nullopt;
    }
    const schema::Table* found = model().table(name, schema);
    return found ? std::optional(*found) : std::nullopt;
}

bool Offline::complete_columns(ops::Batch& batch) {
    const auto table = table_now(batch.table, batch.schema);
    if (!table) return false;
    for (ops::Batch::Step& step : batch.steps) {
        const auto* change = std::get_if<ops::AlterColumn>(&step.operation->action);
        if (!change) continue;
        ops::Operation more = *step.operation;
        complete(std::get<ops::AlterColumn>(more.action), *table);
        step.operation = std::make_shared<const ops::Operation>(std::move(more));
    }
    return true;
}

std::optional<ops::Operation> Offline::completed(const ops::Operation& operation) {
    const auto* batch = std::get_if<ops::Batch>(&operation.action);
    const auto* change = std::get_if<ops::AlterColumn>(&operation.action);
    if (!batch && !change) return std::nullopt;
    if (batch && !traits().batch_rebuilds) {
        ops::Operation result = operation;
        return complete_columns(std::get<ops::Batch>(result.action)) ? std::optional(std::move(result))
                                                                     : std::nullopt;
    }
    const auto table =
        batch ? table_now(batch->table, batch->schema) : table_now(change->table, change->schema);
    ops::Operation result = operation;
    const bool more =
        table && std::visit([&](auto& action) { return complete(action, *table); }, result.action);
    return more ? std::optional(std::move(result)) : std::nullopt;
}

// What the operation does not say, the revisions before it may have said. One revision alone is shown as
// Alembic writes it.
std::vector<dialect::Statement> Offline::compile(const ops::Operation& operation) {
    std::vector<dialect::Statement> made;
    try {
        made = compiler().compile(operation, values());
    } catch (const Error& refusal) {
        const auto more = completed(operation);
        try {
            if (more) return compiler().compile(*more, values());
        } catch (const Error&) {
            if (!alone_) throw;
        }
        auto shown = alone_ ? for_readers(operation, refusal) : std::vector<dialect::Statement>();
        if (shown.empty()) throw;
        return shown;
    }
    const auto losing = [](const dialect::Statement& each) { return each.note.starts_with(warning); };
    if (alone_ || std::ranges::none_of(made, losing)) return made;
    if (const auto more = completed(operation)) made = compiler().compile(*more, values());
    const auto lost = std::ranges::find_if(made, losing);
    if (refuses_losses_ && lost != made.end()) throw Error(Fault::script, lost->note.substr(warning.size()));
    return made;
}

// Who looks at a revision alone wants to see what it asks for, though the database cannot do it so.
std::vector<dialect::Statement> Offline::for_readers(const ops::Operation& operation, const Error& refusal) {
    try {
        auto shown = compiler().standard(operation);
        if (!shown.empty())
            mark(fmt::format(
                "{}: {}\nwhat follows is how the standard says it, and no statement of this database",
                refusal.message(), refusal.hint()));
        return shown;
    } catch (const Error&) {
        return {}; // the refusal says more
    }
}

void Offline::perform(const ops::Operation& operation) {
    for (const dialect::Statement& statement : compile(operation))
        if (announce(statement)) run(statement);
    if (shadow_)
        shadow_->apply(operation);
    else
        remember(operation.action);
}

std::int64_t Offline::run(const dialect::Statement& statement) {
    if (seen(statement)) return -1;
    if (!statement.transactional && open_) {
        commit();
        write(statement);
        begin();
    } else {
        write(statement);
    }
    return -1;
}

void Offline::write(const dialect::Statement& statement) {
    output_(fmt::format("{}{}\n\n", statement.sql, traits().terminator));
}

void Offline::comment(const std::string& text) { output_(fmt::format("-- {}\n\n", text)); }

namespace {

bool only_reads(const sql::Query& query) {
    const auto* text = std::get_if<sql::Text>(&query);
    return text ? lower(trim(text->sql).substr(0, 6)) == "select"
                : std::holds_alternative<sql::Select>(query);
}

} // namespace

sql::Result Offline::execute(const sql::Query& query, const Place& origin) {
    return at_origin(origin, [&] {
        const dialect::Statement statement = compiler().compile(query, values());
        if (shadow_) {
            if (!only_reads(query)) run(statement);
            return shadow_->execute(query, origin);
        }
        run(statement);
        remember(ops::Execute{query});
        return assumed_result(query, statement.sql);
    });
}

void Offline::assume_no_rows(const std::string& query, const Place&) {
    mark("the rows of this query are not known without a database; what follows was written as if there were "
         "none:\n  " +
         query);
}

void Offline::mark(const std::string& text) {
    if (!marked_.insert(text).second) return;
    output_(fmt::format("-- orch: {}\n\n", replace_all(text, "\n", "\n-- ")));
    log::warning(settings_.logger, text.substr(0, text.find('\n')));
}

void Offline::remember(const ops::Action& action) {
    if (model_)
        model_->apply(action);
    else if (!std::holds_alternative<ops::BulkInsert>(action))
        operations_.push_back(action);
}

const ops::Model& Offline::model() {
    if (model_) return *model_;
    const Snapshot& snapshot = before_();
    model_ = snapshot.model;
    for (const ops::Action& action : std::exchange(operations_, {})) model_->apply(action);
    std::string text =
        "no database was asked: what the script wants to know of its tables was answered from the "
        "revisions below it";
    for (const std::string& gap : snapshot.gaps) text += "\n  not known: " + gap;
    mark(text);
    return *model_;
}

bool Offline::has_table(std::string_view table, const std::optional<std::string>& schema,
                        const Place& origin) {
    if (shadow_) return shadow_->has_table(table, schema, origin);
    return model().has_table(table, schema);
}

std::vector<std::string> Offline::table_names(const std::optional<std::string>& schema, const Place& origin) {
    if (shadow_) return shadow_->table_names(schema, origin);
    return model().table_names(schema);
}

schema::Catalog Offline::reflect(const std::optional<std::string>& schema,
                                 const std::vector<std::string>& tables, const Place& origin) {
    if (shadow_) return shadow_->reflect(schema, tables, origin);
    return model().catalog(schema, tables);
}

void Offline::autocommit(bool on, const Place& origin) {
    if (shadow_) shadow_->autocommit(on, origin);
    if (on) {
        open_ = open_ || (alone_ && traits().transactional_ddl && traits().commits_nothing);
        reopen_ = open_;
        commit();
    } else if (reopen_) {
        begin();
        if (alone_) open_ = false;
    }
}

} // namespace orch::runner
