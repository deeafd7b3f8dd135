// random and secrets. The generator is Python's (Mersenne Twister), so that a script that seeds it with a
// number gets the numbers that it got in Python; unseeded it marks the run as not reproducible.

#include "lang/integer.hpp"
#include "lang/modules/modules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <random>

namespace orch::lang {

namespace {

class Twister {
  public:
    void seed(const std::vector<std::uint32_t>& key) {
        init(19650218);
        std::size_t i = 1;
        std::size_t j = 0;
        for (std::size_t k = std::max(state_.size(), key.size()); k > 0; --k) {
            state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30) * 1664525u) + key[j] +
                        static_cast<std::uint32_t>(j);
            advance(i);
            if (++j >= key.size()) j = 0;
        }
        for (std::size_t k = state_.size() - 1; k > 0; --k) {
            state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30) * 1566083941u) -
                        static_cast<std::uint32_t>(i);
            advance(i);
        }
        state_[0] = 0x80000000u;
    }

    std::uint32_t next() {
        if (index_ >= state_.size()) twist();
        std::uint32_t y = state_[index_++];
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c5680u;
        y ^= y << 15 & 0xefc60000u;
        return y ^ y >> 18;
    }

  private:
    void init(std::uint32_t value) {
        state_[0] = value;
        for (std::size_t i = 1; i < state_.size(); ++i)
            state_[i] = 1812433253u * (state_[i - 1] ^ state_[i - 1] >> 30) + static_cast<std::uint32_t>(i);
        index_ = state_.size();
    }
    void advance(std::size_t& i) {
        if (++i < state_.size()) return;
        state_[0] = state_.back();
        i = 1;
    }
    void twist() {
        for (std::size_t k = 0; k < state_.size(); ++k) {
            const std::uint32_t y =
                (state_[k] & 0x80000000u) | (state_[(k + 1) % state_.size()] & 0x7fffffffu);
            state_[k] = state_[(k + 397) % state_.size()] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0u);
        }
        index_ = 0;
    }
    std::array<std::uint32_t, 624> state_{};
    std::size_t index_ = 624;
};

/// One generator: a module's own, or a random.Random().
class Generator {
  public:
    void seed(const Value& given) {
        if (given.is_none()) {
            std::random_device device;
            twister_.seed({device(), device(), device(), device()});
            seeded_ = false;
            ready_ = true;
            return;
        }
        Value number = plain(given);
        if (number.is(Type::real)) number = Value(static_cast<std::int64_t>(hash_of(number)));
        if (!number.is_integer()) throw Error(Fault::script, "random is seeded with numbers only here");
        if (integer_sign(number) < 0) number = integer_unary(Operator::negative, number);
        const std::size_t words = std::max<std::size_t>((bit_length(number) + 31) / 32, 1);
        const std::string bytes = integer_to_bytes(number, words * 4, true, false);
        std::vector<std::uint32_t> key(words);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            key[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (i % 4 * 8);
        twister_.seed(key);
        seeded_ = ready_ = true;
    }

    std::uint32_t word(Call& call) {
        if (!ready_) seed(Value());
        if (!seeded_) call.interpreter().mark_irreproducible("random");
        return twister_.next();
    }
    double real(Call& call) {
        const double a = word(call) >> 5;
        const double b = word(call) >> 6;
        return (a * 67108864.0 + b) / 9007199254740992.0;
    }
    Value bits(Call& call, std::int64_t count) {
        if (count < 0) value_error("number of bits must be non-negative");
        if (count > 1 << 20) throw Error(Fault::script, "too many random bits");
        Value out = 0;
        for (std::int64_t at = 0; at < count; at += 32) {
            const std::int64_t part = word(call) >> (count - at < 32 ? 32 - (count - at) : 0);
            out = integer_binary(Operator::bit_or, out, integer_binary(Operator::shift_left, part, at));
        }
        return out;
    }
    Value below(Call& call, const Value& n) {
        if (integer_sign(n) <= 0) value_error("empty range for random");
        const auto count = static_cast<std::int64_t>(bit_length(n));
        for (;;) {
            step();
            Value r = bits(call, count);
            if (integer_compare(r, n) < 0) return r;
        }
    }
    std::size_t index(Call& call, std::size_t size) {
        return static_cast<std::size_t>(below(call, Value(size)).as_int());
    }

  private:
    Twister twister_;
    bool ready_ = false;
    bool seeded_ = false;
};

using Shared = std::shared_ptr<Generator>;

Value sample(Call& call, Generator& generator) {
    Values pool = collect(call[0]);
    const std::int64_t count = call.get(1, "k").as_int("k");
    const auto n = static_cast<std::int64_t>(pool.size());
    if (count < 0 || count > n) value_error("Sample larger than population or is negative");
    // Python's own two ways, since they give different samples.
    std::int64_t set_size = 21;
    if (count > 5)
        set_size += static_cast<std::int64_t>(
            std::pow(4, std::ceil(std::log(static_cast<double>(count * 3)) / std::log(4.0))));
    Values out;
    if (n <= set_size) {
        for (std::int64_t i = 0; i < count; ++i) {
            const std::size_t j = generator.index(call, static_cast<std::size_t>(n - i));
            out.push_back(pool[j]);
            pool[j] = pool[static_cast<std::size_t>(n - i - 1)];
        }
        return make_list(std::move(out));
    }
    std::vector<bool> used(pool.size());
    while (static_cast<std::int64_t>(out.size()) < count) {
        const std::size_t j = generator.index(call, pool.size());
        if (used[j]) continue;
        used[j] = true;
        out.push_back(pool[j]);
    }
    return make_list(std::move(out));
}

Value choices(Call& call, Generator& generator) {
    const Values pool = collect(call[0]);
    const Value* weights = call.keyword("weights");
    const Value* count = call.keyword("k");
    if (pool.empty()) raise_error("IndexError", "Cannot choose from an empty population");
    std::vector<double> sums;
    const Values given = weights && !weights->is_none()          ? collect(*weights)
                         : call.size() > 1 && !call[1].is_none() ? collect(call[1])
                                                                 : Values();
    for (const Value& weight : given) sums.push_back((sums.empty() ? 0 : sums.back()) + weight.as_double());
    Values out;
    for (std::int64_t i = 0; i < (count ? count->as_int() : 1); ++i) {
        step();
        const double r = generator.real(call);
        std::size_t at = static_cast<std::size_t>(r * static_cast<double>(pool.size()));
        if (!sums.empty())
            at = static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end() - 1, r * sums.back()) -
                                          sums.begin());
        out.push_back(pool[std::min(at, pool.size() - 1)]);
    }
    return make_list(std::move(out));
}

Value range(Call& call, Generator& generator) {
    const Value start = call.size() > 1 ? plain(call[0]) : Value(0);
    const Value stop = plain(call[call.size() > 1 ? 1 : 0]);
    const Value by = call.get(2, "step", 1);
    const Value width = integer_binary(Operator::subtract, stop, start);
    const int sign = integer_sign(by);
    if (sign == 0) value_error("zero step for randrange()");
    const Value adjusted = integer_binary(Operator::add, width,
                                          sign > 0 ? integer_binary(Operator::subtract, by, 1)
                                                   : integer_binary(Operator::add, by, 1));
    const Value n = integer_binary(Operator::floor_divide, adjusted, by);
    if (integer_sign(n) <= 0) value_error("empty range for randrange()");
    return integer_binary(Operator::add, start,
                          integer_binary(Operator::multiply, generator.below(call, n), by));
}

std::vector<std::pair<const char*, Function>> functions(const Shared& g) {
    return {
        {"seed",
         [g](Call& call) {
             g->seed(call.get(0, "a"));
             return Value();
         }},
        {"random", [g](Call& call) { return Value(g->real(call)); }},
        {"getrandbits", [g](Call& call) { return g->bits(call, call[0].as_int()); }},
        {"randrange", [g](Call& call) { return range(call, *g); }},
        {"randint",
         [g](Call& call) {
             const Value a = plain(call[0]);
             const Value n =
                 integer_binary(Operator::add, integer_binary(Operator::subtract, plain(call[1]), a), 1);
             if (integer_sign(n) <= 0) value_error("empty range for randrange()");
             return integer_binary(Operator::add, a, g->below(call, n));
         }},
        {"uniform",
         [g](Call& call) {
             return Value(call[0].as_double() + (call[1].as_double() - call[0].as_double()) * g->real(call));
         }},
        {"choice",
         [g](Call& call) {
             const std::size_t size = length_of(call[0]);
             if (size == 0) raise_error("IndexError", "Cannot choose from an empty sequence");
             return get_item(call[0], Value(g->index(call, size)));
         }},
        {"choices", [g](Call& call) { return choices(call, *g); }},
        {"sample", [g](Call& call) { return sample(call, *g); }},
        {"shuffle",
         [g](Call& call) {
             Values& items =
                 items_of(plain(call[0]).is(Type::list) ? plain(call[0])
                                                        : (type_error("shuffle() takes a list"), call[0]));
             for (std::size_t i = items.size(); i-- > 1;) std::swap(items[i], items[g->index(call, i + 1)]);
             return Value();
         }},
    };
}

class RandomObject final : public Native {
  public:
    RandomObject() : generator_(std::make_shared<Generator>()) {}
    std::string type_name() const override { return "Random"; }
    Generator& generator() { return *generator_; }
    std::optional<Value> get_attribute(std::string_view name) override {
        for (auto& [known, function] : functions(generator_))
            if (name == known) return make_static(known, std::move(function));
        return {};
    }

  private:
    Shared generator_;
};

} // namespace

void load_random(ModuleBuilder& module) {
    for (auto& [name, function] : functions(std::make_shared<Generator>()))
        module.function(name, std::move(function));
    for (const char* name : {"Random", "SystemRandom"}) {
        ClassSpec spec;
        spec.name = name;
        spec.module = "random";
        spec.construct = [](Call& call, const Value&) {
            Value made = make<RandomObject>();
            made.native<RandomObject>()->generator().seed(call.get(0, "x"));
            return made;
        };
        module.add(name, make_class(std::move(spec)));
    }
}

void load_secrets(ModuleBuilder& module) {
    auto random_bytes = [](Call& call) {
        call.interpreter().mark_irreproducible("secrets");
        const std::int64_t count = call.size() > 0 && !call[0].is_none() ? call[0].as_int() : 32;
        if (count < 0 || count > 1 << 20) value_error("the number of bytes is out of range");
        std::random_device device;
        std::string out;
        for (std::int64_t i = 0; i < count; ++i) out += static_cast<char>(device());
        return Value::bytes(out);
    };
    module.function("token_bytes", random_bytes);
    module.function("token_hex", [random_bytes](Call& call) { return random_bytes(call).method("hex"); });
    define(module, R"python(
import base64 as _base64
import random as _random
def token_urlsafe(nbytes=None):
    return _base64.urlsafe_b64encode(token_bytes(nbytes)).decode("ascii").rstrip("=")
def choice(sequence):
    return _random.choice(sequence)
def randbelow(n):
    return _random.randrange(n)
def compare_digest(a, b):
    return a == b
)python");
}

} // namespace orch::lang
