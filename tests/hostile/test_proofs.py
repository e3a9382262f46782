"""The table of proofs, language by language: honest changes that stay trivial, and attacks
on each argument that must not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.analysis.plain_words import is_plain, is_sentence
from attest.analysis.proofs import TABLE
from support.corpus import Looker

C, JAVA, GO = "int f(int a)\n{\n", "class A {\n  int f() {\n", "package a\n\nfunc f() int {\n"

HONEST = {
    "c, indentation": ("a.c", f"{C}  return a;\n}}\n", f"{C}    return a;\n}}\n"),
    "c, a blank line": ("a.c", f"{C}  g();\n  return a;\n}}\n", f"{C}  g();\n\n  return a;\n}}\n"),
    "c, a comment of a line": (
        "a.c",
        f"{C}  // one more\n  return a;\n}}\n",
        f"{C}  // adds one\n  return a;\n}}\n",
    ),
    "c, a comment": ("a.c", f"/* old words */\n{C}}}\n", f"/* new words */\n{C}}}\n"),
    "cpp, blanks": ("a.cc", f"{C}  return  a;\n}}\n", f"{C}  return a;\n}}\n"),
    "java, line breaks": (
        "A.java",
        f"{JAVA}    return g(1,\n      2);\n  }}\n}}\n",
        f"{JAVA}    return g(1, 2);\n  }}\n}}\n",
    ),
    "java, a comment": (
        "A.java",
        f"{JAVA}    // one more\n    return 1;\n  }}\n}}\n",
        f"{JAVA}    // adds one\n    return 1;\n  }}\n}}\n",
    ),
    "go, blanks": ("a.go", f"{GO}\treturn  1\n}}\n", f"{GO}\treturn 1\n}}\n"),
    "go, indentation": ("a.go", f"{GO}\treturn 1\n}}\n", f"{GO}\t\treturn 1\n}}\n"),
    "python, a comment": (
        "a.py",
        "def f():\n    # Adds one more.\n    return 1\n",
        "def f():\n    # Adds one, as the caller wants it to.\n    return 1\n",
    ),
    "python, a blank line": ("a.py", "x = 1\ny = 2\n", "x = 1\n\ny = 2\n"),
    "rust, a blank line": ("a.rs", "fn f() {}\nfn g() {}\n", "fn f() {}\n\nfn g() {}\n"),
    "kotlin, a blank line": ("a.kt", "val a = 1\nval b = 1\n", "val a = 1\n\nval b = 1\n"),
    "hcl, a comment": ("a.tf", "# the bucket\na = 1\n", "# our bucket\na = 1\n"),
    "hcl, a blank line": ("a.tf", "a = 1\nb = 2\n", "a = 1\n\nb = 2\n"),
    "json, line breaks": ("a.json", '{"a": [1, 2]}\n', '{\n  "a": [\n    1,\n    2\n  ]\n}\n'),
    "yaml, a comment": ("a.yaml", "# builds it\na: 1\n", "# builds all of it\na: 1\n"),
    "carriage returns in Java": ("A.java", "class A { }\n", "class A { }\r\n"),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_no_program_sees_is_trivial(looker: Looker, name: str) -> None:
    path, old, new = HONEST[name]
    assert set(looker.look({path: old}, {path: new}).outcomes) == {"trivial"}


def test_each_rule_of_the_table_has_an_honest_case() -> None:
    tried = {name.partition(",")[0] for name in HONEST}
    assert set(TABLE) <= tried
    for proofs in TABLE.values():
        assert bool(proofs.delimiters) == bool(proofs.argument)
        assert bool(proofs.layout) == bool(proofs.layout_argument)


UNPROVEN = {
    "go, blanks": ("a.go", f"{GO}\treturn 1+2\n}}\n", f"{GO}\treturn 1 + 2\n}}\n"),
    "go, a comment in a function": (
        "a.go",
        f"{GO}\t// one more\n\treturn 1\n}}\n",
        f"{GO}\t// adds one\n\treturn 1\n}}\n",
    ),
    "rust, a comment": (
        "a.rs",
        "fn f() {\n    // one more\n    g();\n}\n",
        "fn f() {\n    // adds one\n    g();\n}\n",
    ),
    "kotlin, a comment": ("a.kt", "// one more\nval a = 1\n", "// adds one\nval a = 1\n"),
    "csharp, a comment": (
        "A.cs",
        "class A\n{\n    // one more\n    int x;\n}\n",
        "class A\n{\n    // adds one\n    int x;\n}\n",
    ),
}
"""What no program sees either, but nothing in the table proves."""


@pytest.mark.parametrize("name", UNPROVEN)
def test_what_is_not_in_the_table_is_asked_about(looker: Looker, name: str) -> None:
    path, old, new = UNPROVEN[name]
    assert set(looker.look({path: old}, {path: new}).outcomes) == {"asked"}


HOSTILE = {
    # white space
    "C, whether there is a blank at all": (
        "a.c",
        "#define S(x) #x\nint f(void) { return g(S(a+b)); }\n",
        "#define S(x) #x\nint f(void) { return g(S(a + b)); }\n",
    ),
    "C, a blank that makes a macro take arguments": (
        "a.c",
        "#define F(x) g(x)\nint a;\n",
        "#define F (x) g(x)\nint a;\n",
    ),
    "C, a directive on a line of its own": (
        "a.c",
        "int a; // no\n#if X\nint b;\n#endif\n",
        "int a; // no #if X\nint b;\n#endif\n",
    ),
    "C, a comment that goes on": ("a.c", "int a; // x y\nint b;\n", "int a; // x y\\\nint b;\n"),
    "C, behind a line that goes on": (
        "a.c",
        "#define A 1 \\\n  + 2\nint x;\n",
        "#define A 1 \\\n\n  + 2\nint x;\n",
    ),
    "C++, a raw text": ("a.cc", 'auto a = R"(x  y)";\n', 'auto a = R"(x y)";\n'),
    "C++, a raw text of several lines": (
        "a.cc",
        'auto a = R"(x\n  y)";\n',
        'auto a = R"(x\n    y)";\n',
    ),
    "Java, a text block": (
        "A.java",
        'class A { String a = """\n  x\n  y"""; }\n',
        'class A { String a = """\n  x\n    y"""; }\n',
    ),
    "Java, blanks in a text": (
        "A.java",
        'class A { String a = "x y"; }\n',
        'class A { String a = "x  y"; }\n',
    ),
    "Java, two signs that become one": (
        "A.java",
        "class A { int f(int a) { return a - -a; } }\n",
        "class A { int f(int a) { return a --a; } }\n",
    ),
    "Go, a line break that ends a statement": (
        "a.go",
        "package a\n\nfunc f() int {\n\treturn g()\n}\n",
        "package a\n\nfunc f() int {\n\treturn\n\tg()\n}\n",
    ),
    "Go, a raw text": (
        "a.go",
        "package a\n\nvar x = `a\n b`\n",
        "package a\n\nvar x = `a\n  b`\n",
    ),
    "Python, indentation": (
        "a.py",
        "if a:\n    b()\n    c()\n",
        "if a:\n    b()\nc()\n",
    ),
    "Python, a blank line in a text": ("a.py", 'x = """a\nb"""\n', 'x = """a\n\nb"""\n'),
    "Python, a blank line behind a backslash": (
        "a.py",
        "x = 1 + \\\n    2\n",
        "x = 1 + \\\n\n    2\n",
    ),
    "Rust, a blank line in a text": (
        "a.rs",
        'const A: &str = "a\nb";\n',
        'const A: &str = "a\n\nb";\n',
    ),
    "Kotlin, a line break": (
        "a.kt",
        "fun f(): Int {\n  return g()\n}\n",
        "fun f(): Int {\n  return\n  g()\n}\n",
    ),
    "JavaScript, a line break": (
        "a.js",
        "function f() {\n  return g();\n}\n",
        "function f() {\n  return\n  g();\n}\n",
    ),
    "Shell, a blank behind a backslash": ("a.sh", "rm \\\n  x\n", "rm \\ \n  x\n"),
    "YAML, a blank line that a block scalar keeps": (
        "a.yaml",
        "a: |+\n  x\nb: 1\n",
        "a: |+\n  x\n\nb: 1\n",
    ),
    "Kotlin, a blank line in a text": (
        "a.kt",
        'val a = """b\nc"""\n',
        'val a = """b\n\nc"""\n',
    ),
    "Kotlin, a blank line behind a value in a text": (
        "a.kt",
        'val a = """${b}\nc"""\n',
        'val a = """${b}\n\nc"""\n',
    ),
    "Python, a blank line behind a value in a text": (
        "a.py",
        'x = f"""{b}\nc"""\n',
        'x = f"""{b}\n\nc"""\n',
    ),
    "Rust, a blank line in a raw text": (
        "a.rs",
        'const A: &str = r#"a\nb"#;\n',
        'const A: &str = r#"a\n\nb"#;\n',
    ),
    "JSON, blanks in a text": ("a.json", '{"a": "b c"}\n', '{"a": "b  c"}\n'),
    "JSON, two values that become one": ("a.json", "[1 2]\n", "[12]\n"),
    "HCL, a blank line in a heredoc": ("a.tf", "a = <<E\nb\nE\n", "a = <<E\nb\n\nE\n"),
    "HCL, a blank line behind a template": (
        "a.tf",
        "a = <<E\n${b}\nc\nE\n",
        "a = <<E\n${b}\n\nc\nE\n",
    ),
    # comments
    "C, a comment that hides code": (
        "a.c",
        "/* a b */\nint f(void);\n",
        "/* a b */ int g(void); /* c d */\nint f(void);\n",
    ),
    "C, a comment that a linter reads": (
        "a.c",
        "/* a b */\nint a;\n",
        "/* fall through */\nint a;\n",
    ),
    "C, documentation": ("a.c", "/** a b */\nint a;\n", "/** a c */\nint a;\n"),
    "Java, an escape elsewhere in the file": (
        "A.java",
        'class A {\n  // a b\n  String x = "\\u0041";\n}\n',
        'class A {\n  // a c\n  String x = "\\u0041";\n}\n',
    ),
    "Go, documentation that a generator reads": (
        "a.go",
        "package a\n\n// F is one.\nfunc F() {}\n",
        "package a\n\n// F is two.\nfunc F() {}\n",
    ),
    "Go, code for cgo": (
        "a.go",
        'package a\n\n// int a;\n// int limit;\nimport "C"\n',
        'package a\n\n// int a;\n// long limit;\nimport "C"\n',
    ),
    "Go, the output of an example": (
        "a_test.go",
        "package a\n\nfunc ExampleF() {\n\tF()\n\t// Output:\n\t// hello world\n}\n",
        "package a\n\nfunc ExampleF() {\n\tF()\n\t// Output:\n\t// hello there\n}\n",
    ),
    "Python, a type": ("a.py", "x = f()  # type: int\n", "x = f()  # type: str\n"),
    "Python, an encoding": ("a.py", "# coding: latin-1\nx = 1\n", "# coding: utf-7\nx = 1\n"),
    "Python, in capitals": ("a.py", "x = f()  # a b\n", "x = f()  # a NOQA\n"),
    "Python, a lone carriage return": ("a.py", "# a b\nx = 1\n", "# a b\ry = 2\nx = 1\n"),
    "Python, a cell mark": ("a.py", "# a b\nx = 1\n", "# %% b\nx = 1\n"),
    "Rust, documentation": ("a.rs", "/// a b\nfn f() {}\n", "/// a c\nfn f() {}\n"),
    "YAML, in a template": (
        "a.yaml",
        "a: {{ x }}\n# a b\nb: 1\n",
        "a: {{ x }}\n# a c\nb: 1\n",
    ),
    "YAML, in a text": ("a.yaml", "a: |\n  # a b\n  x\n", "a: |\n  # a c\n  x\n"),
    "HCL, in a heredoc": (
        "a.tf",
        "a = <<E\n# a b\nE\n",
        "a = <<E\n# a c\nE\n",
    ),
    "a comment beside a fault": (
        "a.c",
        "int f( {\n}\n/* a b */\nint a;\n",
        "int f( {\n}\n/* a c */\nint a;\n",
    ),
    "a header, in whatever language": ("a.h", "/* a b */\nint a;\n", "/* a c */\nint a;\n"),
    "Objective-C by the ending of MATLAB": ("a.m", "% a b\nx = 1\n", "% a c\nx = 1\n"),
    "a template of a known language": ("a.py.j2", "# a b\nx = 1\n", "# a c\nx = 1\n"),
    "lines are not a parse": ("a.ini", "# a b\nx = 1\n", "# a c\nx = 1\n"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_program_may_see_is_asked_about(looker: Looker, name: str) -> None:
    path, old, new = HOSTILE[name]
    seen = looker.look({path: old}, {path: new})
    assert "trivial" not in seen.outcomes, seen.kinds
    assert "asked" in seen.outcomes


@pytest.mark.parametrize(
    "words",
    ["noqa", "a NOQA", "a-b c", "a: b", "a = b", "a @b", "a #b", "a!", "{{ a b", "go:build a",
     "see $(id)", "100% of it", "a_b c", "camelCase word", "skip this", "a\tb", "a\x0bb", "a\rb",
     "one", "", "a  b", "\u202ea b", "a\u200bb c"],
)  # fmt: skip
def test_words_that_a_tool_may_read_are_not_plain(words: str) -> None:
    assert not is_plain(words)


@pytest.mark.parametrize(
    "words", ["Adds one.", "It isn't there, so wait; then go.", "Größe in Metern", "мы ждём"]
)
def test_sentences_are_plain(words: str) -> None:
    assert is_plain(words)


@given(st.text())
def test_any_words_have_only_letters_digits_and_marks_of_a_sentence(words: str) -> None:
    if is_sentence(words):
        assert all(char.isalpha() or char.isdigit() or char in "'.,;? " for char in words)
