import re
m = re.match(r"(?P<key>\w+)=(?P<value>\d+)(;)?", "size=42 x")
print(m.group(), m.group("key"), m["value"], m.groups(), m.groupdict(), m.span("value"), m.start(), m.end(), m.lastindex, m.string, m.re.pattern, m.group(1, 2))
---
import re
print(re.search("b+", "aabbb").span(), re.match("b", "ab"), re.fullmatch("a+", "aaa").group(), re.fullmatch("a", "ab"), re.findall(r"\d+", "1 22 333"), re.findall(r"(\w)(\d)", "a1 b2"), [m.group() for m in re.finditer("a.", "abacad")])
---
import re
print(re.sub(r"\s+", " ", "a  b \n c"), re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub("a", lambda m: m.group().upper() + "!", "banana", count=2), re.subn("a", "x", "banana"), re.sub(r"(?P<n>\d)", r"<\g<n>>", "a1b2"), re.sub("x*", "-", "abc"))
---
import re
print(re.split(r"[,;]\s*", "a, b;c"), re.split(r"(-)", "a-b-c"), re.split(r"\W+", "Words, words."), re.split("x", "axbxc", maxsplit=1), re.split("", "ab"), re.split("a|b", "xaybz"))
---
import re
p = re.compile(r"""
    (\d+)   # number
    \s*
    ([a-z]+)
""", re.VERBOSE | re.IGNORECASE)
print(p.match("12 KG").groups(), p.pattern.strip()[:5], p.groups, bool(p.flags & re.I), p.sub("x", "1a 2b"))
---
import re
print(re.findall("^a", "a\na", re.M), re.search("a.b", "a\nb"), re.search("a.b", "a\nb", re.S).group(), re.findall("(?i)A", "aA"), re.escape("a.b*c[d]"), re.match(r"\bfoo\b", "foo bar").group(), re.findall(r"é\w", "éa éb"))
---
import re
print(re.match(r"(a)|(b)", "b").groups(), re.match(r"(a)?b", "b").groups("none"), re.match(r"(?:a|b)+", "abab").group(), re.search(r"(?<=\$)\d+", "cost $15").group(), re.search(r"\d+(?!px)\b", "10px 20").group(), re.search(r"(.)\1", "hello").group())
---
import re
try:
    re.compile("(")
except re.error as error:
    print("re.error")
try:
    re.match("a", "a").group(2)
except IndexError as error:
    print(error)
print(re.match("a*?", "aaa").group() == "", re.match("a{2,3}", "aaaa").group(), re.findall(r"[^\W\d_]+", "ab1_cd"), re.sub(r"(?<!^)(?=[A-Z])", "_", "camelCaseName").lower())
---
import re
text = "CREATE TABLE IF NOT EXISTS `orders` (`id` INT, `name` VARCHAR(20))"
print(re.findall(r"`(\w+)`", text), re.search(r"varchar\((\d+)\)", text, re.I).group(1), re.sub(r"`([^`]*)`", r'"\1"', text), re.match(r".*\bEXISTS\b", text).end(), re.compile("r").search(text, 10).start())
---
import re
p = re.compile("a(?P<n>b)?")
print(p.findall("aab ab", 1), [m.start() for m in p.finditer("aabaab", 2)], p.search("xxab", 0, 3), p.match("ab", 0, 1).group(), p.fullmatch("xab", 1).span())
print(p.match("ab").lastgroup, p.match("a").lastgroup, re.match("(a)", "a").lastgroup, re.compile("é.").search("ééab", 1, 3).span())
for template in (r"\q", r"\Z", "\\"):
    try:
        print(re.sub("a", template, "a"))
    except re.error as error:
        print(error)
print(re.sub("a", r"\n\t\.\-", "a") == "\n\t\\.\\-")
