// What --json prints: one document a command, in one shape (docs/json.md):
//     {"orch": "0.1.0", "command": "heads", "environments": [{"name": "core", "heads": [{"revision": "ae10",
//     ...}]}]}
// nlohmann-json stands behind it, in json.cpp alone.
#pragma once

#include "conformance/conformance.hpp"
#include "fleet/adopt.hpp"
#include "fleet/doctor.hpp"
#include "fleet/fleet.hpp"
#include "fleet/run.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orch::cli {

class Document {
  public:
    explicit Document(std::string_view command);
    ~Document();
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    /// Begins the entry of an environment: what follows is written there, before the first one at the top.
    void environment(const std::string& name);

    void text(std::string_view key, std::string_view value);
    void number(std::string_view key, std::int64_t value);
    void flag(std::string_view key, bool value);
    void texts(std::string_view key, const std::vector<std::string>& values);
    /// A list of revisions, each with its edges, labels, marks, message and path; `current` marks those in
    /// the database.
    void revisions(std::string_view key, const runner::Tree& tree, const std::vector<std::string>& ids,
                   const std::vector<std::string>& current = {});
    /// The steps that were carried out and, where they are known, the version rows at the end.
    void summary(const runner::Summary& summary, bool known = true);
    /// Operations that a database needs: kind, operation, summary.
    void differences(std::string_view key, const std::vector<fleet::Difference>& differences);
    void error(const Error& error);
    /// An entry of the list `runs`, and of one run its list `targets`.
    void run(const runs::Run& run);
    void targets(const runs::Run& run);
    /// What `validate` found.
    void findings(const std::vector<runner::Finding>& findings);
    /// The same, each with what became of it.
    void repairs(const std::vector<runner::Repair>& repairs);
    void plugins(const std::vector<dialect::PluginReport>& reports);
    /// What `plugins test` found: `checks`, each with `area`, `name`, `outcome` and `why`.
    void verdicts(const std::vector<conformance::Verdict>& verdicts);
    /// What `doctor` found: `revisions`, `counts`, `dialect`, and `env_py` where that does not run.
    void diagnosis(const fleet::Diagnosis& diagnosis);
    /// `file`, and the environments with their keys and notes.
    void adopted(const fleet::Adopted& adopted);
    /// One row of `show --sql`; `sql` and `error` exclude each other.
    void sql(const std::string& revision, const std::string& file, const std::optional<std::string>& sql,
             const std::optional<Error>& error);

    /// Indented by two spaces, with a newline at the end. Bytes that are no UTF-8 are replaced.
    std::string str() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> self_;
};

} // namespace orch::cli
