// Strings and the ordered hash table.

#include "lang/objects.hpp"
#include "lang/operations.hpp"

#include "base/text.hpp"

#include <bit>

namespace orch::lang {

std::size_t hash_text(std::string_view text) { return std::hash<std::string_view>()(text) | 1; }

// --- Strings.

String* String::make_uninitialized(std::size_t size, char*& room) {
    auto* made = new (size + 1) String(size);
    room = const_cast<char*>(made->data());
    room[size] = '\0';
    return made;
}

String* String::make(std::string_view text) {
    char* room = nullptr;
    String* made = make_uninitialized(text.size(), room);
    if (!text.empty()) std::memcpy(room, text.data(), text.size());
    return made;
}

std::size_t String::compute_hash() const { return hash_ = hash_text(text()); }
std::size_t String::compute_length() const { return length_ = code_points(text()); }

// --- Tables.

namespace {

/// Where a hash starts to look: multiplication spreads the small integers and the low bits of text hashes.
std::size_t first_slot(std::size_t hash) { return hash * 0x9e3779b97f4a7c15u >> 20; }

} // namespace

std::size_t Table::locate(const Key& key) const {
    auto matches = [&](const Entry& entry) {
        if (entry.hash != key.hash) return false;
        const Value& held = plain(entry.key);
        return held.is_string() && (Peek::object(held) == key.string || text_of(held) == key.text);
    };
    if (index_.empty()) {
        for (std::size_t i = 0; i < entries_.size(); ++i)
            if (matches(entries_[i])) return i;
        return entries_.size();
    }
    const std::size_t mask = index_.size() - 1;
    for (std::size_t slot = first_slot(key.hash) & mask; index_[slot] != empty; slot = (slot + 1) & mask)
        if (matches(entries_[index_[slot]])) return index_[slot];
    return entries_.size();
}

std::size_t Table::locate(const Value& key, std::size_t hash) const {
    if (key.is_string()) {
        Key text(Peek::as<String>(key));
        return locate(text);
    }
    // Equality may run script code that changes this table: only positions are held over it.
    auto matches = [&](std::size_t i) {
        if (entries_[i].hash != hash || !live(i)) return false;
        if (entries_[i].key.same(key)) return true;
        const Value candidate = entries_[i].key;
        return equal(candidate, key);
    };
    if (index_.empty()) {
        for (std::size_t i = 0; i < entries_.size(); ++i)
            if (matches(i)) return std::min(i, entries_.size());
        return entries_.size();
    }
    const std::size_t mask = index_.size() - 1;
    for (std::size_t slot = first_slot(hash) & mask; slot < index_.size() && index_[slot] != empty;
         slot = (slot + 1) & mask) {
        const std::size_t i = index_[slot];
        if (i < entries_.size() && matches(i)) return std::min(i, entries_.size());
        if (index_.size() != mask + 1) return locate(key, hash); // changed under our hands: again
    }
    return entries_.size();
}

Value* Table::find(const Key& key) {
    const std::size_t i = locate(key);
    return i < entries_.size() ? &entries_[i].value : nullptr;
}
Value* Table::find(const Value& key) { return find(key, hash_of(key)); }
Value* Table::find(const Value& key, std::size_t hash) {
    if (live_ == 0) return nullptr;
    const std::size_t i = locate(key, hash);
    return i < entries_.size() ? &entries_[i].value : nullptr;
}

bool Table::put(const Value& key, Value value) { return put(key, hash_of(key), std::move(value)); }

bool Table::put(const Value& key, std::size_t hash, Value value) {
    const std::size_t i = locate(key, hash);
    if (i < entries_.size()) {
        entries_[i].value.swap(value); // the old value goes when this function returns: it may run code
        return false;
    }
    append(key, hash, std::move(value));
    return true;
}

void Table::put(const Key& key, Value value) {
    const std::size_t i = locate(key);
    if (i < entries_.size())
        entries_[i].value.swap(value);
    else
        append(key.value(), key.hash, std::move(value));
}

void Table::append(const Value& key, std::size_t hash, Value value) {
    ++version_;
    entries_.push_back({key, std::move(value), hash});
    ++live_;
    if (entries_.size() <= small) return;
    if (entries_.size() * 3 > index_.size() * 2) return rebuild();
    const std::size_t mask = index_.size() - 1;
    std::size_t slot = first_slot(hash) & mask;
    while (index_[slot] != empty) slot = (slot + 1) & mask;
    index_[slot] = static_cast<std::uint32_t>(entries_.size() - 1);
}

/// Drops erased entries and makes the index anew, with room to grow.
void Table::rebuild() {
    std::erase_if(entries_, [](const Entry& entry) { return entry.key.is(Type::unbound); });
    if (entries_.size() <= small) {
        index_.clear();
        return;
    }
    if (entries_.size() >= (std::size_t(1) << 31)) fail_memory(0);
    index_.assign(std::bit_ceil(entries_.size() * 3), empty);
    const std::size_t mask = index_.size() - 1;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const Entry& entry = entries_[i];
        std::size_t slot = first_slot(entry.hash) & mask;
        while (index_[slot] != empty) slot = (slot + 1) & mask;
        index_[slot] = static_cast<std::uint32_t>(i);
    }
}

void Table::reserve(std::size_t count) { entries_.reserve(count); }

void Table::erase_at(std::size_t position, Value* value) {
    ++version_;
    Entry& entry = entries_[position];
    Value key = Peek::unbound();
    key.swap(entry.key);
    Value old;
    old.swap(entry.value);
    if (value) *value = old;
    --live_;
    if (live_ == 0) {
        entries_.clear();
        index_.clear();
    } else if (entries_.size() > 2 * small && live_ * 4 < entries_.size()) {
        rebuild();
    }
}

bool Table::erase(const Value& key, Value* value) {
    const std::size_t i = live_ == 0 ? entries_.size() : locate(key, hash_of(key));
    if (i >= entries_.size()) return false;
    erase_at(i, value);
    return true;
}

bool Table::erase(const Key& key) {
    const std::size_t i = locate(key);
    if (i >= entries_.size()) return false;
    erase_at(i, nullptr);
    return true;
}

void Table::clear() {
    ++version_;
    decltype(entries_) entries;
    entries.swap(entries_);
    index_.clear();
    live_ = 0;
}

} // namespace orch::lang
