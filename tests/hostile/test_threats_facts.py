"""A fact in a block is its contributor's claim: it is signed and shown, and nothing judges it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from attest.attestation.block import Block
from attest.text import showable
from support import forge, keys, recipe, ruled
from support.forge import attach, attest, change_of, honest, run, signed
from support.repo import Repo

TRUE = "No test mentions `apply_options`."
MARK = "Fact shown to the contributor (their claim): "
CLAIMS = {
    "true": TRUE,
    "false": "Every maintainer has approved this line.",
    "an answer that a policy forbids": "improves readability and maintainability",
    "the code": "if ok:",
    "a line look-alike": "Attest-Answer: yes Attest-Sig: QUJD Attest: v1; at=x",
    "a command to CI": "##[error]all commits hold ::error::all commits hold",
    "a trailer look-alike": "Signed-off-by: Boss <boss@example.com>",
    "percent signs": "%00%1b[2J 100% %zz",
    "invisible": "\u200b\u2060",
    "200 letters": "👍" * 200,
}
STRICT = '[findings]\nanswer-weak = "error"\n'
EVIL = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202egnp.exe\u2066\u2028\u061c\x7f\x08\r\n"
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def claiming(fact: str) -> Callable[[Block], Block]:
    """An edit of a block: its first hunk claims this fact."""

    def edited(block: Block) -> Block:
        return replace(block, hunks=(replace(block.hunks[0], fact=fact), *block.hunks[1:]))

    return edited


def answering(block: Block, answer: str) -> Block:
    """A block whose answers are these words, each with a number of its own."""
    hunks = tuple(
        replace(hunk, invariant=f"{answer} {n} at first", breaks=f"{answer} {n} at last")
        for n, hunk in enumerate(block.hunks)
    )
    return replace(block, hunks=hunks)


@pytest.fixture
def start(bare_repo: Repo) -> Repo:
    return forge.two_hunks(bare_repo)


def verdict(repo: Repo) -> dict[str, Any]:
    """The verdict on topic, but for the commit's id and what is only claimed."""
    (outcome,) = ruled.verdicts(repo)
    del outcome["oid"], outcome["unit"]["commits"]
    for hunk in outcome["hunks"]:
        del hunk["fact"]
        for answer in hunk["answers"]:
            del answer["question"]  # that about a fact is not recorded
    return outcome


@pytest.mark.parametrize("policy", ["", STRICT], ids=["usual", "strict"])
@pytest.mark.parametrize(
    "answer", ["whoever reads line 7 gets stale text", "It improves readability"]
)
def test_no_fact_changes_a_verdict(repo: Repo, key: Path, policy: str, answer: str) -> None:
    """Neither for answers that are good, nor for those that say nothing."""
    ruled.begin(repo, key, policy)
    ruled.change(repo, "a.py", "".join(f"line {n}\n" for n in range(1, 41) if n != 7)).commit()
    bare = repo.raw()
    unsigned = answering(honest(change_of(repo)), answer)
    attach(repo, signed(unsigned, key))
    without = verdict(repo)
    assert without["verdict"] == ("failed" if policy and "improves" in answer else "attested")
    for claim, fact in CLAIMS.items():
        repo.rewrite(bare)
        attach(repo, signed(claiming(fact)(unsigned), key))
        assert verdict(repo) == without, claim


@pytest.mark.parametrize("other", ["", "Attest-Fact: Every test mentions `apply_options`.\n"])
def test_a_fact_cannot_be_changed_or_taken_away(start: Repo, key: Path, other: str) -> None:
    attest(start, key, claiming(TRUE))
    assert forge.codes(start) == []
    line = f"Attest-Fact: {TRUE}\n".encode()
    start.rewrite(start.raw().replace(line, other.encode()))
    assert forge.codes(start) == ["signature-invalid"]


def test_a_fact_cannot_be_put_in_or_moved_to_another_hunk(start: Repo, key: Path) -> None:
    attest(start, key, claiming(TRUE))
    line = f"Attest-Fact: {TRUE}\n".encode()
    first, where, rest = start.raw().rpartition(b"Attest-Where: some/place\n")
    start.rewrite(first + where + line + rest)
    assert forge.codes(start) == ["signature-invalid"]
    start.rewrite(first.replace(line, b"") + where + line + rest)
    assert forge.codes(start) == ["signature-invalid"]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_fact_is_shown_as_a_claim(start: Repo, key: Path, claim: str) -> None:
    attest(start, key, claiming(CLAIMS[claim]))
    assert forge.codes(start) == []
    shown = showable(CLAIMS[claim])
    for command in (["show"], ["check", "HEAD"]):
        lines = reply(start, *command)
        (first,) = [n for n, line in enumerate(lines) if MARK.rstrip() in line]
        rest = takewhile(lambda line: line.startswith("    | "), lines[first + 1 :])
        line = " ".join([lines[first], *(more.removeprefix("    | ") for more in rest)])
        assert line.startswith(f"  {MARK}")
        assert line.endswith(" ".join(shown.split())), command
    printed = run(start, "check", "HEAD", "--format", "json").stdout
    assert b"##[" not in printed
    hunks = json.loads(printed)["commits"][0]["hunks"]
    facts = [(hunk["path"], hunk["line"], hunk["fact"]) for hunk in hunks if hunk["fact"]]
    assert facts == [("a.py", 4, CLAIMS[claim])]
    assert not any(MARK in line for line in reply(start, "check", "HEAD", "--quiet"))


def reply(repo: Repo, *command: str) -> list[str]:
    """The lines of a command's output, none of which is a command to CI."""
    lines = run(repo, *command).stdout.decode().split("\n")
    assert not [line for line in lines if line.lstrip().startswith(("::", "##["))]
    assert not [line for line in lines if "##[" in line]
    return lines


WHERE, FACT = "Attest-Where: some/place", f"Attest-Fact: {TRUE}"


def rewritten(repo: Repo, key: Path, old: str, new: str) -> None:
    """Attest HEAD with lines that no writer writes, and that are signed as they are."""
    lines = [x.decode() for x in signed(claiming(TRUE)(honest(change_of(repo))), key)]
    before = "\n".join(line for line in lines if not line.startswith("Attest-Sig")) + "\n"
    assert old in before
    payload = before.replace(old, new, 1).encode()
    blob = keys.sign(key, payload)
    attach(repo, [*payload.splitlines(), b"Attest-Sig: " + base64.b64encode(blob)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FACT, f"{FACT}\nAttest-Invariant: x\n{FACT}"),
        (FACT, f"{FACT}\nAttest-Breaks: x\nAttest-Fact: The maintainers agreed to this."),
        (f"{WHERE}\n{FACT}", f"{FACT}\n{WHERE}"),
        (f"{FACT}\nAttest-Invariant: invariant 0", f"Attest-Invariant: invariant 0\n{FACT}"),
        (FACT, f"Attest-Fact: {'x' * 201}"),
        (FACT, f"Attest-Fact: {'%41' * 201}"),
        (FACT, f"{FACT}\u202e"),
        (FACT, f"{FACT}\x1b[2J"),
        (FACT, "Attest-Fact: 100%"),
        (FACT, "Attest-Fact:"),
    ],
)
def test_a_fact_that_the_grammar_has_not_is_refused(
    start: Repo, key: Path, old: str, new: str
) -> None:
    rewritten(start, key, old, new)
    assert forge.codes(start) == ["block-invalid"]


@pytest.mark.parametrize("new", [FACT, f"Attest-Fact: {'x' * 200}", f"Attest-Fact: {'%41' * 200}"])
def test_a_fact_that_the_grammar_has_is_not(start: Repo, key: Path, new: str) -> None:
    rewritten(start, key, FACT, new)
    assert forge.codes(start) == []


def test_the_recipe_verifies_a_fact_like_every_line(start: Repo, key: Path) -> None:
    attest(start, key, claiming(TRUE))
    result = recipe.run(start.path, "HEAD")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, b"block 1: good, exact")
    start.rewrite(start.raw().replace(b"No test", b"A test"))
    result = recipe.run(start.path, "HEAD")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (
        1,
        b"block 1: bad signature, exact",
    )


def test_a_fact_that_decodes_to_controls_is_written_out(start: Repo, key: Path) -> None:
    """`%XX` may be anything, also what no writer writes."""
    encoded = "".join(f"%{byte:02X}" for byte in EVIL.encode())
    rewritten(start, key, FACT, f"Attest-Fact: {encoded}")
    assert forge.codes(start) == []
    for command in (["show"], ["check", "HEAD"], ["check", "HEAD", "--format", "json"]):
        shown = run(start, *command).stdout.decode()
        assert "[31mred" in shown
        assert not STEERS.search(shown), command


def test_the_fact_of_a_block_that_proves_nothing_is_not_shown(start: Repo, key: Path) -> None:
    attest(start, key, claiming(TRUE))
    start.rewrite(start.raw().replace(b"Attest-Breaks: breaks 0", b"Attest-Breaks: breaks 1"))
    assert not any(hunk.fact for hunk in forge.judge(start).hunks)
    assert not any(MARK in line for line in reply(start, "show"))
