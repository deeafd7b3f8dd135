"""Asks both tools for the graph of every tree of a folder: heads, branches, history, each with and without details.

    graphs_of_trees.py --orch PROGRAM --trees FOLDER [--ids 12 15 ...]

Needs the alembic package of the interpreter that runs it. Says for each tree what is not the same, and in the end how many
questions were. "Other order": the order in which Alembic prints the children of a branch point is that of a Python set.
"""
import argparse
import collections
import sys
import tempfile
from pathlib import Path

import public_trees
from tools import Alembic, Orch

QUESTIONS = (("heads",), ("heads", "--resolve-dependencies"), ("heads", "-v"), ("branches",), ("branches", "-v"), ("history",),
             ("history", "-v"), ("history", "-r", "base:heads"))


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
        alembic, orch = Alembic(ini), Orch(program, ini)
        known = set(sys.modules)
        for words in QUESTIONS:
            theirs, ours = alembic.run(*words), orch.run(*words)
            found = verdict(theirs, ours)
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
