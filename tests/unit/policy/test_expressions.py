"""The regular expressions of a policy: an engine that does not backtrack."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import EnvironmentFault, GrammarsUnavailable
from attest.policy import expressions, parser
from attest.policy.expressions import Expression, matches

ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "é", r"\.", "(?:ab|b)", "x?", "a{1,3}"])
REPEATED = st.tuples(ATOMS, st.sampled_from(["", "*", "+", "?", "*?"])).map(
    lambda pair: pair[0] + pair[1] if pair[0][-1] not in "?}" else pair[0]
)
PATTERNS = st.lists(REPEATED, min_size=1, max_size=5).map("".join)
ANCHORED = st.tuples(st.sampled_from(["", "^"]), PATTERNS, st.sampled_from(["", "$"])).map("".join)
VALUES = st.text("abé.x-", max_size=12)


@given(ANCHORED, VALUES)
def test_what_both_know_means_the_same_as_to_python(pattern: str, value: str) -> None:
    ours = Expression(pattern)
    assert ours.matches(value) == bool(re.fullmatch(pattern, value))
    assert ours.occurs(value) == bool(re.search(pattern, value))


@given(ANCHORED, st.lists(VALUES, max_size=4))
def test_lines_are_searched_each_by_itself(pattern: str, lines: list[str]) -> None:
    text = "\n".join(lines).encode()
    expected = any(re.search(pattern, line) for line in text.decode().split("\n"))
    assert Expression(pattern).in_a_line(text) == expected


@given(VALUES)
def test_the_pattern_of_most_policies_needs_no_engine(value: str) -> None:
    assert matches(".+", value) == Expression(".+").matches(value)
    assert matches(".+", f"{value}\n") == Expression(".+").matches(f"{value}\n")


@pytest.mark.parametrize(
    ("pattern", "text", "result"),
    [
        (r"\Aeval", "x\neval", True),
        (r"(?-m)eval$", "eval\nx", True),
        (r"(?s)a.b", "a\nb", False),
        (r"a\sb", "a\nb", False),
        (r"a[^x]b", "a\nb", False),
        (r"^$", "a\nb", False),
        (r"^$", "a\n\nb", True),
        (r"eval$", "eval\r\nx", True),
        (r"^eval", "x = 1\reval", True),
        (r"eval\(.*key", "eval(\rkey", True),
        (r"^eval\(", "\0e\0v\0a\0l\0(\0", True),
    ],
)
def test_a_line_is_what_programs_read_as_one(pattern: str, text: str, result: bool) -> None:
    assert Expression(pattern).in_a_line(text.encode()) == result


@pytest.mark.parametrize("byte", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b"\r"])
def test_no_byte_hides_what_is_around_it(byte: bytes) -> None:
    assert Expression(r"eval\(.*key").in_a_line(b"eval(" + byte + b"key")
    assert Expression("é").in_a_line(b"caf\xe9 " + byte)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "(a*)*b"])
def test_a_megabyte_of_what_explodes_elsewhere_is_searched(pattern: str) -> None:
    # With backtracking, forty characters take longer than a person lives.
    assert not Expression(pattern).in_a_line(b"a" * 1_000_000 + b"!")
    assert not Expression(pattern).matches("a" * 1_000_000 + "!")


V = "version = 1\n"
OWN = V + "[[question]]\nask = 'Why?'\npattern = "


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (OWN + "'(?=a)'\n", r"f:4: question[1].pattern: not a regular expression: invalid perl"),
        (OWN + "'(?=a)'\n", "look-around, comments and atomic groups are not supported"),
        (OWN + "'(?<!a)b'\n", "look-around, comments and atomic groups are not supported"),
        (OWN + r"'(a)\1'" + "\n", "back-references"),
        (OWN + r"'a\Z'" + "\n", r"\Z and \u are not supported"),
        (OWN + "'a++'\n", "possessive quantifiers are not supported"),
        (OWN + "'(a'\n", "missing )"),
        (OWN + "'(a{1000}){1000}'\n", "invalid repetition size"),
        (OWN + r"'\pL{1000}'" + "\n", "needs too much memory: use smaller repetitions"),
        (OWN + "'.{1000}'\n", "steps; at most 2000 are allowed"),
        (OWN + f"'{'a' * 100_000}'\n", "100004 steps; at most 2000 are allowed"),
        (V + "[disclosure]\ntrailers = { A-by = '(?=a)' }\n", "f:3: disclosure.trailers.A-by: "),
        (V + "[disclosure]\nforbidden = { A-by = '(?=a)' }\n", "f:3: disclosure.forbidden.A-by: "),
        (V + "[disclosure]\nagents = ['a', '(?=a)']\n", "f:3: disclosure.agents[2]: not a reg"),
        (
            V + "[disclosure]\nexample = 'Assisted-by: x'\ntrailers = { Assisted-by = 'y' }\n",
            "f:3: disclosure.example: does not fit the pattern of Assisted-by",
        ),
    ],
)
def test_a_pattern_that_cannot_be_used_is_an_error_with_its_key(written: str, error: str) -> None:
    with pytest.raises(EnvironmentFault) as raised:
        parser.read(written.encode(), "f")
    assert error in raised.value.message


def test_without_the_engine_a_policy_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    expressions.expression.cache_clear()
    policy = parser.read((OWN + "'without the engine'\n").encode(), "f")
    assert policy.question[0].pattern == "without the engine"
    with pytest.raises(GrammarsUnavailable, match="google-re2"):
        expressions.expression("without the engine")


@pytest.mark.parametrize("module", ["attest.project.rules", "attest.verification.check"])
def test_rules_without_an_expression_do_not_import_the_engine(module: str) -> None:
    code = f"import sys, {module}; sys.exit('re2' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
