#include "base/command_line.hpp"

#include "base/text.hpp"
#include "base/url.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace orch {

namespace {

/// One word of a command line, and how much of the quoted value that begins in it is still to come.
class CommandMask {
  public:
    /// Nothing for a word inside of a secret with spaces.
    std::optional<std::string> shown(const std::string& word) {
        if (quote_ != 0) {
            if (word.ends_with(quote_)) quote_ = 0;
            return std::nullopt;
        }
        const std::string before = std::exchange(option_, {});
        if (word.starts_with('-') && word.find('=') == std::string::npos) option_ = word;
        if (!word.starts_with('-') && !before.empty() && names_secret(before)) return hide_whole(word);
        if ((before == "-u" || before == "--user") && word.find(':') != std::string::npos)
            return word.substr(0, word.find(':') + 1) + hide_whole(word.substr(word.find(':') + 1));
        const std::size_t equals = word.find('=');
        if (equals != std::string::npos && names_secret(word.substr(0, equals)))
            return word.substr(0, equals + 1) + hide_whole(word.substr(equals + 1));
        if (word.size() > 2 && word.starts_with("-p") && word[2] != '=')
            return "-p" + hide_whole(word.substr(2));
        return word.find("://") == std::string::npos && word.find('@') == std::string::npos ? word
                                                                                            : mask_url(word);
    }

  private:
    std::string hide_whole(const std::string& value) {
        const bool quoted = value.starts_with('\'') || value.starts_with('"');
        if (quoted && (value.size() == 1 || value.back() != value.front())) quote_ = value.front();
        return value.empty() ? value : std::string("***");
    }

    std::string option_;
    char quote_ = 0;
};

} // namespace

std::string mask_command(std::string_view command) {
    CommandMask mask;
    std::vector<std::string> words;
    for (const std::string& word : split(command, ' '))
        if (auto shown = mask.shown(word)) words.push_back(std::move(*shown));
    return join(words, " ");
}

} // namespace orch
