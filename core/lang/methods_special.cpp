// The special methods of built-in values by name: int.__mul__, "ab".__getitem__, hasattr(x, "__iter__"). The
// interpreter itself never asks for them.

#include "lang/builtins.hpp"

#include "lang/runtime.hpp"

namespace orch::lang {

namespace {

struct Special {
    const char* name;
    Operator op;
};

constexpr Special arithmetic[] = {{"__add__", Operator::add},
                                  {"__sub__", Operator::subtract},
                                  {"__mul__", Operator::multiply},
                                  {"__truediv__", Operator::divide},
                                  {"__mod__", Operator::modulo},
                                  {"__pow__", Operator::power},
                                  {"__floordiv__", Operator::floor_divide}};
constexpr Special bits[] = {{"__and__", Operator::bit_and},
                            {"__or__", Operator::bit_or},
                            {"__xor__", Operator::bit_xor},
                            {"__lshift__", Operator::shift_left},
                            {"__rshift__", Operator::shift_right}};
constexpr Special sets[] = {{"__and__", Operator::bit_and},
                            {"__or__", Operator::bit_or},
                            {"__xor__", Operator::bit_xor},
                            {"__sub__", Operator::subtract}};
constexpr Special texts[] = {
    {"__add__", Operator::add}, {"__mul__", Operator::multiply}, {"__mod__", Operator::modulo}};
constexpr Special sequences[] = {{"__add__", Operator::add}, {"__mul__", Operator::multiply}};
constexpr Special unions[] = {{"__or__", Operator::bit_or}};
constexpr Special signs[] = {{"__neg__", Operator::negative}, {"__pos__", Operator::positive}};
constexpr Special orders[] = {{"__lt__", Operator::less},
                              {"__le__", Operator::less_equal},
                              {"__gt__", Operator::greater},
                              {"__ge__", Operator::greater_equal}};

/// What an operator gives when it is called by name: NotImplemented where the operator itself would refuse.
template <class Compute>
Value or_not_implemented(Compute compute) {
    try {
        return compute();
    } catch (const Raised& raised) {
        if (!instance_of(raised.exception(), Value(&exception_class("TypeError")))) throw;
    }
    return Value::not_implemented();
}

class Specials {
  public:
    Specials(Builtins& all, Type type)
        : class_(*Peek::as<Class>(all.classes[static_cast<std::size_t>(type)])) {}

    Specials& binary(std::span<const Special> rows) {
        for (const Special& row : rows)
            add(row.name, 1, [op = row.op](Call& call) {
                return or_not_implemented([&] { return binary_operation(op, plain(call[0]), call[1]); });
            });
        return *this;
    }
    Specials& ordered() {
        for (const Special& row : orders)
            add(row.name, 1, [op = row.op](Call& call) {
                return or_not_implemented([&] { return compare_operation(op, plain(call[0]), call[1]); });
            });
        return *this;
    }
    Specials& signed_number() {
        for (const Special& row : signs)
            add(row.name, 0, [op = row.op](Call& call) { return unary_operation(op, plain(call[0])); });
        return *this;
    }
    Specials& sized() {
        return add("__len__", 0, [](Call& call) { return Value(length_of(plain(call[0]))); })
            .add("__contains__", 1, [](Call& call) { return Value(contains(plain(call[0]), call[1])); })
            .iterable();
    }
    Specials& iterable() {
        return add("__iter__", 0, [](Call& call) { return iterate(plain(call[0])); });
    }
    Specials& subscripted() {
        return add("__getitem__", 1, [](Call& call) { return get_item(plain(call[0]), call[1]); });
    }
    Specials& add(const char* name, std::size_t arguments, Function function) {
        if (class_.attributes.find(Key(name))) return *this;
        auto counted = [name, arguments, function = std::move(function)](Call& call) {
            call.expect(name, arguments + 1, arguments + 1);
            return function(call);
        };
        class_.attributes.put(Key(name), make_function(name, std::move(counted)));
        return *this;
    }

  private:
    Class& class_;
};

} // namespace

void add_special_methods(Builtins& all) {
    Specials(all, Type::integer)
        .binary(arithmetic)
        .binary(bits)
        .ordered()
        .signed_number()
        .add("__index__", 0, [](Call& call) { return plain(call[0]); });
    Specials(all, Type::real).binary(arithmetic).ordered().signed_number();
    Specials(all, Type::string).binary(texts).ordered().sized().subscripted();
    Specials(all, Type::bytes).binary(texts).ordered().sized().subscripted();
    Specials(all, Type::list).binary(sequences).ordered().sized().subscripted();
    Specials(all, Type::tuple).binary(sequences).ordered().sized().subscripted();
    Specials(all, Type::range).sized().subscripted();
    Specials(all, Type::dict).binary(unions).sized().subscripted();
    Specials(all, Type::set).binary(sets).ordered().sized();
    Specials(all, Type::frozenset).binary(sets).ordered().sized();
    Specials(all, Type::iterator).iterable().add("__next__", 0, [](Call& call) {
        return call_value(*builtins().names.find(Key("next")), {call[0]});
    });
}

} // namespace orch::lang
