"""What is worth asking of a whole change: what stands for what, and the budget."""

from __future__ import annotations

import pytest

from attest.analysis.kinds import REORDERED, RISK
from attest.policy import parser
from attest.policy.model import Policy
from attest.questions.selection import Choice
from support import corpus
from support.corpus import Files, Looker, Seen

CHANGES = corpus.changes()


def policy(text: str) -> Policy:
    return parser.read(f"version = 1\n{text}".encode(), "policy")


def look(looker: Looker, name: str, rules: str = "") -> Seen:
    return looker.look(*CHANGES[name], policy(rules) if rules else None)


def by_path(seen: Seen) -> dict[str, Choice]:
    return {c.analysis.hunk.path.decode(): c for c in seen.choices}


@pytest.mark.parametrize(
    "name", [name for name in CHANGES if name.startswith(("moved", "renamed"))]
)
def test_pure_moves_and_renames_cost_one_question(looker: Looker, name: str) -> None:
    seen = look(looker, name)
    assert seen.outcomes.count("asked") == 1
    assert set(seen.outcomes) <= {"asked", "grouped"}


def test_what_moved_is_asked_about_in_its_new_place(looker: Looker) -> None:
    seen = look(looker, "moved-to-another-file")
    assert [c.analysis.kind for c in seen.choices if c.outcome == "asked"] == ["moved"]
    assert all(c.analysis.hunk.new_lines for c in seen.choices if c.outcome == "asked")


@pytest.mark.parametrize("name", [name for name in CHANGES if name.startswith("order")])
def test_a_statement_that_moved_is_asked_about_once(looker: Looker, name: str) -> None:
    seen = look(looker, name)
    assert seen.kinds == ["code-changed", "code-changed"]
    assert seen.choices[0].risk == REORDERED
    assert sorted(seen.outcomes) == ["asked", "grouped"]


LONG = "the_configuration_of_everything_that_runs_in_production.settings_of_page_"
CALLS = ("def f():\n    {}.check(x)\n", "class A {{\n  void f() {{ {}.check(x); }}\n}}\n")
TARGETS = {
    "the end of a long chain": ("a{}.py", CALLS[0], (f"{LONG}one", f"{LONG}two")),
    "a long object": ("A{}.java", CALLS[1], (f"{LONG[:50]}one", f"{LONG[:50]}two")),
    "a chain on several lines": (
        "A{}.java",
        CALLS[1],
        ("one(1)\n    .b()\n", "two(1)\n    .b()\n"),
    ),
    "a method of Go": ("a{}.go", "package a\n\nfunc (a {}) check() {{\n}}\n", ("One", "Two")),
    "a method of C++": ("a{}.cpp", "int {}::check(int x) {{\n  return x;\n}}\n", ("One", "Two")),
    "a method of Java": ("A{}.java", "class A {{\n  {} check() {{ }}\n}}\n", ("One", "Two")),
    "a method of Python": ("a{}.py", "class {}:\n    def check(self):\n        go()\n", ("A", "B")),
    "what no grammar reads": ("a{}.py", "def f():\n    {}(1)\n    .check(x)\n", ("one", "two")),
}


@pytest.mark.parametrize("case", TARGETS)
def test_the_same_words_of_other_things_are_not_the_same_edit(looker: Looker, case: str) -> None:
    path, text, names = TARGETS[case]
    old = {path.format(n): text.format(name) for n, name in enumerate(names)}
    new = {path: text.replace("check", "verify") for path, text in old.items()}
    assert looker.look(old, new).outcomes.count("grouped") == 0


def test_the_same_edit_is_asked_about_once_and_counted(looker: Looker) -> None:
    seen = look(looker, "same-edit-in-three-places")
    assert seen.outcomes == ["asked", "grouped", "grouped"]
    assert [choice.stands_in for choice in seen.choices] == [None, 0, 0]
    assert "(The same in 3 places.)" in seen.asked[0]


def test_of_one_function_the_most_telling_hunk_is_asked_about(looker: Looker) -> None:
    seen = look(looker, "one-function-two-hunks")
    assert seen.outcomes == ["asked", "grouped"]
    assert "places" not in seen.asked[0]


def test_words_are_left_where_code_is_to_ask_about(looker: Looker) -> None:
    result = by_path(look(looker, "small-beside-telling"))
    assert (result["README.md"].outcome, result["src/bake.py"].outcome) == ("left", "asked")


def test_words_alone_are_asked_about_once(looker: Looker) -> None:
    old = {f"docs/{n}.md": f"Chapter {n} says this.\n" for n in range(3)}
    new = {path: text.replace("this", f"that, and {path}") for path, text in old.items()}
    assert sorted(looker.look(old, new).outcomes) == ["asked", "grouped", "grouped"]


@pytest.mark.parametrize("most", [1, 3, 6])
def test_the_budget_keeps_the_most_telling(looker: Looker, most: int) -> None:
    seen = look(looker, "more-than-the-budget", f"[questions]\nmost = {most}\n")
    asked = [c for c in seen.choices if c.outcome == "asked"]
    left = [c for c in seen.choices if c.outcome == "left"]
    assert (len(asked), len(left)) == (most, 6 - most)
    assert not left or min(c.analysis.risk for c in asked) >= max(c.analysis.risk for c in left)
    assert seen.kinds[-1] == "concurrency"
    assert seen.outcomes[-1] == "asked"


def test_the_default_budget_is_three(looker: Looker) -> None:
    assert look(looker, "more-than-the-budget").outcomes.count("asked") == 3


COMMENT = (
    {"src/a.py": "def f():\n    # adds it\n    return 1\n"},
    {"src/a.py": "def f():\n    # adds one\n    return 1\n"},
)


def test_a_policy_may_ask_about_what_is_trivial(looker: Looker) -> None:
    assert looker.look(*COMMENT).outcomes == ["trivial"]
    seen = looker.look(*COMMENT, policy('[questions.kinds]\ncomment = "ask"\n'))
    assert seen.outcomes == ["asked"]
    assert "`# adds one` instead of `# adds it`" in seen.asked[0]


def test_a_policy_may_cover_what_is_not(looker: Looker) -> None:
    rules = '[questions.kinds]\ncondition-changed = "cover"\n'
    seen = look(looker, "small-beside-telling", rules)
    assert {p: c.outcome for p, c in by_path(seen).items()} == {
        "README.md": "asked",
        "src/bake.py": "trivial",
    }


OWN = """
[[question]]
ask = "Who decided on this heat?"
paths = ["src/"]
pattern = "heat"
"""


def test_a_maintainers_own_question_takes_the_place_of_the_third(looker: Looker) -> None:
    seen = look(looker, "small-beside-telling", OWN)
    assert seen.asked[-1] == "Who decided on this heat?"
    assert len(seen.asked) == 3


@pytest.mark.parametrize(
    "other",
    [
        OWN.replace('heat"\n', 'cold"\n'),
        OWN.replace("src/", "lib/"),
        OWN + 'kinds = ["execution"]\n',
    ],
)
def test_it_is_asked_only_where_it_fits(looker: Looker, other: str) -> None:
    assert len(look(looker, "small-beside-telling", other).asked) == 2


def test_what_it_fits_is_chosen_before_all_else(looker: Looker) -> None:
    rules = '[questions]\nmost = 1\n[[question]]\nask = "Why four?"\npattern = "n / 4"\n'
    seen = look(looker, "more-than-the-budget", rules)
    first = min(seen.choices, key=lambda choice: choice.order)
    assert (first.analysis.scope, first.outcome) == (("four",), "asked")
    assert seen.outcomes[-1] == "asked", "a lock that is dropped is asked about beyond the limit"


def test_it_may_be_about_a_trivial_kind(looker: Looker) -> None:
    rules = '[[question]]\nask = "Is it still true?"\nkinds = ["comment"]\n'
    assert looker.look(*COMMENT, policy(rules)).asked[-1] == "Is it still true?"


def test_modes_and_bytes_are_asked_about_by_name(looker: Looker) -> None:
    old: Files = {"tools/logo.png": "\0old\n"}
    new: Files = {"tools/logo.png": "\0new\n"}
    seen = looker.look(old, new)
    assert seen.outcomes == ["asked"]
    assert "logo.png" in seen.asked[0]


def test_an_empty_file_is_asked_about_by_its_name(looker: Looker) -> None:
    assert looker.look({"x.py": "1\n"}, {"a.py": "", "x.py": "1\n"}).kinds == ["code-changed"]
    assert looker.look({"a.py": "", "x.py": "1\n"}, {"x.py": "1\n"}).kinds == ["code-changed"]


def test_marks_alone_are_asked_about_by_the_name_of_their_file(looker: Looker) -> None:
    seen = looker.look({".gitignore": "a\n"}, {".gitignore": "a\n*\n"})
    assert "`.gitignore`" in seen.asked[0]


def test_a_line_is_held_against_the_one_that_it_became(looker: Looker) -> None:
    old = {"limits.js": "const MAX_LENGTH = 10_000;\n"}
    new = {"limits.js": "const MAX_LENGTH = 20_000;\nconst MAX_SCALE = 10_000;\n"}
    seen = looker.look(old, new)
    assert seen.kinds == ["code-changed"]
    both = "`const MAX_LENGTH = 20_000` instead of `const MAX_LENGTH = 10_000`"
    assert seen.asked[0].startswith(f"Why {both}?")


@pytest.mark.parametrize("path", ["Cargo.toml", ".github/workflows/a.toml", "Dockerfile"])
@pytest.mark.parametrize("number", ["2021", "4.6"])
def test_any_line_of_a_manifest_may_be_what_a_build_is_based_on(
    looker: Looker, path: str, number: str
) -> None:
    text = '[package]\nedition = "2021"\n\n[dependencies.clap]\nversion = "4.6"\n'
    (choice,) = looker.look({path: text}, {path: text.replace(number, "5.0")}).choices
    assert (choice.analysis.kind, choice.risk) == ("configuration", RISK["code-changed"])
    (choice,) = looker.look({"a.toml": text}, {"a.toml": text.replace(number, "5.0")}).choices
    assert (choice.analysis.kind, choice.risk) == ("configuration", RISK["configuration"])


CARGO = '[package]\nversion = "1.0"\nedition = "9"\n\n[dependencies.clap]\nversion = "4.6"\n'
NPM = '{\n  "version": "1.0",\n  "engines": {\n    "version": "4.6"\n  }\n}\n'


@pytest.mark.parametrize(("path", "text"), [("Cargo.toml", CARGO), ("package.json", NPM)])
def test_the_own_version_of_a_project_ranks_low(looker: Looker, path: str, text: str) -> None:
    def ranked(new: str, old: str = text) -> tuple[str, int]:
        (choice,) = looker.look({path: old}, {path: new}).choices
        return choice.analysis.kind, choice.risk

    assert ranked(text.replace("1.0", "1.1-rc.1+5")) == ("version", RISK["version"])
    other = ("configuration", RISK["code-changed"])
    assert ranked(text.replace("4.6", "4.7")) == other
    assert ranked(text.replace("1.0", "git+https://a.example")) == other
    assert ranked(text.replace("1.0", "^1.1")) == other
    assert ranked(text.replace("version", "rust-version", 1)) == other
    if path == "Cargo.toml":
        assert ranked(text.replace("1.0", "1.1").replace("9", "8")) == other
        hidden = 'x = """\n[package]\n"""\n' + text
        assert ranked(hidden.replace("1.0", "1.1"), hidden) == other


def test_a_script_in_a_workflow_comes_before_smaller_code_of_the_same_risk(looker: Looker) -> None:
    path = ".github/workflows/a.yml"
    step = "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          {}\n"
    code = {f"{name}.py": f"{name}1 = 1\n" for name in "bcd"}
    old: Files = {path: step.format("make a\n          make b"), **code}
    other = {name: text.replace("= 1", "= 2") for name, text in code.items()}
    new: Files = {path: step.format("make c\n          make d"), **other}
    choice = by_path(looker.look(old, new))[path]
    assert (choice.analysis.kind, choice.outcome) == ("code-changed", "asked")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("shop.py", "def f(a, safe=True):\n    go(a)\n", "def f(a, safe=False):\n    go(a)\n"),
        (
            "shop.ts",
            "function f(a, n = 3) {\n  go(a);\n}\n",
            "function f(a, n = 5) {\n  go(a);\n}\n",
        ),
    ],
)
def test_another_default_ranks_above_another_parameter(
    looker: Looker, path: str, old: str, new: str
) -> None:
    """No line of a caller that leaves it out shows that it behaves differently."""
    seen = looker.look(corpus.side(path, old), corpus.side(path, new))
    assert [(one.analysis.kind, one.risk) for one in seen.choices] == [("parameter-changed", 8)]
