// What an Environment is made of. Project makes them; outsiders see fleet.hpp.
#pragma once

#include "fleet/fleet.hpp"
#include "fleet/keys.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace orch::fleet {

/// Read once; the targets of a fleet share it, and neighbours look into it.
struct SharedTree {
    std::mutex mutex{};
    std::optional<runner::Tree> tree{};
};

struct Environment::Implementation {
    std::shared_ptr<const config::Config> config_;
    Project& project;
    EnvironmentKeys keys;
    std::string section{}, target{};
    bool has_targets = false; ///< and is none of them
    std::shared_ptr<SharedTree> shared = std::make_shared<SharedTree>();
    bool wants_models = false; ///< the env.py that runs next is asked for its target_metadata

    const config::Config& config() const { return *config_; }

    std::filesystem::path env_py() const { return keys.settings.scripts.script_location / "env.py"; }

    /// A value with what it refers to in place; as it stands where that cannot be: %(levelname)s of a
    /// formatter.
    std::string text_of(const std::string& of, const std::string& key) const;

    /// Every section of the file, as an env.py may ask for them. Filled only for an env.py: it costs an
    /// interpolation for each key.
    script::Context with_sections(script::Context context) const;

    /// What an env.py configured wins over the ini.
    runner::Settings merged(const script::EnvironmentOptions& options) const;

    /// Calls `work` with the settings that hold, inside env.py where there is one.
    using Work = std::function<void(const runner::Settings&, const script::EnvironmentOptions*)>;
    void with_settings(bool offline, const Work& work);

    runner::Tree& loaded() const;

    /// An env.py may run the migrations more than once, each time on another database: each is a session.
    void session(runner::Session::Access access, const std::function<void(const Opened&)>& work);

    static Error stopped_behind(const std::vector<std::string>& before, const std::string& url,
                                const Error& failure);
};

} // namespace orch::fleet
