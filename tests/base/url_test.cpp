// Database URLs: what SQLAlchemy reads is read alike, and no password comes out again.
#include "base/url.hpp"

#include "base/command_line.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using namespace orch;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

std::string error_of(std::string_view url) {
    try {
        parse_url(url);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::config);
        return render(error);
    }
    return "(no error)";
}

std::string digits(std::string_view text) {
    std::string out = "-";
    for (const char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

/// In the words of the oracle.
std::string ours(const std::string& text) {
    Url url;
    try {
        url = parse_url(text);
    } catch (const Error&) {
        return "error";
    }
    std::stable_sort(url.query.begin(), url.query.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> parts{
        url.scheme, url.driver, url.user, url.password, url.host, std::to_string(url.port), url.database};
    for (const auto& [key, value] : url.query) parts.insert(parts.end(), {key, value});
    for (std::string& part : parts) part = digits(part);
    return join(parts, " ");
}

TEST(Url, agrees_with_sqlalchemy_on_every_line_of_the_table) {
    std::vector<std::string> urls;
    for (const std::string& line : split(read_file(std::string(TEST_DATA) + "/urls.txt"), '\n'))
        if (!line.empty() && line[0] != '#') urls.push_back(line);
    const fs::path answers = fs::temp_directory_path() / fmt::format("orch-urls-{}", ::getpid());
    const std::string command =
        fmt::format("grep -v '^#' {0}/urls.txt | grep . | /usr/bin/python3 {0}/url_oracle.py > {1}",
                    TEST_DATA, answers.string());
    ASSERT_EQ(std::system(command.c_str()), 0);
    const std::vector<std::string> theirs = split(trim(read_file(answers)), '\n');
    fs::remove(answers);
    ASSERT_EQ(theirs.size(), urls.size());
    for (std::size_t i = 0; i < urls.size(); ++i) {
        EXPECT_NE(theirs[i], "error") << urls[i];
        EXPECT_EQ(ours(urls[i]), theirs[i]) << urls[i];
    }
}

TEST(Url, reads_all_parts) {
    const Url url = parse_url("PostgreSQL+psycopg2://sc%6ftt:t%69ger@db.example.org:5433/app?a=1&b=x+y&a=2");
    EXPECT_EQ(url.scheme, "postgresql");
    EXPECT_EQ(url.driver, "psycopg2");
    EXPECT_EQ(url.user, "scott");
    EXPECT_EQ(url.password, "tiger");
    EXPECT_EQ(url.host, "db.example.org");
    EXPECT_EQ(url.port, 5433);
    EXPECT_EQ(url.database, "app");
    EXPECT_EQ(url.option("a"), "2");
    EXPECT_EQ(url.option("b"), "x y");
    EXPECT_EQ(url.option("c"), std::nullopt);
}

// Where SQLAlchemy takes "ss@host" for the host or fails, there is only one thing that can be meant.
TEST(Url, takes_a_raw_at_sign_as_part_of_the_password) {
    for (const char* text : {"x://u:p@ss@h:1/d", "x://u:p@ss:@h:1/d"}) {
        const Url url = parse_url(text);
        EXPECT_THAT(url.password, ::testing::StartsWith("p@ss"));
        EXPECT_EQ(url.host, "h");
        EXPECT_EQ(url.port, 1);
        EXPECT_EQ(url.database, "d");
    }
}

TEST(Url, takes_an_empty_port_for_none) { EXPECT_EQ(parse_url("x://h:/d").port, 0); }

struct Row {
    const char* url;
    const char* error;
};

TEST(Url, says_what_is_wrong) {
    const Row rows[] = {
        {"", "cannot read the URL '': '://' is missing"},
        {"app.db", "cannot read the URL 'app.db': '://' is missing"},
        {"sqlite:/app.db", "'://' is missing"},
        {"://h/d", "expected a dialect of letters and digits before '://'"},
        {"post gres://h", "expected a dialect of letters and digits"},
        {"my-sql://h", "expected a dialect of letters and digits"},
        {"+psycopg2://h", "the dialect before '+' is missing"},
        {"x://h:port/d", "expected a port number from 1 to 65535"},
        {"x://h:0/d", "expected a port number"},
        {"x://h:65536/d", "expected a port number"},
        {"x://h:-1/d", "expected a port number"},
        {"x://h:99999999999999999999/d", "expected a port number"},
        {"x://[::1/d", "the '[' of the host's address is not closed"},
        {"x://[::1]z/d", "expected ':' or '/' after the host's ']'"},
        {"x://u:%ff@h", "the password does not decode to UTF-8 text"},
        {"x://%00:p@h", "the user does not decode to UTF-8 text"},
        {"x://h/d?a=%c3", "the query does not decode to UTF-8 text"},
        {"x://h/d\nb", "a line break or another control character"},
    };
    for (const Row& row : rows) EXPECT_THAT(error_of(row.url), HasSubstr(row.error)) << row.url;
    EXPECT_THAT(error_of("app.db"), HasSubstr("hint: expected 'dialect://"));
}

TEST(MaskedUrl, shows_everything_but_secrets) {
    const Row rows[] = {
        {"postgresql+psycopg2://scott:tiger@localhost:5432/app",
         "postgresql+psycopg2://scott:***@localhost:5432/app"},
        {"postgresql://scott@localhost/app", "postgresql://scott@localhost/app"},
        {"postgresql://:tiger@localhost", "postgresql://:***@localhost"},
        {"postgresql://sc%40tt:tiger@[::1]:1/app", "postgresql://sc%40tt:***@[::1]:1/app"},
        {"sqlite://", "sqlite://"},
        {"sqlite:///a b.db", "sqlite:///a b.db"},
        {"sqlite:////abs/a.db", "sqlite:////abs/a.db"},
        {"sqlite:///:memory:", "sqlite:///:memory:"},
        {"sqlite:///file:a.db?mode=ro&uri=true", "sqlite:///file:a.db?mode=ro&uri=true"},
        {"x://h/d?password=tiger&a=1&sslpassword=tiger&api_key=tiger",
         "x://h/d?password=***&a=1&sslpassword=***&api_key=***"},
        {"x://h/d?p%61ssword=tiger", "x://h/d?password=***"},
        {"x://u:a/tiger@h/d", "x://u:***@h/d"},
        {"x://u:a@tiger@h/d", "x://u:***@h/d"},
        {"x://u:a@ti/ger@h/d", "x://u:***@h/d"},
        {"x:///u:tiger@h/d", "x:///u:***@h/d"},
    };
    for (const Row& row : rows) EXPECT_EQ(masked(parse_url(row.url)), row.error) << row.url;
}

TEST(MaskedUrl, hides_what_may_be_a_password_in_any_text) {
    const Row rows[] = {
        {"postgresql://scott:tiger@localhost/app", "postgresql://scott:***@localhost/app"},
        {"postgresql://scott:t:i@g/er@localhost/app", "postgresql://scott:***@localhost/app"},
        {"postgresql:/scott:tiger@localhost/app", "postgresql:***@localhost/app"},
        {"postgresql//scott:tiger@localhost/app", "postgresql//scott:***@localhost/app"},
        {"scott:tiger@localhost", "scott:***@localhost"},
        {"postgresql://scott:tiger", "postgresql://scott:***"},
        {"postgresql://scott:tiger/app", "postgresql://scott:***"},
        {"postgresql://localhost:5432/app", "postgresql://localhost:5432/app"},
        {"postgresql://[::1]:5432/app", "postgresql://[::1]:5432/app"},
        {"postgresql://[::1]:tiger", "postgresql://[::1]:***"},
        {"localhost:tiger", "localhost:***"},
        {"x://h/d?password=tiger&y", "x://h/d?password=***&y"},
        {"app.db", "app.db"},
        {"", ""},
    };
    for (const Row& row : rows) EXPECT_EQ(mask_url(row.url), row.error) << row.url;
}

TEST(MaskedUrl, knows_keys_that_name_secrets) {
    for (const char* key : {"password", "sslpassword", "PASSWD", "token", "access_token", "client_secret",
                            "key", "api_key", "apikey"})
        EXPECT_TRUE(names_secret(key)) << key;
    for (const char* key : {"url", "user", "sslkey", "keys", "keepalives", "timezone", "passive"})
        EXPECT_FALSE(names_secret(key)) << key;
}

/// The same choices in every run.
class Chance {
  public:
    std::size_t below(std::size_t limit) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::size_t>(state_ >> 33) % limit;
    }

  private:
    std::uint64_t state_ = 42;
};

// A URL with a password is broken in one place outside of it, and must not give the password away, whatever
// it is taken for. "Tiger" stands in for each part of the password.
TEST(MaskedUrl, never_gives_a_password_away) {
    const std::vector<std::string> passwords{"Tiger",    "Ti:Tiger", "Ti@Tiger", "Tiger/Ti", "a?Tiger",
                                             "%40Tiger", "Tiger#",   "[Tiger]",  "Tiger%zz", "Ti&Tiger=1"};
    const std::vector<std::string> urls{"postgresql+psycopg2://scott:{}@localhost:5432/app?a=1",
                                        "mysql://scott:{}@[::1]/app", "x://:{}@/app?host=/run",
                                        "x://scott:{}@h", "x://h/app?a=1&password={}"};
    const std::string bytes = "/:@?#[]% =&\n\x01+x1";
    Chance chance;
    std::size_t refused = 0;
    for (int i = 0; i < 50000; ++i) {
        const std::string& frame = urls[chance.below(urls.size())];
        const std::size_t hole = frame.find("{}");
        const std::string& password = passwords[chance.below(passwords.size())];
        // In a query an '&' ends the value, and an '@' may end what SQLAlchemy takes for the user's password.
        if (hole > frame.find('?') && password.find_first_of("&@") != std::string::npos) continue;
        std::string before = frame.substr(0, hole), after = frame.substr(hole + 2);
        std::string& side = chance.below(2) || after.empty() ? before : after;
        const std::size_t at = chance.below(side.size());
        // Nothing but the ':' before it tells a password from a user, nothing but its key in a query, and
        // nothing but the last '@' one that holds an '@' from a host.
        const bool needed = (&side == &before && at + 1 == side.size()) || hole > frame.find('?') ||
                            (side[at] == '@' && password.find('@') != std::string::npos);
        if (chance.below(2) || needed)
            side.insert(at, 1, bytes[chance.below(bytes.size())]);
        else
            side.erase(at, 1);
        const std::string text = before + password + after;
        if (hole > frame.find('?') && before.find("password=") == std::string::npos) continue;
        EXPECT_THAT(mask_url(text), Not(HasSubstr("Tiger"))) << text;
        try {
            EXPECT_THAT(masked(parse_url(text)), Not(HasSubstr("Tiger"))) << text;
        } catch (const Error& error) {
            ++refused;
            EXPECT_THAT(render(error), Not(HasSubstr("Tiger"))) << text;
        }
        if (HasFailure()) break;
    }
    EXPECT_GT(refused, 1000u);
}

TEST(CommandLine, is_shown_without_its_secrets) {
    const std::pair<const char*, const char*> cases[] = {
        {"cat tenants.txt", "cat tenants.txt"},
        {"PGPASSWORD=tiger psql -At -c 'SELECT 1'", "PGPASSWORD=*** psql -At -c 'SELECT 1'"},
        {"API_TOKEN='ti ger' list", "API_TOKEN=*** list"},
        {"list --token tiger --region eu", "list --token *** --region eu"},
        {"list --password=tiger", "list --password=***"},
        {"mysql -ptiger -e x", "mysql -p*** -e x"},
        {"curl -u scott:tiger http://host/list", "curl -u scott:*** http://host/list"},
        {"psql postgresql://scott:tiger@host/app", "psql postgresql://scott:***@host/app"},
        {"exec:SECRET=tiger true", "exec:SECRET=*** true"},
    };
    for (const auto& [command, shown] : cases) EXPECT_EQ(mask_command(command), shown);
}

} // namespace
