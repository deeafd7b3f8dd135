// Finds revision files and reads their heads. Thousands of small files are read at every start of the
// program, so this costs little more than the system calls: one listing a folder, and openat, read, close a
// file, into one buffer.
#include "script/script.hpp"

#include "script/examine.hpp"
#include "script/source.hpp"
#include "script/sql_file.hpp"

#include "base/duration.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "lang/head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <set>
#include <unistd.h>

namespace orch::script {
namespace {

namespace fs = std::filesystem;

enum HeadName {
    revision,
    down_revision,
    branch_labels,
    depends_on,
    requires_,
    lock_timeout,
    statement_timeout,
    head_names
};
constexpr std::array<std::string_view, head_names> names{
    "revision", "down_revision",     "branch_labels",         "depends_on",
    "requires", "orch_lock_timeout", "orch_statement_timeout"};

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

  private:
    int number_;
};

[[noreturn]] void cannot(const std::string& what, const fs::path& path, int problem) {
    throw Error(Fault::system,
                fmt::format("cannot {} '{}': {}", what, display_path(path), std::strerror(problem)));
}

// Reads whole files into one buffer that stays.
class Reader {
  public:
    // The bytes live until the next call.
    std::string_view read(int folder, const char* name, const fs::path& folder_path) {
        Descriptor file(::openat(folder, name, O_RDONLY | O_CLOEXEC));
        if (file.number() < 0) cannot("read", folder_path / name, errno);
        std::size_t size = 0;
        for (;;) {
            if (size == buffer_.size()) buffer_.resize(std::max<std::size_t>(1 << 16, buffer_.size() * 4));
            ssize_t got = ::read(file.number(), buffer_.data() + size, buffer_.size() - size);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) cannot("read", folder_path / name, errno);
            if (got == 0) break;
            size += static_cast<std::size_t>(got);
        }
        return {buffer_.data(), size};
    }

  private:
    std::vector<char> buffer_;
};

std::vector<std::string> strings(const lang::Literal& value, std::string_view name, const Place& place) {
    switch (value.kind) {
    case lang::Literal::Kind::none: return {};
    case lang::Literal::Kind::string: return {value.text};
    case lang::Literal::Kind::sequence: return value.items;
    default: break;
    }
    throw Error(Fault::script,
                fmt::format("'{}' is {}, expected a string, a tuple of strings or None", name,
                            value.kind == lang::Literal::Kind::integer ? "a number" : "True or False"))
        .at(place);
}

// Without Alembic's variables a file is a helper module. Something that is no text at all is not taken for
// one.
void refuse_binary(std::string_view text, const std::string& file) {
    decode_source(std::string(text.substr(0, 1 << 16)), file);
}

bool is_legacy_name(std::string_view stem) {
    return !stem.empty() && stem.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

class PythonHead {
  public:
    // `shown` is the path as errors name it.
    PythonHead(const fs::path& path, const std::string& shown, std::string_view text)
        : path_(path), shown_(shown), text_(text) {}

    // `alone`: what ties it to other revisions is left unread, so that it may be anything.
    std::optional<RevisionFile> read(bool alone) {
        const std::span<const std::string_view> all(names);
        head_ = lang::scan_head(text_, alone ? all.first(branch_labels) : all, shown_);
        head_.entries.resize(head_names);
        auto id = revision_id();
        if (!id) return std::nullopt;
        RevisionFile result;
        result.path = path_;
        result.head.id = *id;
        result.head.place = head_.entries[revision].found ? place(revision) : Place{};
        result.head.place.file = shown_;
        refuse_illegal(*id, result.head.place);
        if (!head_.entries[down_revision].found) throw no_down_revision(result.head.place);
        result.head.down_revisions = list(down_revision);
        result.head.branch_labels = list(branch_labels);
        result.head.depends_on = list(depends_on);
        result.requires_ = list(requires_);
        result.lock_timeout = time(lock_timeout);
        result.statement_timeout = time(statement_timeout);
        result.long_doc = std::string(trim(head_.docstring));
        result.head.doc = result.long_doc.substr(0, result.long_doc.find("\n\n"));
        return result;
    }

  private:
    std::optional<std::string> revision_id() const {
        const auto& entry = head_.entries[revision];
        if (entry.found) {
            auto all = strings(entry.value, "revision", place(revision));
            if (all.size() == 1 && !all[0].empty()) return all[0];
            throw Error(Fault::script, "'revision' is no id, expected one string").at(place(revision));
        }
        if (!head_.entries[down_revision].found) return std::nullopt;
        // Before Alembic 0.2 the id stood in the file's name alone.
        if (is_legacy_name(path_.stem().native())) return path_.stem().native();
        throw Error(Fault::script, "'down_revision' without a 'revision'")
            .at(place(down_revision))
            .hint("add the file's id: revision = \"...\"");
    }

    static void refuse_illegal(const std::string& id, const Place& place) {
        std::size_t at = id.find_first_of("@-+:");
        if (at == std::string::npos) return;
        throw Error(
            Fault::script,
            fmt::format(
                "the id '{}' holds '{}', which has a meaning in names such as 'label@head' and 'ae10+2'", id,
                id[at]))
            .at(place)
            .hint("letters, digits and '_' are safe");
    }

    static Error no_down_revision(const Place& place) {
        Error error(Fault::script, "'down_revision' is missing");
        error.at(place).hint(
            "add down_revision = \"ID\", or down_revision = None where the revision has no parent");
        return error;
    }

    std::vector<std::string> list(HeadName name) const {
        const auto& entry = head_.entries[name];
        if (!entry.found) return {};
        return strings(entry.value, names[name], place(name));
    }

    std::optional<std::chrono::milliseconds> time(HeadName name) const {
        const std::vector<std::string> given = list(name);
        if (given.empty()) return std::nullopt;
        const auto parsed = duration(given.front());
        if (parsed && given.size() == 1) return parsed;
        throw Error(Fault::script, fmt::format("expected {} in '{}', got '{}'", duration_words, names[name],
                                               join(given, ", ")))
            .at(place(name));
    }

    Place place(HeadName name) const {
        const auto& entry = head_.entries[name];
        return lang::place_in(shown_, text_, entry.begin, entry.end);
    }

    const fs::path& path_;
    const std::string& shown_;
    std::string_view text_;
    lang::Head head_;
};

bool has_suffix(std::string_view name, std::string_view suffix) {
    return name.size() > suffix.size() && name.ends_with(suffix);
}

// What Alembic takes for a revision file by its name, and the same for .sql.
bool is_candidate(std::string_view name) {
    if (name.starts_with(".#") || name.starts_with("__init__")) return false;
    return name.ends_with(".py") || has_suffix(name, ".sql");
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The head is read from the bytes as they are; only a file with a byte order mark, carriage returns, NUL
// bytes (an error) or other than ASCII in its docstring is decoded first.
std::optional<RevisionFile> read_head(const fs::path& path, const std::string& shown, std::string_view bytes,
                                      bool alone = false) {
    if (path.native().ends_with(".sql")) {
        if (bytes.find("orch:") == std::string_view::npos) return std::nullopt;
        return read_sql_head(path, shown, decode_source(std::string(bytes), shown));
    }
    if (!bytes.starts_with("\xef\xbb\xbf") && bytes.find('\r') == std::string_view::npos &&
        bytes.find('\0') == std::string_view::npos) {
        auto result = PythonHead(path, shown, bytes).read(alone);
        if (!result) refuse_binary(bytes, shown);
        if (!result || is_ascii(result->long_doc)) return result;
    }
    std::string text = decode_source(std::string(bytes), shown);
    return PythonHead(path, shown, text).read(alone);
}

class Folder {
  public:
    explicit Folder(const fs::path& path) : handle_(::opendir(path.c_str())) {
        if (!handle_) cannot("list", path, errno);
    }
    ~Folder() { ::closedir(handle_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    int descriptor() const { return ::dirfd(handle_); }
    const dirent* next() const { return ::readdir(handle_); }

  private:
    DIR* handle_;
};

class TreeScan {
  public:
    explicit TreeScan(const Settings& settings) : settings_(settings) {}

    std::vector<RevisionFile> run() {
        std::error_code problem;
        if (!fs::is_directory(settings_.script_location, problem)) throw no_script_location();
        if (settings_.version_locations.empty()) {
            visit(settings_.script_location / "versions");
        } else {
            for (const auto& location : settings_.version_locations) visit(location);
        }
        if (links_) drop_repeated();
        return std::move(result_);
    }

  private:
    Error no_script_location() const {
        Error error(Fault::system, fmt::format("the script location '{}' does not exist",
                                               display_path(settings_.script_location)));
        error.hint(fmt::format("make it with: orch init {}", display_path(settings_.script_location)));
        return error;
    }

    // A version folder that is not there is an empty one: version control does not keep empty folders.
    void visit(const fs::path& location) {
        std::error_code problem;
        fs::path real = fs::canonical(location, problem);
        if (problem) return;
        if (fs::is_directory(real, problem))
            walk(real);
        else
            throw Error(Fault::system,
                        fmt::format("the version location '{}' is no folder", display_path(location)));
    }

    // Alembic's order: the files of a folder by name, then its folders.
    void walk(const fs::path& path) {
        if (!seen_.insert(path.native()).second) return;
        Folder folder(path);
        std::vector<std::string> files, folders;
        while (const dirent* entry = folder.next()) sort_in(*entry, path, files, folders);
        std::sort(files.begin(), files.end());
        std::string shown = display_path(path);
        for (const auto& name : files) read(folder, path, shown, name);
        std::sort(folders.begin(), folders.end());
        for (const auto& name : folders) walk(path / name);
    }

    void sort_in(const dirent& entry, const fs::path& path, std::vector<std::string>& files,
                 std::vector<std::string>& folders) {
        std::string_view name = entry.d_name;
        if (name == "." || name == "..") return;
        std::error_code ignored;
        bool unsure = entry.d_type == DT_UNKNOWN || entry.d_type == DT_LNK;
        if (entry.d_type == DT_DIR || (unsure && fs::is_directory(path / name, ignored))) {
            bool wanted = settings_.recursive_version_locations && !name.ends_with("__pycache__");
            if (wanted && entry.d_type != DT_LNK) folders.emplace_back(name);
        } else if (is_candidate(name)) {
            files.emplace_back(name);
            if (entry.d_type != DT_REG) links_ = true;
        } else if (settings_.sourceless) {
            refuse_compiled(path, name);
        }
    }

    void read(const Folder& folder, const fs::path& path, const std::string& shown, const std::string& name) {
        auto bytes = reader_.read(folder.descriptor(), name.c_str(), path);
        auto head = read_head(path / name, shown.empty() || shown == "." ? name : shown + "/" + name, bytes);
        if (head) result_.push_back(std::move(*head));
    }

    // A link stands for the file that it leads to, which counts once.
    void drop_repeated() {
        std::set<std::string> real_paths;
        std::vector<RevisionFile> kept;
        for (auto& file : result_) {
            file.path = fs::canonical(file.path);
            if (real_paths.insert(file.path.native()).second) kept.push_back(std::move(file));
        }
        result_ = std::move(kept);
    }

    static void refuse_compiled(const fs::path& path, std::string_view name) {
        if (!has_suffix(name, ".pyc") && !has_suffix(name, ".pyo")) return;
        fs::path source = path / name.substr(0, name.size() - 1);
        std::error_code ignored;
        if (fs::exists(source, ignored)) return;
        throw Error(Fault::script, fmt::format("'{}' is compiled Python, which orch does not read",
                                               display_path(path / name)))
            .hint("put its source beside it, and take 'sourceless' out of the ini");
    }

    const Settings& settings_;
    Reader reader_;
    std::set<std::string> seen_;
    bool links_ = false; // there are entries that may be links
    std::vector<RevisionFile> result_;
};

} // namespace

std::vector<RevisionFile> scan(const Settings& settings) { return TreeScan(settings).run(); }

std::optional<RevisionFile> scan_file(const std::filesystem::path& path) {
    if (!is_candidate(path.filename().native())) return std::nullopt;
    return read_head(path, display_path(path), read_file(path));
}

std::optional<RevisionFile> scan_alone(const std::filesystem::path& path) {
    if (!is_candidate(path.filename().native())) return std::nullopt;
    return read_head(path, display_path(path), read_file(path), true);
}

} // namespace orch::script
