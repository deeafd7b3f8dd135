"""The driver of the documentation's examples, tested on pages that are right and on pages that are wrong."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import run_examples


def result_of(page_text, root=None):
    """The status of a run, and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.md"
        page.write_text(page_text, encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                status = run_examples.run_page(page, None, root or Path(folder))
            except run_examples.BadPage as error:
                return 2, str(error)
        return status, printed.getvalue()


def console(text):
    return f"```console\n{text}\n```\n"


class Accepts(unittest.TestCase):
    def check(self, page):
        status, printed = result_of(page)
        self.assertEqual(status, 0, printed)

    def test_output_as_written(self):
        self.check(console("$ printf 'one\\ntwo\\n'\none\ntwo"))

    def test_a_command_that_prints_nothing(self):
        self.check(console("$ true\n\n$ true"))

    def test_dots_for_any_text_in_a_line(self):
        self.check(console("$ echo id 12ab34 done\nid ... done"))

    def test_dots_for_any_number_of_lines(self):
        self.check(console("$ seq 5\n1\n...\n5") + console("$ seq 2\n1\n...\n2"))

    def test_an_empty_line_within_the_output(self):
        self.check(console("$ printf 'a\\n\\nb\\n'\na\n\nb"))

    def test_output_without_a_line_end(self):
        self.check(console("$ printf abc\nabc"))

    def test_standard_error_in_its_place(self):
        self.check(console("$ echo to stderr >&2\nto stderr"))

    def test_a_declared_exit_status(self):
        self.check(console("$ (echo no; exit 3)\nno\n[exit 3]"))

    def test_commands_of_several_lines(self):
        self.check(console("$ cat > note <<'END'\n> some text\n> END\n$ cat note\nsome text"))

    def test_a_folder_that_lasts_over_blocks(self):
        self.check(console("$ mkdir below && cd below") + "text\n" + console("$ pwd\n/project/below"))

    def test_blocks_that_are_files(self):
        self.check("```ini file=conf/app.ini\n[app]\n```\n" + console("$ cat conf/app.ini\n[app]"))

    def test_files_named_by_a_pattern(self):
        self.check(console("$ touch 1a_note.py") + "```python file=*_note.py\nx = 1\n```\n" + console("$ cat 1a_note.py\nx = 1"))

    def test_other_blocks_without_running_them(self):
        self.check("```sh\nexit 1\n```\n")

    def test_copies_of_a_folder_to_start_in(self):
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / "sample").mkdir()
            (Path(root) / "sample" / "hello").write_text("hi\n")
            start = "<!-- examples start in sample -->\n"
            page = console("$ ls") + start + console("$ cat hello\nhi\n$ rm hello") + start + console("$ pwd; ls\n/project\nhello")
            self.assertEqual(result_of(page, Path(root))[0], 0, result_of(page, Path(root))[1])
            self.assertTrue((Path(root) / "sample" / "hello").exists())


class Refuses(unittest.TestCase):
    def check(self, page, *texts, status=1):
        actual, printed = result_of(page)
        self.assertEqual(actual, status, printed)
        for text in texts:
            self.assertIn(text, printed)

    def test_other_output_and_says_where(self):
        self.check("# Title\n\n" + console("$ echo two\none"), "page.md:4: $ echo two", "    one", "    two")

    def test_output_that_the_page_does_not_show(self):
        self.check(console("$ echo extra"))

    def test_output_that_does_not_come(self):
        self.check(console("$ true\nhello"))

    def test_a_line_too_many_before_and_after(self):
        self.check(console("$ seq 3\n2\n3"))
        self.check(console("$ seq 3\n1\n2"))

    def test_dots_within_a_line_that_would_reach_over_its_end(self):
        self.check(console("$ printf 'a\\nb\\n'\na...b"))

    def test_characters_with_a_meaning_in_patterns(self):
        self.check(console("$ echo axb\na.b"))

    def test_a_command_that_fails(self):
        self.check(console("$ false"), "expected exit status 0, got 1")

    def test_a_command_that_shall_fail_and_does_not(self):
        self.check(console("$ true\n[exit 1]"), "expected exit status 1, got 0")

    def test_a_wrong_line_behind_right_ones(self):
        self.check(console("$ echo a\na\n$ echo b\nc"), ":4: $ echo b")

    def test_a_shell_that_ends(self):
        self.check(console("$ exit 0"), "the shell ended", status=2)

    def test_blocks_that_are_never_closed(self):
        self.check("```console\n$ true\n", "line 1", status=2)

    def test_output_without_a_command(self):
        self.check(console("hello"), "line 2", status=2)

    def test_file_patterns_that_match_nothing(self):
        self.check("```python file=*_none.py\nx\n```\n", "matches 0 files", status=2)


if __name__ == "__main__":
    unittest.main()
