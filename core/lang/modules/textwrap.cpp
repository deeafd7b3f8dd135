// textwrap, in the language itself.

#include "lang/modules/modules.hpp"

namespace orch::lang {

void load_textwrap(ModuleBuilder& module) {
    define(module, R"python(
def dedent(text):
    lines = text.split("\n")
    lines = [line if line.strip(" \t") else "" for line in lines]
    margin = None
    for line in lines:
        if not line:
            continue
        indent = line[:len(line) - len(line.lstrip(" \t"))]
        if margin is None:
            margin = indent
        else:
            while not indent.startswith(margin):
                margin = margin[:-1]
    if margin:
        lines = [line[len(margin):] if line else line for line in lines]
    return "\n".join(lines)

def indent(text, prefix, predicate=None):
    if predicate is None:
        predicate = lambda line: line.strip()
    return "".join(prefix + line if predicate(line) else line for line in text.splitlines(True))

def wrap(text, width=70, initial_indent="", subsequent_indent="", break_long_words=True, **kw):
    words = text.split()
    lines = []
    line = initial_indent
    empty = True
    while words:
        word = words.pop(0)
        space = "" if empty else " "
        if len(line) + len(space) + len(word) <= width:
            line += space + word
            empty = False
            continue
        if not empty:
            lines.append(line)
            line = subsequent_indent
            empty = True
            words.insert(0, word)
            continue
        room = max(width - len(line), 1)
        if break_long_words:
            lines.append(line + word[:room])
            words.insert(0, word[room:])
            line = subsequent_indent
            if not words[0]:
                words.pop(0)
        else:
            lines.append(line + word)
            line = subsequent_indent
    if not empty:
        lines.append(line)
    return lines

def fill(text, width=70, **kw):
    return "\n".join(wrap(text, width, **kw))

def shorten(text, width, placeholder=" [...]", **kw):
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    out = ""
    for word in text.split():
        longer = out + (" " if out else "") + word
        if len(longer) + len(placeholder) > width:
            break
        out = longer
    return out + placeholder if out else placeholder.lstrip()
)python");
}

} // namespace orch::lang
