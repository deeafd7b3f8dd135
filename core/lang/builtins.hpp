// How the built-in names and the methods of the built-in types are put together.
#pragma once

#include "lang/operations.hpp"

namespace orch::lang {

/// Adds methods to a built-in class, one line each.
class Methods {
  public:
    explicit Methods(const Value& cls) : class_(*Peek::as<Class>(cls)) {}
    Methods& add(const char* name, Function function) {
        class_.attributes.put(Key(name), make_function(name, std::move(function)));
        return *this;
    }
    Methods& class_method(const char* name, Function function) {
        class_.attributes.put(Key(name), make<Property>(Property::Kind::class_method,
                                                        make_function(name, std::move(function))));
        return *this;
    }
    Methods& static_method(const char* name, Function function) {
        class_.attributes.put(Key(name), make_static(name, std::move(function)));
        return *this;
    }
    Methods& property(const char* name, std::function<Value(const Value&)> get) {
        class_.attributes.put(Key(name), make_property(std::move(get)));
        return *this;
    }

  private:
    Class& class_;
};

void add_number_methods(Builtins& all);
void add_text_methods(Builtins& all);
void add_bytes_methods(Builtins& all);
void add_sequence_methods(Builtins& all);
void add_mapping_methods(Builtins& all);
void add_set_methods(Builtins& all);
void add_generator_methods(Class& cls);
void add_exceptions(Builtins& all);
void add_functions(Builtins& all);
/// After the other methods: what these leave.
void add_special_methods(Builtins& all);
/// After all of them: how many arguments each takes.
void add_argument_counts(Builtins& all);

/// list.sort() and sorted(): stable, `key` called once per item.
void sort_items(Values& items, const Value& key, bool reverse);

} // namespace orch::lang
