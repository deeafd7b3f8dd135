// The syntax tree of a module. Nodes live in the program's arena and are never changed after resolve.cpp has
// put the slots into them. A node knows the bytes of the text that it covers; lines and columns are computed
// when an error needs them.
#pragma once

#include "lang/objects.hpp"
#include "lang/scan.hpp"

#include <deque>
#include <memory_resource>
#include <unordered_map>

namespace orch::lang {

/// A fixed run of nodes in the arena.
template <class T>
struct Items {
    T* data = nullptr;
    std::uint32_t count = 0;
    T* begin() const { return data; }
    T* end() const { return data + count; }
    T& operator[](std::size_t i) const { return data[i]; }
    std::size_t size() const { return count; }
    bool empty() const { return count == 0; }
};

enum class ExprKind : std::uint8_t {
    constant,
    name,
    attribute,
    subscript,
    slice,
    call,
    unary,
    binary,
    logical,
    compare,
    conditional,
    lambda,
    list,
    tuple,
    set,
    dict,
    comprehension,
    generator,
    formatted,
    starred,
    await,
    yield,
    yield_from,
    named,
};

struct Expr {
    ExprKind kind;
    bool parenthesized = false;
    std::uint16_t depth = 1; ///< of the tree below, itself included
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

enum class StatementKind : std::uint8_t {
    expression,
    assign,
    augmented,
    annotated,
    return_,
    if_,
    while_,
    for_,
    with,
    try_,
    raise,
    function,
    class_,
    import,
    import_from,
    global,
    nonlocal,
    pass,
    break_,
    continue_,
    assert_,
    delete_,
    match,
};

struct Statement {
    StatementKind kind;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};
using Block = Items<Statement*>;

/// Where a name's value is.
enum class Storage : std::uint8_t {
    global,     ///< the module's names, then the built-ins
    local,      ///< a slot of the frame
    cell,       ///< a slot of the frame that holds a Cell
    class_,     ///< the names of the class body, then as global
    class_cell, ///< the names of the class body, then the cell
};

struct Constant : Expr {
    const Value* value;
};
struct Name : Expr {
    const String* name;
    Storage storage = Storage::global;
    std::uint32_t slot = 0;
};
struct Attribute : Expr {
    Expr* object;
    const String* name;
    std::uint32_t name_begin;
};
struct Subscript : Expr {
    Expr* object;
    Expr* index;
};
struct Slice : Expr {
    Expr* start;
    Expr* stop;
    Expr* step;
};
struct Argument {
    const String* name;
    Expr* value;
}; ///< name nullptr: **value
struct CallExpr : Expr {
    Expr* callee;
    Items<Expr*> args;
    Items<Argument> keywords;
    bool starred = false; ///< some argument is *x or **x
};
struct Unary : Expr {
    Operator op;
    bool logical_not;
    Expr* operand;
};
struct Binary : Expr {
    Operator op;
    Expr* left;
    Expr* right;
};
struct Logical : Expr {
    bool is_and;
    Items<Expr*> operands;
};
enum class Comparison : std::uint8_t {
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    is,
    is_not,
    in,
    not_in
};
struct Compare : Expr {
    Items<Expr*> operands;
    Items<Comparison> operators;
};
struct Conditional : Expr {
    Expr* condition;
    Expr* then;
    Expr* otherwise;
};
struct Display : Expr {
    Items<Expr*> items;
    bool starred = false;
}; ///< list, tuple, set
struct DictEntry {
    Expr* key;
    Expr* value;
}; ///< key nullptr: **value
struct DictDisplay : Expr {
    Items<DictEntry> entries;
};
struct Clause {
    Expr* target;
    Expr* iterable;
    Items<Expr*> conditions;
};
struct Comprehension : Expr {
    ExprKind result; ///< list, set or dict
    Expr* element;
    Expr* value; ///< of a dict
    Items<Clause> clauses;
    Items<std::uint32_t> cells; ///< slots that hold cells to be made anew
};
struct FormattedPart {
    const Value* text; ///< a piece of text, or nullptr:
    Expr* value = nullptr;
    char conversion = 0; ///< r, s, a
    struct Formatted* spec = nullptr;
};
struct Formatted : Expr {
    Items<FormattedPart> parts;
};
struct Starred : Expr {
    Expr* value;
};
struct Await : Expr {
    Expr* value;
};
struct Yield : Expr {
    Expr* value;
};
struct Named : Expr {
    struct Name* target;
    Expr* value;
};

struct Parameter {
    const String* name;
    Expr* default_value;
    std::uint32_t slot = 0;
    std::uint32_t begin = 0;
};
/// Where a frame's cell comes from when a function is made: a cell slot of the frame around it.
struct FreeVariable {
    std::uint32_t slot;
    std::uint32_t outer;
};

/// What def, lambda, a class body and a generator expression have in common: a frame.
struct FunctionNode {
    const String* name;
    const String* qualified;
    Items<Parameter> parameters; ///< positional ones first, then keyword-only
    std::uint32_t positional = 0;
    std::uint32_t positional_only = 0;
    std::uint32_t required = 0; ///< positional parameters without a default
    Parameter* star = nullptr;  ///< *args
    Parameter* double_star = nullptr;
    Block body;
    Expr* result = nullptr; ///< of a lambda
    const Value* doc = nullptr;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool is_async = false;
    bool is_generator = false;
    // Set by resolve.
    std::uint32_t slots = 0;
    Items<FreeVariable> free;
    Items<std::uint32_t> cells;      ///< slots that hold a new Cell at entry
    Items<const String*> slot_names; ///< by slot, nullptr for hidden ones
};
struct Lambda : Expr {
    FunctionNode* function;
};
struct Generator : Expr {
    FunctionNode* function;
    Comprehension* comprehension;
};

struct ExpressionStatement : Statement {
    Expr* value;
};
struct Assign : Statement {
    Items<Expr*> targets;
    Expr* value;
};
struct Augmented : Statement {
    Expr* target;
    Operator op;
    Expr* value;
};
struct Annotated : Statement {
    Expr* target;
    Expr* annotation;
    Expr* value;
};
struct Return : Statement {
    Expr* value;
};
struct Branch {
    Expr* condition;
    Block body;
};
struct If : Statement {
    Items<Branch> branches;
    Block otherwise;
};
struct While : Statement {
    Expr* condition;
    Block body;
    Block otherwise;
};
struct For : Statement {
    Expr* target;
    Expr* iterable;
    Block body;
    Block otherwise;
};
struct WithItem {
    Expr* context;
    Expr* target;
};
struct With : Statement {
    Items<WithItem> items;
    Block body;
};
struct Handler {
    Expr* type;
    Name* name;
    Block body;
    std::uint32_t begin;
    std::uint32_t end;
};
struct Try : Statement {
    Block body;
    Items<Handler> handlers;
    Block otherwise;
    Block finally;
};
struct Raise : Statement {
    Expr* exception;
    Expr* cause;
};
struct FunctionStatement : Statement {
    Items<Expr*> decorators;
    FunctionNode* function;
    Name* target;
};
struct ClassStatement : Statement {
    Items<Expr*> decorators;
    Items<Expr*> bases;
    Items<Argument> keywords;
    FunctionNode* body;
    Name* target;
};
struct ImportItem {
    const String* module;
    Name* target;
    bool whole;
    std::uint32_t begin;
    std::uint32_t end;
}; ///< whole: `import a.b` binds a
struct Import : Statement {
    Items<ImportItem> items;
};
struct ImportFrom : Statement {
    const String* module;
    std::uint32_t level;
    Items<ImportItem> items;
    bool star;
};
struct Scoped : Statement {
    Items<const String*> names;
}; ///< global, nonlocal
struct Assert : Statement {
    Expr* condition;
    Expr* message;
};
struct Delete : Statement {
    Items<Expr*> targets;
};

enum class PatternKind : std::uint8_t {
    wildcard,
    capture,
    value,
    sequence,
    mapping,
    class_,
    alternatives,
    as,
    star
};
struct Pattern {
    PatternKind kind;
    Name* name = nullptr;            ///< capture, as, star, **rest of a mapping
    Expr* value = nullptr;           ///< value; class
    Items<Pattern*> items;           ///< sequence, alternatives, class (positional first), mapping values
    Items<Expr*> keys;               ///< mapping
    Items<const String*> attributes; ///< class: of the last items
    Pattern* inner = nullptr;        ///< as
};
struct Case {
    Pattern* pattern;
    Expr* guard;
    Block body;
};
struct Match : Statement {
    Expr* subject;
    Items<Case> cases;
};

class Program : public std::enable_shared_from_this<Program> {
  public:
    Program(std::string text, std::string path, int first_line)
        : source{std::move(path), std::move(text), first_line} {}
    Source source;
    FunctionNode* module = nullptr;
    bool library = false; ///< of the interpreter's own modules: errors name the script's line that led there

    template <class T, class... Args>
    T* make(Args&&... args) {
        return new (arena.allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
    }
    template <class T>
    Items<T> items(const std::vector<T>& from) {
        if (from.empty()) return {};
        T* data = static_cast<T*>(arena.allocate(sizeof(T) * from.size(), alignof(T)));
        std::uninitialized_copy(from.begin(), from.end(), data);
        return {data, static_cast<std::uint32_t>(from.size())};
    }
    /// The one String of a name in this program.
    const String* intern(std::string_view name);
    const Value* constant(Value value) { return &constants.emplace_back(std::move(value)); }

  private:
    std::pmr::monotonic_buffer_resource arena{8192};
    std::deque<Value> constants;
    std::unordered_map<std::string_view, const String*> names;
};

/// Puts slots into the names of a parsed module. Throws Error(script).
void resolve(Program& program);

} // namespace orch::lang
