// Signatures of natives: parsed from Python's notation once, then bound to calls.

#include "lang/integer.hpp"
#include "lang/native.hpp"
#include "lang/operations.hpp"
#include "lang/text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <stdexcept>

namespace orch::lang {

namespace {

/// Splits at commas outside of quotes and brackets.
std::vector<std::string> split_parameters(std::string_view text) {
    std::vector<std::string> out;
    std::string piece;
    int depth = 0;
    char quote = 0;
    for (const char c : text) {
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(' || c == '[' || c == '{')
            ++depth;
        else if (c == ')' || c == ']' || c == '}')
            --depth;
        if (c == ',' && depth == 0 && !quote) {
            out.emplace_back(trim(piece));
            piece.clear();
        } else {
            piece += c;
        }
    }
    if (!trim(piece).empty()) out.emplace_back(trim(piece));
    return out;
}

} // namespace

Signature::Signature(std::string_view text) {
    const std::size_t open = text.find('(');
    const std::size_t close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        throw std::logic_error("not a signature: " + std::string(text));
    name_ = trim(text.substr(0, open));
    bool keyword_only = false;
    for (const std::string& piece : split_parameters(text.substr(open + 1, close - open - 1))) {
        if (piece == "/") {
            for (Parameter& parameter : parameters_) parameter.keyword = false;
        } else if (piece.starts_with("**")) {
            double_star_ = true;
        } else if (piece.starts_with('*')) {
            star_ = piece.size() > 1;
            keyword_only = true;
        } else {
            Parameter parameter;
            const std::size_t equals = piece.find('=');
            parameter.name = trim(std::string_view(piece).substr(0, equals));
            parameter.required = equals == std::string::npos;
            if (!parameter.required) parameter.literal = trim(std::string_view(piece).substr(equals + 1));
            parameter.positional = !keyword_only;
            parameters_.push_back(std::move(parameter));
            if (!keyword_only) ++positional_;
        }
    }
    for (const Parameter& parameter : parameters_)
        if (!parameter.required) parameter.default_value(); // an unreadable default is found at once
}

Value Signature::Parameter::default_value() const {
    if (literal == "None") return {};
    if (literal == "True" || literal == "False") return literal == "True";
    if (literal == "()") return Value::tuple();
    if (literal == "[]") return Value::list();
    if (literal == "{}") return Value::dict();
    if (literal.size() >= 2 && (literal[0] == '"' || literal[0] == '\''))
        return Value(std::string_view(literal).substr(1, literal.size() - 2));
    if (const auto number = parse_integer(literal, 10)) return *number;
    if (const auto number = parse_float(literal)) return *number;
    throw std::logic_error("a signature's default is no literal: " + literal);
}

std::size_t Signature::index_of(std::string_view name) const {
    std::size_t i = 0;
    while (i < parameters_.size() && parameters_[i].name != name) ++i;
    return i;
}

namespace {

[[noreturn]] void fail_binding(const Call& call, const std::optional<Place>& place,
                               const std::string& message, std::string hint = {}) {
    Value exception = make_builtin_exception("TypeError", message);
    auto& kept = *Peek::as<ExceptionInstance>(exception);
    kept.hint = std::move(hint);
    const Place at = place ? *place : call.place();
    if (at.known()) kept.place = at;
    throw Raised(exception);
}

} // namespace

void Signature::refuse_keyword(const Call& call, std::string_view keyword) const {
    std::vector<std::string> names;
    for (const Parameter& parameter : parameters_)
        if (parameter.keyword) names.push_back(parameter.name);
    const auto near = nearest(keyword, names);
    std::string hint = near ? fmt::format("did you mean '{}'? ", *near) : "";
    hint += names.empty() ? fmt::format("{}() takes no named arguments", name_)
                          : fmt::format("the names are {}", quoted_list(names, 40));
    fail_binding(call, call.place_of(keyword),
                 fmt::format("{}() got an unexpected keyword argument '{}'", name_, keyword),
                 std::move(hint));
}

void Signature::require_all(const Call& call, const Bound& bound) const {
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        if (parameters_[i].required && !bound.given_[i]) missing.push_back(parameters_[i].name);
    if (missing.empty()) return;
    fail_binding(call, {},
                 fmt::format("{}() missing {} required argument{}: {}", name_, missing.size(),
                             missing.size() == 1 ? "" : "s", quoted_list(missing)));
}

Bound Signature::bind(const Call& call) const {
    Bound bound;
    bound.signature_ = this;
    bound.call_ = &call;
    bound.slots_.resize(parameters_.size());
    bound.given_.resize(parameters_.size());
    const auto args = call.args();
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (i < positional_) {
            bound.slots_[i] = args[i];
            bound.given_[i] = true;
        } else if (star_) {
            bound.rest_.push_back(args[i]);
        } else {
            fail_binding(call, call.place_of(i),
                         fmt::format("{}() takes {} positional argument{} but {} were given", name_,
                                     positional_, positional_ == 1 ? "" : "s", args.size()));
        }
    }
    for (const Call::Keyword& keyword : call.keywords()) {
        const std::string_view name = text_of(keyword.name);
        const std::size_t i = index_of(name);
        if (i == parameters_.size() || !parameters_[i].keyword) {
            if (!double_star_ && i < parameters_.size())
                fail_binding(
                    call, call.place_of(name),
                    fmt::format("{}() got some positional-only arguments passed as keyword arguments: '{}'",
                                name_, name));
            if (!double_star_) refuse_keyword(call, name);
            bound.others_.push_back(keyword);
        } else if (bound.given_[i]) {
            fail_binding(call, call.place_of(name),
                         fmt::format("{}() got multiple values for argument '{}'", name_, name));
        } else {
            bound.slots_[i] = keyword.value;
            bound.given_[i] = true;
        }
    }
    require_all(call, bound);
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        if (!bound.given_[i]) bound.slots_[i] = parameters_[i].default_value();
    return bound;
}

const Value& Bound::operator[](std::string_view name) const {
    const std::size_t i = signature_->index_of(name);
    if (i == slots_.size())
        throw std::logic_error("no parameter '" + std::string(name) + "' in " + signature_->name());
    return slots_[i];
}

bool Bound::given(std::string_view name) const {
    const std::size_t i = signature_->index_of(name);
    return i < given_.size() && given_[i];
}

Place Bound::place_of(std::string_view name) const {
    const std::size_t i = signature_->index_of(name);
    if (i < given_.size() && given_[i] && i < call_->size()) return call_->place_of(i);
    return given(name) ? call_->place_of(name) : call_->place();
}

} // namespace orch::lang
