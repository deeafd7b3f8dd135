// The plain, frozen struct through which a plugin introduces itself, and the loader that finds plugins.
// The host reads magic, size and build tag before it calls anything, so a stale plugin gets a sentence and
// not a crash. A loaded plugin stays loaded: errors and strings it made may still be alive.
#pragma once

#include "dialect/dialect.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace orch::dialect {

inline constexpr std::uint64_t plugin_magic = 0x4f5243482d504c31; // "ORCH-PL1"

#define ORCH_STRINGIFY_(x) #x
#define ORCH_STRINGIFY(x) ORCH_STRINGIFY_(x)
// g++ since 3.4 and clang++ have one C++ ABI, of which they count different states: 1017 is g++ 12's, 1002
// what every clang++ calls its own.
#if defined(__GXX_ABI_VERSION) && __GXX_ABI_VERSION >= 1002 && __GXX_ABI_VERSION < 2000
#define ORCH_CXX_ABI "abi1"
#else
#define ORCH_CXX_ABI "abi" ORCH_STRINGIFY(__GXX_ABI_VERSION)
#endif
/// What a plugin and its host must have in common for C++ objects to cross between them: orch's interface
/// number, the compilers' C++ ABI and the standard library's flavour. Written into each plugin when it is
/// compiled.
#define ORCH_BUILD_TAG "orch-3 " ORCH_CXX_ABI " cxx11:" ORCH_STRINGIFY(_GLIBCXX_USE_CXX11_ABI)

struct PluginInfo {
    std::uint64_t magic;  ///< plugin_magic
    std::uint32_t size;   ///< sizeof(PluginInfo)
    char build_tag[64];   ///< ORCH_BUILD_TAG
    const char* name;     ///< "sqlite"
    const char* version;  ///< the plugin's own version
    const char* library;  ///< the client library and its version: "SQLite 3.40.1"
    const char* schemes;  ///< space-separated: "postgresql postgres"
    const char* summary;  ///< one line
    Dialect* (*create)(); ///< called once; the host owns the result
};
/// The symbol that holds it. In the plugin: BOOST_DLL_ALIAS(my::info, orch_plugin) or an extern "C" object of
/// that name.
inline constexpr const char* plugin_symbol = "orch_plugin";

/// What became of one library that was looked at.
struct PluginReport {
    std::filesystem::path file;
    bool usable = false;
    std::string problem; ///< one sentence, when not usable
    std::string name, version, library, schemes, summary, build_tag;
    std::vector<std::string> features;
};

/// Finds plugins and keeps them loaded for the life of the process. Search order: the given folders
/// (plugin_path of the ini), ORCH_PLUGIN_PATH (colon-separated), then lib/orch/plugins beside bin/. The first
/// folder that has a usable plugin for a scheme wins. A folder or a library that others may write to
/// (world-writable, or owned by somebody who is neither root nor this user) is refused.
class ORCH_API Plugins {
  public:
    explicit Plugins(std::vector<std::filesystem::path> first = {});
    ~Plugins();
    /// Loads on demand. The file orch_<scheme>.so is tried first, then every plugin in the folders is asked
    /// for its schemes. Throws Error(plugin) in one sentence: what was tried, what is known (nearest scheme),
    /// what to do.
    const Dialect& for_scheme(std::string_view scheme);
    /// Everything in every folder, in search order, for `orch plugins`.
    std::vector<PluginReport> list();
    std::vector<std::filesystem::path> folders() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> self_;
};

} // namespace orch::dialect
