"""Changes of a size that can be chosen, each of a shape that once took, or may take, more
than its share of time (tests/hostile/test_linear_shapes.py).

A shape is a function from a size to the files before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Files = Mapping[str, str]
Shape = Callable[[int], tuple[Files, Files]]


def _repeat(n: int, part: str, joined: str = "") -> str:
    """A part for each number below *n*, which stands in the place of `@`."""
    return joined.join(part.replace("@", str(number)) for number in range(n))


def _each(path: str, old: str, new: str, around: str = "…") -> Shape:
    """A file in which a part that stands n times was changed each time.

    Args:
        around: what is around all of the parts, which stand in the place of `…`.
    """

    def make(n: int) -> tuple[Files, Files]:
        sides = (around.replace("…", _repeat(n, part)) for part in (old, new))
        before, after = ({path: side} if side else {} for side in sides)
        return before, after

    return make


def _between(path: str, first: str, repeated: str, last: tuple[str, str]) -> Shape:
    """A file in which something long stands in front of a change."""

    def make(n: int) -> tuple[Files, Files]:
        long = first + _repeat(n, repeated)
        return {path: long + last[0]}, {path: long + last[1]}

    return make


def _around(path: str, opened: str, closed: str, inner: tuple[str, str]) -> Shape:
    """A file in which something n levels deep was changed."""

    def make(n: int) -> tuple[Files, Files]:
        old, new = (opened * n + one + closed * n + "\n" for one in inner)
        return {path: old}, {path: new}

    return make


def _files(old: str, new: str, path: str = "src/f@.py") -> Shape:
    """Many files, each with a small change; `@` is the number of the file."""

    def make(n: int) -> tuple[Files, Files]:
        before, after = (
            {path.replace("@", str(n)): side.replace("@", str(n)) for n in range(n)}
            for side in (old, new)
        )
        return before, after

    return make


def _steps_in(path: str, part: str) -> Shape:
    """Nested blocks of a language of indentation, the innermost of which was changed."""

    def make(n: int) -> tuple[Files, Files]:
        # Deeper ones are not read; so there are more of them, and not deeper ones.
        block = "".join("  " * depth + part.replace("@", str(depth)) for depth in range(30))
        end = "  " * 30 + "end: "
        old, new = (
            "".join(f"top{number}:\n  {block}{end}{value}\n" for number in range(n // 30 + 1))
            for value in (1, 2)
        )
        return {path: old}, {path: new}

    return make


SHAPES: dict[str, Shape] = {
    "blank-lines-before-a-def": _between(
        "a.py", "# one two\n", "\n", ("def f():\n    return 1\n", "def f():\n    return 2\n")
    ),
    "blank-lines-that-are-new": _each("a.py", "", "\n", "# one two\n…def f():\n    return 1\n"),
    "functions-with-a-changed-local": _each(
        "a.py", "def f@():\n    x@ = 1\n    return x@\n", "def f@():\n    y@ = 1\n    return y@\n"
    ),
    "functions-of-c": _each(
        "a.c",
        "int f@(int a)\n{\n\tif (a)\n\t\treturn @;\n\treturn 0;\n}\n",
        "int f@(int a)\n{\n\tif (a > 1)\n\t\treturn @;\n\treturn 0;\n}\n",
    ),
    "new-functions": _each("a.go", "", "func f@(a int) int {\n\treturn a\n}\n", "package a\n…"),
    "removed-functions": _each("a.rs", "fn f@(a: i32) -> i32 {\n    a\n}\n", "", "//! a\n…"),
    "renamed-functions": _each(
        "a.js", "function a@() { b(1); }\n\n", "function c@() { b(1); }\n\n"
    ),
    "comments": _each("a.py", "# word @\nx = @\n", "# other @\nx = @\n"),
    "comments-in-a-row": _each(
        "a.c", "/* one two @ */\n", "/* two one @ */\n", "int a;\n…int b;\n"
    ),
    "line-comments-in-a-row": _each(
        "a.go", "\t// one two\n", "\t// two one\n", "package a\n\nfunc f() {\n…\tg()\n}\n"
    ),
    "every-third-comment-of-a-row": _each(
        "a.java", "// a b\n// a c\n// a d\n", "// a b\n// a e\n// a d\n"
    ),
    "equal-keys-of-toml": _each("a.toml", "key = 1\n", "key = 2\n"),
    "other-keys-of-toml": _each("a.toml", "[s@]\nk@ = 1\n", "[s@]\nk@ = 2\n"),
    "keys-of-yaml": _each("a.yaml", "k@: 1\nl@: 1\n", "k@: 2\nl@: 1\n"),
    "items-of-json": _each(
        "a.json", '"k@": [1, 2],\n"l@": {},\n', '"k@": [1, 3],\n"l@": {},\n', '{…"z": 0}\n'
    ),
    "deep-yaml": _steps_in("a.yaml", "a@:\n"),
    "nested-brackets": _around("a.js", "[", "]", ("1", "2")),
    "nested-calls": _around("a.py", "f(", ")", ("1", "2")),
    "nested-blocks-of-c": lambda n: (
        {"a.c": "void f(void) {\n" + "if (a) {\n" * n + "g(1);\n" + "}\n" * n + "}\n"},
        {"a.c": "void f(void) {\n" + "if (a) {\n" * n + "g(2);\n" + "}\n" * n + "}\n"},
    ),
    "one-long-line": _each("a.txt", "ab = c@; ", "ab = d@; "),
    "one-long-line-of-code": _each("a.js", "a(@);", "b(@);"),
    "one-long-string": _each("a.py", "ab ", "ac ", 'x = "…"\n'),
    "one-long-docstring": _each("a.py", "ab @\n\n", "ac @\n\n", 'def f():\n    """\n…"""\n'),
    "one-long-comment": _each("a.c", " * ab @\n *\n", " * ac @\n *\n", "/*\n…*/\nint a;\n"),
    "alternate-lines": _each("a.py", "a = 1\nb = 2\n", "a = 1\nb = 3\n"),
    "equal-lines-that-were-changed": _each("a.sh", "echo one\n", "echo two\n"),
    "equal-lines-of-which-some-are-new": _each("a.lua", "f(1)\n\n", "f(1)\nf(1)\n\n"),
    "lines-of-brackets": _each("a.c", "{ { } }\n", "{ } { }\n", "void f(void) {\n…}\n"),
    "lines-in-another-order": lambda n: (
        {"a.py": _repeat(n, "f(@)\n")},
        {"a.py": "".join(f"f({number})\n" for number in reversed(range(n)))},
    ),
    "new-imports": _each("a.py", "", "import m@\n", "…\ndef f():\n    return 1\n"),
    "imports-and-their-uses": _each("a.ts", "", 'import { m@ } from "m";\nm@();\n'),
    "imports-of-go": _each(
        "a.go", '\t"a@"\n\t"b"\n', '\t"c@"\n\t"b"\n', "package a\n\nimport (\n…)\n"
    ),
    "renamed-names": _each(
        "a.java", "  int a@ = f(a@);\n\n", "  int b@ = f(b@);\n\n", "class A { void m() {\n…} }\n"
    ),
    "one-name-renamed": _each("a.rb", "old.m@(1)\n\n", "new.m@(1)\n\n"),
    "conditions": _each("a.ts", "if (a@ && b) f(@);\n\n", "if (a@ || b) f(@);\n\n"),
    "one-long-condition": _each("a.kt", "a@ && ", "a@ || ", "fun f() { if (…true) g() }\n"),
    "removed-checks": _each(
        "a.py", "    if not a@:\n        raise E@\n    b@()\n", "    b@()\n", "def f():\n…"
    ),
    "checks-that-moved": _each(
        "a.py",
        "    if a@:\n        return\n    b@()\n",
        "    b@()\n    if a@:\n        return\n",
        "def f():\n…",
    ),
    "fences-of-markdown": _each("docs/a.md", "```\na @\n```\nword\n\n", "```\nb @\n```\nword\n\n"),
    "indented-lines-of-markdown": _each("docs/a.md", "    a @\n", "    b @\n", "- one\n\n…"),
    "paragraphs-of-markdown": _each("docs/a.md", "One two @.\nTwo.\n", "Two one @.\nTwo.\n"),
    "annotations-of-locals": _each(
        "a.py", "    x@: int = 1\n    g()\n", "    x@: str = 1\n    g()\n", "def f():\n…"
    ),
    "arguments-of-one-call": _each("a.cs", "a@, ", "b@, ", "class A { void M() { F(…0); } }\n"),
    "a-chain-of-calls": _each("a.js", "\n  .a@(1)", "\n  .b@(1)", "x…;\n"),
    "parameters-of-one-function": _each(
        "a.php", "$a@ = 1, ", "$b@ = 2, ", "<?php function f(…$z) {}\n"
    ),
    "one-long-operation": _each("a.rs", "a@ + ", "b@ + ", "fn f() { let x = …1; }\n"),
    "lines-of-another-indentation": _each("a.scala", "  f(@)\n", "    f(@)\n", "object A {\n…}\n"),
    "files": _files("def f(a):\n    return a\n", "def f(a):\n    return a + 1\n"),
    "files-that-moved": lambda n: (
        {f"old/f{number}.py": f"x = {number}\n" for number in range(n)},
        {f"new/f{number}.py": f"x = {number}\n" for number in range(n)},
    ),
    "equal-functions-that-moved": lambda n: (
        {"a.py": "def f():\n    return 1\n\n\n" * n, "b.py": ""},
        {"a.py": "", "b.py": "def f():\n    return 1\n\n\n" * n},
    ),
    "lines-that-nothing-reads": _each("a.xyz", "a@ (b) = 'c'\nd\n", "e@ (b) = 'c'\nd\n"),
    "equal-lines-that-nothing-reads": _each("a.xyz", "a\n", "b\n"),
    "here-documents": _each("a.sh", "cat <<E\na @\nE\n", "cat <<E\nb @\nE\n"),
    "tags-of-templates": _each(
        "a.html",
        "{% if a@ %}<b>x</b>{% endif %}\n<i>x</i>\n",
        "{% if b@ %}<b>x</b>{% endif %}\n<i>x</i>\n",
    ),
    "rules-of-css": _each(
        "a.css", ".a@ { color: red; }\n.b { top: 0; }\n", ".a@ { color: blue; }\n.b { top: 0; }\n"
    ),
    "lines-of-data": _each("a.csv", "@,a\n", "@,b\n"),
}
"""All shapes, by name."""
