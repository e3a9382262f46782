"""Words that look as if they were for readers alone, and that a tool reads: never of a low rank."""

from __future__ import annotations

import pytest

from attest.analysis.kinds import LOW
from support.corpus import Looker

COMMENTS = {
    "C code for cgo": ("a.go", 'package a\n\n/*\n#define A CHANGED\nint f();\n*/\nimport "C"\n'),
    "a directive for cgo": ("a.go", 'package a\n\n// #define LIMIT CHANGED value\nimport "C"\n'),
    "an expression for cgo": (
        "a.go",
        'package a\n\n/*\nint f() {\n  return CHANGED\n  ;\n}\n*/\nimport "C"\n',
    ),
    "the output of an example": (
        "a_test.go",
        "package a\n\nfunc ExampleF() {\n\tf()\n\t/* Output:\n\tone\n\tthe CHANGED line\n\t*/\n}\n",
    ),
    "a command of a notebook": ("a.py", "# !pip install CHANGED\nx = 1\n"),
    "a cell of a notebook": ("a.py", "# %% [CHANGED]\nx = 1\n"),
    "a dependency of a script": (
        "a.py",
        '#\t/// script\n#\t  "one",\n#\t  "CHANGED",\n#\t///\nx = 1\n',
    ),
    "an example of Rust": (
        "a.rs",
        "/// ```\n/// f(\n///     one,\n///     CHANGED,\n/// );\n/// ```\nfn g() {}\n",
    ),
    "an example in a block": (
        "a.rs",
        "/**\n```\nf(\n    one,\n    CHANGED,\n);\n```\n*/\nfn g() {}\n",
    ),
    "an example of JavaScript": (
        "a.js",
        "/**\n * Adds.\n * @example\n * f(\n *   the CHANGED,\n * )\n */\nx()\n",
    ),
    "a role in an annotation": (
        "a.php",
        '<?php\n/**\n * @Security("\n *   is granted CHANGED\n * ")\n */\nf();\n',
    ),
    "types in a comment": ("a.js", "/*::\ntype A =\n  | one two\n  | three CHANGED\n*/\nx()\n"),
    "a contract": ("a.c", "/*@ requires a &&\n    b <= CHANGED &&\n    c;\n*/\nint x;\n"),
    "a mode of Luau": ("a.lua", "--!optimize CHANGED more\nx()\n"),
    "a module's command": ("a.sh", "#!/bin/bash\n#%Module one CHANGED\nx\n"),
    "a pragma over two lines": ("a.hs", "{-# language\n  One CHANGED,\n  Two\n  #-}\nx = 1\n"),
    "a property": ("a.hs", "-- | Adds.\n--\n-- prop> f CHANGED\nx = 1\n"),
    "a version beside a hash": ("a.yml", "- uses: a/b@0123abc # v1.CHANGED\n"),
    "a word for a scanner at the end": ("a.py", "# we know of this CHANGED one nosem\nx = 1\n"),
    "a key and its value at the end": ("a.py", "# we know of this one tool: a=CHANGED\nx = 1\n"),
    "globals of a linter": ("a.js", "/* global foo, CHANGED */\nx()\n"),
}
DOCUMENTS = {
    "a script": ("docs/a.md", "# A\n\n<script>\n\nlet a = CHANGED\n\n</script>\n"),
    "an attribute on its own line": ("docs/a.md", '# A\n\n<img\non="CHANGED"\n/>\n'),
    "a comment with a directive": ("docs/a.md", "<!--\n\ntheme CHANGED\n\n-->\n\n# A\n"),
    "the target of a link": ("docs/a.md", "# A\n\n[home]: //CHANGED.org/\n"),
    "an address": ("SECURITY.md", "# A\n\nWrite to us@CHANGED.org please.\n"),
    "the output of an example": ("README.md", "# A\n\n>>> f()\nthe CHANGED line\n"),
    "a quoted fence": ("docs/a.md", "# A\n\n> ```\n> run CHANGED\n> ```\n"),
    "a fence behind a longer one": (
        "docs/a.md",
        "# A\n\n````\n```\n````\n\n```\nrun CHANGED\n```\n",
    ),
    "front matter behind a mark": ("docs/a.md", "\ufeff---\nlayout: CHANGED\n---\n\n# A\n"),
    "front matter in JSON": ("docs/a.md", '{\n"layout": "CHANGED"\n}\n\n# A\n'),
    "front matter without a fence": ("docs/a.md", "Title: A\nTemplate: CHANGED\n\n# A\n"),
    "front matter of a slide": ("docs/a.md", "# A\n\n---\nlayout: CHANGED\nclass: x\n---\n\n# B\n"),
    "a tag over two lines": ("docs/a.md", "# A\n\n{% include x.html\n  a=CHANGED\n%}\n"),
    "a listing": ("docs/a.adoc", "= A\n\n----\n\nrun CHANGED\n\n----\n"),
    "what is passed through": ("docs/a.adoc", "= A\n\n++++\n\nlet a = CHANGED\n\n++++\n"),
    "a paragraph that is code": ("docs/a.adoc", "= A\n\n[source,sh]\nrun CHANGED\n"),
    "a link of AsciiDoc": ("docs/a.adoc", "= A\n\nSee link:CHANGED.html[here].\n"),
    "a quoted literal block": ("docs/a.rst", "A\n=\n\nRun::\n\n> run CHANGED\n> x\n"),
    "Textile": ("docs/a.textile", "h1. A\n\nbc. run CHANGED\n"),
}
HONEST = {
    "a comment": ("a.py", "# The CHANGED line.\nx = 1\n"),
    "a paragraph": ("docs/a.md", "# A\n\nThe CHANGED line.\n\n<b>x</b>\n"),
    "an item beside markup": ("CHANGELOG.md", "# A\n\n- one `<b>`\n- the CHANGED line\n"),
    "words behind a fence": ("docs/a.md", "# A\n\n```\nx\n```\n\nThe CHANGED line.\n"),
    "words behind a tag in a sentence": (
        "CHANGES.md",
        "# A\n\n* in `<pre>` too\n* the CHANGED line\n",
    ),
    "a heading of reStructuredText": ("docs/a.rst", "A\n----\n\nThe CHANGED line.\n\nB\n----\n"),
}


def risk(looker: Looker, path: str, text: str) -> int:
    old, new = text.replace("CHANGED", "good"), text.replace("CHANGED", "evil")
    return max(one.risk for one in looker.look({path: old}, {path: new}).choices)


@pytest.mark.parametrize("name", [*COMMENTS, *DOCUMENTS])
def test_what_a_tool_reads_does_not_rank_low(looker: Looker, name: str) -> None:
    assert risk(looker, *({**COMMENTS, **DOCUMENTS}[name])) > LOW


@pytest.mark.parametrize("name", HONEST)
def test_words_for_readers_rank_low(looker: Looker, name: str) -> None:
    assert risk(looker, *HONEST[name]) <= LOW


UNPROVEN = {
    "an item": ("a.py", "# - the CHANGED line\n# - one more\nx = 1\n"),
    "a line between rules": ("a.c", "/********\n * The CHANGED line.\n ********/\nint x;\n"),
    "words above a tag": ("a.js", "/**\n * The CHANGED line.\n * @param {A} a one\n */\nx()\n"),
    "words above an example": (
        "a.rs",
        "/// The CHANGED line.\n/// # Examples\n///\n/// ```\nfn f() {}\n",
    ),
    "documentation of Rust": ("a.rs", "//! The CHANGED line.\n\nfn f() {}\n"),
    "words behind a listing": ("docs/a.adoc", "= A\n\n----\nx\n----\n\nThe CHANGED line.\n"),
}


@pytest.mark.parametrize("name", UNPROVEN)
def test_words_that_nothing_proves_rank_as_such(looker: Looker, name: str) -> None:
    path, text = UNPROVEN[name]
    seen = looker.look({path: text}, {path: text.replace("CHANGED", "other")})
    assert seen.kinds == ["comment-text"]


LOW_BY_A_MARK = {
    "the level of a log": ("a.js", "f(() => {\n  logger.log('CHANGED', text);\n});\n"),
    "a shell by the name of a logger": (
        "a.py",
        "from shell import run as log\n\n\ndef f():\n    log.info('run CHANGED')\n",
    ),
    "a program that looks for generated files": ("a.py", "MARK = '@generated'\nx = CHANGED\n"),
    "a sentence about generated files": ("a.py", "# What is @generated, stays\nx = CHANGED\n"),
    "a text with a generated file": ("a.py", 'X = """\n# @generated\n"""\nx = CHANGED\n'),
    "a comment with the name of a framework": ("e2e/a.py", "# as mocha does\nx = CHANGED\n"),
    "a text with the head of a section": (
        "Cargo.toml",
        '[dependencies.a]\nx = """\n[package]\n"""\nversion = "1.CHANGED"\n',
    ),
    "an indented section": (
        "Cargo.toml",
        '[package]\n  [dependencies.a]\nversion = "1.0-CHANGED"\n',
    ),
}


@pytest.mark.parametrize("name", LOW_BY_A_MARK)
def test_a_mark_counts_only_at_its_place(looker: Looker, name: str) -> None:
    assert risk(looker, *LOW_BY_A_MARK[name]) > LOW


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.go", "// Code generated by x. DO NOT EDIT.\n\npackage a\n\nvar x = CHANGED\n"),
        ("a.js", "/**\n * @generated SignedSource<<a>>\n */\nx(CHANGED)\n"),
        ("a.py", "# This file is automatically @generated by x.\nx = CHANGED\n"),
        ("a.css", "a { b: CHANGED }\n/*# sourceMappingURL=a.css.map */\n"),
    ],
)
def test_files_that_programs_write_rank_low(looker: Looker, path: str, text: str) -> None:
    assert risk(looker, path, text) <= LOW


BLANK = {
    "between cgo's code and its import": ("a.go", 'package a\n\n// int f();\n\nimport "C"\n'),
    "behind a build tag": ("a.go", "// +build a\n\npackage a\n"),
    "above the interpreter": ("a.py", "\n#!/usr/bin/python3\nx = 1\n"),
    "above the interpreter of a shell": ("a.sh", "\n#!/bin/sh -e\nx\n"),
    "above the encoding": ("a.py", "\n\n# coding: latin-1\nx = 1\n"),
    "in a here-document of HCL": ("a.tf", "a = <<-E\n  b\n\n  E\n"),
    "in a here-document with any end": ("a.sh", "cat <<$E\na\n\n$E\n"),
    "before a script of PHP": ("a.php", "<b>a</b>\n\n<?php x();\n"),
    "behind a script of PHP": ("a.php", "<?php\n__halt_compiler();a\n\nb\n"),
}


@pytest.mark.parametrize("name", BLANK)
def test_a_blank_line_that_may_mean_something(looker: Looker, name: str) -> None:
    path, text = BLANK[name]
    without = text.replace("\n\n", "\n") if "\n\n" in text else text.removeprefix("\n")
    (choice, *_) = looker.look({path: text}, {path: without}).choices
    assert choice.risk > LOW


@pytest.mark.parametrize("given", ["{ a=b; }", "({ a=b; })"])
def test_a_block_that_a_macro_may_make_a_text_of(looker: Looker, given: str) -> None:
    old = f"void f(void) {{\n  S(x, {given});\n}}\n"
    (choice,) = looker.look({"a.c": old}, {"a.c": old.replace("a=b", "a = b")}).choices
    assert choice.risk > LOW


PLACES = {
    "js": "const a = {\n  NAME: {\n    on: VALUE,\n  },\n};\n",
    "py": 'A = {\n    "NAME": {\n        "on": VALUE,\n    },\n}\n',
    "go": "package a\n\nvar A = T{\n\tNAME: O{\n\t\tOn: VALUE,\n\t},\n}\n",
    "kts": "NAME {\n  on = VALUE\n}\n",
    "tf": "locals {\n  NAME = {\n    on = VALUE\n  }\n}\n",
    "yaml": "a:\n  - name: NAME\n    on: VALUE\n",
    "toml": '[[a]]\nname = "NAME"\non = VALUE\n',
    "service": "[NAME]\nOn = VALUE\n",
    "conf": "location /NAME\n{\n  deny VALUE;\n}\n",
    "xml": "<a>\n  <NAME>\n    <on>VALUE</on>\n  </NAME>\n</a>\n",
    "css": ".NAME {\n  display: VALUE;\n}\n",
    "pl": "sub NAME {\n  return VALUE;\n}\n",
    "pas": "function NAME: boolean;\nbegin\n  result := VALUE;\nend;\n",
    "sh": "case $a in\n  NAME)\n    safe=VALUE\n    ;;\nesac\n",
}


@pytest.mark.parametrize("ending", PLACES)
def test_the_same_words_at_a_place_of_another_name_are_another_edit(
    looker: Looker, ending: str
) -> None:
    texts = {f"{name}.{ending}": PLACES[ending].replace("NAME", name) for name in ("banner", "key")}
    old, new = (
        {path: text.replace("VALUE", value) for path, text in texts.items()}
        for value in ("true", "false")
    )
    assert looker.look(old, new).outcomes == ["asked", "asked"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            ".github/workflows/a.yml",
            "jobs:\n  NAME:\n    steps:\n      - uses: a/b@VALUE\n",
        ),
        ("a.py", "def NAME():\n    return run(VALUE)\n"),
        ("a.go", "package NAME\n\nconst Limit = VALUE\n"),
    ],
)
def test_the_same_thing_is_the_same_wherever_it_stands(
    looker: Looker, path: str, text: str
) -> None:
    texts = {f"{name}{path}": text.replace("NAME", name) for name in ("one/", "two/")}
    old, new = (
        {path: text.replace("VALUE", value) for path, text in texts.items()} for value in ("1", "2")
    )
    assert looker.look(old, new).outcomes == ["asked", "grouped"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "NAME.CALL(u)\n"),
        ("a.go", "package a\n\nfunc f() {\n\tNAME.CALL(u)\n}\n"),
        ("a.rs", "fn f() {\n    NAME::CALL(u);\n}\n"),
        ("a.php", "<?php\n$NAME->CALL($u);\n"),
        ("a.sql", "call NAME.CALL(u);\n"),
        ("A.java", "class NAME {\n  void f() {\n    this.CALL(u);\n  }\n}\n"),
        ("b.py", "class NAME:\n    def f(self):\n        self.run(CALL)\n"),
    ],
)
def test_the_same_method_of_another_object_is_another_call(
    looker: Looker, path: str, text: str
) -> None:
    texts = {f"{name}/{path}": text.replace("NAME", name) for name in ("spell", "auth")}
    old, new = (
        {path: text.replace("CALL", call) for path, text in texts.items()}
        for call in ("check", "skip")
    )
    assert looker.look(old, new).outcomes == ["asked", "asked"]


def test_the_same_words_of_two_tables_of_a_file_are_two_edits(looker: Looker) -> None:
    table = "{} = {{\n    'x': {{\n        'on': True,\n    }},\n}}\n\n\n"
    old = table.format("BANNER") + table.format("VERIFY")
    seen = looker.look({"a.py": old}, {"a.py": old.replace("True", "False")})
    assert seen.outcomes == ["asked", "asked"]
