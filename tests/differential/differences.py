"""Where the tools do not agree, on purpose: the rules behind the table in README.md, by the names that stand there."""
import re

COUNTED = re.compile(r"[+-]\d+")


def alembic_crashes(command, expected, got, tree):
    return got.ok and expected.why.startswith("AssertionError")


def counts_everywhere(command, expected, got, tree):
    return got.ok and COUNTED.search(command[-1]) and "Can't locate revision" in expected.why


def current_is_a_name(command, expected, got, tree):
    return got.ok and command[0] in ("upgrade", "downgrade", "stamp") and command[-1] == "current"


def counts_from_current(command, expected, got, tree):
    return command[0] == "history" and "current" in command[-1] and COUNTED.search(command[-1])


def range_ends_with_the_tree(command, expected, got, tree):
    return got.ok and command[0] == "history" and COUNTED.search(command[-1]) and any(
        words in expected.why for words in ("didn't produce", "does not refer to", "Ambiguous walk", "overlaps with"))


def nothing_up_to_nothing(command, expected, got, tree):
    return expected.ok and got.ok and command[0] == "history" and command[-1].endswith(":current") and got.out == ""


def counts_from_several_rows(command, expected, got, tree):
    return expected.ok and command[0] == "downgrade" and "counts from one applied revision, but there are" in got.why


def id_of_another_branch(command, expected, got, tree):
    return expected.ok and "@" in command[-1] and "is not on branch" in got.why


def nothing_above_the_head(command, expected, got, tree):
    return got.ok and not got.steps and command[0] == "downgrade" and command[-1].split("@")[-1] in ("head", "heads") and "Multiple head" in expected.why


def head_below_a_dependant(command, expected, got, tree):
    return expected.ok and not expected.steps and command[0] == "downgrade" and command[-1].endswith("@heads") and any(
        words in got.why for words in ("is no downgrade target", "means one revision here"))


def label_and_id_begin_alike(command, expected, got, tree):
    meant = {one.id for one in tree.revisions if any(name.startswith(command[-1]) for name in (one.id, *one.labels))}
    return got.ok and "Can't locate" in expected.why and len(meant) == 1


def stamps_overlap(command, expected, got, tree):
    return expected.ok and command[0] == "stamp" and COUNTED.search(command[-1]) and "the requested revisions overlap" in got.why


def range_counted_over_a_dependency(command, expected, got, tree):
    needed = any(one.needs for one in tree.revisions)
    return needed and expected.ok and got.ok and command[0] == "history" and COUNTED.search(command[-1]) and set(got.out.split("\n")) < set(
        expected.out.split("\n"))


def stamp_goes_too_far(command, expected, got, tree):
    return expected.ok and command[0] == "stamp" and "goes too far" in got.why


def id_where_a_label_stands(command, expected, got, tree):
    branch, at, count = command[-1].partition("@")
    return command[0] in ("show", "stamp") and at and COUNTED.fullmatch(count) and not expected.steps and not expected.out


def nothing_below_nothing(command, expected, got, tree):
    return expected.ok and not expected.steps and command[0] == "downgrade" and command[-1] in ("head-1", "heads-1") and "no revisions to go down" in got.why


RULES = {rule.__name__: rule for rule in (alembic_crashes, counts_everywhere, current_is_a_name, counts_from_current, range_ends_with_the_tree,
                                          nothing_up_to_nothing, counts_from_several_rows, id_of_another_branch, nothing_above_the_head, head_below_a_dependant, stamp_goes_too_far, label_and_id_begin_alike,
                                          stamps_overlap, range_counted_over_a_dependency, id_where_a_label_stands,
                                          nothing_below_nothing)}


def on_purpose(command, expected, got, tree):
    """The name of the rule that explains why the tools do not agree, or nothing."""
    return next((name for name, rule in RULES.items() if rule(command, expected, got, tree)), None)


def narrow(found):
    """A database of orch with the version table as Alembic makes it: ids that are longer than 32 characters get room under orch."""
    objects, rows = found
    return [(*words, sql.replace("version_num VARCHAR(255)", "version_num VARCHAR(32)")) for *words, sql in objects], rows


def without_implied_rows(found, tree):
    """A database of Alembic without version rows that another row implies: 1.8 leaves some behind where a dependency is said twice."""
    objects, rows = found
    before = {revision.id: (*revision.parents, *revision.needs) for revision in tree.revisions}
    before.update((label, (revision.id,)) for revision in tree.revisions for label in revision.labels)

    def below(one):
        return {one}.union(*(below(other) for other in before.get(one, ())))
    versions = [row for row in rows.get("alembic_version", []) if not any(row != other and row[0] in below(other[0]) for other in rows["alembic_version"])]
    return objects, {**rows, "alembic_version": versions} if rows else rows
