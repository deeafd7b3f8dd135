"""Runs every program of a conformance file and writes what each printed, one record per program.

A record ends with the character U+001E. An exception that leaves a program is its last line: `!! Type: message`.
"""
import contextlib
import io
import sys


def run(source):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, "<program>", "exec"), {"__name__": "program"})
        except BaseException as error:
            text = str(error)
            print("!! " + type(error).__name__ + (": " + text if text else ""))
    return out.getvalue()


with open(sys.argv[1], encoding="utf-8") as file:
    programs = file.read().split("\n---\n")
sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")
for program in programs:
    sys.stdout.write(run(program) + "\x1e")
