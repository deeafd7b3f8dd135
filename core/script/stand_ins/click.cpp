#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::click = R"python(
def echo(message=None, file=None, nl=True, err=False, color=None):
    print("" if message is None else message, end="\n" if nl else "")

def style(text, **styles):
    return str(text)

def secho(message=None, file=None, nl=True, err=False, color=None, **styles):
    echo(message, nl=nl)

# Questions to a person, whom a revision does not have.
def confirm(text="", *args, **kwargs):
    raise NotImplementedError("a revision asks nobody, and this one does: " + str(text))

prompt = pause = getchar = edit = confirm
)python";
