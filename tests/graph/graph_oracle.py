#!/usr/bin/python3
"""Asks Alembic and orch the same questions about random graphs of revisions, and compares the answers.

    graph_oracle.py build/tests/graph_answers [--cases 2000] [--seed 1] [--only N] [--verbose]

Alembic is the installed one (Debian's 1.8.1), used as a library: RevisionMap, ScriptDirectory's plans and the steps of
MigrationContext, without files and without a database. Where its answers depend on the order of a Python set, the
functions below put them into the order in which the ids are written, so that both sides have one answer.

A difference is a failure unless a rule of JUSTIFIED explains it.
"""
import argparse
import json
import random
import re
import subprocess
import sys
import types
import warnings

from alembic import util
from alembic.runtime import migration
from alembic.script import base as script_base
from alembic.script import revision as alembic_revision

warnings.simplefilter("ignore")


# ---- Alembic without files and database -------------------------------------------------------------------------------

class Revision(alembic_revision.Revision):
    module = types.SimpleNamespace(upgrade=lambda: None, downgrade=lambda: None)
    doc = ""


class RevisionMap(alembic_revision.RevisionMap):
    def _normalize_depends_on(self, revisions, map_):
        super()._normalize_depends_on(revisions, map_)
        for rev in revisions:
            kept = set(rev._normalized_resolved_dependencies)
            rev._normalized_resolved_dependencies = tuple(
                d for d in util.dedupe_tuple(rev._resolved_dependencies) if d in kept)


def in_written_order(original):
    def ordered(self, heads):
        to_revisions = original(self, heads)
        return tuple(r for r in self.to_revisions if r in to_revisions)
    return ordered


def merge_in_written_order(original):
    def ordered(self, heads):
        deleted, updated, to = original(self, heads)
        rows = [r for r in self.from_revisions if r in deleted or r == updated]
        return rows[:-1], rows[-1], to
    return ordered


migration.RevisionStep._unmerge_to_revisions = in_written_order(migration.RevisionStep._unmerge_to_revisions)
migration.RevisionStep.merge_branch_idents = merge_in_written_order(migration.RevisionStep.merge_branch_idents)


class Heads(migration.HeadMaintainer):
    """Keeps the rows and the changes instead of running SQL."""

    def __init__(self, heads):
        super().__init__(None, heads)
        self.changes = []

    def _insert_version(self, version):
        assert version not in self.heads
        self.heads.add(version)
        self.changes.append(["", version])

    def _delete_version(self, version):
        self.heads.remove(version)
        self.changes.append([version, ""])

    def _update_version(self, from_, to_):
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)
        self.changes.append([from_, to_])


def renamed(text):
    """Alembic reads the label in 'red-2@head' as 'red', two down. So it gets the same graph with another label."""
    return text.replace("red-2", "red_2")


class Selected(Exception):
    """What a walk should show that failed."""


class Alembic:
    def __init__(self, revisions):
        revisions = json.loads(renamed(json.dumps(revisions)))
        self.revisions = revisions
        self.map = RevisionMap(lambda: [
            Revision(r["id"], tuple(r["down"]) or None, tuple(r["deps"]) or None, tuple(r["labels"]) or None)
            for r in revisions])
        self.map._revision_map
        self.scripts = object.__new__(script_base.ScriptDirectory)
        self.scripts.revision_map = self.map
        self.order = {r["id"]: i for i, r in enumerate(revisions)}

    def sorted(self, ids):
        return sorted(ids, key=self.order.__getitem__)

    def ids(self, revisions):
        """None stands where Alembic walked too far and did not say so; its callers fail over it or take it for base."""
        if None in revisions:
            raise ValueError("walked too far")
        return [r.revision for r in revisions if r != "base"]

    def steps(self, plan, rows):
        heads = Heads(rows)
        found = []
        for step in plan:
            heads.changes = []
            heads.update_to_step(step)
            found.append({
                "revision": step.revision.revision if isinstance(step, migration.RevisionStep) else (list(step.to_) or [""])[0],
                "from": list(step.from_revisions_no_deps), "to": list(step.to_revisions_no_deps),
                "changes": heads.changes})
        return found

    def answer(self, verb, argument, rows):
        table = tuple(rows or ())
        if verb == "heads": return list(self.map.heads)
        if verb == "real_heads": return list(self.map._real_heads)
        if verb == "bases": return list(self.map.bases)
        if verb == "newest_first": return self.ids(list(self.scripts.walk_revisions()))
        if verb == "branch_points": return self.ids([r for r in self.scripts.walk_revisions() if r.is_branch_point])
        if verb == "children": return self.sorted(self.map.get_revision(argument).nextrev)
        if verb == "dependants": return self.sorted(self.map.get_revision(argument)._all_nextrev)
        if verb == "labels": return sorted(self.map.get_revision(argument).branch_labels)
        if verb == "dependencies":
            rev = self.map.get_revision(argument)
            return [d for d in rev._normalized_resolved_dependencies if d not in rev._versioned_down_revisions]
        if verb == "resolve": return self.ids(self.scripts.get_revisions(argument))
        if verb == "target": return self.target(argument, table)
        if verb == "history": return self.history(argument, table)
        if verb == "upgrade":
            target = argument[0] if len(argument) == 1 else tuple(argument)
            return self.steps(self.scripts._upgrade_revs(target, table), table)
        if verb == "pending": return [s.revision.revision for s in self.scripts._upgrade_revs("heads", table)]
        if verb == "downgrade": return self.steps(self.scripts._downgrade_revs(argument, table), table)
        if verb == "stamp": return self.steps(self.scripts._stamp_revs(tuple(argument), table), table)
        if verb == "current": return self.sorted(self.ids(self.scripts.get_all_current(table)))
        raise KeyError(verb)

    def target(self, argument, rows):
        """A name as upgrade and downgrade read it: what counts without a name counts from the rows."""
        with self.scripts._catch_revision_errors():
            if re.search(r"(^|@)-\d+$", argument):
                return self.ids([self.map._parse_downgrade_target(rows, argument, True)[1] or "base"])
            return self.ids(self.map._parse_upgrade_target(rows, argument, True))

    def history(self, argument, rows):
        if not argument:
            return self.ids(list(self.scripts.walk_revisions()))
        if ":" not in argument:
            raise util.CommandError("History range requires [start]:[end]")
        start, end = argument.strip().split(":")
        if end == "current":
            end = rows
        elif start == "current":
            start = rows
        try:
            return self.ids(list(self.scripts.walk_revisions(start or "base", end or "heads")))
        except AssertionError as error:
            selected = self.map._collect_upgrade_revisions(end or "heads", start or "base", inclusive=True, implicit_base=False,
                                                           assert_relative_length=False)[0]
            raise Selected(self.ids(list(selected))) from error

    # What the rules below need to know of a graph.

    def ancestors(self, ids):
        return {r.revision for r in self.map._get_ancestor_nodes(self.map.get_revisions(tuple(ids)))}

    def has_redundant_edges(self):
        """Whether some revision stands directly above another and above something that follows that one."""
        for r in self.revisions:
            downs = self.map.get_revision(r["id"])._normalized_down_revisions
            for down in downs:
                if any(down in self.ancestors([other]) for other in downs if other != down):
                    return True
        return False

    def version_path(self, shown):
        """Whether down_revisions alone lead from the last of them to the first."""
        last = [self.map.get_revision(shown[-1])]
        above = {r.revision for r in self.map._get_descendant_nodes(last, include_dependencies=False)}
        return shown[0] in above

    def rows_overlap(self, rows):
        return any(a != b and a in self.ancestors([b]) for a in rows or () for b in rows or ())


# ---- random graphs and questions --------------------------------------------------------------------------------------

LABELS = ["left", "right", "payments", "core", "red-2", "leftover"]


class Case:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.revisions = self.make_revisions()
        self.ids = [r["id"] for r in self.revisions]
        self.labels = [label for r in self.revisions for label in r["labels"]]
        self.questions = self.make_questions()

    def make_revisions(self):
        rng = self.rng
        count = rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24, 24, 40])
        tidy = rng.random() < 0.6  # merges and dependencies as people make them, without edges that say nothing new
        branching, basing, merging, depending, labelling = (rng.choice([0, 0.1, 0.3]) for _ in range(5))
        labels = rng.sample(LABELS, len(LABELS))
        made = []
        above = {}
        for _ in range(count):
            known = list(above)
            heads = [r for r in known if not any(r in o["down"] for o in made)]
            revision = {"id": self.new_id(known), "down": [], "deps": [], "labels": []}
            if known and rng.random() >= basing:
                pool = known if rng.random() < branching or not heads else heads
                revision["down"] = [rng.choice(pool)]
                if rng.random() < merging:
                    revision["down"] = rng.sample(pool, min(len(pool), rng.choice([2, 2, 3])))
            if known and rng.random() < depending:
                revision["deps"] = rng.sample(known, min(len(known), rng.choice([1, 1, 2])))
            if tidy:
                self.tidy(revision, above)
            if labels and rng.random() < labelling:
                revision["labels"] = [labels.pop() for _ in range(min(len(labels), rng.choice([1, 1, 2])))]
            above[revision["id"]] = set().union([revision["id"]], *(above[p] for p in revision["down"] + revision["deps"]))
            made.append(revision)
        for revision in made:
            of = {r["id"]: r["labels"] for r in made}
            revision["deps"] = [rng.choice(of[d] or [d]) for d in revision["deps"]]
        if rng.random() < 0.7:
            rng.shuffle(made)
        return made

    @staticmethod
    def tidy(revision, above):
        def implied(one, others):
            return any(one in above[o] for o in others if o != one)
        revision["down"] = [d for d in revision["down"] if not implied(d, revision["down"])]
        revision["deps"] = [d for d in revision["deps"]
                            if d not in revision["down"] and not implied(d, revision["down"] + revision["deps"])]
        revision["down"] = [d for d in revision["down"] if not implied(d, revision["deps"])] or revision["down"]

    def new_id(self, known):
        rng = self.rng
        while True:
            if known and rng.random() < 0.2:
                start = rng.choice(known)[:rng.choice([2, 4, 5])]
            else:
                start = ""
            made = start + "".join(rng.choice("0123456789abcdef") for _ in range(rng.choice([1, 3, 4, 8, 12])))
            if made not in known:
                return made

    def rows(self):
        """Versions that a database may stand at: no one implied by another. Sometimes some that are."""
        rng = self.rng
        chosen = rng.sample(self.ids, min(len(self.ids), rng.choice([0, 1, 1, 1, 2, 3])))
        if rng.random() < 0.03:
            return chosen
        above = self.above()
        return [r for r in chosen if not any(r in above[o] for o in chosen if o != r)]

    def above(self):
        by_name = {name: r["id"] for r in self.revisions for name in [r["id"], *r["labels"]]}
        parents = {r["id"]: [by_name[n] for n in r["down"] + r["deps"]] for r in self.revisions}
        found = {}

        def of(one):
            if one not in found:
                found[one] = {one}.union(*(of(p) for p in parents[one]))
            return found[one]
        for one in parents:
            of(one)
        return found

    def one_name(self):
        rng = self.rng
        kind = rng.random()
        if self.ids and kind < 0.5:
            return rng.choice(self.ids)
        if self.ids and kind < 0.7:
            return rng.choice(self.ids)[:rng.choice([1, 3, 4, 6])]
        if self.labels and kind < 0.85:
            return rng.choice(self.labels)
        return rng.choice(["nothing", "abcd", "zz", "le"])

    def symbol(self):
        rng = self.rng
        label = ""
        if rng.random() < 0.4:
            label = (rng.choice(self.labels) if self.labels and rng.random() < 0.7 else self.one_name()) + "@"
        offset = f"{rng.choice([-4, -3, -2, -1, -1, 0, 1, 1, 2, 3, 4]):+}" if rng.random() < 0.4 else ""
        if offset and rng.random() < 0.6:
            return label + offset
        return label + rng.choice(["head", "heads", "base", self.one_name(), self.one_name(), self.one_name()]) + offset

    def range(self):
        rng = self.rng
        ends = [rng.choice(["", "current", self.symbol(), self.symbol(), self.one_name()]) for _ in range(2)]
        return rng.choice(["", ":".join(ends), ":".join(ends), ":".join(ends), ends[0]])

    def make_questions(self):
        rng = self.rng
        asked = [[verb, None, None] for verb in ("heads", "real_heads", "bases", "branch_points", "newest_first")]
        for id_ in self.ids:
            asked += [[verb, id_, None] for verb in ("children", "dependants", "labels", "dependencies")]
        for _ in range(6):
            asked.append(["resolve", self.symbol(), None])
            asked.append(["target", self.symbol(), self.rows()])
            asked.append(["history", self.range(), self.rows()])
            asked.append(["upgrade", [self.symbol()], self.rows()])
            asked.append(["downgrade", self.symbol(), self.rows()])
            asked.append(["stamp", [self.symbol()], self.rows()])
        for _ in range(2):
            asked.append(["upgrade", ["heads"], self.rows()])
            asked.append(["downgrade", "base", self.rows()])
            asked.append(["pending", None, self.rows()])
            asked.append(["current", None, self.rows()])
            if self.ids:
                asked.append(["upgrade", [self.one_name(), rng.choice(self.ids)], self.rows()])
                asked.append(["upgrade", [rng.choice(self.ids)], self.rows()])
                asked.append(["downgrade", rng.choice(self.ids), self.rows()])
                asked.append(["stamp", [rng.choice(self.ids)], self.rows()])
                asked.append(["stamp", [rng.choice(self.ids), self.one_name()], self.rows()])
        return asked


# ---- comparison -------------------------------------------------------------------------------------------------------

class Difference:
    def __init__(self, alembic, question, theirs, ours):
        self.alembic = alembic
        self.verb, self.argument, self.rows = question
        self.theirs, self.ours = theirs, ours
        self.text = " ".join(self.argument) if isinstance(self.argument, list) else self.argument or ""

    def their_error(self):
        return self.theirs.get("error", "")

    def our_error(self):
        return self.ours.get("error", "")

    def same_steps(self):
        """Whether plans differ in their rows only."""
        def steps(answer):
            return [(s["revision"], s["from"], s["to"]) for s in answer["ok"]]
        return "ok" in self.ours and ("ok" not in self.theirs or steps(self.theirs) == steps(self.ours))

    @staticmethod
    def reverted(answer):
        return {step["revision"] for step in answer.get("ok", ())}

    def justification(self):
        for name, _, explains in JUSTIFIED:
            if explains(self):
                return name
        return None


CRASH = r"^(AssertionError|KeyError|ValueError|AttributeError|IndexError|TypeError)"
COUNTED = r"[+-]\d+(:|$)"


def unknown_label(d):
    found = re.search(r"'([^']*)' is the beginning|unknown revision or branch '([^']*)'", d.our_error())
    return found and (found[1] or found[2]) + "@" in d.text


def two_keys_of_one_revision(d):
    found = re.match(r"CommandError: Can't locate revision identified by '([^'+-]*)", d.their_error())
    keys = [(name, r["id"]) for r in d.alembic.revisions for name in [r["id"], *r["labels"]]]
    meant = [id_ for name, id_ in keys if found and len(name) > 3 and name.startswith(found[1])]
    return len(meant) > 1 and len(set(meant)) == 1


def id_as_label(d):
    """Whether something that is no label of the tree, an id or the beginning of one, stands where a label may."""
    labels = {label for r in d.alembic.revisions for label in r["labels"]}
    return any(label not in labels for label in re.findall(r"([^:@\s]+)@", renamed(d.text)))


# Each rule: what orch does otherwise and why, and the differences that this explains. "Crash" is an exception of
# Python that Alembic does not turn into a message: AssertionError, KeyError and the like.
JUSTIFIED = [
    ("rows that imply each other",
     "orch names them and says what to do, reads through them where it only shows, and lets a stamp mend them",
     lambda d: d.alembic.rows_overlap(d.rows)),
    ("forms that count, anywhere",
     "Alembic knows 'ae10+1', 'head-1', '+1' in upgrade and downgrade only, orch wherever a revision is named",
     lambda d: d.verb in ("resolve", "stamp", "history") and re.search(COUNTED, d.text)
     and re.search(r"Can't locate|didn't produce", d.their_error())),
    ("+0", "nothing to walk: the rows or the revision itself; Alembic refuses the empty walk",
     lambda d: re.search(r"[+-]0(:|$)", d.text) and d.their_error() and "ok" in d.ours),
    ("unknown label", "Alembic does not look at the label of 'label@base', and of a downgrade's target",
     lambda d: "ok" in d.theirs and unknown_label(d)),
    ("too far", "Alembic gives None, which fails later, or is taken for base by stamp",
     lambda d: "goes too far" in d.our_error() and "ok" in d.theirs and d.verb == "stamp"),
    ("below base", "'base-1' is the head in Alembic",
     lambda d: "to go down from base" in d.our_error() or d.verb == "history" and re.search(r"base-[1-9]", d.text)),
    ("stamp of overlapping targets", "Alembic leaves rows that imply each other",
     lambda d: d.verb == "stamp" and "overlap" in d.our_error()),
    ("stamp of several targets",
     "Alembic moves all related rows to the first target, loses rows that are targets themselves, or crashes",
     lambda d: d.verb == "stamp" and (len(d.argument) > 1 or "heads" in d.text or "-" in d.text) and "ok" in d.ours
     and (re.match(CRASH, d.their_error()) or "ok" in d.theirs)),
    ("down from several rows", "Alembic warns and takes the row that the database happens to give first",
     lambda d: "counts from one applied revision" in d.our_error() and re.match(r"-\d+$", d.text)),
    ("current on both sides", "Alembic knows 'current' on one side of a range",
     lambda d: d.verb == "history" and d.text.count("current") == 2),
    ("nothing is current", "Alembic takes 'current' of an empty database for the other end of everything",
     lambda d: d.verb == "history" and "current" in d.text and not d.rows),
    ("down to base", "'ae10-1' of a base is base: an upgrade to it does nothing, a range up to it is empty; Alembic crashes",
     lambda d: d.verb in ("upgrade", "history") and re.match(CRASH, d.their_error()) and re.search(r"-\d+$", d.text)
     and d.ours == {"ok": []}),
    ("no revisions", "'+1' in an empty tree stays at base in a range; Alembic crashes",
     lambda d: not d.alembic.revisions and d.verb == "history" and d.ours == {"ok": []}),
    ("each once", "where branches meet, '-1' of all heads names a revision twice",
     lambda d: d.verb == "resolve" and "ok" in d.theirs and list(dict.fromkeys(d.theirs["ok"])) == d.ours.get("ok")),
    ("id as label", "Alembic takes ids for labels in some places, elsewhere it finds nothing, or crashes",
     lambda d: id_as_label(d) and (
         d.verb in ("resolve", "history") and "ok" in d.ours
         or d.verb == "history" and "no range" in d.our_error()
         or d.verb in ("resolve", "stamp") and re.search(r"@-\d+$", d.text) and re.search("ambiguous|too far", d.our_error()))),
    ("range counted from its other end",
     "in '-3:current' Alembic counts from the heads, and fails where current is another one; documented is current",
     lambda d: d.verb == "history" and re.match(r"([^:@]*@)?-\d+:", d.text)
     and ("ok" in d.ours or "merges" in d.our_error() or "counts from" in d.our_error())),
    ("range in pieces", "Alembic selects the same revisions, but its walk fails where no down_revision leads to them",
     lambda d: d.verb == "history" and set(d.theirs.get("selected", ())) == set(d.ours.get("ok", ["none"]))),
    ("range through dependencies", "where only dependencies lead from one end to the other, orch follows them; Alembic crashes",
     lambda d: d.verb == "history" and "selected" in d.theirs and set(d.theirs["selected"]) <= set(d.ours.get("ok", ()))
     and not d.alembic.version_path(d.ours["ok"])),
    ("label of a downgrade's target",
     "Alembic does not use the label to find the revision of 'label@head' and 'label@ae1', and accepts a wrong one",
     lambda d: d.verb == "downgrade" and re.search(r"@\w+([+-]\d+)?$", d.text)
     and (re.search("not on branch|unknown|beginning|no downgrade target|means one", d.our_error()) or re.search("Multiple head|Destination", d.their_error()))),
    ("label of a range's start", "orch shows what lies on one line with the label, Alembic what the label is displayed for",
     lambda d: d.verb == "history" and re.match(r"[^:]*@", d.text) and "ok" in d.ours),
    ("label of a counted head", "Alembic does not use the label of 'label@head+1' to find the head",
     lambda d: re.search(r"@heads?\+\d", d.text) and "Multiple head" in d.their_error()),
    ("beginning of an id and a label", "two keys of one revision are not ambiguous",
     lambda d: "ok" in d.ours and two_keys_of_one_revision(d)),
    ("beginning of an id within a branch", "Alembic does not use the label there",
     lambda d: d.verb in ("stamp", "downgrade") and "Can't locate" in d.their_error() and "@" in d.text and "ok" in d.ours),
    ("stamp within a branch", "Alembic removes rows of the branch that the target neither follows nor precedes",
     lambda d: d.verb == "stamp" and "@" in d.text and "ok" in d.theirs and "ok" in d.ours),
    ("heads of a branch that imply each other", "the ones that are implied need not be asked for",
     lambda d: "overlaps with" in d.their_error() and "@heads" in d.text and "ok" in d.ours),
    ("branch of a relative downgrade", "orch keeps to the branch of the row that it counts from; Alembic finds nothing to revert, or more than that",
     lambda d: d.verb == "downgrade" and re.search(r"@-\d+$", d.text) and "ok" in d.ours
     and ("Not a valid downgrade target" in d.their_error() or d.reverted(d.ours) < d.reverted(d.theirs))),
    ("redundant edges",
     "a revision stands on another both directly and through a third: Alembic 1.8 leaves rows that imply each other (later "
     "versions mend the plain case), or crashes",
     lambda d: d.verb in ("upgrade", "downgrade") and d.alembic.has_redundant_edges()
     and ("ok" in d.theirs or d.their_error().startswith("KeyError")) and d.same_steps()),
]


def outcome(function, *arguments):
    try:
        return {"ok": function(*arguments)}
    except Selected as error:
        return {"error": "AssertionError: in the walk", "selected": error.args[0]}
    except Exception as error:  # whatever Alembic raises, assertions and KeyErrors too, is its answer
        return {"error": f"{type(error).__name__}: {error}"}


def comparable(verb, answer):
    if "error" in answer:
        return "error"
    if verb == "labels":
        return sorted(map(renamed, answer["ok"]))
    return answer["ok"]


class Orch:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, revisions, questions):
        self.process.stdin.write(json.dumps({"revisions": revisions, "questions": questions}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def compare(case, orch):
    alembic = Alembic(case.revisions)
    reply = orch.ask(case.revisions, case.questions)
    if "error" in reply:
        raise SystemExit(f"orch refuses a good graph: {reply['error']}\n{case.revisions}")
    order = {r: i for i, r in enumerate(alembic.order)}
    for question, ours in zip(case.questions, reply["answers"], strict=True):
        theirs = outcome(alembic.answer, *json.loads(renamed(json.dumps(question))))
        if wrong := contradiction(alembic, question, ours):
            yield Difference(alembic, question, {"error": "contradiction: " + wrong}, ours)
            continue
        if question[0] == "current" and "ok" in ours:
            ours["ok"] = sorted(ours["ok"], key=order.__getitem__)
        if comparable(question[0], theirs) != comparable(question[0], ours):
            yield Difference(alembic, question, theirs, ours)


def contradiction(alembic, question, ours):
    """What is wrong with an answer of orch, whatever Alembic says: an order or a table that makes no sense."""
    verb, argument, rows = question
    if "ok" not in ours:
        return None
    if verb in ("newest_first", "history"):
        shown = ours["ok"]
        if any(shown[j] in alembic.ancestors([shown[i]]) for i in range(len(shown)) for j in range(i)):
            return "a revision before one that follows it"
    if verb in ("upgrade", "downgrade", "stamp") and not alembic.rows_overlap(rows):
        return contradiction_in_plan(alembic, question, ours["ok"])
    return None


def contradiction_in_plan(alembic, question, plan):
    verb, argument, rows = question
    table, applied = set(rows), alembic.ancestors(rows)
    for step in plan:
        revision = step["revision"]
        if verb == "upgrade":
            if revision in applied or not set(alembic.map.get_revision(revision)._all_down_revisions) <= applied:
                return f"{revision} is not next"
            applied.add(revision)
        elif verb == "downgrade":
            if revision not in applied or alembic.map.get_revision(revision)._all_nextrev & applied:
                return f"{revision} is not on top"
            applied.remove(revision)
        for old, new in step["changes"]:
            if (old and old not in table) or new in table:
                return f"row change {old} > {new} does not fit {table}"
            table = table - {old} | ({new} - {""})
    if verb == "stamp" and all(step["to"] for step in plan):
        return contradiction_in_stamp(alembic, rows, {t for step in plan for t in step["to"]}, table)
    if verb != "stamp" and alembic.ancestors(table) != applied:
        return f"rows {table} do not stand for {applied}"
    return f"rows {table} imply each other" if alembic.rows_overlap(table) else None


def contradiction_in_stamp(alembic, rows, targets, table):
    def related(row):
        return any(row in alembic.ancestors([t]) or t in alembic.ancestors([row]) for t in targets)
    expected = {row for row in rows if not related(row)} | targets
    return None if table == expected else f"rows {table} instead of {expected}"


def draw(revisions):
    for r in revisions:
        facts = "".join(f"  {key} {' '.join(r[key])}" for key in ("deps", "labels") if r[key])
        yield f"    {', '.join(r['down']) or '-'} -> {r['id']}{facts}"


def report(number, difference):
    print(f"case {number}: {difference.verb} {difference.text!r} at {difference.rows}")
    print("\n".join(draw(difference.alembic.revisions)))
    print("  alembic:", json.dumps(difference.theirs))
    print("  orch:   ", json.dumps(difference.ours))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one case, by its number")
    parser.add_argument("--verbose", action="store_true", help="show justified differences too")
    parser.add_argument("--most", type=int, default=10, help="stop after so many failures")
    options = parser.parse_args()
    orch = Orch(options.program)
    counts, asked, failures = {}, 0, 0
    numbers = [options.only] if options.only is not None else range(options.cases)
    for number in numbers:
        case = Case(options.seed * 1_000_003 + number)
        asked += len(case.questions)
        for difference in compare(case, orch):
            name = difference.justification()
            counts[name] = counts.get(name, 0) + 1
            if name is None or options.verbose:
                report(number, difference)
            failures += name is None
        if failures >= options.most:
            break
    for name, why, _ in JUSTIFIED:
        print(f"{counts.get(name, 0):7} {name}: {why}")
    print(f"{len(numbers)} graphs, {asked} questions, {sum(counts.values())} differences, {failures} not justified")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
