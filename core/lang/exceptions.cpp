// Python's exceptions: the built-in classes, their text, and how they travel through C++.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <fmt/format.h>

namespace orch::lang {

Iterator::~Iterator() = default;

Raised::Raised(Value exception)
    : Error(Fault::script, exception_summary(exception)), exception_(std::move(exception)) {
    if (exception_.is(Type::instance) && is_exception(exception_)) {
        const auto& kept = *Peek::as<ExceptionInstance>(exception_);
        if (!kept.hint.empty()) hint(kept.hint);
        if (kept.place) at(*kept.place);
        for (const std::string& text : kept.notes) note(text);
    }
}
Raised::~Raised() = default;

Class& exception_class(std::string_view name) {
    const Value* found = builtins().names.find(Key(name));
    if (!found || !found->is(Type::class_)) throw std::logic_error("no such exception: " + std::string(name));
    return *Peek::as<Class>(*found);
}

bool is_exception(const Value& v) {
    return v.is(Type::instance) && Peek::as<Instance>(v)->type_object().is_exception;
}

Value make_builtin_exception(std::string_view name, std::string_view message) {
    Value made(new ExceptionInstance(Value(&exception_class(name))));
    Values args;
    args.emplace_back(message);
    Peek::as<Instance>(made)->attributes.put(Key("args"), make_tuple(std::move(args)));
    return made;
}

void raise_error(std::string_view name, std::string_view message) {
    throw Raised(make_builtin_exception(name, message));
}

void raise_with(std::string_view name, const Value& argument) {
    Value made(new ExceptionInstance(Value(&exception_class(name))));
    Peek::as<Instance>(made)->attributes.put(Key("args"), make_tuple({argument}));
    throw Raised(made);
}

void raise_exception(const Value& exception, std::string_view message) {
    if (is_exception(exception)) throw Raised(exception);
    if (!exception.is(Type::class_) || !Peek::as<Class>(exception)->is_exception)
        type_error("exceptions must derive from BaseException");
    Values args;
    if (!message.empty()) args.emplace_back(message);
    throw Raised(instantiate_exception(*Peek::as<Class>(exception), args, {}));
}

Value instantiate_exception(Class& cls, Args args, Keywords keywords) {
    Value made(new ExceptionInstance(Value(&cls)));
    auto& instance = *Peek::as<ExceptionInstance>(made);
    instance.attributes.put(Key("args"), make_tuple(Values(args.begin(), args.end())));
    Value init;
    if (find_special(made, "__init__", init)) {
        call_value(bind_method(init, made), args, keywords);
        return made;
    }
    for (const Call::Keyword& keyword : keywords) {
        const std::string_view name = text_of(keyword.name);
        if (name != "name" && name != "path" && name != "obj")
            type_error(fmt::format("{}() takes no keyword arguments", text_of(cls.name)));
        instance.attributes.put(Key(name), keyword.value);
    }
    return made;
}

std::string exception_str(const Value& exception) {
    const Value* found = Peek::as<Instance>(exception)->attributes.find(Key("args"));
    if (!found || !found->is(Type::tuple)) return {};
    const Value args = *found;
    if (items_of(args).empty()) return {};
    if (items_of(args).size() > 1) return repr_of(args);
    const bool key_error = Peek::as<Instance>(exception)->type_object().derives(&exception_class("KeyError"));
    return key_error ? repr_of(items_of(args)[0]) : str_of(items_of(args)[0]);
}

std::string exception_summary(const Value& exception, bool may_run_script) {
    if (!is_exception(exception)) return "exception";
    const auto& kept = *Peek::as<ExceptionInstance>(exception);
    if (!kept.message.empty()) return kept.message;
    std::string text;
    try {
        text = may_run_script ? str_of(exception) : exception_str(exception);
    } catch (const Error&) {
        text = "<exception str() failed>";
    }
    const std::string name(text_of(kept.type_object().name));
    return text.empty() ? name : fmt::format("{}: {}", name, text);
}

std::string Absent::asked() const {
    if (!root.empty()) return root;
    return name.empty() ? fmt::format("module '{}'", module)
                        : fmt::format("'{}' of module '{}'", name, module);
}

void Absent::fail() const {
    if (running) running->missing = reason ? missing : name.empty() ? module : module + "." + name;
    if (reason) {
        Error error(*reason);
        if (place.known())
            error.note(fmt::format("for '{}', {} at {}:{}:{}", name.empty() ? module : name,
                                   module.empty() ? "made" : "imported", place.file, place.line,
                                   place.column));
        throw error;
    }
    Error error(Fault::script, fmt::format("{} is not available to orch", asked()));
    if (place.known()) error.note(fmt::format("imported at {}:{}:{}", place.file, place.line, place.column));
    const std::string_view top = std::string_view(module).substr(0, module.find('.'));
    for (const std::string_view outside :
         {"socket", "subprocess", "multiprocessing", "shutil", "tempfile", "ctypes", "http", "glob",
          "threading", "io", "requests", "urllib3"})
        if (top == outside || (top == "os" && !name.empty()))
            throw error.hint("revisions reach the database and nothing else: no files, sockets or processes");
    const std::string whole = name.empty() ? module + ".NAME" : module + "." + name;
    throw error.hint(fmt::format("declare it: 'stub.{} = ...' in the ini or in stubs.py; or set 'fallback', "
                                 "so that a command of yours runs such revisions",
                                 whole));
}

} // namespace orch::lang
