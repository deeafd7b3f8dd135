#include "command.hpp"

namespace orch::cli {

extern const Command init_command, list_templates_command, revision_command, merge_command, edit_command,
    upgrade_command, downgrade_command, plan_command, apply_command, stamp_command, ensure_version_command,
    unlock_command, resume_command, resolve_command, status_command, current_command, check_command,
    inspect_command, diff_command, heads_command, branches_command, history_command, show_command,
    runs_command, who_command, validate_command, repair_command, doctor_command, adopt_command,
    plugins_command;

const std::vector<const Command*>& commands() {
    static const std::vector<const Command*> all = {
        &init_command,     &list_templates_command, &revision_command,       &merge_command,
        &edit_command,     &upgrade_command,        &downgrade_command,      &plan_command,
        &apply_command,    &stamp_command,          &ensure_version_command, &unlock_command,
        &resume_command,   &resolve_command,        &status_command,         &current_command,
        &check_command,    &inspect_command,        &diff_command,           &heads_command,
        &branches_command, &history_command,        &show_command,           &runs_command,
        &who_command,      &validate_command,       &repair_command,         &doctor_command,
        &adopt_command,    &plugins_command,
    };
    return all;
}

} // namespace orch::cli
