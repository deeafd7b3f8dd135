// What values can do, for the room's own sources: Python's protocols on Values, with fast paths for the
// built-in types. Value's public methods and the evaluator both stand on these.
#pragma once

#include "lang/objects.hpp"

namespace orch::lang {

// --- Protocols (protocol.cpp).

bool truth(const Value& v);
bool equal(const Value& a, const Value& b);
std::size_t hash_of(const Value& v);
std::string str_of(const Value& v);
std::string repr_of(const Value& v);
/// A Value of str: the value itself when it is one.
Value str_value(const Value& v);
std::size_t length_of(const Value& v);
bool contains(const Value& container, const Value& item);

/// Guards repr, equality and the like against values that nest too deeply.
class Nesting {
  public:
    Nesting() { check_stack(); }
};

// --- Operators (operators.cpp).

Value binary_operation(Operator op, const Value& left, const Value& right);
Value inplace_operation(Operator op, const Value& left, const Value& right);
Value unary_operation(Operator op, const Value& operand);
/// ==, !=, <, <=, >, >= with whatever result the operands give.
Value compare_operation(Operator op, const Value& left, const Value& right);
bool less_than(const Value& left, const Value& right);
[[noreturn]] void fail_operands(Operator op, const Value& left, const Value& right);

// --- Attributes (attributes.cpp).

bool find_attribute(const Value& object, const Key& name, Value& out);
Value get_attribute(const Value& object, const Key& name);
/// For calls: a function with the self to put before its arguments (unbound: none), instead of a bound
/// method.
Value load_method(const Value& object, const Key& name, Value& self);
void set_attribute(const Value& object, const Key& name, const Value& value);
void delete_attribute(const Value& object, const Key& name);
/// A special method (__len__) of an object's class, with self to be passed. Instances of scripts only.
bool find_special(const Value& object, const char* name, Value& function);
Value call_special(const Value& function, const Value& self, std::initializer_list<Value> args);
std::vector<std::string> attribute_names(const Value& object);

// --- Classes (classes.cpp).

Class& class_object_of(const Value& v);
Value class_value_of(const Value& v);
Value builtin_class(Type type);
/// Completes a class whose bases, name and attributes are set: MRO, hooks, flags.
void finish_class(Class& cls);
Value instantiate(const Value& cls, Args args, Keywords keywords, const Call::Site* site);
bool instance_of(const Value& v, const Value& cls);
/// The native part of an instance, made without arguments when it was not made yet.
Native* native_part_of(const Value& v);
Value super_object(const Value& cls, const Value& self);

// --- Calls (call.cpp).

Value call_value(const Value& callee, Args args, Keywords keywords = {}, const Call::Site* site = nullptr);
/// What a native is given is used there: fails for the name of an import that nobody could satisfy.
void refuse_absent(Args args, Keywords keywords);
inline Value call_value(const Value& callee, std::initializer_list<Value> args) {
    return call_value(callee, Args(args.begin(), args.size()));
}
Value bind_method(const Value& function, const Value& self);
/// "create_table" of any callable.
std::string callable_name(const Value& v);

// --- Iteration (iteration.cpp).

/// An Iterator object. TypeError when the value cannot be iterated.
Value iterate(const Value& v);

/// A loop over anything iterable from C++: Iteration it(v); Value item; while (it.next(item)) ...
class Iteration {
  public:
    explicit Iteration(const Value& v);
    bool next(Value& item);

  private:
    Value source_;
    Iterator* iterator_ = nullptr; ///< nullptr: a list or tuple, by index
    std::size_t index_ = 0;
};
Values collect(const Value& iterable);
/// StopIteration with what the iterator returned.
[[noreturn]] void raise_stop(const Iterator& ended);
/// Items for an unpacking assignment of exactly `count`; ValueError otherwise.
void unpack(const Value& v, std::size_t count, Value* out);

// --- Subscripts (subscript.cpp).

Value get_item(const Value& object, const Value& key);
void set_item(const Value& object, const Value& key, const Value& value);
void delete_item(const Value& object, const Value& key);
/// An integer index, through __index__; TypeError otherwise.
std::int64_t index_of(const Value& key, std::string_view what);

// --- Text (format.cpp).

/// format(value, spec), value.__format__.
std::string format_value(const Value& v, std::string_view spec);
/// "%s %d" % args
std::string format_percent(std::string_view format, const Value& args, bool bytes = false);
/// "{} {name!r:>10}".format(...)
std::string format_braces(std::string_view format, Args args, Keywords keywords,
                          const Value* mapping = nullptr);
std::string ascii_repr(const Value& v);

// --- Exceptions (exceptions.cpp).

/// The instance of a built-in exception.
Value make_builtin_exception(std::string_view name, std::string_view message);
Class& exception_class(std::string_view name);
bool is_exception(const Value& v);
/// "KeyError: 'x'"; a class's own __str__ is asked only when script code may run now.
std::string exception_summary(const Value& exception, bool may_run_script = false);
std::string exception_str(const Value& exception);
Value instantiate_exception(Class& cls, Args args, Keywords keywords);
/// A TypeError whose text is Python's.
/// TypeError unless a built-in takes these arguments; `owner` is a method's class, `positional` without self.
void check_arguments(const char* owner, std::string_view name, const ArgumentCounts& counts,
                     std::size_t positional, Keywords keywords);

[[noreturn]] inline void type_error(std::string_view message) { raise_error("TypeError", message); }
[[noreturn]] inline void value_error(std::string_view message) { raise_error("ValueError", message); }
/// Throws an exception of a class with one value as its argument.
[[noreturn]] void raise_with(std::string_view builtin, const Value& argument);
/// AttributeError with the nearest of the names that there are.
[[noreturn]] void fail_attribute(const Value& object, std::string_view name);

// --- The built-in names and classes of this thread (builtins.cpp).

struct Builtins {
    Table names;                ///< print, len, int, KeyError ...
    std::vector<Value> classes; ///< by Type
    Value object;
    Value type;
    Value base_exception;
    Value exception;
    Value stop_iteration;
    Value generic_alias;
};
Builtins& builtins();

} // namespace orch::lang
