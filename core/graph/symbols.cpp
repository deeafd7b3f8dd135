#include "graph/symbols.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <limits>

namespace orch::graph {

namespace {

constexpr std::string_view join_heads = "'orch merge heads -m \"...\"' joins them";

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// [+-]digits; a number beyond all trees is as good as any other of that kind.
long to_offset(std::string_view text) {
    long value = 0;
    const std::string_view digits = text.substr(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc()) value = std::numeric_limits<long>::max();
    return text.front() == '-' ? -value : value;
}

Vertices among(const Vertices& vertices, const Branch* branch) {
    if (!branch) return vertices;
    Vertices found;
    for (const Vertex vertex : vertices)
        if (branch->lineage[vertex]) found.push_back(vertex);
    return found;
}

Vertices unique(Vertices vertices) {
    std::sort(vertices.begin(), vertices.end());
    vertices.erase(std::unique(vertices.begin(), vertices.end()), vertices.end());
    return vertices;
}

const Branch* pointer(const std::optional<Branch>& branch) { return branch ? &*branch : nullptr; }

} // namespace

// symbol = [ label "@" ] ( name | [ name ] offset ) ;  offset = ( "+" | "-" ) digits
// An id or label that reads like more than that is still itself.
Symbol Symbols::parse(std::string_view text) const {
    text = trim(text);
    Symbol symbol{std::string(text), std::nullopt, std::string(text), std::nullopt};
    if (tree_.names().id_or_label(text)) return symbol;
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        symbol.label = text.substr(0, at);
        symbol.name = text.substr(at + 1);
    }
    if (!tree_.names().id_or_label(symbol.name)) {
        const auto sign = symbol.name.find_last_of("+-");
        if (sign != std::string::npos && all_digits(std::string_view(symbol.name).substr(sign + 1))) {
            symbol.offset = to_offset(std::string_view(symbol.name).substr(sign));
            symbol.name.resize(sign);
        }
    }
    if ((symbol.name.empty() && !symbol.offset) || (symbol.label && symbol.label->empty()))
        throw Error(Fault::graph, fmt::format("expected the name of a revision, got '{}'", text))
            .hint("an id or its beginning, 'head', 'heads', 'base', 'label@head', '+1', 'ae10-1'");
    return symbol;
}

Vertices Symbols::resolve(const Symbol& symbol) const {
    if (!symbol.offset) return named(symbol);
    if (!symbol.name.empty()) return counted_from_name(symbol);
    if (rows_) return counted_from_rows(symbol);
    return counted_from_heads(symbol);
}

Standing Symbols::resolve_one(const Symbol& symbol) const {
    const Vertices found = resolve(symbol);
    if (found.size() > 1) refuse_several(symbol, found);
    return found.empty() ? Standing() : Standing(found.front());
}

Vertices Symbols::named(const Symbol& symbol) const {
    if (symbol.name == "heads") return heads_of(symbol);
    if (symbol.name == "head") {
        const auto branch = branch_of(symbol);
        const Vertices found = among(tree_.heads(), pointer(branch));
        if (found.size() > 1) refuse_several(symbol, found);
        return found;
    }
    if (symbol.name == "base") {
        branch_of(symbol);
        return {};
    }
    if (symbol.name == "current") {
        const auto branch = branch_of(symbol);
        return among(rows(symbol), pointer(branch));
    }
    return {find(symbol)};
}

Vertices Symbols::heads_of(const Symbol& symbol) const {
    if (!symbol.label) return tree_.real_heads();
    const Branch branch = this->branch(*symbol.label);
    return among(tree_.heads(), &branch);
}

std::optional<Branch> Symbols::branch_of(const Symbol& symbol) const {
    if (!symbol.label) return std::nullopt;
    return branch(*symbol.label);
}

Branch Symbols::branch(const std::string& label) const {
    const auto exact = tree_.names().id_or_label(label);
    const Vertex vertex =
        exact ? *exact : by_prefix(label, nullptr, {label, std::nullopt, label, std::nullopt});
    Branch branch{vertex, tree_.topology().reach({vertex}, Way::up, Edges::version)};
    branch.lineage[vertex] = 0; // so that the walk down starts there
    tree_.topology().reach({vertex}, Way::down, Edges::version, branch.lineage);
    return branch;
}

Vertex Symbols::find(const Symbol& symbol) const {
    const auto branch = branch_of(symbol);
    const auto exact = tree_.names().id_or_label(symbol.name);
    const Vertex vertex = exact ? *exact : by_prefix(symbol.name, pointer(branch), symbol);
    if (!branch || branch->lineage[vertex]) return vertex;
    Error error(Fault::graph,
                fmt::format("revision '{}' is not on branch '{}'", tree_.id(vertex), *symbol.label));
    tree_.note_places(error, unique({vertex, branch->vertex}));
    throw error.hint("name the revision without the label, or with a label of its own branch");
}

Vertex Symbols::by_prefix(const std::string& name, const Branch* branch, const Symbol& symbol) const {
    const Vertices found = name.empty() ? Vertices() : among(tree_.names().with_prefix(name), branch);
    if (found.size() == 1) return found.front();
    if (found.empty()) {
        Error error(Fault::graph, fmt::format("unknown revision or branch '{}'", name));
        if (symbol.text != name) error.note(fmt::format("in '{}'", symbol.text));
        std::string hint = tree_.names().did_you_mean(name);
        if (const auto word =
                hint.empty() ? nearest(name, {"head", "heads", "base", "current"}) : std::nullopt)
            hint = fmt::format("did you mean '{}'?", *word);
        throw error.hint(hint.empty() ? "'orch history' lists all revisions" : std::move(hint));
    }
    Error error(Fault::graph, fmt::format("'{}' is the beginning of {} revisions: {}", name, found.size(),
                                          quoted_list(tree_.ids(found))));
    tree_.note_places(error, found);
    throw error.hint("type more of the id");
}

const Vertices& Symbols::rows(const Symbol& symbol) const {
    if (rows_) return *rows_;
    throw Error(
        Fault::graph,
        fmt::format("'{}' is about the versions in a database, which are not at hand here", symbol.text))
        .hint("name a revision");
}

Vertices Symbols::counted_from_name(const Symbol& symbol) const {
    Symbol start = symbol;
    start.offset.reset();
    if (*symbol.offset == 0) return named(start);
    const auto branch = branch_of(symbol);
    // The way up may enter the branch at a merge, so that it starts beside it.
    const bool is_id = symbol.name != "head" && symbol.name != "heads" && symbol.name != "base";
    if (*symbol.offset > 0 && is_id) start.label.reset();
    const Vertices found = named(start);
    if (found.size() > 1) refuse_several(symbol, found);
    const Standing from = found.empty() ? Standing() : Standing(found.front());
    const Standing target = walk(symbol, from, *symbol.offset, pointer(branch));
    return target ? Vertices{*target} : Vertices();
}

Vertices Symbols::counted_from_rows(const Symbol& symbol) const {
    const auto branch = branch_of(symbol);
    if (*symbol.offset == 0) return among(rows(symbol), pointer(branch));
    Standing start;
    if (*symbol.offset > 0)
        start = row_to_go_up_from(symbol, pointer(branch));
    else
        start = row_to_go_down_from(symbol);
    const Standing target = walk(symbol, start, *symbol.offset, pointer(branch));
    return target ? Vertices{*target} : Vertices();
}

Vertices Symbols::counted_from_heads(const Symbol& symbol) const {
    if (*symbol.offset >= 0) rows(symbol);
    const auto branch = branch_of(symbol);
    Vertices found;
    for (const Vertex head : among(tree_.real_heads(), pointer(branch))) {
        const Standing target = walk(symbol, head, *symbol.offset);
        if (target && std::find(found.begin(), found.end(), *target) == found.end()) found.push_back(*target);
    }
    return found;
}

// Within a branch: its row; else the top of what is applied of it; else base.
Standing Symbols::row_to_go_up_from(const Symbol& symbol, const Branch* branch) const {
    Vertices found = unique(among(rows(symbol), branch));
    if (found.empty() && branch) {
        const Topology& topology = tree_.topology();
        const Vertices applied = among(marked(topology.reach(rows(symbol), Way::down, Edges::all)), branch);
        Marks below(tree_.size(), 0);
        for (const Vertex vertex : applied)
            for (const Vertex parent : topology.direct_parents(vertex)) below[parent] = 1;
        std::copy_if(applied.begin(), applied.end(), std::back_inserter(found),
                     [&](Vertex at) { return !below[at]; });
    }
    if (found.size() > 1) refuse_rows(symbol, found);
    return found.empty() ? Standing() : Standing(found.front());
}

Vertex Symbols::row_to_go_down_from(const Symbol& symbol) const {
    const auto branch = branch_of(symbol);
    Vertices found = unique(among(rows(symbol), pointer(branch)));
    if (found.empty() && branch) found = among(marked(branch_tips(tree_, rows(symbol))), pointer(branch));
    if (found.size() > 1) refuse_rows(symbol, found);
    if (!found.empty()) return found.front();
    throw Error(Fault::graph,
                branch
                    ? fmt::format("'{}' counts from the applied revisions of branch '{}', and there are none",
                                  symbol.text, *symbol.label)
                    : fmt::format("'{}' counts from the applied revisions, and there are none", symbol.text))
        .hint("'orch current' shows what is applied");
}

Standing Symbols::walk(const Symbol& symbol, Standing start, long steps, const Branch* branch) const {
    Standing at = start;
    bool ended = false;
    for (long taken = 0; taken != steps; taken += steps > 0 ? 1 : -1) {
        at = steps > 0 ? step_up(symbol, at, branch, ended) : step_down(symbol, at, ended);
        if (!ended) continue;
        if (too_far_ == TooFar::refuse) refuse_too_far(symbol, start, taken);
        break;
    }
    return at;
}

void Symbols::refuse_too_far(const Symbol& symbol, Standing start, long taken) const {
    const bool up = *symbol.offset > 0;
    const long count = std::abs(taken);
    const std::string branch = up && symbol.label ? fmt::format(" on branch '{}'", *symbol.label) : "";
    throw Error(
        Fault::graph,
        fmt::format("'{}' goes too far: there {} {} {}{}", symbol.text,
                    count == 1 ? "is 1 revision"
                               : fmt::format("are {} revisions", count ? std::to_string(count) : "no"),
                    up ? "above" : "to go down from", start ? "'" + tree_.id(*start) + "'" : "base", branch))
        .hint(up ? "'head' or 'heads' goes all the way" : "'base' goes all the way");
}

Standing Symbols::step_up(const Symbol& symbol, Standing at, const Branch* branch, bool& ended) const {
    const auto children = at ? tree_.topology().children(*at, Edges::version) : std::span<const Vertex>();
    const Vertices found = among(at ? Vertices(children.begin(), children.end()) : tree_.bases(), branch);
    if (found.size() == 1) return found.front();
    ended = found.empty();
    if (ended) return at;
    Error error(Fault::graph,
                fmt::format("'{}' is ambiguous: {} followed by {}", symbol.text,
                            at ? "'" + tree_.id(*at) + "' is" : "base is", quoted_list(tree_.ids(found))));
    tree_.note_places(error, found);
    throw error.hint(fmt::format("name the revision, or the branch as in '{}@+1'", tree_.id(found.front())));
}

Standing Symbols::step_down(const Symbol& symbol, Standing at, bool& ended) const {
    ended = !at;
    if (ended) return at;
    const auto parents = tree_.topology().parents(*at, Edges::version);
    if (parents.empty()) return {};
    if (parents.size() == 1) return parents.front();
    Error error(Fault::graph, fmt::format("'{}' is ambiguous: '{}' merges {}", symbol.text, tree_.id(*at),
                                          quoted_list(tree_.ids(parents))));
    tree_.note_places(error, {*at});
    throw error.hint("name the revision to go to");
}

// A label that selects the first of them alone reads better than its id.
std::string Symbols::branch_name(const Vertices& found) const {
    for (const std::string& label : tree_.labels(found.front()))
        if (const Branch of_label = branch(label); among(found, &of_label).size() == 1) return label;
    return tree_.id(found.front());
}

void Symbols::refuse_several(const Symbol& symbol, const Vertices& found) const {
    const bool heads =
        std::all_of(found.begin(), found.end(), [&](Vertex vertex) { return tree_.is_head(vertex); });
    Error error(Fault::graph, fmt::format("'{}' means one revision here, but there are {}: {}", symbol.text,
                                          found.size(), quoted_list(tree_.ids(found))));
    tree_.note_places(error, found);
    if (!heads) throw error.hint("name one of them");
    throw error.hint(fmt::format("name one of them, one branch as in '{}@head', or all as 'heads'; {}",
                                 branch_name(found), join_heads));
}

void Symbols::refuse_rows(const Symbol& symbol, const Vertices& found) const {
    Error error(Fault::graph, fmt::format("'{}' counts from one applied revision, but there are {}: {}",
                                          symbol.text, found.size(), quoted_list(tree_.ids(found))));
    tree_.note_places(error, found);
    if (*symbol.offset > 0)
        throw error.hint(
            fmt::format("count from one of them, as in '{}+{}'", tree_.id(found.front()), *symbol.offset));
    throw error.hint(
        fmt::format("name a branch that has one of them, as in '{}@{}'", branch_name(found), *symbol.offset));
}

Marks branch_tips(const Tree& tree, const Vertices& rows) {
    Marks tips = tree.topology().reach(rows, Way::down, Edges::all);
    for (const Vertex vertex : marked(tips))
        for (const Vertex parent : tree.topology().parents(vertex, Edges::version)) tips[parent] = 0;
    return tips;
}

} // namespace orch::graph
