// The scan of a revision file's head.

#include "lang/head.hpp"

#include <array>
#include <gtest/gtest.h>

namespace orch::lang {
namespace {

constexpr std::array<std::string_view, 5> names = {"revision", "down_revision", "branch_labels", "depends_on",
                                                   "requires"};

Head head_of(std::string_view text) { return scan_head(text, names, "versions/x.py"); }

/// "ae10 <- 1975 | (a, b) | None": what a head says, briefly.
std::string shown(const HeadEntry& entry) {
    if (!entry.found) return "-";
    switch (entry.value.kind) {
    case Literal::Kind::none: return "None";
    case Literal::Kind::boolean: return entry.value.truth ? "True" : "False";
    case Literal::Kind::integer: return "int " + entry.value.text;
    case Literal::Kind::string: return entry.value.text;
    case Literal::Kind::sequence: break;
    }
    std::string out = "(";
    for (const std::string& item : entry.value.items) out += (out.size() > 1 ? ", " : "") + item;
    return out + ")";
}

std::string shown(const Head& head) {
    std::string out;
    for (const HeadEntry& entry : head.entries) out += (out.empty() ? "" : " | ") + shown(entry);
    return out;
}

struct Case {
    const char* name;
    const char* text;
    const char* expected;
};

const Case cases[] = {
    {"plain", "revision = 'a'\ndown_revision = 'b'\nbranch_labels = None\ndepends_on = None\n",
     "a | b | None | None | -"},
    {"typed",
     "revision: str = 'a'\ndown_revision: Union[str, None] = 'b'\nbranch_labels: Union[str, Sequence[str], "
     "None] = ('x',)\n",
     "a | b | (x) | - | -"},
    {"typed_without_a_value", "revision: str\nrevision = 'a'\n", "a | - | - | - | -"},
    {"double_quotes_and_comments", "revision = \"a\"  # the id\ndown_revision = None # first\n",
     "a | None | - | - | -"},
    {"bare_tuple", "revision = 'm'\ndown_revision = 'a', 'b'\n", "m | (a, b) | - | - | -"},
    {"tuple_over_several_lines",
     "revision = 'm'\ndown_revision = (\n    'a',  # one\n    # two\n    'b',\n)\n",
     "m | (a, b) | - | - | -"},
    {"lists_and_sets", "revision = 'm'\nbranch_labels = ['x']\ndepends_on = {'p', 'q'}\n",
     "m | - | (x) | (p, q) | -"},
    {"parentheses_around_one_string", "revision = ('a')\ndown_revision = (('b'))\n", "a | b | - | - | -"},
    {"empty_sequences", "revision = 'a'\nbranch_labels = ()\ndepends_on = []\n", "a | - | () | () | -"},
    {"none_items_are_left_out", "revision = 'a'\ndepends_on = (None, 'b')\n", "a | - | - | (b) | -"},
    {"implicit_concatenation", "revision = 'a' \"b\" '''c'''\ndown_revision = ('d'\n  'e')\n",
     "abc | de | - | - | -"},
    {"prefixes_and_escapes", "revision = u'a'\ndown_revision = r'b\\n'\ndepends_on = '\\x41\\u00e9'\n",
     "a | b\\n | - | A\xc3\xa9 | -"},
    {"f_string_without_fields", "revision = f'a'\n", "a | - | - | - | -"},
    {"numbers_and_booleans", "revision = 12\ndown_revision = True\n", "int 12 | True | - | - | -"},
    {"the_last_one_counts", "revision = 'a'\nrevision = 'b'\n", "b | - | - | - | -"},
    {"crlf_and_byte_order_mark", "\xef\xbb\xbfrevision = 'a'\r\ndown_revision = (\r\n 'b',\r\n)\r\n",
     "a | (b) | - | - | -"},
    {"line_continuation", "revision = \\\n    'a'\n", "a | - | - | - | -"},
    {"no_end_of_line", "revision = 'a'", "a | - | - | - | -"},
    {"semicolon", "revision = 'a'; x = 1\n", "a | - | - | - | -"},
    {"inside_a_docstring", "\"\"\"doc\nrevision = 'wrong'\n\"\"\"\nrevision = 'a'\n", "a | - | - | - | -"},
    {"inside_another_string", "x = '''\nrevision = 'wrong'\n'''\nrevision = 'a'\n", "a | - | - | - | -"},
    {"inside_brackets", "x = [\nrevision == 'wrong',\n]\nrevision = 'a'\n", "a | - | - | - | -"},
    {"indented", "if x:\n    revision = 'wrong'\nrevision = 'a'\n", "a | - | - | - | -"},
    {"other_uses_of_the_names",
     "revision.x = 1\nrevision == 'x'\nrevision()\nrevisions = 'x'\nrevision = 'a'\n", "a | - | - | - | -"},
    {"behind_a_definition", "def f():\n    pass\nrevision = 'a'\nclass B: pass\ndown_revision = 'b'\n",
     "a | b | - | - | -"},
    {"in_a_string_of_a_definition",
     "revision = 'a'\ndef f():\n    x = '''\nrevision = 'wrong'\ndown_revision = 'wrong'\n'''\n",
     "a | - | - | - | -"},
    {"in_a_string_and_then_for_real",
     "def f():\n    x = \"\"\"\nrevision = 'wrong'\n\"\"\"\nrevision = 'a'\n", "a | - | - | - | -"},
    {"decorators_and_async", "revision = 'a'\n@x\ndef f(): pass\nasync def g(): pass\ndepends_on = 'd'\n",
     "a | - | - | d | -"},
    {"rest_of_the_file_may_be_anything", "revision = 'a'\ndef upgrade(:\n  $$$ ''' \" (\n",
     "a | - | - | - | -"},
    {"environments", "revision = 'a'\nrequires = ('core@1975ea83b712',)\n",
     "a | - | - | - | (core@1975ea83b712)"},
    {"empty", "", "- | - | - | - | -"},
    {"only_a_comment", "# revision = 'a'", "- | - | - | - | -"},
};

class HeadCases : public testing::TestWithParam<Case> {};
TEST_P(HeadCases, are_read) {
    EXPECT_EQ(shown(head_of(GetParam().text)), GetParam().expected) << GetParam().text;
}
INSTANTIATE_TEST_SUITE_P(scan, HeadCases, testing::ValuesIn(cases),
                         [](const auto& test) { return test.param.name; });

TEST(Head, finds_the_docstring) {
    EXPECT_EQ(head_of("\"\"\"create account\n\nRevision ID: a\n\"\"\"\nrevision = 'a'\n").docstring,
              "create account\n\nRevision ID: a\n");
    EXPECT_EQ(head_of("# comment\n\n'it\\'s'\nrevision = 'a'\n").docstring, "it's");
    EXPECT_EQ(head_of("r'''a\\b'''\n").docstring, "a\\b");
    EXPECT_FALSE(head_of("revision = 'a'\n'late'\n").has_docstring);
    EXPECT_FALSE(head_of("import x\n'late'\n").has_docstring);
    EXPECT_TRUE(head_of("''\n").has_docstring);
}

struct Refused {
    const char* text;
    const char* message;
    int line;
    int column;
};
const Refused refusals[] = {
    {"revision = make_id()\n", "'revision' is not a literal", 1, 12},
    {"x = 1\ndown_revision = other\n", "'down_revision' is not a literal", 2, 17},
    {"revision = 'a' + 'b'\n", "'revision' is not a literal", 1, 12},
    {"revision = 'a%s' % x\n", "'revision' is not a literal", 1, 12},
    {"revision = f'{x}'\n", "'revision' is not a literal", 1, 12},
    {"revision = b'a'\n", "'revision' is not a literal", 1, 12},
    {"depends_on = ('a', x)\n", "'depends_on' is not a literal", 1, 14},
    {"depends_on = {'a': 1}\n", "'depends_on' is not a literal", 1, 14},
    {"revision = 'a\n", "the string that begins here is never closed", 1, 12},
    {"revision = ('a', 'b)\n", "the string that begins here is never closed", 1, 18},
    {"\"\"\"create account\nrevision = 'a'\n", "the string that begins here is never closed", 1, 1},
    {"x = 1\ny = r\"\"\"b\nrevision = 'a'\n", "the string that begins here is never closed", 2, 6},
    {"revision = ('a'\n", "'revision' is not a literal", 1, 12},
    {"revision =\n", "'revision' is not a literal", 1, 11},
    {"revision = other = 'a'\n", "'revision' is not a literal", 1, 12},
    {"revision, down_revision = 'a', 'b'\n", "'revision' is assigned together with other names", 1, 9},
    {"def f(): pass\nrevision = f()\n", "'revision' is not a literal", 2, 12},
};

TEST(Head, refuses_what_is_no_literal_at_its_place) {
    for (const Refused& refused : refusals) {
        try {
            head_of(refused.text);
            ADD_FAILURE() << "accepted: " << refused.text;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::script);
            EXPECT_EQ(error.message(), refused.message);
            ASSERT_TRUE(error.place());
            EXPECT_EQ(error.place()->file, "versions/x.py");
            EXPECT_EQ(error.place()->line, refused.line) << refused.text;
            EXPECT_EQ(error.place()->column, refused.column) << refused.text;
        }
    }
}

TEST(Head, knows_where_its_values_stand) {
    const std::string_view text = "\"\"\"x\"\"\"\nrevision: str = 'ae10'\n";
    const Head head = head_of(text);
    const Place place = place_in("x.py", text, head.entries[0].begin, head.entries[0].end);
    EXPECT_EQ(place, (Place{"x.py", 2, 17, 6, "revision: str = 'ae10'"}));
}

TEST(Head, survives_every_prefix_and_garbage) {
    const std::string text = "\xef\xbb\xbf\"\"\"doc \\\" é\"\"\"\nfrom x import (a,\n b)\nrevision: "
                             "Dict['a', (1)] = 'a' \\\n 'b' # c\ndown_revision = ['x', ('y'), "
                             "None,]\n@d\ndef f(): '''\nrevision = 'q\n'''\nrevision = (\n'z'\n)\n";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        try {
            head_of(std::string_view(text).substr(0, size));
        } catch (const Error&) {
        }
    }
    std::string noise;
    std::uint32_t state = 1;
    for (int round = 0; round < 2000; ++round) {
        noise.clear();
        for (int i = 0; i < 60; ++i) {
            state = state * 1664525 + 1013904223;
            noise += "revision=:'\"\\()[]{},#\n\r rdebf@\xff"[state >> 24 & 31];
        }
        try {
            head_of(noise);
        } catch (const Error&) {
        }
    }
}

TEST(Head, places_lines_and_columns) {
    const std::string_view text = "one\n  tw\xc3\xb6 x\r\nthree";
    EXPECT_EQ(place_in("f", text, 6, 10), (Place{"f", 2, 3, 3, "  tw\xc3\xb6 x"}));
    EXPECT_EQ(place_in("f", text, 11, 12).column, 7);
    EXPECT_EQ(place_in("f", text, 0, 100).width, 3);
    EXPECT_EQ(place_in("f", text, text.size(), text.size()).line, 3);
    EXPECT_EQ(place_in("f", text, 0, 1, 10).line, 10);
    EXPECT_EQ(place_in("f", "", 0, 0).line, 1);
}

} // namespace
} // namespace orch::lang
