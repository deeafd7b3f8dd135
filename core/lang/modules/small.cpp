// Modules of a few lines each: abc, asyncio, copy, string, sys, time, types, typing, warnings, operator.

#include "lang/modules/modules.hpp"
#include "lang/runtime.hpp"

#include "base/log.hpp"

#include <chrono>
#include <fmt/format.h>

namespace orch::lang {

void load_abc(ModuleBuilder& module) {
    module.function("abstractmethod", [](Call& call) {
        // finish_class() looks for the mark; of a property it stands at the function that gets it.
        const Value& function = call[0].is(Type::property) ? Peek::as<Property>(call[0])->get
                                                           : static_cast<const Value&>(call[0]);
        if (function.is(Type::function)) set_attribute(function, Key("__isabstractmethod__"), true);
        return call[0];
    });
    module.function("abstractproperty", [](Call& call) {
        if (call[0].is(Type::function)) set_attribute(call[0], Key("__isabstractmethod__"), true);
        return make<Property>(Property::Kind::property, call[0]);
    });
    ClassSpec meta;
    meta.name = "ABCMeta";
    meta.module = "abc";
    module.add("ABCMeta", make_class(std::move(meta)));
    ClassSpec base;
    base.name = "ABC";
    base.module = "abc";
    module.add("ABC", make_class(std::move(base)));
}

/// There is one thread and no event loop: what is awaited runs at once.
void load_asyncio(ModuleBuilder& module) {
    module.function("run", [](Call& call) { return await_value(call[0]); });
    module.function("gather", [](Call& call) {
        Values out;
        for (const Value& one : call.args()) out.push_back(await_value(one));
        return make_list(std::move(out));
    });
    module.function("sleep", [](Call&) { return Value(); });
    define(module, R"python(
class _Loop:
    def run_until_complete(self, awaitable):
        return run(awaitable)
    def is_running(self):
        return False
    def close(self):
        pass
def get_event_loop():
    return _Loop()
new_event_loop = get_event_loop
def set_event_loop(loop):
    pass
)python");
}

/// UTC is a zone that needs no table of zones.
void load_zoneinfo(ModuleBuilder& module) {
    define(module, R"python(
from datetime import timedelta as _timedelta, timezone as _timezone
class ZoneInfoNotFoundError(KeyError):
    pass
class ZoneInfo:
    def __new__(cls, key):
        if key.upper() not in ("UTC", "ETC/UTC", "GMT", "ETC/GMT", "ZULU", "UCT"):
            raise NotImplementedError(f"orch has no time zone {key!r}: name an offset, or use UTC")
        return _timezone(_timedelta(0), key)
)python");
}

void load_copy(ModuleBuilder& module) {
    define(module, R"python(
def copy(x):
    if hasattr(type(x), "__copy__"):
        return x.__copy__()
    kind = type(x)
    if kind in (list, dict, set):
        return x.copy()
    if kind in (int, float, bool, str, bytes, tuple, frozenset, type(None), type, range):
        return x
    if isinstance(x, dict) or isinstance(x, list) or isinstance(x, set):
        return x.copy()
    if hasattr(x, "__dict__") and not callable(x):
        other = object.__new__(kind)
        for name, value in x.__dict__.items():
            object.__setattr__(other, name, value)
        return other
    return x

def deepcopy(x, memo=None):
    if memo is None:
        memo = {}
    if id(x) in memo and isinstance(x, (list, dict, set)):
        return memo[id(x)]
    if hasattr(type(x), "__deepcopy__"):
        return x.__deepcopy__(memo)
    kind = type(x)
    if kind is list:
        memo[id(x)] = other = []
        other.extend(deepcopy(item, memo) for item in x)
        return other
    if kind is dict:
        memo[id(x)] = other = {}
        for key, value in x.items():
            other[deepcopy(key, memo)] = deepcopy(value, memo)
        return other
    if kind is set:
        return {deepcopy(item, memo) for item in x}
    if kind is tuple:
        return tuple(deepcopy(item, memo) for item in x)
    if kind in (int, float, bool, str, bytes, frozenset, type(None), type, range):
        return x
    if hasattr(x, "__dict__") and not callable(x):
        other = object.__new__(kind)
        for name, value in x.__dict__.items():
            object.__setattr__(other, name, deepcopy(value, memo))
        return other
    return copy(x)
)python");
}

void load_string(ModuleBuilder& module) {
    define(module, R"python(
ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ascii_letters = ascii_lowercase + ascii_uppercase
digits = "0123456789"
hexdigits = digits + "abcdefABCDEF"
octdigits = "01234567"
punctuation = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"""
whitespace = " \t\n\r\v\f"
printable = digits + ascii_letters + punctuation + whitespace

def capwords(s, sep=None):
    return (sep or " ").join(word.capitalize() for word in s.split(sep))

class Template:
    def __init__(self, template):
        self.template = template
    def _replace(self, values, safe):
        out = []
        text = self.template
        at = 0
        while at < len(text):
            if text[at] != "$":
                out.append(text[at])
                at += 1
                continue
            if text[at + 1:at + 2] == "$":
                out.append("$")
                at += 2
                continue
            braces = text[at + 1:at + 2] == "{"
            begin = end = at + 2 if braces else at + 1
            while end < len(text) and (text[end].isalnum() or text[end] == "_"):
                end += 1
            name = text[begin:end]
            if not name or (braces and text[end:end + 1] != "}"):
                if not safe:
                    raise ValueError("Invalid placeholder in string")
                out.append("$")
                at += 1
                continue
            stop = end + 1 if braces else end
            if safe and name not in values:
                out.append(text[at:stop])
            else:
                out.append(str(values[name]))
            at = stop
        return "".join(out)
    def substitute(self, mapping=None, **kw):
        return self._replace({**(mapping or {}), **kw}, False)
    def safe_substitute(self, mapping=None, **kw):
        return self._replace({**(mapping or {}), **kw}, True)
)python");
}

void load_sys(ModuleBuilder& module) {
    module.add("argv", Value::list({Value("orch")}));
    module.add("path", Value::list());
    module.add("modules", Value::dict());
    module.add("maxsize", std::int64_t(0x7fffffffffffffff));
    module.add("platform", "linux");
    module.add("byteorder", "little");
    module.add("executable", "");
    module.add("version", "3.11.0 (orch)");
    module.function("exit", [](Call& call) -> Value {
        throw Raised(instantiate_exception(exception_class("SystemExit"), call.args(), {}));
    });
    module.function("getrecursionlimit", [](Call& call) { return Value(call.interpreter().limits().depth); });
    module.function("setrecursionlimit", [](Call&) { return Value(); });
    module.function("getsizeof", [](Call&) { return Value(64); });
    module.function("exc_info", [](Call&) {
        const Frame* frame = running->frame;
        while (frame && frame->handled.is_none()) frame = frame->caller;
        if (!frame) return make_tuple({Value(), Value(), Value()});
        return make_tuple({class_value_of(frame->handled), frame->handled, Value()});
    });
    auto write = [](Call& call) {
        if (running->print) running->print(call[0].as_string());
        return Value(length_of(call[0]));
    };
    module.add("__write", make_static("write", write));
    define(module, R"python(
from collections import namedtuple
class _VersionInfo(namedtuple("version_info", "major minor micro releaselevel serial")):
    pass
version_info = _VersionInfo(3, 11, 0, "final", 0)
class _Out:
    def write(self, text):
        return __write(text)
    def flush(self):
        pass
    def isatty(self):
        return False
class _Err(_Out):
    def write(self, text):
        return len(text)
stdout = _Out()
stderr = _Err()
)python");
}

void load_time(ModuleBuilder& module) {
    auto clock = [&](const char* name) {
        module.function(name, [name](Call& call) {
            call.interpreter().mark_irreproducible(fmt::format("time.{}()", name));
            return Value(
                std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
        });
    };
    for (const char* name : {"time", "monotonic", "perf_counter", "process_time"}) clock(name);
    module.function("time_ns", [](Call& call) {
        call.interpreter().mark_irreproducible("time.time_ns()");
        return Value(static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                                   std::chrono::system_clock::now().time_since_epoch())
                                                   .count()));
    });
    // A migration does not get better by waiting.
    module.function("sleep", [](Call&) { return Value(); });
    define(module, R"python(
from collections import namedtuple as _namedtuple
import datetime as _datetime
class struct_time(_namedtuple("struct_time", "tm_year tm_mon tm_mday tm_hour tm_min tm_sec tm_wday tm_yday tm_isdst")):
    pass
def _parts(d):
    day = d.toordinal() - _datetime.date(d.year, 1, 1).toordinal() + 1
    return struct_time(d.year, d.month, d.day, d.hour, d.minute, d.second, d.weekday(), day, 0)
def gmtime(seconds=None):
    utc = _datetime.timezone.utc
    return _parts(_datetime.datetime.now(utc) if seconds is None else _datetime.datetime.fromtimestamp(seconds, utc))
def localtime(seconds=None):
    return _parts(_datetime.datetime.now() if seconds is None else _datetime.datetime.fromtimestamp(seconds))
def mktime(t):
    return _datetime.datetime(*t[:6]).timestamp()
def strftime(format, t=None):
    return (_datetime.datetime.now() if t is None else _datetime.datetime(*t[:6])).strftime(format)
)python");
}

void load_types(ModuleBuilder& module) {
    define(module, R"python(
class SimpleNamespace:
    def __init__(self, **kw):
        for name, value in kw.items():
            setattr(self, name, value)
    def __eq__(self, other):
        return isinstance(other, SimpleNamespace) and self.__dict__ == other.__dict__
    def __repr__(self):
        return "namespace(" + ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items()) + ")"
def MappingProxyType(mapping):
    return mapping
FunctionType = LambdaType = type(lambda: None)
NoneType = type(None)
GeneratorType = type(x for x in ())
ModuleType = type(__name__)
)python");
}

namespace {

/// Annotated[T, ...]: T with what a library says of it, as models of SQLAlchemy do.
class AnnotatedName final : public Native {
  public:
    AnnotatedName(Value origin, Value metadata)
        : origin_(std::move(origin)), metadata_(std::move(metadata)) {}
    std::string type_name() const override { return "Annotated"; }
    bool callable() const override { return true; }
    Value call(Call& call) override {
        return origin_.call(std::vector<Value>(call.args().begin(), call.args().end()));
    }
    std::optional<Value> binary(Operator op, const Value& other, bool) override {
        if (op != Operator::bit_or) return {};
        return lang::get_attribute(builtins().generic_alias, Key("union")).call({Value(this), other});
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "__origin__") return origin_;
        if (name == "__args__") return Value::tuple({origin_});
        if (name == "__metadata__") return metadata_;
        return {};
    }
    void clear() override {
        Native::clear();
        origin_ = metadata_ = Value();
    }

  private:
    Value origin_, metadata_;
};

/// Optional, List and all the other names of typing: subscripts give something that nobody looks at.
class TypingName final : public Native {
  public:
    explicit TypingName(std::string name) : name_(std::move(name)) {}
    std::string type_name() const override { return name_; }
    std::string repr() const override { return "typing." + name_; }
    Value subscript(const Value& key) override {
        const Value make_union = lang::get_attribute(builtins().generic_alias, Key("union"));
        if (name_ == "Optional") return make_union.call({key, Value()});
        if (name_ == "Union" && key.is(Type::tuple)) return make_union.call(key.to_vector());
        if (name_ == "Annotated" && key.is(Type::tuple) && !items_of(key).empty()) {
            const auto items = items_of(key);
            return make<AnnotatedName>(items[0], Value::tuple({items.begin() + 1, items.end()}));
        }
        if (name_ == "Mapped" || name_ == "ClassVar" || name_ == "Final") return key;
        return Value(this);
    }
    bool callable() const override { return true; }
    Value call(Call& call) override { return call.size() > 0 ? call[0] : Value(); }
    std::optional<Value> binary(Operator op, const Value& other, bool) override {
        if (op != Operator::bit_or) return {};
        return lang::get_attribute(builtins().generic_alias, Key("union")).call({Value(this), other});
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "__mro_entries__")
            return builtins().generic_alias; // class X(Generic[T]): the base counts for nothing
        if (name == "__args__") return Value::tuple();
        return {};
    }

  private:
    std::string name_;
};

} // namespace

/// What typing has of real classes, apart: most revisions import typing, and few of them one of these.
void load_typing_classes(ModuleBuilder& module) {
    define(module, R"python(
from collections import namedtuple as _namedtuple
def _fields(cls):
    return dict(cls.__dict__.get("__annotations__", {}))
class TypedDict(dict):
    pass
class Protocol:
    pass
class _NamedTupleBase:
    def __init_subclass__(cls, **kw):
        names = list(_fields(cls))
        defaults = [cls.__dict__[name] for name in names if name in cls.__dict__]
        made = _namedtuple(cls.__name__, names, defaults=defaults)
        for name, value in cls.__dict__.items():
            if name not in names and not name.startswith("__"):
                setattr(made, name, value)
        cls._fields, cls._make, cls._field_defaults = made._fields, made._make, made._field_defaults
        cls.__new__ = staticmethod(lambda kind, *args, **kw: made(*args, **kw))
class NamedTuple(_NamedTupleBase):
    pass
)python");
}

void load_typing(ModuleBuilder& module) {
    module.add("TYPE_CHECKING", false);
    module.function("cast", [](Call& call) { return call[1]; });
    module.function("NewType", [](Call& call) { return call[1]; });
    module.function("TypeVar", [](Call& call) { return make<TypingName>(std::string(call[0].as_string())); });
    module.function("ParamSpec",
                    [](Call& call) { return make<TypingName>(std::string(call[0].as_string())); });
    for (const char* name : {"overload", "final", "override", "no_type_check", "runtime_checkable"})
        module.function(name, [](Call& call) { return call[0]; });
    module.function("get_type_hints", [](Call& call) {
        Value out;
        return find_attribute(call[0], Key("__annotations__"), out) ? out : make_dict();
    });
    for (const auto& [name, builtin_name] :
         {std::pair("List", "list"), std::pair("Dict", "dict"), std::pair("Set", "set"),
          std::pair("Tuple", "tuple"), std::pair("FrozenSet", "frozenset"), std::pair("Type", "type"),
          std::pair("Text", "str")})
        module.add(name, builtin(builtin_name));
    module.members([](std::string_view name) -> std::optional<Value> {
        if (name.starts_with('_') || name.empty() || !(name[0] >= 'A' && name[0] <= 'Z')) return {};
        if (name == "TypedDict" || name == "Protocol" || name == "NamedTuple")
            return get_attribute(*find_module("_typing_classes"), Key(name));
        return make<TypingName>(std::string(name));
    });
}

void load_warnings(ModuleBuilder& module) {
    module.function("warn", [](Call& call) {
        log::warning("py.warnings", str_of(call[0]));
        return Value();
    });
    for (const char* name : {"filterwarnings", "simplefilter", "resetwarnings"})
        module.function(name, [](Call&) { return Value(); });
    define(module, R"python(
class catch_warnings:
    def __init__(self, **kw):
        pass
    def __enter__(self):
        return []
    def __exit__(self, kind, error, trace):
        return None
)python");
}

void load_operator(ModuleBuilder& module) {
    auto binary = [&](const char* name, Operator op) {
        module.function(name, [op](Call& call) {
            return op >= Operator::equal ? compare_operation(op, call[0], call[1])
                                         : binary_operation(op, call[0], call[1]);
        });
    };
    for (const auto& [name, op] :
         {std::pair("add", Operator::add), std::pair("sub", Operator::subtract),
          std::pair("mul", Operator::multiply), std::pair("truediv", Operator::divide),
          std::pair("floordiv", Operator::floor_divide), std::pair("mod", Operator::modulo),
          std::pair("pow", Operator::power), std::pair("and_", Operator::bit_and),
          std::pair("or_", Operator::bit_or), std::pair("xor", Operator::bit_xor),
          std::pair("lshift", Operator::shift_left), std::pair("rshift", Operator::shift_right),
          std::pair("eq", Operator::equal), std::pair("ne", Operator::not_equal),
          std::pair("lt", Operator::less), std::pair("le", Operator::less_equal),
          std::pair("gt", Operator::greater), std::pair("ge", Operator::greater_equal)})
        binary(name, op);
    define(module, R"python(
def itemgetter(item, *items):
    if not items:
        return lambda obj: obj[item]
    return lambda obj: tuple(obj[i] for i in (item,) + items)
def _dotted(obj, path):
    for name in path.split("."):
        obj = getattr(obj, name)
    return obj
def attrgetter(attr, *attrs):
    if not attrs:
        return lambda obj: _dotted(obj, attr)
    return lambda obj: tuple(_dotted(obj, a) for a in (attr,) + attrs)
def methodcaller(name, /, *args, **kw):
    return lambda obj: getattr(obj, name)(*args, **kw)
def contains(a, b):
    return b in a
def getitem(a, b):
    return a[b]
def neg(a):
    return -a
def not_(a):
    return not a
def truth(a):
    return bool(a)
def is_(a, b):
    return a is b
def is_not(a, b):
    return a is not b
)python");
}

} // namespace orch::lang
