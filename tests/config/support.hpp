// What the tests of config share: a folder that vanishes, variables that are set back, cases in a file of
// text.
#pragma once

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace orch::test {

namespace fs = std::filesystem;

/// A folder of its own, the current one while it lives.
class Folder {
  public:
    Folder() : before_(fs::current_path()) {
        std::string name = (fs::temp_directory_path() / "orch-config-XXXXXX").string();
        path_ = fs::canonical(::mkdtemp(name.data()));
        fs::current_path(path_);
    }
    ~Folder() {
        std::error_code ignored;
        fs::current_path(before_, ignored);
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const fs::path& path() const { return path_; }
    fs::path write(const fs::path& name, std::string_view text) const {
        fs::create_directories((path_ / name).parent_path());
        write_file(path_ / name, text);
        return path_ / name;
    }

  private:
    fs::path before_;
    fs::path path_;
};

/// Sets an environment variable, or takes it away, until the end of the scope.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) before_ = old;
        value ? ::setenv(name, value, 1) : ::unsetenv(name);
    }
    ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::optional<std::string> before_;
};

/// A piece of a case file between lines of "---". Its first line is a comment that names it; a line that
/// begins with
/// "### " says, as a regular expression, which error the line above it gives. An expression that begins with
/// ':' gives line and column itself.
struct Case {
    struct Expected {
        int line;
        std::string pattern;
    };
    std::string name;
    std::string text;
    std::vector<Expected> errors;
};

inline std::vector<Case> read_cases(const std::string& file) {
    std::vector<Case> cases;
    Case current;
    int number = 0;
    for (const std::string& line : split(read_file(file) + "---", '\n')) {
        if (line == "---") {
            cases.push_back(std::move(current));
            current = {};
            number = 0;
            continue;
        }
        if (++number == 1) current.name = trim(line.substr(1));
        if (line.rfind("### ", 0) == 0) current.errors.push_back({number - 1, line.substr(4)});
        current.text += line + "\n";
    }
    return cases;
}

/// For GoogleTest: letters and digits.
inline std::string test_name(const std::string& text) {
    std::string name;
    for (const char c : text) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    return name;
}

/// The error that the call throws, or nothing.
template <class Call>
std::optional<Error> error_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

} // namespace orch::test
