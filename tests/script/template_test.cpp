// Templates: rendered as Mako renders them (python3-mako is asked in the same run), and errors that point at
// the template.
#include "script/folder.hpp"

#include "script/script.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace orch::test {
namespace {

namespace fs = std::filesystem;
using lang::Value;

std::map<std::string, Value> names() {
    return {{"message", Value("add a table")},
            {"up_revision", Value("ae10")},
            {"down_revision", Value::tuple({Value("a1"), Value("b2")})},
            {"branch_labels", Value()},
            {"depends_on", Value("c3")},
            {"create_date", Value("2024-06-20 20:24:44")},
            {"imports", Value("")},
            {"comma", lang::make_function("comma", [](lang::Call& call) {
                 std::string result;
                 for (const auto& item : call[0].to_vector())
                     result += (result.empty() ? "" : ", ") + item.str();
                 return Value(result);
             })}};
}

constexpr const char* oracle = R"(
import sys, pathlib
from mako.template import Template
names = dict(message="add a table", up_revision="ae10", down_revision=("a1", "b2"), branch_labels=None, depends_on="c3",
             create_date="2024-06-20 20:24:44", imports="", comma=lambda items: ", ".join(items))
for path in sys.argv[2:]:
    text = Template(filename=path).render_unicode(**names)
    (pathlib.Path(sys.argv[1]) / pathlib.Path(path).name).write_bytes(text.encode())
)";

std::string rendered(const std::string& text, const std::string& where = "script.py.mako") {
    lang::Interpreter interpreter;
    lang::Active active(interpreter);
    return script::render_template(text, where, names(), interpreter);
}

std::string error_of(const std::string& text) {
    try {
        rendered(text);
    } catch (const Error& error) {
        std::string where = error.place() ? error.place()->file + ":" + std::to_string(error.place()->line) +
                                                ":" + std::to_string(error.place()->column)
                                          : "nowhere";
        return where + " " + error.message();
    }
    return "no error";
}

TEST(Template, renders_what_mako_renders) {
    Folder folder;
    folder.write("oracle.py", oracle);
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(TEST_DATA) / "templates"))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    ASSERT_GE(files.size(), 8U);
    std::string command =
        "/usr/bin/python3 " + (folder.path / "oracle.py").string() + " " + folder.path.string();
    for (const auto& file : files) command += " " + file.string();
    ASSERT_EQ(std::system(command.c_str()), 0) << "python3-mako is needed: it comes with the package alembic";
    for (const auto& file : files) {
        std::string text = folder.read(file), got;
        text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
        std::string expected = folder.read(folder.path / file.filename());
        expected.erase(std::remove(expected.begin(), expected.end(), '\r'), expected.end());
        try {
            got = rendered(text, file.filename().string());
        } catch (const Error& error) {
            ADD_FAILURE() << render(error);
        }
        EXPECT_EQ(got, expected) << file;
    }
}

TEST(Template, is_text_where_nothing_is_special) {
    EXPECT_EQ(rendered("plain $ { text } % in a line # and so on\n"),
              "plain $ { text } % in a line # and so on\n");
    EXPECT_EQ(rendered(""), "");
}

TEST(Template, takes_a_name_that_is_not_given_for_false) {
    EXPECT_EQ(rendered("${upgrades if upgrades else 'pass'}"), "pass");
    EXPECT_EQ(error_of("a\n  ${upgrades}\n"), "script.py.mako:2:5 NameError: 'upgrades' is not defined");
}

TEST(Template, points_at_the_template_in_errors) {
    EXPECT_EQ(error_of("x\n${1 / 0}\n"), "script.py.mako:2:3 ZeroDivisionError: division by zero");
    EXPECT_EQ(error_of("x\n<%\n  a = 1\n  b = a.missing\n%>\n").substr(0, 20), "script.py.mako:4:7 A");
    EXPECT_EQ(error_of("% for x in 5:\n${x}\n% endfor\n").substr(0, 19), "script.py.mako:1:12");
    EXPECT_EQ(error_of("text\n${message"), "script.py.mako:2:1 '${' has no '}'");
    EXPECT_EQ(error_of("% if message:\nx\n"), "script.py.mako:1:1 '% if' has no '% endif'");
    EXPECT_EQ(error_of("% if message:\nx\n% endfor\n"),
              "script.py.mako:3:1 expected '% endif', got '% endfor'");
    EXPECT_EQ(error_of("% endif\n"), "script.py.mako:1:1 '% endif' without '% if'");
    EXPECT_EQ(error_of("% fro x in y:\n% endfor\n"), "script.py.mako:1:1 unknown control line '% fro'");
    EXPECT_EQ(error_of("<%include file=\"x\"/>\n"),
              "script.py.mako:1:1 orch does not know the tag '<%include>'");
    EXPECT_EQ(error_of("<%doc>\n"), "script.py.mako:1:1 '<%doc>' has no '</%doc>'");
    EXPECT_EQ(error_of("<%def name=\"f()\">\n"), "script.py.mako:1:1 '<%def>' has no '</%def>'");
    EXPECT_EQ(error_of("<% x = 1\n"), "script.py.mako:1:1 '<%' has no '%>'");
}

} // namespace
} // namespace orch::test
