#include "options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

namespace orch::postgresql {

namespace {

/// Settings of the server that are so common in URLs that they need no `options=-c ...`.
constexpr std::array<std::string_view, 7> session_settings{
    "search_path", "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout",
    "role",        "timezone",     "work_mem"};
// Options of Python's drivers that mean nothing here.
constexpr std::array<std::string_view, 9> ignored{"prepared_statement_cache_size",
                                                  "prepared_statement_name_func",
                                                  "statement_cache_size",
                                                  "command_timeout",
                                                  "async_fallback",
                                                  "connection_factory",
                                                  "cursor_factory",
                                                  "prepare_threshold",
                                                  "autocommit"};

/// A link that is dead is noticed within a minute.
constexpr std::array<std::pair<const char*, const char*>, 4> watched_link{{{"keepalives_idle", "30"},
                                                                           {"keepalives_interval", "10"},
                                                                           {"keepalives_count", "3"},
                                                                           {"tcp_user_timeout", "60000"}}};

std::vector<std::string> libpq_keywords() {
    std::vector<std::string> out;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> defaults(PQconndefaults(),
                                                                                PQconninfoFree);
    for (const PQconninfoOption* each = defaults.get(); each && each->keyword; ++each)
        out.emplace_back(each->keyword);
    return out;
}

/// A value inside of `options`, where a backslash takes the next character with it.
std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == ' ' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

/// Reads the options one by one; hosts and ports may come in several.
class Reader {
  public:
    Reader(const Url& url) : known_(libpq_keywords()) {
        set("host", url.host);
        if (url.port != 0) set("port", std::to_string(url.port));
        set("user", url.user);
        set("password", url.password);
        set("dbname", url.database);
    }

    void read(const std::string& name, const std::string& value) {
        if (name == "host") return host(value);
        if (name == "port") return ports_.push_back(value);
        if (name == "ssl") { // asyncpg's word
            const std::string word = lower(value);
            set("sslmode", word == "true" || word == "1"    ? "require"
                           : word == "false" || word == "0" ? "disable"
                                                            : value);
        } else if (name == "database") {
            set("dbname", value);
        } else if (name == "timeout") {
            set("connect_timeout", value);
        } else if (std::ranges::find(session_settings, name) != session_settings.end()) {
            session(name, value);
        } else if (name == "options") {
            const std::string* before = find("options");
            set("options", before ? *before + " " + value : value);
        } else if (std::ranges::find(known_, name) != known_.end()) {
            set(name, value);
        } else if (std::ranges::find(ignored, name) == ignored.end()) {
            unknown(name);
        }
    }

    Options take() {
        if (!ports_.empty()) set("port", join(ports_, ","));
        if (!hosts_.empty()) set("host", join(hosts_, ","));
        set("client_encoding", "UTF8");
        if (!find("fallback_application_name")) set("fallback_application_name", "orch");
        // Nobody waits for ever for a host that does not answer.
        if (!find("connect_timeout") && !find("service") && !std::getenv("PGCONNECT_TIMEOUT"))
            set("connect_timeout", "30");
        // Nor for an answer over a link that is dead.
        if (!find("service"))
            for (const auto& [name, value] : watched_link)
                if (!find(name)) set(name, value);
        return std::move(options_);
    }

  private:
    const std::string* find(std::string_view name) const {
        for (const auto& [key, value] : options_.keywords)
            if (key == name) return &value;
        return nullptr;
    }
    void set(const std::string& name, const std::string& value) {
        if (value.empty()) return;
        for (auto& [key, old] : options_.keywords)
            if (key == name) {
                old = value;
                return;
            }
        options_.keywords.emplace_back(name, value);
    }
    /// host=a:5432&host=b, host=/var/run/postgresql
    void host(const std::string& value) {
        const std::size_t colon = value.rfind(':');
        const bool with_port = !value.starts_with('/') && colon != std::string::npos &&
                               value.find_first_not_of("0123456789", colon + 1) == std::string::npos &&
                               value.find(',') == std::string::npos;
        hosts_.push_back(with_port ? value.substr(0, colon) : value);
        if (with_port && colon + 1 < value.size()) ports_.push_back(value.substr(colon + 1));
    }
    void session(const std::string& name, const std::string& value) {
        const std::string word = "-c " + name + "=" + escaped(value);
        const std::string* before = find("options");
        set("options", before ? *before + " " + word : word);
    }
    [[noreturn]] void unknown(const std::string& name) const {
        std::vector<std::string> names = known_;
        names.insert(names.end(), session_settings.begin(), session_settings.end());
        Error error(Fault::config, fmt::format("unknown PostgreSQL option '{}'", name));
        if (const auto near = nearest(name, names))
            error.hint(fmt::format("did you mean '{}'?", *near));
        else
            error.hint("expected one of libpq's keywords, such as sslmode, options or application_name; "
                       "another setting "
                       "of the server is written options=-c NAME=VALUE");
        throw error;
    }

    Options options_;
    std::vector<std::string> known_, hosts_, ports_;
};

std::string value_of(const Options& options, std::string_view name) {
    for (const auto& [key, value] : options.keywords)
        if (key == name) return value;
    return {};
}

/// Names of this machine, and the sockets that Debian and PostgreSQL itself use, are one server.
std::string same_host(const std::string& host) {
    if (host.starts_with('/')) {
        std::error_code error;
        const std::filesystem::path real = std::filesystem::weakly_canonical(host, error);
        const std::string path = error ? host : real.string();
        return path == "/run/postgresql" || path == "/var/run/postgresql" ? "localhost" : path;
    }
    const std::string name = lower(host);
    return name.empty() || name == "127.0.0.1" || name == "::1" ? "localhost" : name;
}

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

} // namespace

Options read_options(const Url& url, const Settings& settings) {
    Reader reader(url);
    for (const auto& [name, value] : url.query) reader.read(name, value);
    for (const auto& [name, value] : settings) reader.read(name, value);
    Options options = reader.take();
    Url shown = url;
    shown.query.clear();
    options.name = masked(shown);
    for (const auto& [name, value] : options.keywords)
        if (value.find('\0') != std::string::npos)
            throw Error(Fault::config, fmt::format("PostgreSQL option '{}' holds a NUL byte", name));
    return options;
}

std::string identity_of(const Url& url) {
    const Options options = read_options(url, {});
    const auto or_environment = [&](std::string_view name, const char* variable,
                                    const std::string& otherwise) {
        std::string value = value_of(options, name);
        if (value.empty()) value = from_environment(variable);
        return value.empty() ? otherwise : value;
    };
    const std::string service = or_environment("service", "PGSERVICE", "");
    std::vector<std::string> hosts;
    for (const std::string& host : split(or_environment("host", "PGHOST", ""), ','))
        hosts.push_back(same_host(host));
    const std::string user = or_environment("user", "PGUSER", from_environment("USER"));
    return fmt::format("postgresql:{}//{}:{}/{}", service, join(hosts, ","),
                       or_environment("port", "PGPORT", "5432"),
                       or_environment("dbname", "PGDATABASE", user));
}

} // namespace orch::postgresql
