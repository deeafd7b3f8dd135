// Which environment a table belongs to, and what the others may do to it.
#include "fleet/shop.hpp"

#include "fleet/run.hpp"
#include "fleet/who.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using runner::Move;
using test::Shop;
using testing::ElementsAre;
using testing::IsEmpty;

/// Two environments in one database.
class Who : public testing::Test {
  protected:
    Who() {
        shop.say("core", "version_table = core_versions");
        shop.say("mail", "version_table = mail_versions");
        shop.revision("core", "a", "");
    }
    std::string upgrade() {
        fleet::Project project = shop.project();
        try {
            fleet::check(fleet::run(project, {Move::upgrade, {"heads"}, false}, {}));
        } catch (const Error& error) {
            return error.message();
        }
        return "done";
    }
    std::vector<std::string> owners(const std::string& table) {
        fleet::Project project = shop.project();
        std::vector<std::string> out;
        for (const fleet::Owner& owner : fleet::who(project, table)) {
            std::string text = owner.environment + (owner.by_filter ? " selects" : "");
            if (owner.made_by) text += " makes " + *owner.made_by;
            for (const std::string& id : owner.used_by) text += " uses " + id;
            out.push_back(std::move(text));
        }
        return out;
    }
    Shop shop{{"core", "mail"}, "url = sqlite:///%(here)s/app.db"};
};

TEST_F(Who, makes_a_table_owns_it) {
    shop.revision("mail", "x", "", "",
                  "op.create_table('mail_x', sa.Column('id', sa.Integer, sa.ForeignKey('core_a.id')))");
    EXPECT_THAT(owners("core_a"), ElementsAre("core makes a", "mail uses x"));
    EXPECT_THAT(owners("nothing"), IsEmpty());
}

TEST_F(Who, selects_a_table_owns_it_more) {
    shop.say("mail", "include_object = table:core_*");
    EXPECT_THAT(owners("core_a"), ElementsAre("mail selects", "core makes a"));
}

TEST_F(Who, did_not_make_a_table_may_not_change_it) {
    shop.revision("mail", "x", "", "", "op.add_column('core_a', sa.Column('y', sa.Integer))");
    EXPECT_EQ(upgrade(), "add_column on table 'core_a', which belongs to environment 'core'");
    shop.options.allow_foreign = true;
    EXPECT_EQ(upgrade(), "done");
}

TEST_F(Who, selects_a_table_may_change_it) {
    shop.say("core", "include_object = table:core_*");
    shop.say("mail", "include_object = table:core_a");
    shop.revision("mail", "x", "", "", "op.add_column('core_a', sa.Column('y', sa.Integer))");
    EXPECT_EQ(upgrade(), "done");
}

TEST_F(Who, makes_a_table_of_a_name_that_both_make_may_change_it) {
    shop.revision("mail", "x", "", "",
                  "op.create_table('core_a', sa.Column('id', sa.Integer), if_not_exists=True)");
    EXPECT_EQ(upgrade(), "done");
}

TEST_F(Who, depends_on_nobody_is_warned_of_a_foreign_key) {
    shop.revision("mail", "x", "", "",
                  "op.create_table('mail_x', sa.Column('id', sa.Integer, sa.ForeignKey('core_a.id')))");
    testing::internal::CaptureStderr();
    EXPECT_EQ(upgrade(), "done");
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                testing::HasSubstr(
                    "a foreign key refers to table 'core_a' of environment 'core', and 'mail' does not "
                    "depend on it: add 'depends_on = core'"));
}

TEST_F(Who, depends_on_the_other_is_not_warned) {
    shop.say("mail", "depends_on = core");
    shop.revision("mail", "x", "", "",
                  "op.create_table('mail_x', sa.Column('id', sa.Integer, sa.ForeignKey('core_a.id')))");
    testing::internal::CaptureStderr();
    EXPECT_EQ(upgrade(), "done");
    EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::Not(testing::HasSubstr("foreign key")));
}

} // namespace
} // namespace orch
