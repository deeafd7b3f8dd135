// base64, binascii's part of it, and ast.literal_eval.

#include "lang/modules/modules.hpp"
#include "lang/parse.hpp"
#include "lang/runtime.hpp"

#include <fmt/format.h>

namespace orch::lang {

namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
        for (std::size_t i = 0; i < 4; ++i)
            out += at + i > bytes.size() ? '=' : alphabet[group >> (18 - 6 * i) & 63];
    }
    return out;
}

std::string decode(std::string_view text, std::string_view alphabet) {
    std::string out;
    std::uint32_t group = 0;
    int count = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '=') {
            ++padding;
            continue;
        }
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) continue; // as Python: what is not in the alphabet is skipped
        group = group << 6 | static_cast<std::uint32_t>(value);
        if (++count % 4 == 0) {
            for (const int shift : {16, 8, 0}) out += static_cast<char>(group >> shift);
            group = 0;
        }
    }
    const int rest = count % 4;
    if (rest == 1 || (rest != 0 && padding + static_cast<std::size_t>(rest) < 4))
        value_error("Incorrect padding");
    if (rest == 2) out += static_cast<char>(group >> 4);
    if (rest == 3) {
        out += static_cast<char>(group >> 10);
        out += static_cast<char>(group >> 2);
    }
    return out;
}

std::string_view text_or_bytes(const Value& v) { return v.is(Type::bytes) ? v.as_bytes() : v.as_string(); }

} // namespace

void load_base64(ModuleBuilder& module) {
    auto add = [&](const char* name, const char* back, std::string_view alphabet) {
        module.function(
            name, [alphabet](Call& call) { return Value::bytes(encode(call[0].as_bytes(), alphabet)); });
        module.function(
            back, [alphabet](Call& call) { return Value::bytes(decode(text_or_bytes(call[0]), alphabet)); });
    };
    add("b64encode", "b64decode", standard_alphabet);
    add("standard_b64encode", "standard_b64decode", standard_alphabet);
    add("urlsafe_b64encode", "urlsafe_b64decode", url_alphabet);
    module.function("b16encode",
                    [](Call& call) { return call[0].method("hex").method("upper").method("encode"); });
    module.function("b16decode", [](Call& call) {
        return get_attribute(builtin("bytes"), Key("fromhex")).call({Value(text_or_bytes(call[0]))});
    });
}

namespace {

[[noreturn]] void refuse_literal() { value_error("malformed node or string"); }

/// The value of an expression that is made of literals only.
Value literal(const Expr* expr) {
    check_stack();
    switch (expr->kind) {
    case ExprKind::constant: return *static_cast<const Constant*>(expr)->value;
    case ExprKind::list:
    case ExprKind::tuple:
    case ExprKind::set: {
        Values items;
        for (const Expr* item : static_cast<const Display*>(expr)->items) items.push_back(literal(item));
        if (expr->kind == ExprKind::list) return make_list(std::move(items));
        if (expr->kind == ExprKind::tuple) return make_tuple(std::move(items));
        return Value::set({items.begin(), items.end()});
    }
    case ExprKind::dict: {
        Value out = make_dict();
        for (const DictEntry& entry : static_cast<const DictDisplay*>(expr)->entries) {
            if (!entry.key) refuse_literal();
            table_of(out).put(literal(entry.key), literal(entry.value));
        }
        return out;
    }
    case ExprKind::unary: {
        const auto& unary = *static_cast<const Unary*>(expr);
        if (unary.logical_not || unary.op == Operator::invert) refuse_literal();
        return unary_operation(unary.op, literal(unary.operand));
    }
    default: refuse_literal();
    }
}

} // namespace

void load_ast(ModuleBuilder& module) {
    module.function("literal_eval", [](Call& call) {
        Program program(std::string(call[0].method("strip", {Value(" \t")}).as_string()), "<literal>", 1);
        try {
            return literal(Parser::expression(program)->result);
        } catch (const Raised&) {
            throw;
        } catch (const Error& error) {
            raise_error("SyntaxError", error.message());
        }
    });
}

} // namespace orch::lang
