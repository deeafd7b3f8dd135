"""Asks both tools for the graph of every tree of a folder: heads, branches, history, each with and without details.

    graphs_of_trees.py --orch PROGRAM --trees FOLDER [--ids 12 15 ...]

Needs the alembic package of the interpreter that runs it. Alembic gets copies with nothing but the heads of the files, since it
runs what it reads, and some want their application. Says for each tree what is not the same, and in the end how many questions
were. "Other order": Alembic prints the children of a branch point in the order of a Python set; asked again with other hash
seeds it printed each line that orch prints ("the same by chance"), or never did.
"""
import argparse
import ast
import collections
import contextlib
import sys
import tempfile
from pathlib import Path

import public_trees
from tools import Alembic, Orch, OtherAlembic

QUESTIONS = (("heads",), ("heads", "--resolve-dependencies"), ("heads", "-v"), ("branches",), ("branches", "-v"), ("history",),
             ("history", "-v"), ("history", "-r", "base:heads"))


HEAD = {"revision", "down_revision", "branch_labels", "depends_on"}
SEEDS = range(1, 25)


def head_of(text):
    """The file without its functions, where its head is made of literals; else the file."""
    body = ast.parse(text).body
    kept = ["\"\"\"" + ast.get_docstring(ast.Module(body, []), clean=False).replace("\\", "\\\\") + "\"\"\""] \
        if ast.get_docstring(ast.Module(body, [])) else []
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        names = {target.id for target in targets if isinstance(target, ast.Name)} & HEAD
        if names and node.value is not None:
            kept.append(f"{names.pop()} = {ast.literal_eval(node.value)!r}")
    return "\n".join(kept) + "\n"


class Heads:
    """A copy of a tree whose files hold only what the graph is made of."""

    def __init__(self, tree, work):
        self.places = {}  # the copy of a folder -> the folder
        for number, folder in enumerate(tree.locations()):
            copy = work / f"heads_{number}"
            copy.mkdir()
            self.places[str(copy)] = str(folder)
            for path in sorted(folder.glob("*.py")):
                text = path.read_text(errors="replace")
                with contextlib.suppress(ValueError, SyntaxError):
                    text = head_of(text)
                (copy / path.name).write_text(text)

    def named_as_they_were(self, out):
        for copy, folder in self.places.items():
            out = out.replace(copy + "/", folder + "/")
        return out


def seen_with_other_seeds(heads, ini, words, ours):
    """Whether each line of orch's is one that Alembic prints too, with one hash seed or another."""
    missing = set(ours.out.splitlines())
    for seed in SEEDS:
        missing -= set(heads.named_as_they_were(OtherAlembic(ini, seed).run(*words).out).splitlines())
        if not missing:
            return True
    return False


def verdict(alembic, orch):
    if not alembic.ok and not orch.ok:
        return "both refuse"
    if not alembic.ok:
        return "Alembic fails"
    if not orch.ok:
        return "orch fails"
    if alembic.out == orch.out:
        return "same"
    words = [sorted(outcome.out.replace(",", " ").split()) for outcome in (alembic, orch)]
    return "other order" if words[0] == words[1] else "differs"


def first_difference(alembic, orch):
    for one, other in zip(alembic.out.splitlines() + ["<end>"], orch.out.splitlines() + ["<end>"]):
        if one != other:
            return f"    alembic: {one}\n    orch:    {other}"
    return ""


def ask(tree, program, counts):
    with tempfile.TemporaryDirectory() as work:
        ini = tree.write_ini(Path(work), **{"sqlalchemy.url": "sqlite://"})
        heads = Heads(tree, Path(work))
        (Path(work) / "alembic").mkdir()
        heads_ini = tree.write_ini(Path(work) / "alembic", **{"sqlalchemy.url": "sqlite://", "version_locations": ":".join(heads.places)})
        alembic, orch = Alembic(heads_ini), Orch(program, ini)
        known = set(sys.modules)
        for words in QUESTIONS:
            theirs, ours = alembic.run(*words), orch.run(*words)
            theirs.out = heads.named_as_they_were(theirs.out)
            found = verdict(theirs, ours)
            if found == "other order":
                if seen_with_other_seeds(heads, heads_ini, words, ours):
                    found = "the same by chance"
                else:
                    print(f"{tree.name}: {' '.join(words)}: {found}\n{first_difference(theirs, ours)}")
            counts[found] += 1
            if found in ("differs", "orch fails", "Alembic fails"):
                why = {"orch fails": ours.why, "Alembic fails": theirs.why}.get(found, "")
                print(f"{tree.name}: {' '.join(words)}: {found} {why.strip()[:300]}\n{first_difference(theirs, ours) if not why else ''}")
        for name in set(sys.modules) - known:
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(tree.folder)):
                del sys.modules[name]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orch", required=True)
    parser.add_argument("--trees", required=True, type=Path)
    parser.add_argument("--ids", nargs="*")
    options = parser.parse_args()
    public_trees.stand_in_for_missing_packages(public_trees.Anything)
    counts = collections.Counter()
    for tree in public_trees.trees(options.trees, options.ids):
        ask(tree, options.orch, counts)
    print(", ".join(f"{kind}: {count}" for kind, count in counts.most_common()))


if __name__ == "__main__":
    main()
