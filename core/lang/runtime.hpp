// What an interpreter keeps while it runs: frames, modules, callbacks. The state behind lang.hpp.
#pragma once

#include "lang/ast.hpp"
#include "lang/lang.hpp"
#include "lang/operations.hpp"
#include "lang/registry.hpp"

#include <map>
#include <set>

namespace orch::lang {

class GeneratorObject;

/// One call of a script's function, or the run of a module or class body.
struct Frame {
    const Program* program;
    const FunctionNode* node;
    Value* slots;
    Module* globals;
    Table* class_names = nullptr;      ///< of a class body
    Values* class_functions = nullptr; ///< the functions that a class body made
    const FunctionObject* function = nullptr;
    Frame* caller = nullptr;
    GeneratorObject* generator = nullptr; ///< whose body this is
    Value returned{};
    Value handled{};         ///< the exception of the `except` that is running, for a bare raise
    int import_guard = 0;    ///< try statements under way that wait for an ImportError
    std::uint32_t begin = 0; ///< what is being evaluated
    std::uint32_t end = 0;

    void at(std::uint32_t b, std::uint32_t e) { begin = b, end = e; }
    void at(const Expr* expr) { begin = expr->begin, end = expr->end; }
    Place place() const { return program->source.place(begin, end); }
};

class Interpreter::Impl {
  public:
    Impl(Interpreter& owner, Limits l) : self(owner), limits(l) {}

    Interpreter& self;
    Limits limits;
    Frame* frame = nullptr;
    int depth = 0;   ///< calls of script functions under way
    int entries = 0; ///< of the host into the interpreter
    Registry registry;
    std::map<std::string, Value, std::less<>> loaded;
    std::set<std::string, std::less<>> loading;
    std::function<std::optional<ModuleSource>(std::string_view)> find_module;
    std::function<std::optional<Value>(std::string_view, std::string_view)> stub;
    bool follow_absent = false;
    std::function<void(std::string_view)> print;
    std::function<std::optional<Value>(const Error&)> translate;
    std::map<std::string, std::string> environment;
    bool own_environment = false;
    bool at_once = false; ///< import_at_once()
    std::vector<Irreproducible> irreproducible;
    std::string missing;       ///< the import whose use failed last
    bool table_failed = false; ///< what is thrown now says why a table cannot be defined

    Heap heap; ///< last, so that it is emptied while the rest still stands
};

/// The interpreter whose script runs on this thread; nullptr outside.
extern thread_local constinit Interpreter::Impl* running
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

// --- Imports (import.cpp).

/// A new, empty module.
Value make_module(Interpreter::Impl& impl, std::string_view name);
/// Runs a parsed module's body in a module object.
void run_module_body(const ProgramPtr& program, Module& module);
/// A module by its absolute name; nothing when nobody has it.
std::optional<Value> find_module(std::string_view name);
/// `import a.b.c`: the module (or an Absent), bound as a whole or its first part.
Value import_module(std::string_view name, bool first_part, const Frame& frame);
/// `from module import name`.
Value import_name(const Value& module, std::string_view module_name, std::string_view name,
                  const Frame& frame);
/// A name with leading dots, in the module of a package.
std::string absolute_name(std::string package, std::string_view name, std::uint32_t level);
/// `from module import name` of a module that is no built-in one: a name that is looked for when it is used.
Value put_off_import(std::string_view module, std::string_view name, const Frame& frame);
/// The same in a module that runs whole: its source is loaded now, and fails now.
Value import_name_at_once(std::string_view module, std::string_view name, const Frame& frame);
/// `from module import *` of the same kind.
void put_off_star(const Frame& frame, std::string_view module);
/// A module's name of this kind, now that it is used; the module keeps what was found. Fails when nobody has
/// it.
Value resolve_import(Module& module, const Key& key, const Value& absent);
/// A name that a module's source defines, evaluated now; nothing where it does not define it.
std::optional<Value> define_name(Module& module, std::string_view name);
/// The names that the source of a module defines, evaluated or not.
/// Whether a module's source binds the name, evaluated or not.
bool binds_name(Module& module, std::string_view name);
std::vector<std::string> defined_names(Module& module);
/// Whether a module comes with orch, or lies in one that does.
bool is_built_in(std::string_view name);

// --- Evaluation (eval.cpp and its siblings).

enum class Flow : std::uint8_t { normal, break_, continue_, return_ };

Flow execute_block(Frame& frame, Block block);
Value evaluate(Frame& frame, const Expr* expr);
void assign(Frame& frame, const Expr* target, const Value& value);
/// Runs a frame's body with its place put on errors, and the note of the call.
Value run_frame(Frame& frame);
/// Calls a script's function.
Value call_function(const Value& function, Args args, Keywords keywords, const Call::Site* site);
/// Puts arguments into a new frame's slots.
void bind_arguments(const FunctionObject& function, Value* slots, Args args, Keywords keywords);
Value make_function_object(Frame& frame, const FunctionNode& node);
Value make_generator(const Value& function, std::vector<Value> slots);
Value make_generator_expression(Frame& frame, const Generator& node);
Value yield_value(Frame& frame, const Value& value);
Value yield_from(Frame& frame, const Value& iterable);
Value await_value(const Value& awaitable);
bool match_pattern(Frame& frame, const Pattern* pattern, const Value& subject);
/// Makes the cells of a frame's captured variables.
void make_cells(const FunctionNode& node, Value* slots);

/// Where a call stands: what Call::place() looks at.
struct Call::Site {
    const Program* program;
    const CallExpr* expr;
    std::uint32_t implicit = 0; ///< leading arguments that the script did not write: self
};

} // namespace orch::lang
