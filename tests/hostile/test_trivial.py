"""Attacks on what is called trivial: changes that only look as if no program saw them.

Whatever is trivial is covered by the signature and asked about by nobody."""

from __future__ import annotations

import pytest

from attest.analysis.kinds import RISK
from attest.project.rules import ProjectRules
from support import forge
from support.corpus import Looker
from support.repo import Repo

GET = "    def get(self):\n        return self.x\n"
NOT_TRIVIAL = {
    "a statement dedented out of a condition": (
        "a.py",
        "def f(ok):\n    if ok:\n        log()\n        pay()\n",
        "def f(ok):\n    if ok:\n        log()\n    pay()\n",
    ),
    "a blank within a string": ("a.js", 'run("rm -r build")\n', 'run("rm -r  build")\n'),
    "a tab in a makefile": ("Makefile", "all:\n\techo hi\n", "all:\n        echo hi\n"),
    "indentation in YAML": (
        "deploy.yaml",
        "job:\n  steps: 1\n  root: no\n",
        "job:\n  steps: 1\nroot: no\n",
    ),
    "a script in a workflow": (
        ".github/workflows/ci.yml",
        "jobs:\n  a:\n    steps:\n      - run: |\n          make test\n",
        "jobs:\n  a:\n    steps:\n      - run: |\n          make nothing\n",
    ),
    "a script in a workflow, beside a comment": (
        ".github/workflows/ci.yml",
        "jobs:\n  a:\n    steps:\n      - run: |\n          make test\n    # end\n",
        "jobs:\n  a:\n    steps:\n      - run: |\n          make nothing\n    # The end\n",
    ),
    "a folded text over several lines": (
        "deploy.yaml",
        "command: >-\n  serve\n  --verify\n",
        "command: >-\n  serve\n  --insecure\n",
    ),
    "a plain text over several lines": (
        "deploy.yaml",
        "command: serve\n  --verify\n",
        "command: serve\n  --insecure\n",
    ),
    "a carriage return in a shell script": ("run.sh", "#!/bin/sh\nls\n", "#!/bin/sh\nls\r\n"),
    "a comment that silences a type checker": ("a.py", "x = f()\n", "x = f()  # type: ignore\n"),
    "a comment that silences a linter": (
        "a.js",
        "eval(x)\n",
        "// eslint-disable-next-line no-eval\neval(x)\n",
    ),
    "a call that comes to the line that a scanner passes over": (
        "A.java",
        "class A {\n  void f() {\n    run(x);\n    log(x); // NOSONAR\n  }\n}\n",
        "class A {\n  void f() {\n    run(x); log(x); // NOSONAR\n  }\n}\n",
    ),
    "a build tag": ("a.go", "package a\n", "//go:build !race\n\npackage a\n"),
    "an interpreter": ("run", "#!/bin/sh\nls\n", "#!/bin/bash\nls\n"),
    "a comment that hides its end": (
        "a.c",
        "int f(void) { return 1; }\n",
        "/* safe */ int g(void) { return 2; } /* */\nint f(void) { return 1; }\n",
    ),
    "a comment that shows another order": (
        "a.c",
        "/* admin only */\nint f(void) { return 1; }\n",
        "/* admin only \u202e } \u2066if (ok)\u2069 \u2066 begin */\nint f(void) { return 1; }\n",
    ),
    "code in a comment comes alive": ("a.py", "# check(user)\n", "check(user)\n"),
    "code becomes a comment": ("a.py", "check(user)\n", "# check(user)\n"),
    "a string that an assignment keeps": (
        "a.py",
        'def f():\n    x = """old"""\n',
        'def f():\n    x = """new"""\n',
    ),
    "a type in place of another": (
        "a.rs",
        "fn f(x: Jug) -> u8 { 1 }\n",
        "fn f(x: Vase) -> u8 { 1 }\n",
    ),
    "a return type": ("a.rs", "fn f() -> u32 { 1 }\n", "fn f() -> u64 { 1 }\n"),
    "a base class": ("a.py", "class A(Safe):\n    x = 1\n", "class A(Fast):\n    x = 1\n"),
    "a default": ("a.py", "def f(mode=SAFE):\n    pass\n", "def f(mode=FAST):\n    pass\n"),
    "a condition": ("a.py", "if ready:\n    go()\n", "if paid:\n    go()\n"),
    "what is caught": (
        "a.java",
        "class A { void f() { try { g(); } catch (IOError e) { h(); } } }\n",
        "class A { void f() { try { g(); } catch (Throwable e) { h(); } } }\n",
    ),
    "a target that was there before": (
        "a.py",
        "left = 1\nright = 2\nleft = box.x\n",
        "left = 1\nright = 2\nright = box.x\n",
    ),
    "a renamed name that something else has": (
        "a.py",
        "def f(rows):\n    total = 1\n    other = 2\n    return total + other\n",
        "def f(rows):\n    other = 1\n    other = 2\n    return other + other\n",
    ),
    "a parameter that callers name": (
        "a.py",
        "def f(size):\n    return size\n",
        "def f(length):\n    return length\n",
    ),
    "a public name": (
        "a.py",
        "def area(r):\n    return r\n",
        "def surface(r):\n    return r\n",
    ),
    "a key": ("a.js", "send({ colour: x })\n", "send({ color: x })\n"),
    "a member of another object": ("a.py", "x.left = 1\n", "x.right = 1\n"),
    "a call of another": ("a.py", "save(x)\n", "drop(x)\n"),
    "an import that is not sorted but other": (
        "a.py",
        "import json\nimport os\n",
        "import jsom\nimport os\n",
    ),
    "a definition moved into another class": (
        "a.py",
        f"class A:\n{GET}\n    def g(self):\n        pass\n\n\nclass B:\n    x = 1\n",
        f"class A:\n    def g(self):\n        pass\n\n\nclass B:\n    x = 1\n\n{GET}",
    ),
    "what no grammar knows": ("a.py", "def f(:\n    # one\n    )\n", "def f(:\n    # two\n    )\n"),
    "prose where numbers differ": ("NEWS.md", "Up to 8 bytes.\n", "Up to 9 bytes.\n"),
    "bytes that are not UTF-8": ("a.txt", "caf\udce9 one\n", "caf\udce8 one\n"),
    "bytes that are not UTF-8 in a string": ("a.py", "x = 'caf\udce9'\n", "x = 'caf\udce8'\n"),
    "marks alone": ("a.md", "one\n", "one\n---\n"),
    "a heredoc": ("a.sh", "cat <<E\n# one\nE\n", "cat <<E\n# two\nE\n"),
    "a template string": ("a.js", "x = `a\n  // b\n`\n", "x = `a\n  // c\n`\n"),
}


@pytest.mark.parametrize("name", NOT_TRIVIAL)
def test_what_a_program_sees_is_never_trivial(looker: Looker, name: str) -> None:
    path, old, new = NOT_TRIVIAL[name]
    seen = looker.look({path: old}, {path: new})
    assert "trivial" not in seen.outcomes, (seen.kinds, seen.outcomes)
    assert "asked" in seen.outcomes


@pytest.mark.parametrize("kind", ["moved", "added", "removed"])
def test_a_submodule_is_never_trivial(repo: Repo, kind: str) -> None:
    trees = []
    for number in (1, 2):
        gone = (kind, number) in (("added", 1), ("removed", 2))
        line = "" if gone else f"160000 commit {str(number) * 40}\tsub\n"
        trees.append(repo.git("mktree", "--missing", stdin=line.encode()))
    with forge.isolated(repo) as isolated:
        change = isolated.change(*trees)
        question_list = ProjectRules.built_in(isolated).chooser.choose(change)
    assert [one.analysis.kind for one in question_list if one.analysis] == ["configuration"]
    assert question_list[0].analysis.risk == RISK["code-changed"]
    assert "`sub " in question_list[0].texts.invariant


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("docs/build.yml", ".github/workflows/build.yml"),
        ("src/check.py", "tests/test_check.py"),
        ("notes.txt", "notes.py"),
    ],
)
def test_a_file_that_becomes_something_else_by_its_name_is_never_trivial(
    looker: Looker, old: str, new: str
) -> None:
    seen = looker.look({old: "run: 1\n"}, {new: "run: 1\n"})
    assert "asked" in seen.outcomes


def test_a_file_that_only_moves_costs_one_question(looker: Looker) -> None:
    seen = looker.look({"src/a.py": "check(1)\n"}, {"src/b.py": "check(1)\n"})
    assert seen.outcomes == ["grouped", "asked"]
    assert seen.kinds[1] == "moved"
    assert "`b.py` was in `src/a.py`" in seen.asked[0]


def test_a_file_that_moves_and_changes_is_asked_about(looker: Looker) -> None:
    seen = looker.look({"src/a.py": "check(1)\n"}, {"src/b.py": "check(2)\n"})
    assert "asked" in seen.outcomes


ACROSS = {
    "a comment that swallows code": (
        "a.c",
        "/* one */\ncheck();\n/* two */\n",
        "/* one\ncheck();\n/* two */\n",
    ),
    "code that comes alive": (
        "a.c",
        "/* one\ncheck();\n/* two */\n",
        "/* one */\ncheck();\n/* two */\n",
    ),
    "a comment of Lua that swallows code": (
        "a.lua",
        "---[[ one\ncheck()\n-- ]]\n",
        "--[[ one\ncheck()\n-- ]]\n",
    ),
    "a comment of C that goes on": ("a.c", "// hi\ncheck();\n", "// hi \\\ncheck();\n"),
    "a docstring that is run": ("a.py", "x = 1\n", "x = 1\nf\"{__import__('os').system('id')}\"\n"),
    "an attribute that a framework reads": (
        "a.py",
        "class V(View):\n    permission_classes = [IsAdmin]\n",
        "class V(View):\n    permission_clases = [IsAdmin]\n",
    ),
    "a setting": ("settings.py", "SECURE_REDIRECT = True\n", "SECURE_REDIRET = True\n"),
    "a method that something else calls": (
        "a.py",
        "class A(B):\n    def _validate(self):\n        return 1\n",
        "class A(B):\n    def _validat(self):\n        return 1\n",
    ),
    "a test that is run by its name": (
        "tests/test_a.py",
        "def test_x():\n    assert f()\n",
        "def tst_x():\n    assert f()\n",
    ),
    "init of Go": ("a.go", "package a\n\nfunc init() {}\n", "package a\n\nfunc inits() {}\n"),
    "a variable of the shell": ("a.sh", "PATH=/safe\nls\n", "PTH=/safe\nls\n"),
    "names from another module": (
        "a.py",
        "from strict import verify\nfrom lax import sign\n",
        "from lax import verify\nfrom strict import sign\n",
    ),
    "names of one import swapped": (
        "a.py",
        "import a as b, c as d\n",
        "import a as d, c as b\n",
    ),
    "files that a shell reads in order": ("a.sh", "source a b\n", "source b a\n"),
    "includes of C in another order": (
        "a.c",
        '#include "a.h"\n#include "b.h"\n',
        '#include "b.h"\n#include "a.h"\n',
    ),
    "a comment of Python that ends early": (
        "a.py",
        "def f():\n    # note\n    return g()\n",
        "def f():\n    # note\r    return True\n    return g()\n",
    ),
    "an escape of Java that ends a comment": (
        "A.java",
        "class A {\n  // note\n}\n",
        "class A {\n  // \\u000a static { evil(); }\n}\n",
    ),
    "an owner who is none any more": (".github/CODEOWNERS", "/src/ @alice\n", "#/src/ @alice\n"),
    "a list of addresses": ("allow.txt", "10.0.0.0/8\n", "10.0.0.0-8\n"),
    "a bound in a requirement": ("reqs.txt", "a==1.0\n", "a>=1.0\n"),
    "what is built by cgo": (
        "a.go",
        'package a\n\n// #include <a.h>\nimport "C"\n',
        'package a\n\n// #include <b.h>\nimport "C"\n',
    ),
    "how a Dockerfile is read": ("Dockerfile", "FROM a\n", "# escape=`\nFROM a\n"),
    "what a linter is told far down": (
        "a.js",
        "/* " + "word " * 100 + "\n */\nf();\n",
        "/* " + "word " * 100 + "\n eslint-disable */\nf();\n",
    ),
    "where a linter is silenced": (
        "a.py",
        "f()  # nosec\ng()\n",
        "f()\ng()  # nosec\n",
    ),
    "a definition that wins": (
        "a.py",
        "def check():\n    return 1\n\n\nx = 1\n\n\ndef check():\n    return 2\n",
        "x = 1\n\n\ndef check():\n    return 2\n\n\ndef check():\n    return 1\n",
    ),
    "a text of YAML": ("a.yaml", "a: |\n  one\n  two\n", "a: |\n  one\n\n  two\n"),
    "white space of JSX": (
        "a.jsx",
        "x = <p>{a} {b}</p>;\n",
        "x = <p>{a}{b}</p>;\n",
    ),
}


@pytest.mark.parametrize("name", ACROSS)
def test_what_another_program_sees_is_never_trivial(looker: Looker, name: str) -> None:
    path, old, new = ACROSS[name]
    seen = looker.look({path: old}, {path: new})
    assert "trivial" not in seen.outcomes, (seen.kinds, seen.outcomes)
    assert "asked" in seen.outcomes


def test_a_comment_that_ends_in_another_hunk_is_not_trivial(looker: Looker) -> None:
    old = "/* one */\na();\nb();\nc();\n/* two */\n"
    new = "/* one\na();\nb();\nc();\ntwo */\n"
    seen = looker.look({"a.c": old}, {"a.c": new})
    assert "trivial" not in seen.outcomes


DEEP = {
    "yaml": ("a.yaml", "- " * 254 + "a\n"),
    "mappings": ("b.yaml", "".join(" " * n + "a:\n" for n in range(300))),
    "quotes": ("a.md", "> " * 400 + "a\n"),
    "heredocs": ("a.rb", "x = " + ", ".join(f"<<~E{n}" for n in range(300)) + "\n"),
    "a long heredoc": ("b.rb", f"x = <<~{'E' * 300}\n{'E' * 300}\n"),
    "templates": ("a.kt", "val x = " + '"${' * 520 + "\n"),
    "brackets": ("a.js", "x = " + "[" * 4_900 + "\n"),
    "one long line": ("a.py", "x = [" + "1," * 150_000 + "]\n"),
    "one long word": ("a.sh", "password" * 8_000 + "-x\n"),
    "many definitions": ("c.py", "".join(f"def f{n}(): pass\n" for n in range(1_900))),
}


@pytest.mark.parametrize("name", DEEP)
def test_no_file_ends_the_process_or_is_left_out(looker: Looker, name: str) -> None:
    path, text = DEEP[name]
    for old, new in (({}, {path: text}), ({path: text}, {path: "x = 1\n" + text})):
        seen = looker.look(old, new)
        assert "asked" in seen.outcomes


def test_decoys_do_not_hide_a_check_that_is_gone(looker: Looker) -> None:
    decoys = "".join(f"def f{n}(x):\n    if x > {n}:\n        raise No(x)\n\n\n" for n in range(4))
    gone = "".join(f"def f{n}(x):\n    pass\n\n\n" for n in range(4))
    pay = "def pay(s):\n    if s > limit:\n        raise TooMuch(s)\n    return s\n"
    seen = looker.look(
        {"aaa.py": decoys, "pay.py": pay}, {"aaa.py": gone, "pay.py": "def pay(s):\n    return s\n"}
    )
    result = {c.analysis.hunk.path: c.outcome for c in seen.choices}
    assert result[b"pay.py"] == "asked"


@pytest.mark.parametrize("decoy", ["log('s > u.limit')", "z = s > u.limit"])
def test_a_check_is_gone_though_its_words_stand_elsewhere(looker: Looker, decoy: str) -> None:
    old = "def pay(u, s):\n    if s > u.limit:\n        raise TooMuch(s)\n    return s\n"
    new = f"def pay(u, s):\n    {decoy}\n    return s\n"
    # What has its names now may be the check in another form, so it is not called removed; but it
    # ranks like one, and no decoy takes its place.
    seen = looker.look({"pay.py": old}, {"pay.py": new})
    assert (seen.outcomes, seen.choices[0].risk) == (["asked"], RISK["check-removed"])
    assert "s > u.limit" in seen.questions[0].texts.invariant


def test_the_same_edit_in_another_file_is_asked_about_where_it_matters(looker: Looker) -> None:
    old = "def f(u):\n    if check(u):\n        go(u)\n"
    files = ("a/log.py", "z/pay.py")
    new = old.replace("check(u)", "True")
    seen = looker.look(dict.fromkeys(files, old), dict.fromkeys(files, new))
    assert seen.kinds == ["check-removed"] * 2
    assert seen.outcomes == ["asked", "asked"]


SAME = {
    "another argument of the call": (
        "a.py",
        'def f(c):\n    c.set("verbose", False)\n\n\ndef g(c):\n    c.set("skip_auth", False)\n',
        'def f(c):\n    c.set("verbose", True)\n\n\ndef g(c):\n    c.set("skip_auth", True)\n',
    ),
    "another argument's place": (
        "a.py",
        "def f():\n    go(False, False)\n\n\ndef g():\n    go(False, False)\n",
        "def f():\n    go(True, False)\n\n\ndef g():\n    go(False, True)\n",
    ),
    "what another function returns": (
        "a.py",
        "def f():\n    return 0\n\n\ndef g():\n    return 0\n",
        "def f():\n    return 1\n\n\ndef g():\n    return 1\n",
    ),
    "a field of another class": (
        "A.java",
        "class Debug { \n  boolean on = true;\n}\nclass Wall {\n  boolean on = true;\n}\n",
        "class Debug { \n  boolean on = false;\n}\nclass Wall {\n  boolean on = false;\n}\n",
    ),
    "another section": (
        "a.toml",
        "[dev]\nverify = true\n\n[prod]\nverify = true\n",
        "[dev]\nverify = false\n\n[prod]\nverify = false\n",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_words_of_another_thing_are_another_edit(looker: Looker, name: str) -> None:
    path, old, new = SAME[name]
    assert looker.look({path: old}, {path: new}).outcomes == ["asked", "asked"]


IMPORTS = {
    "a second import runs code": (
        "import os\n\n\ndef f():\n    pass\n",
        "import os\nfrom util import helper\n\n\ndef f():\n    helper()\n\n\nimport evil\n",
    ),
    "one of two names is unused": (
        "import os\n\n\ndef f():\n    pass\n",
        "import os\nfrom evil import open, helper\n\n\ndef f():\n    helper()\n",
    ),
    "a name in a comment": (
        "import os\n\n\ndef f():\n    return 0\n",
        "import os\nfrom evil import hook\n\n\ndef f():\n    return 1  # hook\n",
    ),
    "a part of a dotted name": (
        "import os\n\n\ndef f():\n    return 0\n",
        "import os\nimport evil.part\n\n\ndef f():\n    return part\n",
    ),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_that_nothing_asked_about_uses_is_asked_about(looker: Looker, name: str) -> None:
    old, new = IMPORTS[name]
    seen = looker.look({"a.py": old}, {"a.py": new})
    asked = [c for c in seen.choices if c.outcome == "asked"]
    assert any("evil" in "".join(c.analysis.new) for c in asked), seen.outcomes


LOW_AT_FIRST_SIGHT = {
    "a name that only begins like a document's": ("install-packages.txt", "openssl\n", "netcat\n"),
    "a licence": ("LICENSE", "May be used by all.\n", "All rights are reserved.\n"),
    "instructions to a program": ("src/prompts/system.md", "Never show it.\n", "Show it.\n"),
    "the version of a package": ("debian/changelog", "a (1.0) b\n", "a (0.1) b\n"),
    "the output of an example": (
        "a_test.go",
        "package a\n\nfunc ExampleF() {\n\tF()\n\t// Output:\n\t// hello world now\n}\n",
        "package a\n\nfunc ExampleF() {\n\tF()\n\t// Output:\n\t// hello there now\n}\n",
    ),
    "a scanner's mark": ("a.js", "f();\n", "// codeql[js/sql] is fine\nf();\n"),
    "a tool's mark with a hyphen": ("a.js", "f();\n", "// oxlint-disable no-x because\nf();\n"),
    "code in a document": (
        "docs/a.rst",
        ".. testcode::\n\n   f(1)\n",
        ".. testcode::\n\n   f(2)\n",
    ),
    "an attribute of AsciiDoc": ("docs/a.adoc", ":source-dir: a\n", ":source-dir: /etc\n"),
    "a command to copy": (
        "README.md",
        "Run `curl good.example` first.\n",
        "Run `curl evil.example` first.\n",
    ),
    "HTML in a document": ("README.md", "See this.\n", "See <img src=x onerror=y> this.\n"),
    "a hook beside a new test": (
        "tests/conftest.py",
        "x = 1\n",
        "x = 1\n\n\ndef test_b():\n    assert 1\n\n\ndef pytest_hook(items):\n    items[:] = []\n",
    ),
    "code in a folder named testing": (
        "src/testing/auth.py",
        "x = 1\n",
        "x = 1\n\n\ndef test_b():\n    open_door()\n",
    ),
    "what a program prints": ("a.js", "console.log('ok');\n", "console.log('::set x::1');\n"),
}


@pytest.mark.parametrize("name", LOW_AT_FIRST_SIGHT)
def test_what_is_not_proven_to_matter_little_is_asked_about(looker: Looker, name: str) -> None:
    path, old, new = LOW_AT_FIRST_SIGHT[name]
    decoy = "int f(int a)\n{\n  return a;\n}\n"
    before, after = {"z.c": decoy, path: old}, {"z.c": decoy.replace("a;", "a + 1;"), path: new}
    seen = looker.look(before, after)
    result = {c.analysis.hunk.path.decode(): c.outcome for c in seen.choices}
    assert result[path] == "asked", seen.kinds
