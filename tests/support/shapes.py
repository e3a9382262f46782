"""Changes of many shapes and of any size, made without git."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from attest.analysis.change import Contents
from attest.git.diff import Change, DiffEntry, FileChange, Hunk

Part = str | tuple[str, str]
"""Lines that are the same on both sides, or what they were and what they are."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A change that repeats something.

    Args:
        name: what it repeats.
        path: its file; the extension says the language.
        parts: the parts of the file for a number of repetitions, each with whole lines.
    """

    name: str
    path: str
    parts: Callable[[int], Iterable[Part]]

    def change(self, count: int) -> tuple[Change, Contents]:
        """The change with *count* repetitions, and where its files are read from."""
        return change_of(self.path, self.parts(count))


def change_of(path: str, parts: Iterable[Part]) -> tuple[Change, Contents]:
    """A change of one file, and where its two sides are read from."""
    row = DiffEntry("100644", "100644", "a" * 40, "b" * 40, "M", path.encode())
    hunks: list[Hunk] = []
    sides: tuple[list[str], list[str]] = ([], [])
    at = [1, 1]
    waiting: tuple[int, int] | None = None
    for part in parts:
        pair = (part, part) if isinstance(part, str) else part
        lines = [text.count("\n") for text in pair]
        if not isinstance(part, str):
            old, new = waiting or (0, 0)
            waiting = (old + lines[0], new + lines[1])
        elif part and waiting:
            hunks.append(_hunk(row, at, waiting, len(hunks)))
            waiting = None
        for side, text in zip(sides, pair, strict=True):
            side.append(text)
        at = [start + count for start, count in zip(at, lines, strict=True)]
    if waiting:
        hunks.append(_hunk(row, at, waiting, len(hunks)))
    data = {
        oid: "".join(side).encode()
        for oid, side in zip((row.old_oid, row.new_oid), sides, strict=True)
    }

    def contents(oid: str, limit: int) -> bytes | None:
        return data[oid] if len(data[oid]) <= limit else None

    return Change("c" * 56, (FileChange(row, tuple(hunks)),)), contents


def _hunk(row: DiffEntry, at: list[int], lines: tuple[int, int], number: int) -> Hunk:
    """The hunk that ends before some lines. git names the line before a side without any."""
    old, new = (start - count - (not count) for start, count in zip(at, lines, strict=True))
    return Hunk(row, f"{number:056}", old, lines[0], new, lines[1])


def _each(same: str, old: str, new: str) -> Callable[[int], Iterable[Part]]:
    """A hunk for each repetition, behind lines that stay; `{i}` is its number."""

    def parts(count: int) -> Iterable[Part]:
        for i in range(count):
            yield same.replace("{i}", str(i))
            yield old.replace("{i}", str(i)), new.replace("{i}", str(i))
        yield "\n"

    return parts


def _one(
    before: str, old: str, new: str, after: str = "\n", same: str = ""
) -> Callable[[int], Iterable[Part]]:
    """One hunk whose lines are repeated, between lines that are not.

    Args:
        same: lines that are repeated above the hunk.
    """

    def parts(count: int) -> Iterable[Part]:
        yield before + "".join(same.replace("{i}", str(i)) for i in range(count))
        sides = ["".join(s.replace("{i}", str(i)) for i in range(count)) for s in (old, new)]
        yield sides[0], sides[1]
        yield after

    return parts


def _grown(make: Callable[[int], tuple[str, str, str, str]]) -> Callable[[int], Iterable[Part]]:
    """One hunk, of which something grows: what is before it, its sides, what is after it."""

    def parts(count: int) -> Iterable[Part]:
        before, old, new, after = make(count)
        yield before
        yield old, new
        yield after

    return parts


def _nested(count: int) -> tuple[str, str, str, str]:
    opened = "".join("[\n" if n % 20 == 19 else "[" for n in range(count))
    closed = "".join("]\n" if n % 20 == 19 else "]" for n in range(count))
    return "x = " + opened + "\n", "1\n", "2\n", closed + "\n"


def _indented(count: int) -> tuple[str, str, str, str]:
    heads = "".join(f"{' ' * n}if a{n}:\n" for n in range(count))
    body = " " * count
    return heads, f"{body}x = 1\n", f"{body}x = 2\n", "y = 1\n"


def _braces(count: int) -> tuple[str, str, str, str]:
    heads = "".join(f"if (a{n}) {{\n" for n in range(count))
    return "void f() {\n" + heads, "x = 1;\n", "x = 2;\n", "}\n" * count + "}\n"


SHAPES: tuple[Shape, ...] = (
    # many hunks
    Shape("functions of Python", "a.py", _each("def f{i}():\n", "    x1=1\n", "    x2=1\n")),
    Shape(
        "functions of JavaScript",
        "a.js",
        _each("}\nfunction f{i}() {\n", "  let a1 = {i};\n", "  let a2 = {i};\n"),
    ),
    Shape("functions of C", "a.c", _each("}\nint f{i}(int a) {\n", "  if (a) a++;\n", "  a--;\n")),
    Shape("methods of Java", "A.java", _each("int f{i}() {\n", "return 1;\n}\n", "return 2;\n}\n")),
    Shape("functions of Go", "a.go", _each("}\nfunc f{i}() {\n", "\tgo a({i})\n", "\tb({i})\n")),
    Shape("functions of Rust", "a.rs", _each("}\nfn f{i}() {\n", "  a.lock();\n", "  b();\n")),
    Shape("statements of Ruby", "a.rb", _each("a\n", "b {i} if c\n", "b {i} unless c\n")),
    Shape("statements of Perl", "a.pl", _each("a;\n", "$b = {i};\n", "$b = {i} + 1;\n")),
    Shape("comments of Python", "a.py", _each("x = {i}\n", "# one {i}\n", "# two {i}\n")),
    Shape("comments of C", "a.c", _each("int a{i};\n", "/* one\n{i} */\n", "/* two\n{i} */\n")),
    Shape("keys of TOML", "a.toml", _each("\n", "k{i} = 1\n", "k{i} = 2\n")),
    Shape("equal keys of TOML", "a.toml", _each("\n", "key = 1\n", "key = 2\n")),
    Shape("tables of TOML", "a.toml", _each("[t{i}]\nm = 1\n", "version = 1\n", "version = 2\n")),
    Shape("keys of INI", "a.ini", _each("m = 1\n", "version = 1\n", "version = 2\n")),
    Shape("keys of YAML", "a.yaml", _each("a{i}:\n", "  b: 1\n", "  b: 2\n")),
    Shape("keys of JSON", "a.json", lambda n: ["{\n", *_each("\n", '"k": 1,\n', '"k": 2,\n')(n)]),
    Shape("lines of shell", "a.sh", _each("true\n", "rm a{i}\n", "rm b{i}\n")),
    Shape("lines of a text", "a.txt", _each("same\n", "one {i} of\n", "two {i} of\n")),
    Shape("lines of Markdown", "a.md", _each("same\n\n", "one {i} of it\n", "two {i} of it\n")),
    Shape("lines of CSS", "a.css", _each(".a {\n", "color: red;\n}\n", "color: blue;\n}\n")),
    Shape("elements of HTML", "a.html", _each("<p>\n", "one\n</p>\n", "two\n</p>\n")),
    Shape(
        "checks in tests",
        "test_a.py",
        _each("def test_{i}():\n", "    assert a == {i}\n", "    assert a\n"),
    ),
    Shape("definitions that move", "a.py", _each("x = {i}\n", "def f{i}(): pass\n", "")),
    Shape("imports", "a.py", _each("x = 1\n", "import a{i}\n", "import b{i}\n")),
    Shape("namespaces", "a.cpp", _each("int a{i};\n", "", "namespace n{i} { int b; }\n")),
    # one hunk with many lines
    Shape("equal lines of Python", "a.py", _one("", "a(1)\n", "b(1)\n")),
    Shape("lines put in", "a.py", _one("", "", "def f{i}(a):\n    if a: raise E({i})\n")),
    Shape("lines taken out", "a.c", _one("", "void f{i}(void) { if (a) return; }\n", "")),
    Shape("conditions", "a.js", _one("", "if (a{i}) return;\n", "if (b{i}) throw c;\n")),
    Shape("one condition", "a.py", _one("if (\n", "a{i} and\n", "b{i} and\n", "c): pass\n")),
    Shape("parameters", "a.py", _one("def f(\n", "a{i}=1,\n", "b{i}=1,\n", "): pass\n")),
    Shape("a list", "a.py", _one("x = [\n", "{i},\n", "{i}, 1,\n", "]\n")),
    Shape("a text in quotes", "a.py", _one("x = '''\n", "a {i}\n", "b {i}\n", "'''\n")),
    Shape("a here-document", "a.sh", _one("cat <<EOF\n", "a {i}\n", "b {i}\n", "EOF\n")),
    Shape("a block of YAML", "a.yaml", _one("run: |\n", "  a {i}\n", "  b {i}\n", "b: 1\n")),
    Shape("a comment", "a.c", _one("/*\n", "a {i}\n", "b {i}\n", "*/\n")),
    Shape("lines of comments", "a.py", _one("", "# a {i}\n", "# b {i}\n")),
    Shape("blank lines put in", "a.py", _one("x = 1\n", "", "\n")),
    Shape("lines indented", "a.js", _one("{\n", "a({i});\n", "  a({i});\n", "}\n")),
    Shape("imports in another order", "a.go", _one("import (\n", '"a{i}"\n', '"b{i}"\n', ")\n")),
    Shape("strings", "a.py", _one("", "log('a{i}')\n", "log('b{i}')\n")),
    Shape("statements that catch", "a.py", _one("", "f({i})\n", "try: f()\nexcept E: pass\n")),
    # a small hunk in what is long
    Shape("blank lines", "a.py", _one("# f\n", "", "", same="\n")),
    Shape(
        "blank lines before a definition",
        "a.py",
        _grown(lambda n: ("# f\n" + "\n" * n + "def f():\n", "    x = 1\n", "    y = 1\n", "\n")),
    ),
    Shape(
        "blank lines in a comment",
        "a.c",
        _grown(lambda n: ("/*" + "\n" * n, "a */ int b;\n", "b */ int b;\n", "\n")),
    ),
    Shape(
        "blanks before a token",
        "a.js",
        _grown(
            lambda n: ("a(\n", (" " * 80 + "\n") * n + "1)\n", (" " * 80 + "\n") * n + "2)\n", "")
        ),
    ),
    Shape(
        "comments above",
        "a.py",
        _grown(lambda n: ("# a\n" * n, "x = 1\n", "x = 2\n", "# b\n" * n)),
    ),
    Shape("nested brackets", "a.py", _grown(_nested)),
    Shape("nested brackets of JavaScript", "a.js", _grown(_nested)),
    Shape("nested statements", "a.c", _grown(_braces)),
    Shape("nested indentation", "a.py", _grown(lambda n: _indented(min(n, 90)))),
    Shape(
        "a long line",
        "a.py",
        _grown(
            lambda n: ("", f"x = [{'1, ' * min(n, 1600)}]\n", f"x = [{'2, ' * min(n, 1600)}]\n", "")
        ),
    ),
    Shape(
        "a chain of calls",
        "a.js",
        _grown(lambda n: ("a\n" + ".b(1)\n" * n, ".c(1)\n", ".d(1)\n", ".b(1)\n" * n)),
    ),
    Shape(
        "a sum",
        "a.py",
        _grown(lambda n: ("x = (1\n" + "+ a\n" * n, "+ b\n", "+ c\n", ")\n")),
    ),
)
