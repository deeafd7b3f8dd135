// What hosts do with the interpreter: modules, functions, classes and objects of their own.

#include "lang/lang.hpp"

#include <gtest/gtest.h>

namespace orch::lang {
namespace {

/// An interpreter whose prints are collected.
struct Host {
    Interpreter interpreter;
    std::string out;

    Host() {
        interpreter.on_print([this](std::string_view text) { out += text; });
    }
    Value run(const std::string& text, const Names& names = {}) {
        return interpreter.run(parse(text, "script.py"), "script", names);
    }
    /// What the script prints, or how it fails.
    std::string output(const std::string& text, const Names& names = {}) {
        out.clear();
        try {
            run(text, names);
        } catch (const Error& error) {
            out += "! " + error.message();
            if (!error.hint().empty()) out += " (" + error.hint() + ")";
        }
        return out;
    }
};

// --- Signatures.

struct SignatureCase {
    const char* call;
    const char* expected;
};
const SignatureCase signature_cases[] = {
    {"f('t')", "t None 5 text () {} False\n"},
    {"f('t', 'a', 'b', schema='s', other=1)", "t s 5 text ('a', 'b') {'other': 1} True\n"},
    {"f(table_name='t', number=7)", "t None 7 text () {} False\n"},
    {"f(*['t', 'a'], **{'schema': 's'})", "t s 5 text ('a',) {} True\n"},
    {"f()", "! TypeError: f() missing 1 required argument: 'table_name'"},
    {"f('t', table_name='u')", "! TypeError: f() got multiple values for argument 'table_name'"},
    {"g(1, 2)", "1 2 None\n"},
    {"g(1, b=2, c=3)", "1 2 3\n"},
    {"g()", "! TypeError: g() missing 2 required arguments: 'a' and 'b'"},
    {"g(1, 2, 3)", "! TypeError: g() takes 2 positional arguments but 3 were given"},
    {"g(1, 2, cc=3)", "! TypeError: g() got an unexpected keyword argument 'cc' (did you mean 'c'? the names "
                      "are 'b' and 'c')"},
    {"g(1, 2, zzz=3)",
     "! TypeError: g() got an unexpected keyword argument 'zzz' (the names are 'b' and 'c')"},
    {"g(a=1, b=2)", "! TypeError: g() got some positional-only arguments passed as keyword arguments: 'a'"},
};

class Signatures : public testing::TestWithParam<SignatureCase> {};

TEST_P(Signatures, bind_calls_to_names) {
    static const Signature f("f(table_name, *columns, schema=None, number=5, text='text', **kw)");
    static const Signature g("g(a, /, b, *, c=None)");
    Host host;
    const Active active(host.interpreter);
    const Names names = {
        {"f", make_function("f",
                            [&](Call& call) {
                                const Bound args = f.bind(call);
                                std::vector<std::pair<Value, Value>> others;
                                for (const auto& other : args.others())
                                    others.emplace_back(other.name, other.value);
                                host.out += args["table_name"].str() + " " + args["schema"].str() + " " +
                                            args["number"].str() + " " + args["text"].str() + " " +
                                            Value::tuple({args.rest().begin(), args.rest().end()}).repr() +
                                            " " + Value::dict(others).repr() + " " +
                                            Value(args.given("schema")).str() + "\n";
                                return Value();
                            })},
        {"g", make_function("g",
                            [&](Call& call) {
                                const Bound args = g.bind(call);
                                host.out += args[0].str() + " " + args[1].str() + " " + args[2].str() + "\n";
                                return Value();
                            })},
    };
    EXPECT_EQ(host.output(GetParam().call, names), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(calls, Signatures, testing::ValuesIn(signature_cases),
                         [](const auto& test) { return "case_" + std::to_string(test.index); });

TEST(Signature, that_cannot_be_read_is_a_defect) {
    EXPECT_THROW(Signature("no parentheses"), std::logic_error);
    EXPECT_THROW(Signature("f(a=unknown)"), std::logic_error);
}

// --- Places of calls and arguments.

TEST(Call, knows_the_places_of_its_arguments) {
    Host host;
    std::vector<Place> places;
    host.interpreter.add_module("lib", [&](ModuleBuilder& module) {
        module.function("call", [&](Call& call) {
            places = {call.place(), call.place_of(0), call.place_of(1), call.place_of("name")};
            return Value();
        });
    });
    host.run("import lib\nlib.call('first', 'second',\n         name='third')\n");
    ASSERT_EQ(places.size(), 4u);
    EXPECT_EQ(places[0], (Place{"script.py", 2, 1, 8, "lib.call('first', 'second',"}));
    EXPECT_EQ(places[1], (Place{"script.py", 2, 10, 7, "lib.call('first', 'second',"}));
    EXPECT_EQ(places[2], (Place{"script.py", 2, 19, 8, "lib.call('first', 'second',"}));
    EXPECT_EQ(places[3], (Place{"script.py", 3, 10, 4, "         name='third')"}));
}

TEST(Call, errors_of_natives_get_the_place_of_the_call) {
    Host host;
    const Active active(host.interpreter);
    const Names names = {
        {"fail",
         make_function("fail", [](Call&) -> Value { throw Error(Fault::database, "no such table"); })},
        {"convert", make_function("convert", [](Call& call) { return Value(call[0].as_int("size")); })}};
    try {
        host.run("x = 1\ndef upgrade():\n    fail(x)\nupgrade()\n", names);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::database);
        ASSERT_TRUE(error.place());
        EXPECT_EQ(error.place()->line, 3);
        EXPECT_EQ(error.notes(), std::vector<std::string>{"in upgrade(), called at script.py:4:1"});
    }
    EXPECT_EQ(host.output("convert('x')", names), "! TypeError: 'size' must be int, got str");
}

// --- Objects.

class Column final : public Native {
  public:
    explicit Column(std::string name) : name_(std::move(name)) {}
    std::string type_name() const override { return "Column"; }
    std::string repr() const override { return "Column(" + name_ + ")"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "name") return Value(name_);
        return {};
    }
    std::vector<std::string> attribute_names() const override { return {"name"}; }
    bool set_attribute(std::string_view name, const Value& value) override {
        if (name == "name") name_ = value.as_string();
        return name == "name";
    }
    Value subscript(const Value& key) override { return Value(name_ + "[" + key.repr() + "]"); }
    std::optional<Value> binary(Operator op, const Value& other, bool reflected) override {
        const std::string mine = name_;
        const std::string theirs = other.native<Column>() ? other.native<Column>()->name_ : other.repr();
        return make<Column>("(" + (reflected ? theirs : mine) + " " + std::string(symbol(op)) + " " +
                            (reflected ? mine : theirs) + ")");
    }
    std::optional<Value> unary(Operator op) override { return make<Column>(std::string(symbol(op)) + name_); }
    std::optional<Value> enter() override { return Value("entered " + name_); }
    bool exit(const Value& exception) override { return !exception.is_none(); }
    bool iterable() const override { return true; }
    Value iterate() override { return make_iterator(std::vector<Value>{Value(name_), Value(1)}); }
    std::size_t length() override { return 2; }
    bool callable() const override { return true; }
    Value call(Call& call) override { return Value(call.size()); }

  private:
    std::string name_;
};

struct ObjectCase {
    const char* script;
    const char* expected;
};
const ObjectCase object_cases[] = {
    {"print(c, c.name)", "Column(c) c\n"},
    {"c.name = 'd'; print(c)", "Column(d)\n"},
    {"c.nmae", "! AttributeError: 'Column' object has no attribute 'nmae' (did you mean 'name'?)"},
    {"c.other = 1", "! AttributeError: 'Column' object has no attribute 'other'"},
    {"print(c + 1, 1 - c, c == 2, 2 < c, c != c, ~c, -c, c & (c > 5))",
     "Column((c + 1)) Column((1 - c)) Column((c == 2)) Column((c > 2)) Column((c != c)) Column(~c) "
     "Column(-c) Column((c & (c > 5)))\n"},
    {"print(c['k'], len(c), list(c), c(1, 2), 1 in c, 5 in c)", "c['k'] 2 ['c', 1] 2 True False\n"},
    {"with c as x:\n    print(x)\n    raise ValueError('swallowed')\nprint('after')", "entered c\nafter\n"},
    {"print(bool(c), callable(c), {c: 1}[c], type(c).__name__)", "True True 1 object\n"},
    {"c['k'] = 1", "! TypeError: 'Column' object does not support item assignment"},
};

class Objects : public testing::TestWithParam<ObjectCase> {};
TEST_P(Objects, behave_as_their_virtual_functions_say) {
    Host host;
    const Active active(host.interpreter);
    EXPECT_EQ(host.output(GetParam().script, {{"c", make<Column>("c")}}), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(scripts, Objects, testing::ValuesIn(object_cases),
                         [](const auto& test) { return "case_" + std::to_string(test.index); });

class Bare final : public Native {
  public:
    std::string type_name() const override { return "Bare"; }
};

TEST(Native, refuses_by_default_what_python_refuses) {
    Host host;
    const Active active(host.interpreter);
    const Names names = {{"b", make<Bare>()}};
    for (const auto& [script, message] :
         {std::pair("b()", "'Bare' object is not callable"),
          std::pair("b[0]", "'Bare' object is not subscriptable"),
          std::pair("b + 1", "unsupported operand type(s) for +: 'Bare' and 'int'"),
          std::pair("for x in b: pass", "'Bare' object is not iterable"),
          std::pair("len(b)", "object of type 'Bare' has no len()"),
          std::pair("1 in b", "argument of type 'Bare' is not iterable"),
          std::pair("-b", "bad operand type for unary -: 'Bare'"),
          std::pair("b < b", "'<' not supported between instances of 'Bare' and 'Bare'"),
          std::pair("with b: pass", "'Bare' object does not support the context manager protocol")})
        EXPECT_EQ(host.output(script, names), std::string("! TypeError: ") + message) << script;
    EXPECT_EQ(host.output("print(b == b, b == 1, b != 1, bool(b))", names), "True False True True\n");
}

// --- Classes.

class TypeObject final : public Native {
  public:
    explicit TypeObject(std::int64_t s) : size(s) {}
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "size") return Value(size);
        return {};
    }
    std::int64_t size;
};

Value make_type_class(std::vector<std::string>& subclasses) {
    ClassSpec spec;
    spec.name = "TypeDecorator";
    spec.module = "sqlalchemy.types";
    spec.construct = [](Call& call, const Value&) {
        return make<TypeObject>(call.get(0, "size", 0).as_int());
    };
    spec.subclassed = [&](const Value& cls) {
        subclasses.push_back(class_name(cls) + ":" +
                             cls.find_attribute("impl").value_or(Value("none")).str());
    };
    const Value made = make_class(std::move(spec));
    made.set_attribute("double", make_function("double", [](Call& call) {
                           return Value(call[0].native<TypeObject>()->size * 2);
                       }));
    return made;
}

TEST(NativeClass, is_called_tested_and_subclassed_by_scripts) {
    Host host;
    const Active active(host.interpreter);
    std::vector<std::string> subclasses;
    const Names names = {{"TypeDecorator", make_type_class(subclasses)}};
    EXPECT_EQ(host.output(R"(
t = TypeDecorator(5)
print(t.size, t.double(), isinstance(t, TypeDecorator), type(t).__name__)
class JSONType(TypeDecorator):
    impl = "Text"
    def process(self, value):
        return value * self.size
j = JSONType(3)
print(j.size, j.double(), j.process("x"), j.impl, isinstance(j, TypeDecorator), isinstance(j, JSONType), isinstance(t, JSONType))
class Sized(TypeDecorator):
    def __init__(self, extra):
        super().__init__(size=7)
        self.extra = extra
class Lazy(TypeDecorator):
    def __init__(self):
        pass
s = Sized("e")
print(s.size, s.double(), s.extra, Lazy().size)
class Deeper(JSONType):
    impl = "Deep"
    def process(self, value):
        return "<" + super().process(value) + ">"
print(Deeper(2).process("y"))
)",
                          names),
              "5 10 True TypeDecorator\n3 6 xxx Text True True False\n7 14 e 0\n<yy>\n");
    EXPECT_EQ(subclasses,
              (std::vector<std::string>{"JSONType:Text", "Sized:none", "Lazy:none", "Deeper:Deep"}));
}

TEST(NativeClass, hosts_look_at_subclasses_and_their_instances) {
    Host host;
    const Active active(host.interpreter);
    std::vector<std::string> subclasses;
    const Value base = make_type_class(subclasses);
    const Value module = host.run("class Mine(Base):\n    impl = 'Text'\n    def process(self, v):\n        "
                                  "return v + 1\nmade = Mine(4)\nmade.note = 'n'\n",
                                  {{"Base", base}});
    const Value made = module.attribute("made");
    const Value cls = class_of(made);
    EXPECT_EQ(class_name(cls), "Mine");
    EXPECT_TRUE(is_subclass(cls, base));
    EXPECT_EQ(class_bases(cls).size(), 1u);
    EXPECT_EQ(cls.attribute("impl").as_string(), "Text");
    ASSERT_NE(made.native<TypeObject>(), nullptr);
    EXPECT_EQ(made.native<TypeObject>()->size, 4);
    EXPECT_TRUE(made.native<TypeObject>()->derived().same(made));
    EXPECT_EQ(made.method("process", {Value(41)}).as_int(), 42);
    EXPECT_EQ(instance_attributes(made).size(), 1u);
    EXPECT_EQ(place_of_definition(cls), (Place{"script.py", 1, 7, 4, "class Mine(Base):"}));
    EXPECT_EQ(made.qualified_type(), "script.Mine");
}

TEST(NativeClass, hooks_see_attributes_of_classes_and_instances) {
    Host host;
    const Active active(host.interpreter);
    ClassSpec spec;
    spec.name = "Model";
    spec.attribute = [](const Value& cls, std::string_view name) -> std::optional<Value> {
        if (name == "query") return Value("query of " + class_name(cls));
        return {};
    };
    spec.instance_attribute = [](const Value&, std::string_view name) -> std::optional<Value> {
        if (name == "mapped") return Value("mapped value");
        return {};
    };
    spec.set_instance_attribute = [&](const Value&, std::string_view name, const Value& value) {
        host.out += "set " + std::string(name) + "=" + value.repr() + "\n";
        return name == "taken";
    };
    spec.subscript = [](const Value&, const Value& key) { return Value("Model[" + key.repr() + "]"); };
    spec.is_instance = [](const Value& value) { return value.is_integer(); };
    const Names names = {{"Model", make_class(std::move(spec))}};
    EXPECT_EQ(
        host.output(
            "class User(Model):\n    pass\nu = User()\nu.taken = 1\nu.kept = 2\nprint(User.query, u.mapped, "
            "u.kept, hasattr(u, 'taken'), Model[5], isinstance(3, Model), isinstance('', Model))",
            names),
        "set taken=1\nset kept=2\nquery of User mapped value 2 False Model[5] True False\n");
}

// --- Exceptions.

TEST(Exceptions, of_the_host_are_caught_by_scripts) {
    Host host;
    const Active active(host.interpreter);
    const Value database_error = make_exception("DatabaseError", "sqlalchemy.exc");
    const Value operational = make_exception("OperationalError", "sqlalchemy.exc", database_error);
    const Names names = {
        {"DatabaseError", database_error},
        {"fail",
         make_function("fail", [&](Call&) -> Value { raise_exception(operational, "no such table"); })},
        {"missing", make_function("missing", [](Call&) -> Value { raise_error("KeyError", "k"); })}};
    EXPECT_EQ(host.output("try:\n    fail()\nexcept DatabaseError as e:\n    print(type(e).__name__, "
                          "e)\ntry:\n    missing()\nexcept LookupError as e:\n    print(repr(e))",
                          names),
              "OperationalError no such table\nKeyError('k')\n");
    EXPECT_EQ(host.output("fail()", names), "! OperationalError: no such table");
}

TEST(Exceptions, errors_of_the_host_are_caught_only_when_it_translates_them) {
    Host host;
    const Active active(host.interpreter);
    const Value operational = make_exception("OperationalError");
    const Names names = {{"fail", make_function("fail", [](Call&) -> Value {
                              throw Error(Fault::database, "disk I/O error");
                          })}};
    const std::string script = "try:\n    fail()\nexcept Exception as e:\n    print('caught', e)";
    EXPECT_EQ(host.output(script, names), "! disk I/O error");
    host.interpreter.on_error([&](const Error& error) -> std::optional<Value> {
        if (error.fault() != Fault::database) return {};
        return operational.call({Value(error.message())});
    });
    EXPECT_EQ(host.output(script, names), "caught disk I/O error\n");
}

// --- Modules.

TEST(Modules, are_loaded_at_their_first_import) {
    Host host;
    int loads = 0;
    host.interpreter.add_module("lib", [&](ModuleBuilder& module) {
        ++loads;
        module.add("value", 5).members([](std::string_view name) -> std::optional<Value> {
            if (name.starts_with("lazy_")) return Value("made " + std::string(name));
            return {};
        });
        module.names({"lazy_one"});
    });
    host.interpreter.add_module("lib.deep.inner", [](ModuleBuilder& module) {
        module.function("twice", [](Call& call) { return Value(call[0].as_int() * 2); });
    });
    EXPECT_EQ(host.output("x = 1"), "");
    EXPECT_EQ(loads, 0);
    EXPECT_EQ(host.output("import lib\nimport lib as l\nfrom lib import value, lazy_x as y\nprint(lib.value, "
                          "value, y, l is lib, lib.lazy_two)"),
              "5 5 made lazy_x True made lazy_two\n");
    EXPECT_EQ(loads, 1);
    EXPECT_EQ(host.output("import lib.deep.inner\nfrom lib.deep import inner\nimport lib.deep.inner as "
                          "i\nprint(lib.deep.inner.twice(4), inner is i)"),
              "8 True\n");
    EXPECT_EQ(host.output("import lib\nlib.lazy"), "! AttributeError: module 'lib' has no attribute 'lazy'");
    EXPECT_EQ(host.output("import lib\nlib.vlaue"),
              "! AttributeError: module 'lib' has no attribute 'vlaue' (did you mean 'value'?)");
    EXPECT_EQ(host.output("from lib import *\nprint(value, lazy_one)"), "5 made lazy_one\n");
}

TEST(Modules, of_the_tree_are_found_by_the_host) {
    Host host;
    std::vector<std::string> asked;
    host.interpreter.on_find_module([&](std::string_view name) -> std::optional<ModuleSource> {
        asked.emplace_back(name);
        if (name == "helpers")
            return ModuleSource{
                "tree/helpers/__init__.py",
                "from .names import PREFIX\nfrom . import names\ndef table(n):\n    return PREFIX + n\n",
                true};
        if (name == "helpers.names")
            return ModuleSource{"tree/helpers/names.py", "PREFIX = 'app_'\nimport helpers\n"};
        if (name == "broken") return ModuleSource{"tree/broken.py", "x = 1\ny = 1 / 0\n"};
        return {};
    });
    EXPECT_EQ(host.output("from helpers import table\nimport helpers.names\nprint(table('user'), "
                          "helpers.names.PREFIX, helpers.__file__)"),
              "app_user app_ tree/helpers/__init__.py\n");
    try {
        host.run("import broken\nbroken.y");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.place()->file, "tree/broken.py");
        EXPECT_EQ(error.place()->line, 2);
    }
    // Only what is used is evaluated, and a module that nobody uses is not even looked for.
    EXPECT_EQ(host.output("import broken\nprint(broken.x)"), "1\n");
    asked.clear();
    EXPECT_EQ(host.output("from unused import thing\nprint('fine')"), "fine\n");
    EXPECT_TRUE(asked.empty());
}

TEST(Modules, of_the_tree_give_what_later_statements_make_of_a_name) {
    Host host;
    host.interpreter.on_find_module([](std::string_view name) -> std::optional<ModuleSource> {
        if (name == "m")
            return ModuleSource{"m.py", "from n import *\nnames = ['a']\nnames.append('b')\nnames += ['c']\n"
                                        "table = {}\ntable['k'] = len(names)\nif table:\n    pass\n"
                                        "try:\n    import nobody\nexcept ImportError:\n    nobody = None\n"
                                        "missing.register(names)\ndef first(): return second()\n"
                                        "def second(): return names[0] + tail\n"
                                        "def filter(x): return 'own'\nkind = filter(1)\n"};
        if (name == "p") return ModuleSource{"p.py", "import celery\nx = celery.task\n"};
        if (name == "n") return ModuleSource{"n.py", "import m\ntail = '!'\n_hidden = 1\nback = m.kind\n"};
        return {};
    });
    EXPECT_EQ(host.output("from m import names, table, first, nobody, kind, back\n"
                          "print(names, table, first(), nobody, kind, back)"),
              "['a', 'b', 'c'] {'k': 3} a! None own own\n");
    try {
        host.run("from m import names\nfrom n import back as other\nfrom p import x\nprint(x)\n");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.place()->file, "p.py");
        EXPECT_EQ(error.notes().back(), "for 'x', imported at script.py:3:15");
    }
    EXPECT_EQ(host.output("import m\nm._hidden"), "! AttributeError: module 'm' has no attribute '_hidden'");
    EXPECT_EQ(host.output("import m\nm.nmaes"),
              "! AttributeError: module 'm' has no attribute 'nmaes' (did you mean 'names'?)");
}

TEST(Modules, that_nobody_has_fail_when_they_are_used) {
    Host host;
    EXPECT_EQ(
        host.output("import missing.part as m\nfrom other import Thing, also\nprint('fine', m is None)"),
        "fine False\n");
    host.interpreter.on_absent([](std::string_view module, std::string_view name) -> std::optional<Value> {
        if (module == "myapp.models" && name == "JSONType") return Value("stub");
        return {};
    });
    EXPECT_EQ(host.output("from myapp.models import JSONType\nimport myapp.models\nprint(JSONType)"),
              "stub\n");
    EXPECT_EQ(host.output(
                  "try:\n    import missing\nexcept ImportError:\n    missing = 'fallback'\nprint(missing)"),
              "fallback\n");
    EXPECT_EQ(host.output("try:\n    from missing import x\nexcept (ValueError, ModuleNotFoundError) as e:\n"
                          "    print(type(e).__name__, e)"),
              "ModuleNotFoundError No module named 'missing'\n");
}

// --- Running.

TEST(Interpreter, keeps_a_modules_names_and_calls_its_functions) {
    Host host;
    const Value module = host.run(
        "count = 0\ndef upgrade(by=1, *, note=None):\n    global count\n    count += by\n    return note\n");
    EXPECT_EQ(
        host.interpreter.call(module.attribute("upgrade"), {Value(5)}, {{"note", Value("n")}}).as_string(),
        "n");
    EXPECT_EQ(module.attribute("count").as_int(), 5);
    EXPECT_FALSE(module.find_attribute("downgrade"));
}

TEST(Interpreter, evaluates_expressions_in_names) {
    Host host;
    EXPECT_EQ(host.interpreter.evaluate("[x + i for i in range(3) if i]", {{"x", Value(10)}}).repr(),
              "[11, 12]");
    EXPECT_EQ(host.interpreter
                  .evaluate("', '.join(names) if names else None",
                            {{"names", Value::list({Value("a"), Value("b")})}})
                  .as_string(),
              "a, b");
    EXPECT_EQ(host.interpreter.evaluate("\n 1,\n 2").repr(), "(1, 2)");
    Place place{"script.py.mako", 7, 5, 1, {}};
    try {
        host.interpreter.evaluate("up_revision | nothing", {{"up_revision", Value(1)}}, place);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "unknown name 'nothing'");
        EXPECT_EQ(error.place()->file, "script.py.mako");
        EXPECT_EQ(error.place()->line, 7);
        EXPECT_EQ(error.place()->column, 19);
    }
    EXPECT_THROW(host.interpreter.evaluate("1 +"), Error);
    EXPECT_THROW(host.interpreter.evaluate("x = 1"), Error);
}

TEST(Interpreter, executes_statements_in_a_mutable_scope) {
    Host host;
    Names names = {{"x", Value(1)}};
    host.interpreter.execute("y = x + 1\nfor i in range(3):\n    y += i\ndef f():\n    return y\n", names);
    EXPECT_EQ(names.at("y").as_int(), 5);
    EXPECT_EQ(host.interpreter.call(names.at("f")).as_int(), 5);
}

TEST(Interpreter, says_what_made_a_run_irreproducible) {
    Host host;
    host.run("import uuid\nfrom datetime import datetime\nimport random\nrandom.seed(1)\nrandom.random()\n");
    EXPECT_TRUE(host.interpreter.irreproducible().empty());
    host.run("import uuid\nfrom datetime import datetime\nx = uuid.uuid4()\ny = datetime.now()\n");
    ASSERT_EQ(host.interpreter.irreproducible().size(), 2u);
    EXPECT_EQ(host.interpreter.irreproducible()[0].what, "uuid.uuid4()");
    EXPECT_EQ(host.interpreter.irreproducible()[0].place.line, 3);
    EXPECT_EQ(host.interpreter.irreproducible()[1].what, "datetime.now()");
    host.interpreter.clear_irreproducible();
    EXPECT_TRUE(host.interpreter.irreproducible().empty());
}

TEST(Interpreter, takes_the_environment_from_the_host) {
    Host host;
    host.interpreter.set_environment({{"APP_ENV", "test"}});
    EXPECT_EQ(
        host.output("import os\nprint(os.environ['APP_ENV'], os.getenv('HOME'), os.environ.get('X', 'd'))"),
        "test None d\n");
}

TEST(Interpreter, knows_its_chain_of_calls) {
    Host host;
    std::vector<Place> chain;
    host.interpreter.add_module("lib", [&](ModuleBuilder& module) {
        module.function("look", [&](Call& call) {
            chain = call.interpreter().chain();
            return Value();
        });
    });
    host.run("import lib\ndef inner():\n    lib.look()\ndef outer():\n    inner()\nouter()\n");
    ASSERT_EQ(chain.size(), 3u);
    EXPECT_EQ(chain[0].line, 3);
    EXPECT_EQ(chain[1].line, 5);
    EXPECT_EQ(chain[2].line, 6);
}

TEST(Interpreter, goes_on_after_an_error) {
    Host host;
    EXPECT_EQ(host.output("def f():\n    return f()\nf()").substr(0, 7), "! calls");
    EXPECT_EQ(host.output("x = 'a' * 10 ** 12").substr(0, 15), "! out of memory");
    EXPECT_EQ(host.output("while True: pass").substr(0, 12), "! the script");
    EXPECT_EQ(host.output("print('still here')"), "still here\n");
}

TEST(Interpreter, gives_its_memory_back) {
    // Cycles of every kind: lists, closures, classes, generators that are suspended, exceptions.
    const std::string script = R"(
a = []; a.append(a)
d = {}; d["d"] = d
def outer():
    def inner():
        return inner, outer
    return inner
f = outer()
class Node:
    def __init__(self):
        self.me = self
    def method(self):
        return super()
n = Node()
def generate():
    g = yield 1
    try:
        yield g
    finally:
        pass
g = generate()
next(g)
kept = [generate() for _ in range(3)]
for k in kept: next(k)
try:
    raise ValueError(a)
except ValueError as e:
    stored = e
import datetime, json, collections, re, enum
c = collections.Counter("abc")
p = re.compile("a")
class Color(enum.Enum):
    RED = 1
)";
    auto alive = [] {
        Interpreter probe;
        const Active active(probe);
        return probe.memory();
    };
    {
        Interpreter warm_up;
        warm_up.run(parse(script, "s.py"), "s");
    }
    const std::size_t before = alive();
    for (int i = 0; i < 5; ++i) {
        Interpreter interpreter;
        interpreter.run(parse(script, "s.py"), "s");
    }
    EXPECT_EQ(alive(), before);
}

TEST(Interpreter, leaves_values_that_the_host_still_holds) {
    Value text;
    Value list;
    {
        Interpreter interpreter;
        const Value module = interpreter.run(parse("t = 'kept' + '!'\nl = [1, 2]\n", "s.py"), "s");
        const Active active(interpreter);
        text = module.attribute("t");
        list = module.attribute("l");
    }
    EXPECT_EQ(text.as_string(), "kept!");
    EXPECT_EQ(list.items().size(), 0u); // emptied, and still a list
}

TEST(Interpreter, several_may_live_on_one_thread) {
    Interpreter a;
    Interpreter b;
    const Value in_a = a.run(parse("x = [1]\ndef f(): return x\n", "a.py"), "a");
    const Value in_b = b.run(parse("x = [2]\ndef f(): return x\n", "b.py"), "b");
    Value f;
    {
        const Active active(a);
        f = in_a.attribute("f");
    }
    EXPECT_EQ(a.call(f).repr(), "[1]");
    {
        const Active outer(a);
        {
            const Active inner(b);
            EXPECT_EQ(Interpreter::current(), &b);
            EXPECT_EQ(in_b.attribute("x").repr(), "[2]");
        }
        EXPECT_EQ(Interpreter::current(), &a);
    }
    EXPECT_EQ(Interpreter::current(), nullptr);
}

// --- Values.

TEST(Values, convert_and_compare_as_python_does) {
    Interpreter interpreter;
    const Active active(interpreter);
    EXPECT_TRUE(Value(1).equals(Value(1.0)));
    EXPECT_TRUE(Value(true).equals(Value(1)));
    EXPECT_EQ(Value(1).hash(), Value(1.0).hash());
    EXPECT_EQ(Value::big_integer("123456789012345678901234567890").str(), "123456789012345678901234567890");
    EXPECT_EQ(Value(std::uint64_t(1) << 63).str(), "9223372036854775808");
    EXPECT_EQ(Value::tuple({Value(1), Value("a"), Value()}).repr(), "(1, 'a', None)");
    EXPECT_EQ(Value::bytes(std::string_view("a\0b", 3)).as_bytes().size(), 3u);
    EXPECT_EQ(Value::set({Value(1), Value(1)}).length(), 1u);
    const Value dict = Value::dict({{Value("a"), Value(1)}});
    dict.put(Value("b"), Value(2));
    EXPECT_EQ(dict.get(Value("b"))->as_int(), 2);
    EXPECT_FALSE(dict.get(Value("c")));
    EXPECT_EQ(dict.entries().size(), 2u);
    EXPECT_EQ(Value(Value("a")).type_name(), "str");
    EXPECT_EQ(Value(2.5).as_double(), 2.5);
    EXPECT_THROW(Value("x").as_int("size"), Error);
    EXPECT_THROW(Value(1).as_bool(), Error);
    EXPECT_THROW(Value::list().hash(), Error);
    EXPECT_THROW(Value::big_integer("99999999999999999999").as_int(), Error);
    int seen = 0;
    Value::list({Value(1), Value(2), Value(3)}).for_each([&](const Value&) { return ++seen < 2; });
    EXPECT_EQ(seen, 2);
    EXPECT_TRUE(Value("abc").contains(Value("b")));
    EXPECT_TRUE(Value(5).is_instance(builtin("int")));
}

TEST(Values, live_without_an_interpreter) {
    const Value list = Value::list({Value("a"), Value(1)});
    list.append(Value("b"));
    EXPECT_EQ(list.repr(), "['a', 1, 'b']");
    EXPECT_EQ(list.items()[0].as_string(), "a");
}

} // namespace
} // namespace orch::lang
