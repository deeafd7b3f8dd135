// Models in a shared library (autogen/models.hpp).
#include "dialect/library.hpp"
#include "autogen/models.hpp"
#include "autogen/target.hpp"
#include "base/file.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <fmt/format.h>

#include <string_view>

namespace orch::autogen {

Target target_of_library(const std::filesystem::path& file) {
    const std::string shown = display_path(file);
    Target target;
    target.display = shown;
    std::string wrong = dialect::distrust(file);
    if (wrong.empty()) wrong = dialect::not_a_library(file);
    if (!wrong.empty())
        throw Error(Fault::plugin, fmt::format("cannot load the models of '{}': {}", shown, wrong));
    try {
        // What it made may point into the library: it stays loaded for the life of the process.
        static std::vector<boost::dll::shared_library> loaded;
        loaded.emplace_back(std::filesystem::absolute(file));
        const auto& library = loaded.back().get<models::Library>(models::library_symbol);
        const std::string_view tag(library.build_tag);
        if (tag != ORCH_BUILD_TAG)
            throw Error(Fault::plugin, fmt::format("the models in '{}' were built for another orch: expected "
                                                   "'{}', got '{}'",
                                                   shown, ORCH_BUILD_TAG, tag))
                .hint("build the library again with the installed headers");
        library.fill(target.catalog);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error(Fault::plugin,
                    fmt::format("cannot read the models of library '{}': {}", shown, error.what()))
            .hint("it must export 'orch_models', which ORCH_MODELS(schema) { ... } defines");
    }
    return target;
}

} // namespace orch::autogen
