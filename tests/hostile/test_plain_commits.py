"""The verdict in one step (`plain_commits`) is what the closer look gives, or there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest.attestation.block import Block
from attest.errors import AttestError
from attest.git import commit_object
from attest.git.isolated import Isolated
from attest.git.range_reader import RangeEntry
from attest.policy.model import DEFAULT, Disclosure, Exemption, Requirement
from attest.policy.treatments import Treatments
from attest.project.rules import ProjectRules
from attest.report.findings import Verdict
from attest.signatures import allowed_signers
from attest.trust.known_keys import TrustedKeys
from attest.verification import commit_check
from attest.verification.commit_check import StartedReview
from attest.verification.plain_commits import PlainCommits
from support import forge
from support.forge import NOW, honest, signed
from support.repo import EMAIL, Repo


@dataclass
class Stage:
    """A commit without its block, its honest block, and rules that know its signer."""

    git: Isolated
    entry: RangeEntry
    block: Block
    key: Path
    rules: ProjectRules
    plain: PlainCommits

    def with_message(self, message: bytes) -> RangeEntry | None:
        """The commit with another message; None where it cannot be read."""
        return self.with_raw(self.headers + message)

    def with_raw(self, raw: bytes) -> RangeEntry | None:
        try:
            commit = commit_object.parse(raw, self.entry.oid)
        except AttestError:
            return None
        same = (commit.tree, commit.parents) == (self.commit.tree, self.commit.parents)
        return self.entry._replace(raw=raw, commit=commit) if same else None

    @property
    def commit(self) -> commit_object.Commit:
        assert self.entry.commit
        return self.entry.commit

    @property
    def headers(self) -> bytes:
        assert self.entry.raw
        return self.entry.raw[: -len(self.commit.message)]

    def message(self, edit: Callable[[Block], Block] = lambda block: block) -> bytes:
        """A message with a block that is changed before it is signed."""
        lines = signed(edit(self.block), self.key)
        return self.commit.message + b"\n" + b"".join(line + b"\n" for line in lines)

    def closely(self, entry: RangeEntry, rules: ProjectRules | None = None) -> Verdict:
        steps = commit_check.steps(self.git, entry.oid, rules or self.rules, NOW, entry=entry)
        return StartedReview(steps).finish().verdict

    def agree(self, entry: RangeEntry | None) -> Verdict | None:
        """The verdict in one step, which is that of the closer look."""
        verdict = self.plain.verdict(entry) if entry else None
        assert verdict is None or (entry and verdict == self.closely(entry))
        return verdict


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Iterator[Stage]:
    repo = forge.two_hunks(Repo.create(tmp_path_factory.mktemp("plain")))
    block = honest(forge.change_of(repo))
    block = replace(block, files=(forge.change_of(repo).files[0].digest,), policy="0" * 56)
    line = f'{EMAIL} namespaces="git-attest-v1" {forge.public(key)}'
    listed = allowed_signers.parse(line, "signers")
    with forge.isolated(repo) as git:
        rules = replace(ProjectRules.built_in(git, listed), answers=False)
        (entry,) = git.read_range([repo.git("rev-parse", "HEAD")])
        plain = PlainCommits(rules, NOW)
        made = Stage(git, entry, block, key, rules, plain)
        assert made.agree(made.with_message(made.message()))
        yield made


def test_an_honest_commit_gets_its_verdict_in_one_step(stage: Stage) -> None:
    verdict = stage.agree(stage.with_message(stage.message()))
    assert verdict is not None
    assert (verdict.outcome, verdict.level, verdict.signer) == ("attested", "exact", "trusted")
    umlaut = stage.message(lambda block: replace(block, name="Ä. Mîkł"))
    assert stage.agree(stage.with_message(umlaut))
    assert stage.agree(stage.with_message(b"\n \n" + stage.message()))
    assert stage.agree(stage.with_message(b"Assisted-by: a tool\n\n" + stage.message()))


def test_what_a_message_discloses_is_in_the_verdict(stage: Stage) -> None:
    verdict = stage.agree(stage.with_message(b"x\n\nASSISTED-BY: a tool\n" + stage.message()))
    assert verdict
    assert [one.tool for one in verdict.disclosures] == ["a tool"]


PIECES = (
    *(b"%", b"%4", b" ", b"  ", b"\t", b"\r", b"\n", b"\n\n", b"\0", b"<", b">", b"=", b"A"),
    *(b"\n Attest: ", b"\nAttest: v1", b"\nAttest-Sig: AA==", b"Attest-", b"Attested-by: x <y>"),
    *("é".encode(), b"\xe9", "\u202e".encode(), "\x85".encode(), b"x" * 999, b"x\n" * 4100),
    *(b"\nAssisted-by: x\n", b"\nencoding latin1", b"\ngpgsig x\n y", b"\nauthor A <a@b> 1 +0000"),
)


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_changed_in_a_commit(stage: Stage, data: st.DataObject) -> None:
    """In its headers, its words and its block: pieces put in, cut, doubled, flipped."""
    raw = stage.headers + stage.message()
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(raw) - 1))
        kind = data.draw(st.sampled_from(["put in", "cut", "flip", "double", "put in"]))
        size = data.draw(st.integers(1, 80))
        if kind == "put in":
            raw = raw[:at] + data.draw(st.sampled_from(PIECES)) + raw[at:]
        elif kind == "cut":
            raw = raw[:at] + raw[at + size :]
        elif kind == "double":
            raw = raw[: at + size] + raw[at:]
        else:
            raw = raw[:at] + bytes([raw[at] ^ 1 << data.draw(st.integers(0, 7))]) + raw[at + 1 :]
    stage.agree(stage.with_raw(raw))


@pytest.mark.parametrize("bit", [0x01, 0x20])
def test_a_bit_of_the_block_flipped_anywhere(stage: Stage, bit: int) -> None:
    message = stage.message()
    for at in range(len(stage.commit.message), len(message)):
        flipped = message[:at] + bytes([message[at] ^ bit]) + message[at + 1 :]
        assert stage.agree(stage.with_message(flipped)) is None, at


@pytest.mark.parametrize(
    "edit",
    [
        lambda block: replace(block, change="0" * 56),
        lambda block: replace(block, email="somebody@else.example"),
        lambda block: replace(block, at=NOW + timedelta(days=2)),
        lambda block: replace(block, branch_commits=2),
        lambda block: replace(block, key="ssh SHA256:" + "A" * 43),
    ],
    ids=["another change", "another address", "the future", "a branch", "another key's name"],
)
def test_blocks_that_do_not_fit(stage: Stage, edit: Callable[[Block], Block]) -> None:
    assert stage.agree(stage.with_message(stage.message(edit))) is None


def test_two_blocks_and_one_behind_a_nul(stage: Stage) -> None:
    message = stage.message()
    twice = message + b"\n" + stage.message(lambda block: replace(block, name="Other"))
    assert stage.agree(stage.with_message(twice)) is None
    assert stage.agree(stage.with_message(b"x\0" + message)) is None


def test_a_listed_signer_may_answer_for_another_author(stage: Stage) -> None:
    headers = stage.headers.replace(EMAIL.encode(), b"somebody@else.example")
    verdict = stage.agree(stage.with_raw(headers + stage.message()))
    assert verdict
    assert verdict.commits[0].author == "A U Thor <somebody@else.example>"


def with_policy(stage: Stage, **fields: Any) -> ProjectRules:
    policy = replace(DEFAULT, **fields)
    treatments = Treatments(policy, stage.rules.treatments._attributes)
    return replace(stage.rules, policy=policy, treatments=treatments)


@pytest.mark.parametrize(
    "fields",
    [
        {"exempt": [Exemption(actors=["bot"])]},
        {"require": [Requirement(paths=["*"], level="exact")]},
    ],
    ids=["exempt", "require"],
)
def test_policies_that_need_a_closer_look(stage: Stage, fields: dict[str, Any]) -> None:
    assert not PlainCommits.can_judge(with_policy(stage, **fields))
    assert PlainCommits.can_judge(stage.rules)
    assert not PlainCommits.can_judge(replace(stage.rules, answers=True))


def of_key(stage: Stage, *options: str, **fields: Any) -> ProjectRules:
    words = ",".join(['namespaces="git-attest-v1"', *options])
    line = f"{EMAIL} {words} {forge.public(stage.key)}"
    known = TrustedKeys(tuple(allowed_signers.parse(line, "signers")), **fields)
    return replace(stage.rules, known=known)


def test_rules_by_which_something_is_found(stage: Stage) -> None:
    entry = stage.with_message(stage.message())
    assert entry
    fingerprint = forge.key_print(stage.key)
    everyone = replace(stage.rules, known=TrustedKeys(None))
    nobody = replace(stage.rules, known=TrustedKeys(()))
    for rules in (
        of_key(stage, 'valid-before="20000101Z"'),
        of_key(stage, 'valid-after="20000101Z"'),  # passes, by a closer look at the time
        of_key(stage, revocations={fingerprint: "stolen"}),
        everyone,
        nobody,
        with_policy(stage, project="another"),
        with_policy(stage, ignore=["*.py"]),
    ):
        assert PlainCommits.can_judge(rules)
        assert PlainCommits(rules, NOW).verdict(entry) is None
    assert PlainCommits(of_key(stage), NOW).verdict(entry) == stage.closely(entry)
    renamed = with_policy(stage, disclosure=Disclosure(trailers={"Changed-by": ".+"}))
    named = stage.with_message(b"x\n\nchanged-by: me\n" + stage.message())
    assert named
    assert PlainCommits(renamed, NOW).verdict(named) == stage.closely(named, renamed)


def test_files_that_hold_rules(stage: Stage) -> None:
    """A change of one is reported."""
    plain = PlainCommits(stage.rules, NOW)
    assert stage.entry.rows
    assert plain._are_plain(stage.entry.rows)
    for path in (b".attest.toml", b".attest/allowed_signers", b"x/.gitattributes"):
        assert not plain._are_plain(stage.entry.rows.replace(b"a.py", path))
        assert not plain._are_plain(stage.entry.rows + stage.entry.rows.replace(b"a.py", path))
