// `orch init`: a template's files, copied by the rules of environments/README.md.
#include "base/file.hpp"
#include "base/text.hpp"
#include "fleet/fleet.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::fleet {

namespace fs = std::filesystem;

namespace {

fs::path templates_folder() { return install_prefix() / "share/orch/templates"; }

std::vector<fs::path> sorted_entries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code problem;
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem))
        entries.push_back(it->path());
    if (problem)
        throw Error(Fault::system,
                    fmt::format("cannot read folder '{}': {}", folder.string(), problem.message()));
    std::sort(entries.begin(), entries.end());
    return entries;
}

void make_folder(const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        throw Error(Fault::system,
                    fmt::format("cannot create folder '{}': {}", display_path(folder), problem.message()));
}

class Init {
  public:
    Init(const InitRequest& request, const std::function<void(const std::string&)>& tell)
        : request_(request), tell_(tell), target_(fs::absolute(request.directory).lexically_normal()),
          ini_(fs::absolute(request.config.value_or("orch.ini")).lexically_normal()),
          source_(templates_folder() / request.template_name) {
        if (!target_.has_filename()) target_ = target_.parent_path();
    }

    fs::path run() {
        check();
        make(target_);
        copy_folder(source_, target_);
        make(target_ / "versions");
        if (request_.package)
            for (const fs::path& folder : {target_, target_ / "versions"}) write(folder / "__init__.py", "");
        return settings_;
    }

  private:
    void check() const {
        std::error_code ignored;
        std::vector<std::string> names;
        for (const Template& one : templates()) names.push_back(one.name);
        if (std::find(names.begin(), names.end(), request_.template_name) == names.end()) {
            Error error(Fault::usage, fmt::format("no template '{}'", request_.template_name));
            if (const auto meant = nearest(request_.template_name, names))
                error.hint(fmt::format("did you mean '{}'?", *meant));
            else
                error.hint(fmt::format("there are {}", quoted_list(names)));
            throw error;
        }
        if (fs::exists(target_, ignored) && !fs::is_directory(target_, ignored))
            throw Error(Fault::usage, fmt::format("'{}' exists and is not a folder", display_path(target_)));
        if (fs::is_directory(target_, ignored) && !fs::is_empty(target_, ignored))
            throw Error(Fault::usage,
                        fmt::format("folder '{}' exists already and is not empty", display_path(target_)))
                .hint("choose another folder, or empty this one");
    }

    void make(const fs::path& folder) {
        std::error_code ignored;
        if (fs::is_directory(folder, ignored)) return;
        make_folder(folder);
        tell_(fmt::format("Creating directory {} ...  done", folder.string()));
    }

    void write(const fs::path& file, const std::string& text) {
        create_file(file, text);
        tell_(fmt::format("Generating {} ...  done", file.string()));
    }

    /// An orch.ini is for orch alone.
    bool for_both_tools() const { return ini_.filename() != "orch.ini"; }

    /// `%(here)s/DIR` where DIR lies below the ini's folder. A '%' of its own is doubled, as the ini wants
    /// it.
    std::string script_location() const {
        if (request_.directory.is_absolute()) return replace_all(target_.string(), "%", "%%");
        const fs::path relative = target_.lexically_relative(ini_.parent_path());
        return "%(here)s/" + replace_all(relative.generic_string(), "%", "%%");
    }

    std::string filled(const fs::path& file) const {
        std::string text = read_file(file);
        text = replace_all(text, "@script_location@", script_location());
        text = replace_all(text, "@template@", request_.template_name);
        return replace_all(text, "@version@", ORCH_VERSION);
    }

    void copy_ini(const fs::path& file) {
        std::error_code ignored;
        if (settings_.empty()) settings_ = ini_;
        if (!fs::exists(ini_, ignored)) return write(ini_, filled(file));
        tell_(fmt::format("File {} already exists, skipping", ini_.string()));
    }

    void add_to_pyproject(const fs::path& file) {
        const fs::path project = ini_.parent_path() / "pyproject.toml";
        settings_ = project;
        std::error_code ignored;
        if (!fs::exists(project, ignored)) return write(project, filled(file));
        const std::string before = read_file(project);
        if (before.find("[tool.alembic") != std::string::npos ||
            before.find("[tool.orch") != std::string::npos) {
            tell_(fmt::format("File {} already exists and has its tables, skipping", project.string()));
            return;
        }
        write_file(project,
                   before + (before.empty() || before.back() == '\n' ? "\n" : "\n\n") + filled(file));
        tell_(fmt::format("Adding to {} ...  done", project.string()));
    }

    void copy_folder(const fs::path& from, const fs::path& to) {
        for (const fs::path& entry : sorted_entries(from)) {
            const std::string name = entry.filename().string();
            if (fs::is_directory(entry)) {
                make(to / name);
                copy_folder(entry, to / name);
            } else if (name == "orch.ini.in" || (name == "alembic.ini.in" && for_both_tools())) {
                copy_ini(entry);
            } else if (name == "pyproject.toml.in") {
                add_to_pyproject(entry);
            } else if ((name != "env.py" && name != "alembic.ini.in") || for_both_tools()) {
                write(to / name, read_file(entry));
            }
        }
    }

    const InitRequest& request_;
    const std::function<void(const std::string&)>& tell_;
    fs::path target_, ini_, source_, settings_;
};

} // namespace

std::vector<Template> templates() {
    std::vector<Template> found;
    for (const fs::path& folder : sorted_entries(templates_folder())) {
        std::error_code ignored;
        if (!fs::is_directory(folder, ignored)) continue;
        const std::string readme = read_file(folder / "README");
        found.push_back({folder.filename().string(), std::string(trim(readme.substr(0, readme.find('\n'))))});
    }
    return found;
}

fs::path init(const InitRequest& request, const std::function<void(const std::string&)>& tell) {
    return Init(request, tell).run();
}

} // namespace orch::fleet
