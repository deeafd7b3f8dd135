// os and os.path: the environment and the arithmetic of paths. Nothing here looks at a file.

#include "lang/modules/modules.hpp"
#include "lang/runtime.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

extern "C" char** environ;

namespace orch::lang {

namespace {

Value environment() {
    Value out = make_dict();
    if (running->own_environment) {
        for (const auto& [name, value] : running->environment) table_of(out).put(Key(name), Value(value));
        return out;
    }
    for (char** at = environ; at && *at; ++at) {
        const std::string_view entry(*at);
        const std::size_t equals = entry.find('=');
        if (equals != std::string_view::npos)
            table_of(out).put(Key(entry.substr(0, equals)), Value(entry.substr(equals + 1)));
    }
    return out;
}

[[noreturn]] void refuse(std::string_view function) {
    throw Error(Fault::script, fmt::format("{}() is not available to orch", function))
        .hint("revisions reach the database and nothing else: no files, sockets or processes");
}

} // namespace

void load_os_path(ModuleBuilder& module) {
    for (const char* outside : {"exists", "getmtime", "getsize", "isdir", "isfile", "islink", "lexists"})
        module.function(outside, [outside](Call&) -> Value { refuse(fmt::format("os.path.{}", outside)); });
    module.function("_refuse", [](Call& call) -> Value { refuse(call[0].as_string()); });
    define(module, R"python(
sep = "/"
def fspath(path):
    return path if isinstance(path, str) else path.__fspath__()
def join(path, *paths):
    path = fspath(path)
    for part in paths:
        part = fspath(part)
        if part.startswith("/"):
            path = part
        elif not path or path.endswith("/"):
            path += part
        else:
            path += "/" + part
    return path
def split(path):
    path = fspath(path)
    at = path.rfind("/") + 1
    head, tail = path[:at], path[at:]
    if head and head != "/" * len(head):
        head = head.rstrip("/")
    return head, tail
def dirname(path):
    return split(path)[0]
def basename(path):
    return split(path)[1]
def splitext(path):
    path = fspath(path)
    dot = path.rfind(".")
    slash = path.rfind("/")
    if dot <= slash or not path[slash + 1:dot].strip("."):
        return path, ""
    return path[:dot], path[dot:]
def isabs(path):
    return fspath(path).startswith("/")
def normpath(path):
    path = fspath(path)
    if not path:
        return "."
    root = "//" if path.startswith("//") and not path.startswith("///") else "/" if path.startswith("/") else ""
    out = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != ".." or (not root and not out) or (out and out[-1] == ".."):
            out.append(part)
        elif out:
            out.pop()
    return root + "/".join(out) or "."
def abspath(path):
    return normpath(path)
realpath = abspath
def expanduser(path):
    return path
def commonprefix(paths):
    if not paths:
        return ""
    low, high = min(paths), max(paths)
    for index, letter in enumerate(low):
        if letter != high[index]:
            return low[:index]
    return low
)python");
}

void load_os(ModuleBuilder& module) {
    for (const char* outside :
         {"chdir", "chmod", "execv", "fork", "kill", "listdir", "makedirs", "mkdir", "open", "popen",
          "remove", "rename", "rmdir", "scandir", "system", "unlink", "walk"})
        module.function(outside, [outside](Call&) -> Value { refuse(fmt::format("os.{}", outside)); });
    module.add("environ", environment());
    module.function("getcwd", [](Call&) {
        std::error_code ignored;
        return Value(std::filesystem::current_path(ignored).native());
    });
    module.add("sep", "/")
        .add("linesep", "\n")
        .add("name", "posix")
        .add("curdir", ".")
        .add("pardir", "..")
        .add("pathsep", ":");
    define(module, R"python(
from os import path
def getenv(key, default=None):
    return environ.get(key, default)
def fspath(path):
    return path if isinstance(path, str) else path.__fspath__()
PathLike = type("PathLike", (), {})
)python");
}

void load_pathlib(ModuleBuilder& module) {
    define(module, R"python(
import os.path as _path
class PurePath:
    def __init__(self, *parts):
        text = _path.join(*parts) if parts else "."
        root = "/" if text.startswith("/") else ""
        self._text = root + "/".join(part for part in text.split("/") if part not in ("", ".")) or "."
    def __str__(self):
        return self._text
    def __fspath__(self):
        return self._text
    def __repr__(self):
        return f"{type(self).__name__}({self._text!r})"
    def __truediv__(self, other):
        return type(self)(self._text, str(other))
    def __rtruediv__(self, other):
        return type(self)(str(other), self._text)
    def __eq__(self, other):
        return isinstance(other, PurePath) and self._text == other._text
    def __hash__(self):
        return hash(self._text)
    def __lt__(self, other):
        return self.parts < other.parts
    def joinpath(self, *parts):
        return type(self)(self._text, *[str(part) for part in parts])
    @property
    def parts(self):
        root = ("/",) if self._text.startswith("/") else ()
        return root + tuple(part for part in self._text.split("/") if part not in ("", "."))
    @property
    def name(self):
        parts = self.parts
        return parts[-1] if parts and parts[-1] != "/" else ""
    @property
    def suffix(self):
        name = self.name
        at = name.rfind(".")
        return name[at:] if 0 < at < len(name) - 1 else ""
    @property
    def suffixes(self):
        name = self.name.lstrip(".")
        return ["." + part for part in name.split(".")[1:]]
    @property
    def stem(self):
        name = self.name
        return name[:len(name) - len(self.suffix)]
    @property
    def parent(self):
        parts = self.parts
        if len(parts) <= 1:
            return type(self)("/") if parts and parts[0] == "/" else type(self)(".")
        return type(self)(*parts[:-1])
    @property
    def parents(self):
        out = []
        at = self
        while at.parent != at:
            at = at.parent
            out.append(at)
        return out
    def is_absolute(self):
        return self._text.startswith("/")
    def with_name(self, name):
        return self.parent / name
    def with_suffix(self, suffix):
        return self.parent / (self.stem + suffix)
    def as_posix(self):
        return self._text
    def resolve(self):
        return type(self)(_path.normpath(self._text))
    def absolute(self):
        return self
    def relative_to(self, other):
        other = type(self)(str(other))
        if self.parts[:len(other.parts)] != other.parts:
            raise ValueError(f"{self._text!r} is not in the subpath of {str(other)!r}")
        return type(self)(*self.parts[len(other.parts):])
class PurePosixPath(PurePath):
    pass
class Path(PurePath):
    def __repr__(self):
        return f"PosixPath({self._text!r})"
    @classmethod
    def cwd(cls):
        import os
        return cls(os.getcwd())
for _name in ("exists", "is_file", "is_dir", "is_symlink", "glob", "rglob", "iterdir", "open", "read_text", "read_bytes",
              "write_text", "write_bytes", "mkdir", "touch", "unlink", "rename", "stat"):
    def _outside(self, *args, _name=_name, **kwargs):
        _path._refuse("Path." + _name)
    setattr(Path, _name, _outside)
PosixPath = Path
)python");
}

void load_urllib_parse(ModuleBuilder& module) {
    define(module, R"python(
_safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~"
def quote(string, safe="/"):
    data = string.encode("utf-8") if isinstance(string, str) else string
    return "".join(chr(byte) if chr(byte) in _safe or chr(byte) in safe else f"%{byte:02X}" for byte in data)
def quote_plus(string, safe=""):
    return quote(string, safe + " ").replace(" ", "+")
def unquote(string):
    out = []
    data = bytes()
    parts = string.split("%")
    result = parts[0].encode("utf-8")
    for part in parts[1:]:
        try:
            result += bytes.fromhex(part[:2]) + part[2:].encode("utf-8")
        except ValueError:
            result += b"%" + part.encode("utf-8")
    return result.decode("utf-8", "replace")
def unquote_plus(string):
    return unquote(string.replace("+", " "))
class _Url:
    def __init__(self, url):
        scheme, colon, rest = url.partition(":")
        if not colon or not scheme.replace("+", "").replace("-", "").replace(".", "").isalnum():
            scheme, rest = "", url
        self.scheme = scheme.lower()
        rest, _, self.fragment = rest.partition("#")
        rest, _, self.query = rest.partition("?")
        self.netloc = ""
        if rest.startswith("//"):
            self.netloc, slash, rest = rest[2:].partition("/")
            rest = slash + rest
        self.path = rest
        self.params = ""
        user, at, host = self.netloc.rpartition("@")
        name, colon, password = user.partition(":")
        self.username = name if at else None
        self.password = password if colon else None
        if host.startswith("["):
            host, _, port = host[1:].partition("]")
            port = port[1:]
        else:
            host, _, port = host.partition(":")
        self.hostname = host.lower() or None
        self.port = int(port) if port else None
    def geturl(self):
        out = (self.scheme + ":" if self.scheme else "") + ("//" + self.netloc if self.netloc else "") + self.path
        return out + ("?" + self.query if self.query else "") + ("#" + self.fragment if self.fragment else "")
    def _replace(self, **parts):
        other = _Url(self.geturl())
        for name, value in parts.items():
            setattr(other, name, value)
        return other
def urlparse(url, scheme="", allow_fragments=True):
    return _Url(url)
urlsplit = urlparse
def urlunparse(parts):
    return parts.geturl()
urlunsplit = urlunparse
def parse_qsl(query, keep_blank_values=False):
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs if value or keep_blank_values]
def parse_qs(query, keep_blank_values=False):
    out = {}
    for name, value in parse_qsl(query, keep_blank_values):
        out.setdefault(name, []).append(value)
    return out
def urlencode(query):
    items = query.items() if hasattr(query, "items") else query
    return "&".join(quote_plus(str(key)) + "=" + quote_plus(str(value)) for key, value in items)
)python");
}

} // namespace orch::lang
