// The names of a module that come from a source which is never run as a whole: each is evaluated when it is
// first asked for (definitions.cpp says how). For import.cpp and whoever looks a module's names up.
#pragma once

#include "lang/ast.hpp"
#include "lang/lang.hpp"

#include <unordered_map>

namespace orch::lang {

class Definitions {
  public:
    Definitions() = default;
    explicit Definitions(ModuleSource source);

    /// `from module import *`: whoever asks for a name that nothing else binds gets it from there.
    void add_star(std::string module, Place place);
    /// The value of a name, which the module keeps; nothing where the source does not bind it. Throws what
    /// its definition throws.
    std::optional<Value> value(Module& module, std::string_view name);
    /// Evaluates all that was not asked for yet, in order. What fails is left out unless it speaks of tables:
    /// an application reads its settings and starts its parts where it is imported. Who asks for a name that
    /// was left out gets its error.
    void run_whole(Module& module);
    /// Evaluates the definitions with a decorator in whose text one of the words stands. A source without any
    /// of the words is not parsed.
    void run_decorated(Module& module, const std::vector<std::string_view>& words);
    /// The modules that the source imports, and what it imports from them as if they were modules, too.
    std::vector<std::string> imports(const Module& module);
    /// Of the host: a stand-in for a package.
    bool is_library() const { return source_ && source_->library; }
    /// Evaluates what defines tables and was not asked for yet. Nothing in a module that comes with orch.
    void run_tables(Module& module);
    bool binds(const Module& module, std::string_view name);
    /// The names that the source binds itself.
    std::vector<std::string> names(Module& module);

  private:
    enum class State : std::uint8_t { waiting, begun, done };
    struct Entry {
        std::vector<std::uint32_t> statements; ///< of the module's body, in order
        bool bound = false;                    ///< one of them binds it; the others change what it holds
    };
    struct Star {
        std::string module;
        Place place;
        bool busy = false; ///< two modules may import each other's names
    };

    void open(const Module& module);
    static ProgramPtr parse_source(const ModuleSource& source);
    void add_statement(std::uint32_t index, const Statement* statement);
    void run(Module& module, std::uint32_t index);
    void run_all(Module& module, std::string_view name);
    /// `missing`: a star of a module that nobody has, where the name might come from.
    static std::optional<Value> from_star(Star& star, std::string_view name, Star*& missing);

    std::optional<ModuleSource> source_;
    ProgramPtr program_;
    bool opened_ = false;
    std::vector<State> states_; ///< by statement of the module's body
    std::unordered_map<std::string_view, Entry> names_;
    std::vector<Star> stars_;
};

} // namespace orch::lang
