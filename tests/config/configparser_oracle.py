"""What Python's configparser says about ini files, for the comparison in differential_test.cpp.

Reads cases from standard input, each a line with the number of its bytes and then the bytes. Prints for each "error CLASS LINE" or, one a
line, "section NAME" and "key NAME VALUE" in the order of the names ("!" for a value that cannot be interpolated); names and values as hexadecimal digits. "end" closes a case.
"""
import configparser
import sys


def digits(text):
    return "-" + text.encode().hex()


def line_of(error):
    if isinstance(error, configparser.MissingSectionHeaderError) or not isinstance(error, configparser.ParsingError):
        return error.lineno
    return error.errors[0][0]


def answer(text):
    parser = configparser.ConfigParser({"here": "/srv/app"})
    try:
        parser.read_string(text)
    except configparser.Error as error:
        yield f"error {type(error).__name__} {line_of(error)}"
        return
    for section in parser.sections():
        yield f"section {digits(section)}"
        for key in sorted(parser.options(section)):
            try:
                yield f"key {digits(key)} {digits(parser.get(section, key))}"
            except configparser.Error:
                yield f"key {digits(key)} !"


def main():
    stream = sys.stdin.buffer
    while head := stream.readline():
        for line in answer(stream.read(int(head)).decode()):
            print(line)
        print("end")


main()
