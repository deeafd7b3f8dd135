#include "runner/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::runner {

namespace {

constexpr std::size_t longest_hash = 64, longest_word = 32, longest_name = 255;
/// Longer ones are no commits; git's are 40 or 64 digits.
constexpr std::size_t longest_commit = 64;

const char* word_of(graph::Step::Kind kind) {
    return kind == graph::Step::upgrade ? "upgrade" : kind == graph::Step::downgrade ? "downgrade" : "stamp";
}

schema::Column column(const char* name, const char* type, std::optional<std::size_t> length, bool nullable) {
    schema::Column made;
    made.name = name;
    made.type.name = type;
    if (length) made.type.length = static_cast<std::int64_t>(*length);
    made.nullable = nullable;
    return made;
}

sql::ExpressionPtr value(sql::Datum datum) { return sql::make({sql::Literal{std::move(datum), nullptr}}); }

} // namespace

Journal::Journal(const Settings& settings, std::size_t longest_id)
    : name_(settings.context.version_table + "_orch"), schema_(settings.context.version_table_schema),
      id_width_(std::max(longest_id, longest_name)), commit_(git_commit(settings.scripts.script_location)),
      keeps_downgrades_(settings.journal_downgrades) {
    dialect::Holder self = this_process();
    self.since.clear();
    who_ = describe(self).substr(0, longest_name);
    if (commit_.size() > longest_commit) commit_.clear();
}

bool Journal::exists(dialect::Connection& connection) const { return connection.has_table(name_, schema_); }

std::vector<schema::Column> Journal::columns() const {
    std::vector<schema::Column> all = {column("entry", "BigInteger", {}, false),
                                       column("revision", "String", id_width_, false),
                                       column("direction", "String", longest_word, false),
                                       column("started_at", "String", longest_word, false),
                                       column("milliseconds", "BigInteger", {}, false),
                                       column("run_by", "String", longest_name, false),
                                       column("tool", "String", longest_word, false),
                                       column("statements_hash", "String", longest_hash, true),
                                       column("script_hash", "String", longest_hash, true),
                                       column("git_commit", "String", longest_commit, true)};
    if (keeps_downgrades_) all.push_back(column("downgrade", "Text", {}, true));
    all.front().autoincrement = schema::Autoincrement::no;
    return all;
}

void Journal::create(Online& online) const {
    ops::CreateTable create;
    create.table.name = name_;
    create.table.schema = schema_;
    create.table.columns = columns();
    // Where DDL commits by itself, the last statement of a run that was killed may just be coming to its end.
    create.if_not_exists = !online.traits().transactional_ddl;
    create.table.constraints.emplace_back(schema::PrimaryKey{name_ + "_pkc", {"entry"}, {}, {}, {}});
    for (const dialect::Statement& statement :
         online.compiler().compile({std::move(create), {}}, dialect::Values::parameters))
        online.run(statement);
}

void Journal::add_missing(const std::vector<std::string>& there, Online& online) const {
    for (schema::Column& wanted : columns()) {
        if (std::ranges::find(there, wanted.name) != there.end()) continue;
        ops::AddColumn add;
        add.table = name_;
        add.schema = schema_;
        add.column = std::move(wanted);
        add.column.nullable = true; // the rows that are there have nothing to say
        for (const dialect::Statement& statement :
             online.compiler().compile({std::move(add), {}}, dialect::Values::parameters))
            online.run(statement);
    }
}

std::string Journal::quoted(const dialect::Compiler& compiler) const {
    const std::string name = compiler.quote(name_);
    return schema_ ? compiler.quote(*schema_) + "." + name : name;
}

// The row with the highest number tells the columns as well, in one question.
void Journal::open(dialect::Connection& connection, Online& online) {
    const std::string table = quoted(online.compiler());
    dialect::Statement last;
    last.sql = fmt::format("SELECT * FROM {0} WHERE entry = (SELECT max(entry) FROM {0})", table);
    last.reads = true;
    const sql::Result result = connection.execute(last);
    entry_ = 0;
    for (std::size_t at = 0; at < result.columns.size() && !result.rows.empty(); ++at)
        if (result.columns[at] == "entry") entry_ = std::get<std::int64_t>(result.rows.front()[at]);
    add_missing(result.columns, online);
}

namespace {

/// The SQL standard's class of states for broken constraints, and SQLite's name of one.
bool breaks_a_key(const Error& error) {
    constexpr std::array<std::string_view, 3> states{"23505", "(23000)", "CONSTRAINT_PRIMARYKEY"};
    return std::ranges::any_of(
        states, [&](std::string_view state) { return error.state().find(state) != std::string::npos; });
}

} // namespace

std::vector<Journal::Entry> Journal::entries(dialect::Connection& connection,
                                             const dialect::Compiler& compiler) const {
    dialect::Statement all;
    all.sql = fmt::format("SELECT * FROM {} ORDER BY entry", quoted(compiler));
    all.reads = true;
    const sql::Result result = connection.execute(all);
    const auto text = [&](const std::vector<sql::Datum>& row, std::string_view name) {
        const auto at = std::ranges::find(result.columns, name);
        if (at == result.columns.end()) return std::string(); // an older version of orch made the table
        const auto* found =
            std::get_if<std::string>(&row[static_cast<std::size_t>(at - result.columns.begin())]);
        return found ? *found : std::string();
    };
    std::vector<Entry> found;
    for (const auto& row : result.rows)
        found.push_back({text(row, "revision"), text(row, "direction"), text(row, "started_at"),
                         text(row, "run_by"), text(row, "script_hash"), text(row, "git_commit")});
    return found;
}

void Journal::append(const std::string& revision, const char* direction, const Told& told,
                     const Beginning& began, Online& online) {
    using std::chrono::milliseconds;
    const auto time = std::chrono::steady_clock::now() - began.clock;
    const auto or_null = [](const std::string& text) {
        return text.empty() ? sql::Datum() : sql::Datum(text);
    };
    sql::Insert insert;
    insert.table = reference();
    insert.columns = {"entry",  "revision", "direction",       "started_at",  "milliseconds",
                      "run_by", "tool",     "statements_hash", "script_hash", "git_commit"};
    insert.types.resize(insert.columns.size());
    insert.rows = {{value(entry_ + 1), value(revision), value(std::string(direction)), value(utc(began.time)),
                    value(std::int64_t{std::chrono::duration_cast<milliseconds>(time).count()}), value(who_),
                    value(std::string("orch " ORCH_VERSION)), value(or_null(told.statements)),
                    value(or_null(told.script)), value(or_null(commit_))}};
    if (keeps_downgrades_) {
        insert.columns.emplace_back("downgrade");
        insert.types.emplace_back();
        insert.rows.front().push_back(value(or_null(told.downgrade)));
    }
    dialect::Statement row =
        online.compiler().compile(sql::Query(std::move(insert)), dialect::Values::parameters);
    row.reads = false;
    const auto taken = [number = ++entry_, name = name_](Error& error) {
        if (!breaks_a_key(error)) return;
        error = Error(Fault::database,
                      fmt::format("another run has changed the versions in the meantime: entry {} of '{}' is "
                                  "not ours",
                                  number, name))
                    .hint("this run had lost its lock; see 'orch status', then run the command again");
    };
    online.queue(row, {{}, taken});
}

void Journal::record(const graph::Step& step, const Told& told, const Beginning& began, Online& online) {
    append(step.revision, word_of(step.kind), told, began, online);
}

void Journal::accept(const std::string& revision, const std::string& script_hash, Online& online) {
    append(revision, "accept", {{}, script_hash, {}}, Beginning(), online);
}

} // namespace orch::runner
