#include "base/text.hpp"
#include "command.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

std::string or_base(const std::vector<std::string>& ids, const char* none) {
    return ids.empty() ? none : join(ids, ", ");
}

/// One environment's state, or why it is not known.
struct State {
    std::string environment;
    std::vector<std::string> current, heads;
    std::size_t pending = 0;
    std::optional<std::string> interrupted; ///< the revision in whose middle a run ended
    std::optional<Error> error;
};

State look(fleet::Environment& environment, runner::Session& session) {
    State state{environment.name(), {}, {}, 0, {}, {}};
    const graph::RevisionMap& graph = environment.tree().graph();
    state.current = session.current();
    state.interrupted = session.interrupted();
    state.heads = graph.heads();
    state.pending = graph.pending(state.current).size();
    return state;
}

/// Of each of its databases: an env.py may have several.
std::vector<State> look(fleet::Environment& environment) {
    std::vector<State> states;
    std::vector<std::string> urls;
    try {
        environment.read([&](runner::Session& session) {
            states.push_back(look(environment, session));
            urls.push_back(session.display_url());
        });
    } catch (const Error& error) {
        states.push_back({environment.name(), {}, {}, 0, {}, error});
    }
    if (states.size() > 1)
        for (std::size_t at = 0; at < urls.size(); ++at)
            states[at].environment = fmt::format("{} ({})", environment.name(), urls[at]);
    return states;
}

std::string in_words(const State& state) {
    if (state.interrupted) return fmt::format("interrupted in {}: orch resume", *state.interrupted);
    if (state.heads.empty()) return "no revisions";
    return state.pending == 0 ? "up to date" : fmt::format("{} pending", state.pending);
}

void print_lines(const std::vector<State>& states) {
    std::vector<std::vector<std::string>> rows = {{"environment", "current", "head", "state"}};
    for (const State& state : states) {
        if (state.error)
            rows.push_back({state.environment, "?", "?", "error: " + state.error->message()});
        else
            rows.push_back({state.environment, or_base(state.current, "<base>"),
                            or_base(state.heads, "<none>"), in_words(state)});
    }
    print(table(rows));
}

void print_json(const std::vector<State>& states) {
    Document document("status");
    for (const State& state : states) {
        document.environment(state.environment);
        if (state.error) {
            document.error(*state.error);
            continue;
        }
        document.texts("current", state.current);
        document.texts("heads", state.heads);
        if (state.interrupted) document.text("interrupted", *state.interrupted);
        document.number("pending", static_cast<std::int64_t>(state.pending));
    }
    print(document.str());
}

std::vector<fleet::Outcome> outcomes(const std::vector<State>& states) {
    std::vector<fleet::Outcome> all;
    for (const State& state : states)
        all.push_back(
            {state.environment, state.error ? fleet::Outcome::failed : fleet::Outcome::done, state.error});
    return all;
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    std::vector<State> states;
    for (fleet::Environment* environment : project.for_looking())
        for (State& state : look(*environment)) states.push_back(std::move(state));
    if (invocation.json)
        print_json(states);
    else if (states.size() > 1 || !states.front().error)
        print_lines(states);
    fleet::check(outcomes(states));
    return 0;
}

} // namespace

extern const Command status_command;
const Command status_command{
    "status",
    "",
    "show all environments: where they are, their heads, what is pending",
    "",
    "  $ orch status\n  $ orch -n 'module_*' status",
    nullptr,
    {},
    run,
};

} // namespace orch::cli
