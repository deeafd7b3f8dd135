#include "options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <functional>
#include <map>

namespace orch::mariadb {

namespace {

[[noreturn]] void bad_value(std::string_view name, std::string_view expected, std::string_view value) {
    throw Error(Fault::config,
                fmt::format("MariaDB option '{}' expected {}, got '{}'", name, expected, value));
}

unsigned seconds(const std::string& name, const std::string& value) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number > 31536000)
        bad_value(name, "whole seconds", value);
    return number;
}

bool truth(const std::string& name, const std::string& value) {
    const std::string word = lower(value);
    if (word == "1" || word == "true" || word == "yes" || word == "on") return true;
    if (word == "0" || word == "false" || word == "no" || word == "off") return false;
    bad_value(name, "true or false", value);
}

/// A name of a character set or collation, which goes into SQL.
std::string plain_word(const std::string& name, const std::string& value) {
    const bool plain = !value.empty() && std::ranges::all_of(value, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) bad_value(name, "a name such as utf8mb4", value);
    return value;
}

Tls tls_mode(const std::string& name, const std::string& value) {
    const std::string word = replace_all(lower(value), "-", "_");
    if (word == "disabled") return Tls::off;
    if (word == "preferred") return Tls::preferred;
    if (word == "required") return Tls::required;
    if (word == "verify_ca" || word == "verify_identity") return Tls::verified;
    bad_value(name, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY", value);
}

using Setter = std::function<void(Options&, const std::string& name, const std::string& value)>;

Setter text(std::optional<std::string> Options::*field) {
    return [field](Options& o, const std::string&, const std::string& value) { o.*field = value; };
}
Setter time(std::optional<unsigned> Options::*field) {
    return [field](Options& o, const std::string& name, const std::string& value) {
        o.*field = seconds(name, value);
    };
}
Setter verify() {
    return [](Options& o, const std::string& name, const std::string& value) {
        if (truth(name, value)) o.tls = Tls::verified;
    };
}
void ignore(Options&, const std::string&, const std::string&) {}

// docs/mariadb.md lists the same.
const std::map<std::string, Setter, std::less<>>& setters() {
    static const std::map<std::string, Setter, std::less<>> table{
        {"charset",
         [](Options& o, const std::string& n, const std::string& v) { o.charset = plain_word(n, v); }},
        {"collation",
         [](Options& o, const std::string& n, const std::string& v) { o.collation = plain_word(n, v); }},
        {"compress",
         [](Options& o, const std::string& n, const std::string& v) { o.compress = truth(n, v); }},
        {"connect_timeout", time(&Options::connect_timeout)},
        {"connection_timeout", time(&Options::connect_timeout)},
        {"init_command", text(&Options::init_command)},
        {"lock_wait_timeout", time(&Options::lock_wait_timeout)},
        {"read_default_file", text(&Options::default_file)},
        {"read_default_group", text(&Options::default_group)},
        {"read_timeout", time(&Options::read_timeout)},
        {"sql_mode", text(&Options::sql_mode)},
        {"ssl", [](Options& o, const std::string& n,
                   const std::string& v) { o.tls = truth(n, v) ? Tls::required : Tls::off; }},
        {"ssl_ca", text(&Options::tls_ca)},
        {"ssl_capath", text(&Options::tls_ca_path)},
        {"ssl_cert", text(&Options::tls_certificate)},
        {"ssl_cipher", text(&Options::tls_cipher)},
        {"ssl_disabled",
         [](Options& o, const std::string& n, const std::string& v) {
             if (truth(n, v)) o.tls = Tls::off;
         }},
        {"ssl_check_hostname", verify()},
        {"ssl_key", text(&Options::tls_key)},
        {"ssl_mode", [](Options& o, const std::string& n, const std::string& v) { o.tls = tls_mode(n, v); }},
        {"ssl_verify_cert", verify()},
        {"ssl_verify_identity", verify()},
        {"unix_socket", [](Options& o, const std::string&, const std::string& v) { o.socket = v; }},
        {"write_timeout", time(&Options::write_timeout)},
        // Options of Python's drivers that mean nothing here.
        {"auth_plugin", ignore},
        {"autocommit", ignore},
        {"binary_prefix", ignore},
        {"buffered", ignore},
        {"client_flag", ignore},
        {"consume_results", ignore},
        {"conv", ignore},
        {"cursorclass", ignore},
        {"local_infile", ignore},
        {"max_allowed_packet", ignore},
        {"program_name", ignore},
        {"raise_on_warnings", ignore},
        {"use_pure", ignore},
        {"use_unicode", ignore},
    };
    return table;
}

[[noreturn]] void unknown(const std::string& name) {
    std::vector<std::string> known;
    for (const auto& [each, setter] : setters()) known.push_back(each);
    Error error(Fault::config, fmt::format("unknown MariaDB option '{}'", name));
    if (const auto near = nearest(name, known))
        error.hint(fmt::format("did you mean '{}'?", *near));
    else
        error.hint("known ones: " + quoted_list(known, known.size()));
    throw error;
}

} // namespace

Options read_options(const Url& url, const Settings& settings) {
    Options options;
    options.host = url.host;
    options.port = static_cast<unsigned>(url.port);
    options.user = url.user;
    options.password = url.password;
    options.database = url.database;
    Settings given = url.query;
    given.insert(given.end(), settings.begin(), settings.end());
    for (const auto& [name, value] : given) {
        const auto setter = setters().find(name);
        if (setter == setters().end()) unknown(name);
        setter->second(options, name, value);
    }
    if (options.charset == "utf8") options.charset = "utf8mb4"; // the servers' utf8 has no room for all of it
    return options;
}

std::string identity(const Options& options) {
    if (!options.socket.empty()) {
        std::error_code error;
        const std::filesystem::path real = std::filesystem::weakly_canonical(options.socket, error);
        return "mysql:" + (error ? options.socket : real.string()) + "/" + options.database;
    }
    const std::string host = lower(options.host);
    const bool local = host.empty() || host == "localhost";
    if (local && options.port == 0) return "mysql:localhost/" + options.database;
    return fmt::format("mysql:{}:{}/{}", local || host == "::1" ? "127.0.0.1" : host,
                       options.port == 0 ? 3306 : options.port, options.database);
}

} // namespace orch::mariadb
