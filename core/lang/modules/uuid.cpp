// uuid.

#include "lang/integer.hpp"
#include "lang/modules/modules.hpp"
#include "lang/text.hpp"

#include <boost/uuid/name_generator_md5.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>
#include <cstring>
#include <fmt/format.h>

namespace orch::lang {

namespace {

namespace uuids = boost::uuids;

class Uuid final : public Native {
  public:
    Uuid(uuids::uuid v, Value cls) : value(v) { set_class(std::move(cls)); }
    std::string type_name() const override { return "UUID"; }
    std::string str() const override { return to_string(value); }
    std::string repr() const override { return fmt::format("UUID('{}')", str()); }
    bool equals(const Value& other) const override {
        const auto* uuid = dynamic_cast<Uuid*>(other.object());
        return uuid && uuid->value == value;
    }
    std::size_t hash() const override { return hash_value(value); }
    std::string_view bytes() const { return {reinterpret_cast<const char*>(value.data), 16}; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "hex") {
            std::string text = str();
            std::erase(text, '-');
            return Value(text);
        }
        if (name == "bytes") return Value::bytes(bytes());
        if (name == "int") return integer_from_bytes(bytes(), false, false);
        if (name == "version")
            return value.version() > 0 && value.variant() == uuids::uuid::variant_rfc_4122
                       ? Value(static_cast<int>(value.version()))
                       : Value();
        if (name == "urn") return Value("urn:uuid:" + str());
        if (name == "__int__")
            return make_static("__int__",
                               [v = integer_from_bytes(bytes(), false, false)](Call&) { return v; });
        return {};
    }
    std::optional<Value> binary(Operator op, const Value& other, bool) override {
        const auto* uuid = other.is(Type::native) ? dynamic_cast<Uuid*>(Peek::as<Native>(other)) : nullptr;
        if (!uuid) return {};
        switch (op) {
        case Operator::less: return value < uuid->value;
        case Operator::less_equal: return value <= uuid->value;
        case Operator::greater: return value > uuid->value;
        case Operator::greater_equal: return value >= uuid->value;
        default: return {};
        }
    }

    uuids::uuid value;
};

uuids::uuid from_bytes(std::string_view bytes) {
    if (bytes.size() != 16) value_error("bytes is not a 16-char string");
    uuids::uuid out{};
    std::memcpy(out.data, bytes.data(), 16);
    return out;
}

uuids::uuid from_text(std::string_view text) {
    std::string digits;
    if (text.starts_with("urn:")) text.remove_prefix(4);
    if (text.starts_with("uuid:")) text.remove_prefix(5);
    for (const char c : text)
        if (c != '-' && c != '{' && c != '}') digits += c;
    if (digits.size() != 32) value_error("badly formed hexadecimal UUID string");
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
        value_error(fmt::format("invalid literal for int() with base 16: {}", quoted(digits)));
    uuids::uuid out{};
    for (std::size_t i = 0; i < 16; ++i)
        out.data[i] = static_cast<std::uint8_t>(std::stoi(digits.substr(2 * i, 2), nullptr, 16));
    return out;
}

Value construct(Call& call, const Value& cls) {
    static const Signature signature(
        "UUID(hex=None, bytes=None, bytes_le=None, fields=None, int=None, version=None)");
    const Bound args = signature.bind(call);
    uuids::uuid value{};
    if (!args["hex"].is_none())
        value = from_text(args["hex"].as_string("hex"));
    else if (!args["bytes"].is_none())
        value = from_bytes(args["bytes"].as_bytes("bytes"));
    else if (!args["int"].is_none())
        value = from_bytes(integer_to_bytes(plain(args["int"]), 16, false, false));
    else
        type_error("one of the hex, bytes, bytes_le, fields, or int arguments must be given");
    if (!args["version"].is_none()) {
        value.data[6] = static_cast<std::uint8_t>((value.data[6] & 0x0f) | args["version"].as_int() << 4);
        value.data[8] = static_cast<std::uint8_t>((value.data[8] & 0x3f) | 0x80);
    }
    return make<Uuid>(value, cls);
}

std::string name_of(const Value& v) {
    return std::string(v.is(Type::bytes) ? v.as_bytes() : v.as_string("name"));
}

Uuid& expect_uuid(const Value& v) {
    auto* uuid = v.native<Uuid>();
    if (!uuid) type_error(fmt::format("expected a UUID, got {}", v.type_name()));
    return *uuid;
}

} // namespace

void load_uuid(ModuleBuilder& module) {
    ClassSpec spec;
    spec.name = "UUID";
    spec.module = "uuid";
    spec.construct = construct;
    const Value cls = make_class(std::move(spec));
    module.add("UUID", cls);
    module.function("uuid4", [cls](Call& call) {
        call.interpreter().mark_irreproducible("uuid.uuid4()");
        return make<Uuid>(uuids::random_generator_pure()(), cls);
    });
    module.function("uuid1", [cls](Call& call) {
        // The layout of version 1 from the clock, with a random node: no look at the machine's hardware.
        call.interpreter().mark_irreproducible("uuid.uuid1()");
        uuids::uuid value = uuids::random_generator_pure()();
        const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                                 .count() /
                             100 +
                         0x01b21dd213814000;
        const auto ticks = static_cast<std::uint64_t>(now);
        for (int i = 0; i < 4; ++i) value.data[i] = static_cast<std::uint8_t>(ticks >> (24 - 8 * i));
        for (int i = 0; i < 2; ++i) value.data[4 + i] = static_cast<std::uint8_t>(ticks >> (40 - 8 * i));
        value.data[6] = static_cast<std::uint8_t>((ticks >> 56 & 0x0f) | 0x10);
        value.data[7] = static_cast<std::uint8_t>(ticks >> 48);
        return make<Uuid>(value, cls);
    });
    module.function("uuid3", [cls](Call& call) {
        return make<Uuid>(uuids::name_generator_md5(expect_uuid(call[0]).value)(name_of(call[1])), cls);
    });
    module.function("uuid5", [cls](Call& call) {
        return make<Uuid>(uuids::name_generator_sha1(expect_uuid(call[0]).value)(name_of(call[1])), cls);
    });
    for (const auto& [name, text] : {std::pair("NAMESPACE_DNS", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
                                     std::pair("NAMESPACE_URL", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
                                     std::pair("NAMESPACE_OID", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"),
                                     std::pair("NAMESPACE_X500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8")})
        module.add(name, make<Uuid>(from_text(text), cls));
}

} // namespace orch::lang
