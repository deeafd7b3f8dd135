// hashlib: MD5 and SHA-1 of Boost, SHA-2 (FIPS 180-4) here.

#include "lang/modules/modules.hpp"

#include <array>
#include <bit>
#include <boost/uuid/detail/md5.hpp>
#include <boost/uuid/detail/sha1.hpp>
#include <fmt/format.h>

namespace orch::lang {

namespace {

/// The constants of SHA-2 are the first bits of the fractions of roots of primes; these are SHA-512's, of
/// whose cube roots SHA-256 takes the upper half.
constexpr std::array<std::uint64_t, 80> round_constants = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

/// What SHA-256 and SHA-512 differ in.
template <class Word>
struct Parameters;
template <>
struct Parameters<std::uint32_t> {
    static constexpr int rounds = 64;
    static constexpr std::array<int, 12> turns = {2, 13, 22, 6, 11, 25, 7, 18, 3, 17, 19, 10};
    static std::uint32_t constant(int i) {
        return static_cast<std::uint32_t>(round_constants[static_cast<std::size_t>(i)] >> 32);
    }
};
template <>
struct Parameters<std::uint64_t> {
    static constexpr int rounds = 80;
    static constexpr std::array<int, 12> turns = {28, 34, 39, 14, 18, 41, 1, 8, 7, 19, 61, 6};
    static std::uint64_t constant(int i) { return round_constants[static_cast<std::size_t>(i)]; }
};

template <class Word>
void compress(std::array<Word, 8>& state, const char* block) {
    using P = Parameters<Word>;
    constexpr auto t = P::turns;
    std::array<Word, 80> w{};
    for (std::size_t i = 0; i < 16; ++i)
        for (std::size_t k = 0; k < sizeof(Word); ++k)
            w[i] = static_cast<Word>(w[i] << 8 | static_cast<unsigned char>(block[i * sizeof(Word) + k]));
    for (std::size_t i = 16; i < P::rounds; ++i) {
        const Word a = std::rotr(w[i - 15], t[6]) ^ std::rotr(w[i - 15], t[7]) ^ w[i - 15] >> t[8];
        const Word b = std::rotr(w[i - 2], t[9]) ^ std::rotr(w[i - 2], t[10]) ^ w[i - 2] >> t[11];
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    std::array<Word, 8> s = state;
    for (int i = 0; i < P::rounds; ++i) {
        const Word sum1 = std::rotr(s[4], t[3]) ^ std::rotr(s[4], t[4]) ^ std::rotr(s[4], t[5]);
        const Word choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        const Word first = s[7] + sum1 + choice + P::constant(i) + w[static_cast<std::size_t>(i)];
        const Word sum0 = std::rotr(s[0], t[0]) ^ std::rotr(s[0], t[1]) ^ std::rotr(s[0], t[2]);
        const Word majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        s = {static_cast<Word>(first + sum0 + majority),
             s[0],
             s[1],
             s[2],
             static_cast<Word>(s[3] + first),
             s[4],
             s[5],
             s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) state[i] += s[i];
}

template <class Word>
std::string sha2(std::string text, std::array<Word, 8> state, std::size_t size) {
    constexpr std::size_t block = 16 * sizeof(Word);
    const std::uint64_t bits = text.size() * 8;
    text += '\x80';
    text.append((2 * block - sizeof(Word) * 2 - text.size() % block) % block, '\0');
    text.append(sizeof(Word) * 2 - 8, '\0');
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);
    for (std::size_t at = 0; at < text.size(); at += block) compress(state, text.data() + at);
    std::string out;
    for (const Word word : state)
        for (int shift = sizeof(Word) * 8 - 8; shift >= 0; shift -= 8)
            out += static_cast<char>(word >> shift);
    return out.substr(0, size);
}

std::string md5(const std::string& text) {
    boost::uuids::detail::md5 hash;
    hash.process_bytes(text.data(), text.size());
    boost::uuids::detail::md5::digest_type digest;
    hash.get_digest(digest);
    std::string out;
    for (const unsigned word : digest)
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift);
    return out;
}

std::string sha1(const std::string& text) {
    boost::uuids::detail::sha1 hash;
    hash.process_bytes(text.data(), text.size());
    boost::uuids::detail::sha1::digest_type digest;
    hash.get_digest(digest);
    std::string out;
    for (const unsigned word : digest)
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift);
    return out;
}

std::string sha224(const std::string& text) {
    return sha2<std::uint32_t>(
        text,
        {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4}, 28);
}
std::string sha256(const std::string& text) {
    return sha2<std::uint32_t>(
        text,
        {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}, 32);
}
std::string sha384(const std::string& text) {
    return sha2<std::uint64_t>(text,
                               {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
                                0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
                                0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4},
                               48);
}
std::string sha512(const std::string& text) {
    return sha2<std::uint64_t>(text,
                               {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                0x1f83d9abfb41bd6b, 0x5be0cd19137e2179},
                               64);
}

struct Algorithm {
    const char* name;
    std::string (*hash)(const std::string&);
    int block;
};
constexpr Algorithm algorithms[] = {{"md5", md5, 64},       {"sha1", sha1, 64},      {"sha224", sha224, 64},
                                    {"sha256", sha256, 64}, {"sha384", sha384, 128}, {"sha512", sha512, 128}};

/// The bytes so far, hashed when a digest is asked for.
class Hash final : public Native {
  public:
    Hash(const Algorithm& algorithm, std::string text) : algorithm_(algorithm), text_(std::move(text)) {}
    std::string type_name() const override { return "HASH"; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "name") return Value(algorithm_.name);
        if (name == "digest_size") return algorithm_.hash("").size();
        if (name == "block_size") return algorithm_.block;
        const Value self(this);
        if (name == "update")
            return make_static("update", [self, this](Call& call) {
                text_ += call[0].as_bytes();
                return Value();
            });
        if (name == "digest")
            return make_static("digest", [self, this](Call&) { return Value::bytes(digest()); });
        if (name == "hexdigest")
            return make_static("hexdigest",
                               [self, this](Call&) { return Value::bytes(digest()).method("hex"); });
        if (name == "copy")
            return make_static("copy", [self, this](Call&) { return make<Hash>(algorithm_, text_); });
        return {};
    }

  private:
    std::string digest() const {
        step(static_cast<std::int64_t>(text_.size() / 16));
        return algorithm_.hash(text_);
    }
    const Algorithm& algorithm_;
    std::string text_;
};

Value make_hash(const Algorithm& algorithm, const Value& data) {
    if (data.is_string()) type_error("Strings must be encoded before hashing");
    return make<Hash>(algorithm, data.is_none() ? "" : std::string(data.as_bytes()));
}

} // namespace

void load_hashlib(ModuleBuilder& module) {
    for (const Algorithm& algorithm : algorithms)
        module.function(algorithm.name, [&algorithm](Call& call) {
            return make_hash(algorithm, call.size() > 0 ? call[0] : Value());
        });
    module.function("new", [](Call& call) {
        for (const Algorithm& algorithm : algorithms)
            if (call[0].as_string() == algorithm.name)
                return make_hash(algorithm, call.size() > 1 ? call[1] : Value());
        value_error(fmt::format("unsupported hash type {}", call[0].as_string()));
    });
}

} // namespace orch::lang
