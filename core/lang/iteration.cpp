// Iterators over every kind of value.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::lang {

std::int64_t Range::size() const {
    // Unsigned: the ends may lie at both ends of 64 bits.
    const auto low = static_cast<std::uint64_t>(increment > 0 ? start : stop);
    const auto high = static_cast<std::uint64_t>(increment > 0 ? stop : start);
    if (increment > 0 ? stop <= start : start <= stop) return 0;
    const std::uint64_t by =
        increment > 0 ? static_cast<std::uint64_t>(increment) : 0 - static_cast<std::uint64_t>(increment);
    return static_cast<std::int64_t>(std::min<std::uint64_t>((high - low - 1) / by, std::uint64_t(1) << 62)) +
           1;
}

namespace {

class SequenceIterator final : public Iterator {
  public:
    explicit SequenceIterator(Value source) : source_(std::move(source)) {}
    bool next(Value& item) override {
        if (source_.is_none()) return false;
        if (index_ >= items_of(source_).size()) {
            source_ = Value();
            return false;
        }
        item = items_of(source_)[index_++];
        return true;
    }
    std::string type_name() const override { return "list_iterator"; }
    void clear() override { source_ = Value(); }

  private:
    Value source_;
    std::size_t index_ = 0;
};

/// Keys of a dict or set; a change of its size while it runs is an error.
class TableIterator final : public Iterator {
  public:
    explicit TableIterator(Value source) : source_(std::move(source)), size_(table_of(source_).size()) {}
    bool next(Value& item) override {
        if (source_.is_none()) return false;
        Table& table = table_of(source_);
        if (table.size() != size_)
            raise_error("RuntimeError", fmt::format("{} changed size during iteration",
                                                    source_.is(Type::dict) ? "dictionary" : "Set"));
        while (index_ < table.capacity() && !table.live(index_)) ++index_;
        if (index_ >= table.capacity()) {
            source_ = Value();
            return false;
        }
        item = table.entry(index_++).key;
        return true;
    }
    std::string type_name() const override { return "dict_keyiterator"; }
    void clear() override { source_ = Value(); }

  private:
    Value source_;
    std::size_t size_;
    std::size_t index_ = 0;
};

class StringIterator final : public Iterator {
  public:
    explicit StringIterator(Value source) : source_(std::move(source)) {}
    bool next(Value& item) override {
        const std::string_view text = text_of(source_);
        if (at_ >= text.size()) return false;
        std::size_t end = at_ + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
        item = Value(text.substr(at_, end - at_));
        at_ = end;
        return true;
    }
    std::string type_name() const override { return "str_iterator"; }

  private:
    Value source_;
    std::size_t at_ = 0;
};

class RangeIterator final : public Iterator {
  public:
    explicit RangeIterator(const Range& range)
        : at_(range.start), by_(range.increment), left_(range.size()) {}
    bool next(Value& item) override {
        if (left_ == 0) return false;
        item = at_;
        // The step behind the last item may leave 64 bits.
        if (--left_ > 0) at_ += by_;
        return true;
    }
    std::string type_name() const override { return "range_iterator"; }

  private:
    std::int64_t at_;
    std::int64_t by_;
    std::int64_t left_;
};

class BytesIterator final : public Iterator {
  public:
    explicit BytesIterator(Value source) : source_(std::move(source)) {}
    bool next(Value& item) override {
        const std::string_view bytes = Peek::as<Bytes>(source_)->text();
        if (at_ >= bytes.size()) return false;
        item = static_cast<int>(static_cast<unsigned char>(bytes[at_++]));
        return true;
    }

  private:
    Value source_;
    std::size_t at_ = 0;
};

/// An object of a script with __next__.
class ScriptIterator final : public Iterator {
  public:
    explicit ScriptIterator(Value object, Value method)
        : object_(std::move(object)), method_(std::move(method)) {}
    bool next(Value& item) override {
        try {
            item = call_special(method_, object_, {});
            return true;
        } catch (const Raised& raised) {
            if (!instance_of(raised.exception(), builtins().stop_iteration)) throw;
        }
        return false;
    }
    void clear() override { object_ = method_ = Value(); }

  private:
    Value object_;
    Value method_;
};

/// An object of a script with __getitem__ only: indices from 0 up to IndexError.
class IndexIterator final : public Iterator {
  public:
    explicit IndexIterator(Value object) : object_(std::move(object)) {}
    bool next(Value& item) override {
        try {
            item = get_item(object_, index_++);
            return true;
        } catch (const Raised& raised) {
            if (!instance_of(raised.exception(), Value(&exception_class("IndexError")))) throw;
        }
        return false;
    }
    void clear() override { object_ = Value(); }

  private:
    Value object_;
    std::int64_t index_ = 0;
};

class FunctionIterator final : public Iterator {
  public:
    explicit FunctionIterator(std::function<std::optional<Value>()> next) : next_(std::move(next)) {}
    bool next(Value& item) override {
        if (!next_) return false;
        auto value = next_();
        if (!value) {
            next_ = nullptr;
            return false;
        }
        item = std::move(*value);
        return true;
    }
    void clear() override { next_ = nullptr; }

  private:
    std::function<std::optional<Value>()> next_;
};

Value iterate_instance(const Value& v) {
    Value method;
    if (find_special(v, "__iter__", method)) {
        const Value result = call_special(method, v, {});
        if (result.is(Type::iterator)) return result;
        Value next;
        if (find_special(result, "__next__", next)) return make<ScriptIterator>(result, next);
        if (!result.is(Type::instance)) return iterate(result);
        type_error(fmt::format("iter() returned non-iterator of type '{}'", result.type_name()));
    }
    if (find_special(v, "__getitem__", method)) return make<IndexIterator>(v);
    if (!plain(v).same(v)) return iterate(plain(v));
    if (Native* native = native_part_of(v); native && native->iterable()) return native->iterate();
    type_error(fmt::format("'{}' object is not iterable", v.type_name()));
}

} // namespace

Value make_iterator(std::vector<Value> items) {
    return make<SequenceIterator>(Value::list(std::move(items)));
}
Value make_iterator(std::function<std::optional<Value>()> next) {
    return make<FunctionIterator>(std::move(next));
}

Value iterate(const Value& v) {
    switch (v.type()) {
    case Type::iterator: return v;
    case Type::list:
    case Type::tuple: return make<SequenceIterator>(v);
    case Type::dict:
    case Type::set:
    case Type::frozenset: return make<TableIterator>(v);
    case Type::string: return make<StringIterator>(v);
    case Type::bytes: return make<BytesIterator>(v);
    case Type::range: return make<RangeIterator>(*Peek::as<Range>(v));
    case Type::instance: return iterate_instance(v);
    case Type::native: return Peek::as<Native>(v)->iterate();
    case Type::class_:
        for (const ClassHooks* hooks : Peek::as<Class>(v)->all_hooks)
            if (hooks->iterate) return hooks->iterate(v);
        break;
    case Type::absent: Peek::as<Absent>(v)->fail();
    default: break;
    }
    type_error(fmt::format("'{}' object is not iterable", v.type_name()));
}

Iteration::Iteration(const Value& v) : source_(v) {
    if (is_sequence(v)) return;
    source_ = iterate(v);
    if (!source_.is(Type::iterator))
        type_error(fmt::format("iter() returned non-iterator of type '{}'", source_.type_name()));
    iterator_ = Peek::as<Iterator>(source_);
}

bool Iteration::next(Value& item) {
    step();
    if (iterator_) {
        check_stack(); // one iterator may draw from another, and so on
        return iterator_->next(item);
    }
    if (index_ >= items_of(source_).size()) return false;
    item = items_of(source_)[index_++];
    return true;
}

void raise_stop(const Iterator& ended) {
    const Value value = ended.returned();
    throw Raised(instantiate_exception(exception_class("StopIteration"),
                                       value.is_none() ? Args() : Args(&value, 1), {}));
}

Values collect(const Value& iterable) {
    if (is_sequence(iterable)) {
        step(static_cast<std::int64_t>(items_of(iterable).size() >> 4));
        return items_of(iterable);
    }
    Values out;
    Iteration it(iterable);
    Value item;
    while (it.next(item)) out.push_back(item);
    return out;
}

void unpack(const Value& v, std::size_t count, Value* out) {
    const bool iterable = v.is(Type::none) || v.is_number();
    if (iterable) type_error(fmt::format("cannot unpack non-iterable {} object", v.type_name()));
    Iteration it(v);
    Value item;
    for (std::size_t i = 0; i < count; ++i) {
        if (!it.next(item))
            value_error(fmt::format("not enough values to unpack (expected {}, got {})", count, i));
        out[i] = item;
    }
    if (it.next(item)) value_error(fmt::format("too many values to unpack (expected {})", count));
}

} // namespace orch::lang
