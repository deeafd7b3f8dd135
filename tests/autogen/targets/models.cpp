// The same schema as models.py.
#include "autogen/models.hpp"

using namespace orch::models;

ORCH_MODELS(schema) {
    auto account = schema.table("account");
    account.column("id", integer()).primary_key();
    account.column("name", string(50)).required().unique();
    account.column("state", enumeration("state", {"on", "off"})).required().default_value("on");
    account.column("active", boolean()).required();
    account.column("created", date_time()).default_sql("CURRENT_TIMESTAMP");
    account.column("born", date());
    account.column("settings", json());
    account.column("picture", binary());

    auto line = schema.table("line");
    line.column("account_id", integer()).primary_key().references("account.id").on_delete("CASCADE");
    line.column("number", integer()).primary_key();
    line.column("amount", numeric(10, 2)).required().default_value("0");
    line.column("doubled", numeric(12, 2)).computed("amount * 2", true);
    line.column("note", text());
    line.column("parent_id", integer());
    line.check("amount >= 0", "positive");
    line.unique({"account_id", "amount"}, "uq_line_amount");
    line.index("ix_line_amount", {"amount", "number"});

    auto node = schema.table("node");
    node.column("id", big_integer()).primary_key().counted(false);
    node.column("parent_id", big_integer()).references("node.id", "fk_node_parent").indexed();
    node.column("weight", real());
    node.column("at", time());
    node.column("rank", small_integer()).unique().indexed();
}
