#include "conformance/conformance.hpp"

#include "base/text.hpp"
#include "conformance/kit.hpp"

#include <fmt/format.h>

#include <system_error>

namespace orch::conformance {

namespace {

class Run {
  public:
    explicit Run(const std::function<void(const Verdict&)>& tell) : tell_(tell) {}

    void check(const char* area, std::string name, const std::function<void()>& work) {
        Verdict verdict;
        verdict.area = area;
        verdict.name = std::move(name);
        try {
            work();
        } catch (const Failed& failed) {
            verdict.outcome = Verdict::failed;
            verdict.why = failed.why;
        } catch (const LeftOut& left_out) {
            verdict.outcome = Verdict::left_out;
            verdict.why = left_out.why;
        } catch (const Error& error) {
            verdict.outcome = Verdict::failed;
            verdict.why = render(error);
        } catch (const std::exception& error) {
            verdict.outcome = Verdict::failed;
            verdict.why = fmt::format("an exception that is no orch::Error: {}", error.what());
        }
        tell_(verdict);
        verdicts_.push_back(std::move(verdict));
    }

    void check(const char* area, const std::vector<OfDatabase>& checks, const Kit& kit) {
        for (const OfDatabase& each : checks) {
            check(area, each.name, [&] { each.check(kit); });
            clean(kit);
        }
    }

    void check(const OperationCheck& operation, const Kit& kit) {
        for (const bool offline : {false, true}) {
            check("operations", fmt::format("{}{}", operation.name, offline ? ", as --sql writes it" : ""),
                  [&] { check_operation(kit, operation, offline); });
            clean(kit);
        }
    }

    std::vector<Verdict> take() { return std::move(verdicts_); }

  private:
    /// What a check leaves behind must not fail the next one; that it cannot be taken away is a finding.
    void clean(const Kit& kit) {
        try {
            kit.clean();
        } catch (...) {
            check("tables", "every table can be dropped", [&] { throw; });
        }
    }

    const std::function<void(const Verdict&)>& tell_;
    std::vector<Verdict> verdicts_;
};

void expect_empty(const dialect::Dialect& dialect, const Url& url) {
    const auto connection = dialect.connect(url, {});
    const std::vector<std::string> tables = connection->table_names(std::nullopt);
    if (!tables.empty())
        throw Error(Fault::usage, fmt::format("'{}' has tables: {}", masked(url), quoted_list(tables)))
            .hint("name an empty database: the checks create tables of their own and drop every one");
}

} // namespace

const char* word(Verdict::Outcome outcome) {
    switch (outcome) {
    case Verdict::passed: return "passed";
    case Verdict::failed: return "failed";
    case Verdict::left_out: return "left out";
    }
    return "";
}

const dialect::Dialect& load(dialect::Plugins& plugins, const std::filesystem::path& file) {
    for (const dialect::PluginReport& report : plugins.list()) {
        std::error_code ignored;
        if (!std::filesystem::equivalent(report.file, file, ignored)) continue;
        if (!report.usable)
            throw Error(Fault::plugin, fmt::format("'{}' is not usable: {}", file.string(), report.problem));
        const std::string scheme = report.schemes.substr(0, report.schemes.find(' '));
        return plugins.for_scheme(scheme).for_scheme(scheme);
    }
    throw Error(Fault::plugin, fmt::format("'{}' is no plugin", file.string()))
        .hint("a plugin is a shared library whose name ends in .so; 'orch_add_plugin' of CMake builds one");
}

std::vector<Verdict> run(const dialect::Dialect& dialect, const std::optional<Url>& url,
                         const std::function<void(const Verdict&)>& tell) {
    Run run(tell);
    for (const OfDialect& each : compiler_checks())
        run.check("compiler", each.name, [&] { each.check(dialect); });
    if (!url) return run.take();
    expect_empty(dialect, *url);
    const Kit kit(dialect, *url);
    run.check("connect", connect_checks(), kit);
    run.check("transactions", transaction_checks(), kit);
    run.check("errors", error_checks(), kit);
    run.check("values", value_checks(), kit);
    run.check("names", name_checks(), kit);
    for (const OperationCheck& each : operation_checks()) run.check(each, kit);
    run.check("large statements", large_checks(), kit);
    run.check("cancel", cancel_checks(), kit);
    run.check("locks", lock_checks(), kit);
    return run.take();
}

} // namespace orch::conformance
