// The keys of fleets: `targets`, `stages` and what each stage says.
#include "base/text.hpp"
#include "fleet/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::fleet {

namespace {

constexpr std::array stage_keys = {"match", "order", "parallel", "on_error", "max_failures", "canary"};

class Reader {
  public:
    Reader(const config::Config& config, const std::string& section, std::string name)
        : config_(config), section_(section), name_(std::move(name)) {}

    targets::Stage read() {
        targets::Stage stage;
        stage.name = name_;
        if (const auto value = find("match")) stage.match = config::as_list(*value, ", \n");
        if (const auto value = find("order")) stage.order = order(*value);
        stage.parallel = number("parallel", 1);
        stage.most_failures = number("max_failures", 0);
        stage.canary = number("canary", 0).value_or(0);
        if (const auto value = find("on_error")) {
            if (value->text != "continue" && value->text != "stop")
                throw Error(Fault::config, fmt::format("expected 'stop' or 'continue' in key '{}', got '{}'",
                                                       key("on_error"), value->text))
                    .at(value->place);
            stage.go_on = value->text == "continue";
        }
        return stage;
    }

  private:
    std::string key(const char* word) const { return fmt::format("stage.{}.{}", name_, word); }
    std::optional<config::Value> find(const char* word) const {
        return find_key(config_, section_, key(word));
    }
    targets::Stage::Order order(const config::Value& value) const {
        if (value.text == "listed") return targets::Stage::listed;
        if (value.text == "name") return targets::Stage::by_name;
        if (value.text == "reversed") return targets::Stage::reversed;
        throw Error(Fault::config,
                    fmt::format("expected 'listed', 'name' or 'reversed' in key '{}', got '{}'", key("order"),
                                value.text))
            .at(value.place);
    }
    std::optional<std::size_t> number(const char* word, long least) const {
        const auto value = find(word);
        if (!value) return std::nullopt;
        const long count = config::as_integer(*value, key(word));
        if (count < least)
            throw Error(Fault::config,
                        fmt::format("expected {} or more in key '{}', got '{}'", least, key(word), count))
                .at(value->place);
        return static_cast<std::size_t>(count);
    }

    const config::Config& config_;
    const std::string& section_;
    std::string name_;
};

void refuse_unknown(const config::Config& config, const std::string& where,
                    const std::vector<std::string>& names) {
    if (!config.has_section(where)) return;
    for (const std::string& key : config.keys(where)) {
        if (key.rfind("stage.", 0) != 0) continue;
        const std::size_t dot = key.rfind('.');
        const std::string name = dot > 5 ? key.substr(6, dot - 6) : "";
        const std::string word = key.substr(dot + 1);
        const bool known_word = std::ranges::find(stage_keys, word) != stage_keys.end();
        if (known_word && std::ranges::find(names, name) != names.end()) continue;
        Error error(Fault::config, known_word ? fmt::format("stage '{}' does not stand in 'stages'", name)
                                              : fmt::format("unknown key '{}'", key));
        if (!known_word)
            error.hint(fmt::format("a stage has {}", quoted_list({stage_keys.begin(), stage_keys.end()})));
        throw error.at(config.raw(where, key)->place);
    }
}

} // namespace

std::optional<targets::Source> target_source(const config::Config& config, const std::string& section) {
    const auto value = find_key(config, section, "targets");
    if (!value || trim(value->text).empty()) return std::nullopt;
    return targets::Source{value->text, value->place, config.here()};
}

std::vector<targets::Stage> stages(const config::Config& config, const std::string& section) {
    const auto value = find_key(config, section, "stages");
    const std::vector<std::string> names =
        value ? config::as_list(*value, ", \n") : std::vector<std::string>();
    for (const std::string& where : {section, std::string(shared_section)})
        refuse_unknown(config, where, names);
    std::vector<targets::Stage> found;
    for (const std::string& name : names) found.push_back(Reader(config, section, lower(name)).read());
    return found;
}

} // namespace orch::fleet
