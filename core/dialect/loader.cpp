// Finds plugins, looks at them before anything of theirs is called, and keeps them loaded for the life of the
// process: errors, strings and objects that a plugin made may be alive until the very end.
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "dialect/plugin.hpp"
#include "library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <mutex>

namespace orch::dialect {

namespace fs = std::filesystem;

namespace {

struct Plugin {
    PluginReport report;
    std::unique_ptr<const Dialect> dialect; ///< null when not usable
};

bool in_library(const void* address, const void* base) {
    Dl_info about{};
    return dladdr(address, &about) != 0 && about.dli_fbase == base;
}

/// The PluginInfo behind the symbol: the symbol is the object itself, or, with a Boost.DLL alias, a pointer
/// to it that must lie in the same library. Null for neither.
const PluginInfo* info_at(const void* symbol) {
    Dl_info about{};
    if (dladdr(symbol, &about) == 0) return nullptr;
    std::uint64_t magic = 0;
    std::memcpy(&magic, symbol, sizeof magic);
    if (magic == plugin_magic) return static_cast<const PluginInfo*>(symbol);
    const void* target = nullptr;
    std::memcpy(&target, symbol, sizeof target);
    if (!target || !in_library(target, about.dli_fbase)) return nullptr;
    std::memcpy(&magic, target, sizeof magic);
    return magic == plugin_magic ? static_cast<const PluginInfo*>(target) : nullptr;
}

/// The libraries, never unloaded.
std::vector<boost::dll::shared_library>& loaded_forever() {
    static auto* libraries = new std::vector<boost::dll::shared_library>;
    return *libraries;
}

std::string tag_of(const PluginInfo& info) {
    return {info.build_tag, strnlen(info.build_tag, sizeof info.build_tag)};
}

void describe(const PluginInfo& info, PluginReport& report) {
    const auto text = [](const char* field) { return std::string(field ? field : ""); };
    report.name = text(info.name);
    report.version = text(info.version);
    report.library = text(info.library);
    report.schemes = text(info.schemes);
    report.summary = text(info.summary);
}

/// Reads magic, size and build tag, in this order, before anything else; says what is wrong or nothing.
std::string check(const PluginInfo* info, PluginReport& report) {
    if (!info) return "it is no orch plugin: its 'orch_plugin' does not begin with orch's mark";
    if (info->size != sizeof(PluginInfo))
        return fmt::format(
            "it was built for another version of orch: its description has {} bytes, expected {}; rebuild it",
            info->size, sizeof(PluginInfo));
    report.build_tag = tag_of(*info);
    if (report.build_tag != ORCH_BUILD_TAG)
        return fmt::format(
            "it was built as '{}', this orch as '{}'; rebuild it with the headers of this orch, by g++ or "
            "clang++ with the same standard library",
            report.build_tag, ORCH_BUILD_TAG);
    describe(*info, report);
    if (!info->create || report.name.empty() || words(report.schemes).empty())
        return "its description lacks a name, a scheme or its create function";
    return {};
}

/// dlerror() repeats the path that the sentence already names.
std::string reason(const std::exception& error, const fs::path& file) {
    std::string text = error.what();
    const std::size_t at = text.find(file.string() + ": ");
    if (at != std::string::npos) text.erase(0, at + file.string().size() + 2);
    return text;
}

Plugin load(const fs::path& file) {
    Plugin plugin;
    PluginReport& report = plugin.report;
    report.file = file;
    if (report.problem = distrust(file); !report.problem.empty()) return plugin;
    if (report.problem = not_a_library(file); !report.problem.empty()) return plugin;
    try {
        // The throwing constructor: with an error_code this Boost says "no such file" whatever the reason.
        boost::dll::shared_library library(file, boost::dll::load_mode::rtld_now |
                                                     boost::dll::load_mode::rtld_local);
        loaded_forever().push_back(library);
        if (!library.has(plugin_symbol)) {
            report.problem = fmt::format("it is a shared library but no orch plugin: it has no symbol '{}'",
                                         plugin_symbol);
            return plugin;
        }
        const PluginInfo* info = info_at(&library.get<const char>(plugin_symbol));
        if (report.problem = check(info, report); !report.problem.empty()) return plugin;
        plugin.dialect.reset(info->create());
        if (!plugin.dialect) {
            report.problem = "its create function gave nothing";
            return plugin;
        }
        report.features = plugin.dialect->traits().features;
        report.usable = true;
    } catch (const std::exception& error) {
        report.problem = "it cannot be loaded: " + reason(error, file);
    }
    return plugin;
}

std::vector<fs::path> search_folders(std::vector<fs::path> first) {
    std::vector<fs::path> folders = std::move(first);
    if (const char* path = std::getenv("ORCH_PLUGIN_PATH"))
        for (const std::string& each : split(path, ':'))
            if (!each.empty()) folders.emplace_back(each);
    folders.push_back(install_prefix() / "lib" / "orch" / "plugins");
    std::vector<fs::path> out;
    for (const fs::path& each : folders) {
        std::error_code ignored;
        const fs::path whole = fs::absolute(each, ignored).lexically_normal();
        if (std::ranges::find(out, whole) == out.end()) out.push_back(whole);
    }
    return out;
}

std::vector<fs::path> libraries_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".so") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

bool serves(const Plugin& plugin, std::string_view scheme) {
    const std::vector<std::string> schemes = words(plugin.report.schemes);
    return plugin.report.usable && std::ranges::find(schemes, scheme) != schemes.end();
}

bool is_plain(std::string_view scheme) {
    return !scheme.empty() && std::ranges::all_of(scheme, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

} // namespace

struct Plugins::Implementation {
    std::mutex mutex; // environments connect from several threads
    std::vector<fs::path> folders;
    std::map<fs::path, Plugin> loaded;
    std::map<std::string, const Dialect*, std::less<>> by_scheme;

    const Plugin& plugin(const fs::path& file) {
        const auto known = loaded.find(file);
        return known != loaded.end() ? known->second : loaded.emplace(file, load(file)).first->second;
    }

    /// The plugin of the file with the scheme's name, or whichever of the folder knows the scheme. What was
    /// wrong on the way is added to `problems`.
    const Dialect* look_in(const fs::path& folder, std::string_view scheme,
                           std::vector<std::string>& problems) {
        const fs::path named = folder / fmt::format("orch_{}.so", scheme);
        std::error_code ignored;
        const bool there = is_plain(scheme) && fs::exists(fs::symlink_status(named, ignored));
        if (!there && libraries_in(folder).empty()) return nullptr;
        if (std::string wrong = distrust(folder); !wrong.empty()) {
            problems.push_back(std::move(wrong));
            return nullptr;
        }
        if (there) {
            const Plugin& plugin = this->plugin(named);
            if (serves(plugin, scheme)) return plugin.dialect.get();
            if (!plugin.report.usable)
                problems.push_back(fmt::format("'{}': {}", named.string(), plugin.report.problem));
        }
        for (const fs::path& file : libraries_in(folder)) {
            const Plugin& plugin = this->plugin(file);
            if (serves(plugin, scheme)) return plugin.dialect.get();
        }
        return nullptr;
    }

    std::vector<std::string> known_schemes() {
        std::vector<std::string> schemes;
        for (const auto& [file, plugin] : loaded)
            if (plugin.report.usable)
                for (std::string& scheme : words(plugin.report.schemes)) schemes.push_back(std::move(scheme));
        return schemes;
    }

    [[noreturn]] void not_found(std::string_view scheme, const std::vector<std::string>& problems) {
        std::vector<std::string> names;
        for (const fs::path& folder : folders) names.push_back(folder.string());
        Error error(Fault::plugin,
                    problems.empty()
                        ? fmt::format("no plugin for '{}://' in {}", scheme, quoted_list(names))
                        : fmt::format("no usable plugin for '{}://': {}", scheme, problems.front()));
        for (std::size_t i = 1; i < problems.size(); ++i) error.note(problems[i]);
        const std::vector<std::string> schemes = known_schemes();
        if (const auto near = nearest(scheme, schemes))
            error.hint(fmt::format("did you mean '{}://'?", *near));
        else if (problems.empty())
            error.hint(fmt::format(
                "{}; a plugin elsewhere is found through plugin_path in the ini or ORCH_PLUGIN_PATH",
                schemes.empty() ? "no plugin is installed there"
                                : "there are plugins for " + quoted_list(schemes)));
        else
            error.hint("'orch plugins' lists every plugin that was found and what is wrong with it");
        throw error;
    }
};

Plugins::Plugins(std::vector<fs::path> first) : self_(std::make_unique<Implementation>()) {
    self_->folders = search_folders(std::move(first));
}
Plugins::~Plugins() = default;

const Dialect& Plugins::for_scheme(std::string_view scheme) {
    const std::lock_guard lock(self_->mutex);
    if (const auto known = self_->by_scheme.find(scheme); known != self_->by_scheme.end())
        return *known->second;
    std::vector<std::string> problems;
    for (const fs::path& folder : self_->folders) {
        const Dialect* plugin = self_->look_in(folder, scheme, problems);
        if (!plugin) continue;
        const Dialect& dialect = plugin->for_scheme(scheme);
        self_->by_scheme.emplace(scheme, &dialect);
        return dialect;
    }
    self_->not_found(scheme, problems);
}

std::vector<PluginReport> Plugins::list() {
    const std::lock_guard lock(self_->mutex);
    std::vector<PluginReport> reports;
    for (const fs::path& folder : self_->folders) {
        const std::string wrong = distrust(folder);
        for (const fs::path& file : libraries_in(folder)) {
            if (wrong.empty()) {
                reports.push_back(self_->plugin(file).report);
            } else {
                PluginReport& report = reports.emplace_back();
                report.file = file;
                report.problem = wrong;
            }
        }
    }
    return reports;
}

std::vector<fs::path> Plugins::folders() const { return self_->folders; }

} // namespace orch::dialect
