// Host objects, functions and classes for scripts: how the modules `alembic` and `sqlalchemy` are made.
//
// A native function is any callable that takes a Call; a Signature binds its arguments to names. A host
// object derives from Native and overrides what it can do; everything else raises what Python would.
// make_class() gives scripts a class that they call, test with isinstance and subclass.
#pragma once

#include "lang/value.hpp"

namespace orch::lang {

class Interpreter;

/// The arguments of one call of a native, and where they stand in the script. Lives as long as the call.
class ORCH_API Call {
  public:
    struct Keyword {
        Value name; ///< a string
        Value value;
    };
    struct Site; ///< the call's expression, private to the interpreter

    Call(Interpreter& interpreter, std::span<const Value> args, std::span<const Keyword> keywords,
         const Site* site)
        : interpreter_(interpreter), args_(args), keywords_(keywords), site_(site) {}

    Interpreter& interpreter() const { return interpreter_; }
    std::span<const Value> args() const { return args_; }
    std::span<const Keyword> keywords() const { return keywords_; }
    std::size_t size() const { return args_.size(); }
    /// A positional argument; TypeError when there are fewer.
    const Value& operator[](std::size_t index) const;
    /// A keyword argument or nullptr.
    const Value* keyword(std::string_view name) const;
    /// An argument by position or name, or `otherwise`.
    Value get(std::size_t index, std::string_view name, Value otherwise = {}) const;
    /// TypeError unless there are `least` to `most` positional arguments and no keywords. For functions too
    /// small for a Signature; `name` is the function's.
    void expect(std::string_view name, std::size_t least, std::size_t most) const;

    /// The call's expression in the script. Unknown (Place::known()) when the host calls.
    Place place() const;
    /// One argument's expression; the call's place where a star hides it.
    Place place_of(std::size_t index) const;
    Place place_of(std::string_view keyword) const;

    /// The same call without its first argument: what a method's function gets after self.
    Call rest() const;

  private:
    Interpreter& interpreter_;
    std::span<const Value> args_;
    std::span<const Keyword> keywords_;
    const Site* site_;
    std::size_t dropped_ = 0;
};

class Signature;

/// Arguments bound to the names of a Signature.
class ORCH_API Bound {
  public:
    /// A parameter's value: what was given, else its default. Unknown names are a defect (std::logic_error).
    const Value& operator[](std::string_view name) const;
    const Value& operator[](std::size_t index) const { return slots_[index]; }
    bool given(std::string_view name) const;
    /// What `*name` collected, and what `**name` collected.
    std::span<const Value> rest() const { return rest_; }
    std::span<const Call::Keyword> others() const { return others_; }
    /// The place of a parameter's argument; of the call when it was not given.
    Place place_of(std::string_view name) const;

  private:
    friend class Signature;
    const Signature* signature_ = nullptr;
    const Call* call_ = nullptr;
    std::vector<Value> slots_;
    std::vector<bool> given_;
    std::vector<Value> rest_;
    std::vector<Call::Keyword> others_;
};

/// The parameters of a native, parsed once (make it static) from Python's notation:
///     static const Signature signature("create_table(table_name, *columns, schema=None, if_not_exists=None,
///     **kw)");
/// Defaults are literals: None, True, False, numbers, strings, () [] {}. `/` and a lone `*` mean what they
/// mean in Python.
class ORCH_API Signature {
  public:
    explicit Signature(std::string_view text);

    /// Binds a call. TypeError: missing (all names at once), unexpected (with the right ones and the nearest,
    /// at the argument's place), given twice, too many. The Bound must not outlive the call.
    Bound bind(const Call& call) const;
    const std::string& name() const { return name_; }

  private:
    friend class Bound;
    struct Parameter {
        std::string name;
        bool required = true;
        bool positional = true;
        bool keyword = true;
        Value default_value() const;
        std::string literal;
    };
    std::size_t index_of(std::string_view name) const; ///< parameters_.size() when there is none
    [[noreturn]] void refuse_keyword(const Call& call, std::string_view keyword) const;
    void require_all(const Call& call, const Bound& bound) const;

    std::string name_;
    std::vector<Parameter> parameters_;
    std::size_t positional_ = 0;
    bool star_ = false;
    bool double_star_ = false;
};

/// The operators that a Native may implement.
enum class Operator : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    floor_divide,
    modulo,
    power,
    matrix_multiply,
    bit_and,
    bit_or,
    bit_xor,
    shift_left,
    shift_right,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    negative,
    positive,
    invert,
};
ORCH_API std::string_view symbol(Operator op); ///< "+", "==", "~"

/// A host object. Each default raises what Python raises for an object that cannot do it.
class ORCH_API Native : public Object {
  public:
    /// The name in messages and in isinstance-free code: "Column". With a class (set_class), that class's
    /// name.
    virtual std::string type_name() const;

    virtual std::optional<Value> get_attribute(std::string_view name);     ///< nothing: AttributeError
    virtual bool set_attribute(std::string_view name, const Value& value); ///< false: AttributeError
    virtual std::vector<std::string> attribute_names() const {
        return {};
    }                                               ///< for the nearest name, and dir()
    virtual bool callable() const { return false; } ///< whether call() is implemented
    virtual Value call(Call& call);
    virtual Value subscript(const Value& key);
    virtual void set_subscript(const Value& key, const Value& value);
    virtual Value iterate(); ///< an Iterator: make_iterator(...)
    virtual bool iterable() const { return false; }
    virtual bool contains(const Value& item); ///< default: by iterate()
    virtual std::size_t length();
    virtual bool truth() { return true; }
    virtual std::string repr() const;
    virtual std::string str() const { return repr(); }
    virtual std::size_t hash() const;              ///< default: identity
    virtual bool equals(const Value& other) const; ///< as a dict key; default: identity
    /// A unary operator: negative, positive, invert. Nothing: TypeError.
    virtual std::optional<Value> unary(Operator op);
    /// A binary operator or comparison. `reflected`: this object stands on the right. Nothing: the other side
    /// is asked, then
    /// == and != compare by equals(), the rest is a TypeError.
    virtual std::optional<Value> binary(Operator op, const Value& other, bool reflected);
    /// `with`: gives what `as` binds, or nothing when this is no context manager.
    virtual std::optional<Value> enter();
    /// The end of `with`; `exception` is None or the Python exception. True swallows it.
    virtual bool exit(const Value& exception);

    /// The class that isinstance() and type() see; make_class's construct sets it for direct instances.
    const Value& class_of() const { return class_; }
    void set_class(Value cls) { class_ = std::move(cls); }
    /// The script object that this is the native part of (an instance of a script's subclass), or None.
    Value derived() const;
    void clear() override;

  protected:
    Native() : Object(Type::native) {}
    ~Native() override;

  private:
    friend struct Peek;
    Value class_;
    Object* derived_ = nullptr; ///< not counted: it owns this
};

template <class T>
T* Value::native() const {
    return dynamic_cast<T*>(native_part());
}

/// A Native in a Value: make<Column>(args...).
template <std::derived_from<Object> T, class... Args>
Value make(Args&&... args) {
    return Value(static_cast<Object*>(new T(std::forward<Args>(args)...)));
}

using Function = std::function<Value(Call&)>;

/// A function for scripts; `name` is what messages call it.
ORCH_API Value make_function(std::string_view name, Function function);
/// A function that may be given absent values; any use that it makes of one fails.
ORCH_API Value make_function_of_absent(std::string_view name, Function function);
/// A function in a class: it gets the instance as its first argument. make_function() in a class does the
/// same; this one does not bind, it is Python's staticmethod.
ORCH_API Value make_static(std::string_view name, Function function);
/// A property with only a getter; it gets the instance.
ORCH_API Value make_property(std::function<Value(const Value& self)> get);

/// What makes a class of the host. Only the name is required.
struct ClassSpec {
    std::string name;         ///< "Integer"
    std::string module;       ///< "sqlalchemy"; stands in qualified_type()
    std::vector<Value> bases; ///< classes
    std::string doc;
    /// Makes an instance. Called for the class itself and, for a script's subclass, to make the native part:
    /// directly when the subclass has no __init__ of its own, else by its super().__init__(...) or, failing
    /// that, without arguments when first needed. `cls` is the class that the script called. Without it,
    /// instances are plain objects with attributes.
    std::function<Value(Call& call, const Value& cls)> construct;
    /// After a script's class statement that derives from it, directly or not: its body has run.
    std::function<void(const Value& subclass)> subclassed;
    /// An attribute of the class or of a subclass that nothing else has.
    std::function<std::optional<Value>(const Value& cls, std::string_view name)> attribute;
    /// Attributes that every access on a subclass's instance asks first (mapped columns), and one that sees
    /// settings; true: it was taken care of.
    std::function<std::optional<Value>(const Value& self, std::string_view name)> instance_attribute;
    std::function<bool(const Value& self, std::string_view name, const Value& value)> set_instance_attribute;
    /// isinstance() beyond what bases say.
    std::function<bool(const Value& value)> is_instance;
    /// Cls[...], as in Mapped[int].
    std::function<Value(const Value& cls, const Value& key)> subscript;
};

/// A class for scripts. Its attributes are set with Value::set_attribute: methods (make_function), constants,
/// properties.
ORCH_API Value make_class(ClassSpec spec);
/// An exception class: make_exception("OperationalError", "sqlalchemy.exc", dbapi_error). Bases default to
/// Exception.
ORCH_API Value make_exception(std::string_view name, std::string_view module = {}, const Value& base = {});
/// A built-in name: class or function ("int", "Exception", "len"); a defect when there is none.
ORCH_API Value builtin(std::string_view name);

/// Facts about classes (Type::class_). The dictionary holds what the class body defined, not what is
/// inherited.
ORCH_API std::string class_name(const Value& cls);
ORCH_API std::vector<Value> class_bases(const Value& cls);
ORCH_API std::vector<std::pair<Value, Value>> class_attributes(const Value& cls);
ORCH_API bool is_subclass(const Value& cls, const Value& base);
/// The class of any value; None for a Native without one.
ORCH_API Value class_of(const Value& value);
/// What a script's object holds itself (its __dict__), in order. Empty for other values.
ORCH_API std::vector<std::pair<Value, Value>> instance_attributes(const Value& object);
/// A plain instance of a class, as cls() without a constructor would make.
ORCH_API Value make_instance(const Value& cls);
/// Where the class, function or module of a script was defined; unknown for natives.
ORCH_API Place place_of_definition(const Value& value);
/// The positional parameters without a default of a script's function; none for other values.
ORCH_API std::vector<std::string> required_parameters(const Value& function);

} // namespace orch::lang
