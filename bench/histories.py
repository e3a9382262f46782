"""Makes a repository whose commits are all attested, from another one's real history.

    python bench/histories.py SOURCE TARGET [--commits 1000] [--rebased 25] [--landed] …

SOURCE is a git directory or a clone. TARGET becomes a bare repository that borrows SOURCE's
objects (`objects/info/alternates`). Its branch `main` has the trees and messages of the newest
commits of SOURCE's first-parent line, each with a block that is signed by one of several keys; the
tag `base` is the commit that they begin at, with a policy and the signers. So

    cd TARGET && attest check base..main

passes. A line that is too short is walked back and forth. Questions are chosen by attest's own
rules; the answers are made up, and different for each hunk. Keys and times are fixed, so that the
same SOURCE gives the same commits.

--rebased is the share of commits (percent) whose blocks were made for another base, so that they
only reach the level `hunks`. With --landed, merges stay merges, with one block for the branch, and
the policy says unit = "pull-request". With --unchosen, the answers are about the first three hunks,
whatever the rules choose, which is faster and passes `attest check --no-answers`. With
--git-signed, git's own signature is made too, by the same key.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import source_line
from fixed_keys import FixedKey
from object_pack import PackWriter, git, tree_data, tree_entries
from questions import git_dir, opened
from source_line import PlannedCommit

from attest.attestation import block, codec
from attest.attestation.block import AttestedHunk, Block, Question
from attest.attesting import builder
from attest.errors import AttestError
from attest.git.diff import Change, Hunk, digest
from attest.git.isolated import MAX_TREE_BYTES, Isolated
from attest.policy.model import DEFAULT
from attest.project.rules import ProjectRules
from attest.questions import selection
from attest.questions.chooser import Chooser

KEYS = 8
START = datetime(2025, 1, 1, tzinfo=UTC)
"""The time of the base; each commit is a minute younger than the one before."""
PROJECT = "bench"


@dataclass(frozen=True, slots=True)
class ChangeDigests:
    """What a block says of a change."""

    change: str
    hunks: tuple[AttestedHunk, ...]
    files: tuple[str, ...]
    hunk_count: int


def answer(hunk: Hunk, number: int, scope: Sequence[str] = (), third: str = "") -> AttestedHunk:
    """Made-up answers that the check accepts; no two hunks of a change get the same.

    Args:
        third: the hunk's own question; empty where it has none.
    """
    return AttestedHunk(
        hunk.digest,
        builder.describe_place(hunk, scope),
        f"a sleeper that waits for turn {number} still wakes after the writer has left its queue",
        f"turn {number} would end early, and the sleeper misses the wake-up until its alarm rings",
        (Question(third, f"only the two sleepers of turn {number}, both ours"),) if third else (),
    )


def digests_of(change: Change, chooser: Chooser | None) -> ChangeDigests:
    """What a block says of a change; answers to its first hunks where nothing chooses."""
    if chooser is None:
        chosen = change.hunks[: DEFAULT.questions.most]
        answers = [answer(hunk, number) for number, hunk in enumerate(chosen, 1)]
    else:
        questions = chooser.choose(change)
        chosen = tuple(one.hunk for one in questions)
        answers = [
            answer(one.hunk, number, one.analysis.scope, one.texts.third)
            for number, one in enumerate(questions, 1)
        ]
    files = [file.digest for file in change.files if not set(chosen).issuperset(file.hunks)]
    return ChangeDigests(
        change.digest,
        tuple(answers),
        tuple(files) if len(files) <= block.MAX_FILES else (),
        len(change.hunks),
    )


class _Worker:
    """What a process needs to choose questions; it ends with the process."""

    isolated: Isolated
    chooser: Chooser | None


def _begin(target: Path, base: str, unchosen: bool) -> None:
    isolated = opened(target, ExitStack())
    _Worker.isolated = isolated
    _Worker.chooser = None if unchosen else ProjectRules.read(isolated, base).chooser


def _describe(trees: tuple[str, str]) -> ChangeDigests:
    chooser = _Worker.chooser
    change = _Worker.isolated.change(*trees, keep=chooser is not None)
    return digests_of(change, chooser)


def describe(
    target: Path, base: str, changes: Sequence[tuple[str, str]], *, unchosen: bool
) -> Iterator[ChangeDigests]:
    """The digests and answers of changes, each named by its two trees, in their order; made in
    one process a core."""
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, None, _begin, (target, base, unchosen)) as pool:
        for number, one in enumerate(pool.map(_describe, changes, chunksize=32), 1):
            if number % 1000 == 0:
                print(f"  {number} of {len(changes)} changes", file=sys.stderr)
            yield one


class History:
    """Writes the commits of a plan.

    Args:
        source: SOURCE's git directory.
        target: TARGET.
        landed: the policy's unit is the pull request.
        git_signed: git's own signature is made, too.
    """

    def __init__(self, source: Path, target: Path, *, landed: bool, git_signed: bool) -> None:
        self.target, self.git_signed = target, git_signed
        self.keys = [FixedKey(number) for number in range(KEYS)]
        unit = 'unit = "pull-request"\n' if landed else ""
        self.policy = f'version = 1\nproject = "{PROJECT}"\n{unit}'.encode()
        self.signers = "".join(f"{key.signer_line}\n" for key in self.keys).encode()
        git(target, "init", "--quiet", "--bare", "--initial-branch=main")
        alternates = target / "objects/info/alternates"
        alternates.write_text(f"{(source / 'objects').resolve()}\n", "utf-8")
        (target / "signers").write_bytes(self.signers)
        git(target, "config", "gpg.format", "ssh")
        git(target, "config", "gpg.ssh.allowedSignersFile", str((target / "signers").resolve()))

    def write(
        self, planned: Sequence[PlannedCommit], blocks: dict[int, Block], name: str
    ) -> list[str]:
        """Write commits and point a ref at the last of them; their ids.

        Args:
            planned: the plan, from its beginning.
            blocks: unsigned, by the place of their commit in the plan.
        """
        oids: list[str] = []
        with ExitStack() as stack:
            isolated = opened(self.target, stack)
            pack = stack.enter_context(PackWriter(self.target))
            for place, commit in enumerate(planned):
                tree = self._tree(isolated, pack, commit.source.tree)
                message = source_line.message_of(isolated.commit(commit.source.oid))
                if place in blocks:
                    message += b"\n" + self._signed(blocks[place], place)
                parents = [oids[parent] for parent in commit.parents]
                oids.append(pack.add("commit", self._commit(place, tree, parents, message)))
        git(self.target, "update-ref", name, oids[-1])
        # Trees as deltas, as in every repository that people have.
        git(self.target, "repack", "-a", "-d", "-l", "-q")
        return oids

    def key(self, place: int) -> FixedKey:
        return self.keys[place % len(self.keys)]

    def unsigned(self, place: int, commit: PlannedCommit, digests: ChangeDigests) -> Block:
        key = self.key(place)
        return Block(
            at=START + timedelta(minutes=place),
            mode="tty",
            hunk_counts=(len(digests.hunks), digests.hunk_count),
            rules=selection.RULES,
            name=key.name,
            email=key.email,
            key=key.line,
            change=digests.change,
            hunks=digests.hunks,
            files=digests.files,
            project=PROJECT,
            policy=digest(self.policy),
            branch_commits=commit.branch_commits,
        )

    def _signed(self, unsigned: Block, place: int) -> bytes:
        payload = codec.payload([line.encode() for line in codec.write(unsigned)])
        signed = replace(unsigned, signature=self.key(place).sign(payload))
        return "".join(f"{line}\n" for line in codec.write(signed)).encode()

    def _tree(self, isolated: Isolated, pack: PackWriter, source: str) -> str:
        """The tree of a commit of SOURCE, with the policy and the signers."""
        entries = tree_entries(isolated.tree(source, MAX_TREE_BYTES))
        if any(name in (b".attest", b".attest.toml") for _, name, _ in entries):
            sys.exit(f"the tree {source} has a policy of its own")
        signers = pack.add("blob", self.signers)
        folder = pack.add("tree", tree_data([_entry(b"100644", b"allowed_signers", signers)]))
        policy = pack.add("blob", self.policy)
        entries.append(_entry(b"40000", b".attest", folder))
        entries.append(_entry(b"100644", b".attest.toml", policy))
        return pack.add("tree", tree_data(entries))

    def _commit(self, place: int, tree: str, parents: Iterable[str], message: bytes) -> bytes:
        key = self.key(place)
        seconds = int((START + timedelta(minutes=place)).timestamp())
        person = f"{key.name} <{key.email}> {seconds} +0000"
        lines = [f"tree {tree}", *(f"parent {oid}" for oid in parents)]
        head = "\n".join([*lines, f"author {person}", f"committer {person}"]).encode()
        if self.git_signed:
            armoured = key.armoured(head + b"\n\n" + message, b"git")
            head += b"\ngpgsig " + armoured.replace(b"\n", b"\n ")
        return head + b"\n\n" + message


def _entry(mode: bytes, name: bytes, oid: str) -> tuple[bytes, bytes, bytes]:
    return mode, name, bytes.fromhex(oid)


def _rebased(digests: ChangeDigests, place: int, percent: int) -> ChangeDigests:
    """Digests as they were before a rebase, for a share of the commits: another change with the
    same hunks. A block that cannot list its files covers the exact change alone."""
    if place * percent // 100 == (place - 1) * percent // 100:
        return digests
    if not digests.files and len(digests.hunks) < digests.hunk_count:
        return digests
    return replace(digests, change=digest(b"before a rebase\0" + digests.change.encode()))


def make(options: argparse.Namespace) -> None:
    source, target = git_dir(options.source), options.target
    tip = git(source, "rev-parse", "--verify", f"{options.until}^{{commit}}").decode().strip()
    commits = source_line.read(source, tip)
    line = source_line.first_parents(commits, tip)
    if options.landed:
        planned = source_line.plan_landed(source, commits, line, options.commits)
    else:
        planned = source_line.plan(line, options.commits)
    target.mkdir(parents=True)
    history = History(source, target, landed=options.landed, git_signed=options.git_signed)
    base = history.write(planned[:1], {}, "refs/tags/base")[0]
    places = {place: one.trees for place, one in enumerate(planned) if one.trees}
    changes = list(dict.fromkeys(places.values()))
    made = describe(target, base, changes, unchosen=options.unchosen)
    digests = dict(zip(changes, made, strict=True))
    blocks = {
        place: history.unsigned(
            place, planned[place], _rebased(digests[trees], place, options.rebased)
        )
        for place, trees in places.items()
    }
    history.write(planned, blocks, "refs/heads/main")
    merges = sum(len(one.parents) > 1 for one in planned)
    print(f"{target}: {len(planned) - 1} commits, {merges} of them merges, {len(blocks)} blocks")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--commits", type=int, default=1000)
    parser.add_argument("--until", default="HEAD", metavar="REV", help="SOURCE's newest commit")
    parser.add_argument("--rebased", type=int, default=25, metavar="PERCENT")
    parser.add_argument("--landed", action="store_true")
    parser.add_argument("--unchosen", action="store_true")
    parser.add_argument("--git-signed", action="store_true")
    try:
        make(parser.parse_args())
    except subprocess.CalledProcessError as error:
        sys.exit(str(error))
    except AttestError as error:  # most often a clone without all objects
        sys.exit(f"no history can be made: {error.message}. {error.hint}")


if __name__ == "__main__":
    main()
