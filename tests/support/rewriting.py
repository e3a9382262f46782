"""Answering for commits that are made already, and what that did to a repository."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from support import inside
from support.inside import Done
from support.messages import blocks, edit, rest
from support.repo import EPOCH, Repo

Env = dict[str, str] | None
BARE = ("-c", "core.hooksPath=/dev/null")
"""For git without hooks: they cost more than the commit."""
NOTHING = b"hunk = []\n"
"""An answers file that adds nothing to what is kept."""
OTHER = {"GIT_AUTHOR_NAME": "Some Body", "GIT_AUTHOR_EMAIL": "some@example.org"}
EXACT = ("attested", "exact")


def published(repo: Repo, rev: str = "HEAD", name: str = "origin/main") -> None:
    """Make a remote have a commit, as far as the clone knows."""
    repo.git("update-ref", f"refs/remotes/{name}", rev)


def change(repo: Repo, line: int, message: str = "", *options: str, env: Env = None) -> str:
    """A commit without a block that changes a line of `a.py`; its id."""
    edit(repo, line, message or f"line {line} changed")
    reply = message or f"Change line {line}"
    repo.run("git", *BARE, "commit", "-q", "-m", reply, *options, env=env, check=True)
    return repo.head


def attest(repo: Repo, *args: str, stdin: bytes = b"", env: Env = None, **more: str) -> Done:
    """Run attest in this process, whatever comes of it."""
    return inside.run(list(args), repo.path, {**repo.env, **(env or {}), **more}, stdin)


def filled(repo: Repo, *words: str, env: Env = None) -> bytes:
    """The template for commits, with an answer of its own for each question.

    Args:
        words: `--unpushed` where there are none.
    """
    words = words or ("--unpushed",)
    result = attest(repo, "answer", *words, "--template", env=env)
    assert result.returncode == 0, result.stderr.decode()
    data: dict[str, Any] = tomllib.loads(result.stdout.decode())
    for number, hunk in enumerate(data["hunk"], 1):
        hunk["invariant"] = hunk["invariant"] or f"invariant {number} of {hunk['where']}"
        hunk["breaks"] = hunk["breaks"] or f"removal {number} breaks {hunk['where']}"
    return tomli_w.dumps(data).encode()


def answered(repo: Repo, *words: str, code: int = 0, env: Env = None) -> str:
    """Answer every question about commits; what attest said on standard error.

    Args:
        words: `--unpushed` where there are none.
        code: the exit code to expect.
    """
    words = words or ("--unpushed",)
    data = filled(repo, *words, env=env)
    return again(repo, *words, code=code, stdin=data, env=env)


def again(repo: Repo, *words: str, code: int = 0, stdin: bytes = NOTHING, env: Env = None) -> str:
    """`attest answer` with the answers that are kept; see `answered`."""
    words = words or ("--unpushed",)
    result = attest(repo, "answer", *words, "--answers", "-", stdin=stdin, env=env)
    reply = result.stderr.decode()
    assert result.returncode == code, (result.returncode, reply)
    return reply


def printed(reply: str, command: str) -> list[str]:
    """The words of a command that was printed to be copied.

    Args:
        command: the whole of it, as a regular expression.
    """
    lines = [line.removeprefix("attest:").strip() for line in reply.splitlines()]
    outcome = [line for line in lines if re.fullmatch(command, line)]
    assert len(outcome) == 1, reply
    return shlex.split(outcome[0])


def outcomes(repo: Repo, expected: str) -> list[tuple[str, str]]:
    """Verdict and level of each commit of a range, oldest first."""
    return [(one["verdict"], one["level"]) for one in repo.report(expected)["commits"]]


@dataclass(frozen=True)
class State:
    """What a refusal must leave alone, and a rewriting all but the refs of."""

    refs: dict[str, str]
    index: bytes
    files: dict[str, bytes]


def state(repo: Repo) -> State:
    """Everything that a person would miss: refs, HEAD, the index, the files."""
    folder = Path(repo.git("rev-parse", "--absolute-git-dir"))
    index = folder / "index"
    files = {
        str(path.relative_to(repo.path)): path.read_bytes()
        for path in sorted(repo.path.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(repo.path).parts
    }
    refs = {"HEAD": (folder / "HEAD").read_text()} | heads(repo, "")
    return State(refs, index.read_bytes() if index.exists() else b"", files)


def heads(repo: Repo, under: str = "refs/heads") -> dict[str, str]:
    """Refs and the objects that they point to."""
    args = ["for-each-ref", "--format=%(refname) %(objectname)", *([under] if under else [])]
    return dict(line.split(" ") for line in repo.git(*args).splitlines())


def backups(repo: Repo) -> dict[str, str]:
    """The old tips that are kept, by number and name: `0001/heads/main`."""
    kept = heads(repo, "refs/attest/backup")
    return {name.removeprefix("refs/attest/backup/"): oid for name, oid in kept.items()}


def records(repo: Repo) -> list[dict[str, Any]]:
    """The records of rewritings, oldest first."""
    folder = Path(repo.git("rev-parse", "--path-format=absolute", "--git-common-dir"))
    return [json.loads(p.read_bytes()) for p in sorted(folder.glob("attest/rewrites/*.json"))]


@dataclass(frozen=True)
class Parts:
    """A raw commit; `extra` are the headers behind the committer, with the lines that
    continue them."""

    tree: bytes
    parents: tuple[str, ...]
    author: bytes
    committer: bytes
    extra: tuple[bytes, ...]
    message: bytes


def parts(raw: bytes) -> Parts:
    """Take a commit apart, independently of attest's own reader."""
    head, _, message = raw.partition(b"\n\n")
    lines = head.replace(b"\n ", b"\0").split(b"\n")
    parents = [line[7:].decode() for line in lines if line.startswith(b"parent ")]
    tree, *_ = lines
    author, committer, *extra = lines[1 + len(parents) :]
    return Parts(
        tree,
        tuple(parents),
        author.removeprefix(b"author "),
        committer.removeprefix(b"committer "),
        tuple(line.replace(b"\0", b"\n ") for line in extra),
        message,
    )


def stored(repo: Repo, outcome: Parts) -> str:
    """Store a commit, and put the branch on it; its id."""
    parents = [f"parent {oid}".encode() for oid in outcome.parents]
    who = [b"author " + outcome.author, b"committer " + outcome.committer]
    return repo.rewrite(
        b"\n".join([outcome.tree, *parents, *who, *outcome.extra]) + b"\n\n" + outcome.message
    )


def commits(repo: Repo, *revs: str) -> dict[str, Parts]:
    """All commits that some revisions reach."""
    oids = repo.git("rev-list", *revs).encode() + b"\n"
    data = repo.run("git", "cat-file", "--batch", stdin=oids, check=True).stdout
    outcome = {}
    while data:
        header, _, data = data.partition(b"\n")
        oid, _, size = header.decode().split(" ")
        outcome[oid], data = parts(data[: int(size)]), data[int(size) + 1 :]
    return outcome


def messages_alone_differ(repo: Repo, old: str, new: str) -> dict[str, str]:
    """Walk two histories side by side. They must have the same shape and differ in
    committers and blocks alone; every block must be a commit's only one.

    Returns:
        old id -> new id of the commits that differ.
    """
    known = commits(repo, old, new)
    paired: dict[str, str] = {}
    left = [(old, new)]
    while left:
        before, after = left.pop()
        if before in paired or before == after:
            assert paired.get(before, before) == after, "one commit became two"
            continue
        paired[before] = after
        was, now = known[before], known[after]
        assert (was.tree, was.author, was.extra) == (now.tree, now.author, now.extra)
        text, written = (part.message.decode("utf-8", "surrogateescape") for part in (was, now))
        assert rest(written) == rest(text)
        assert len(blocks(written)) <= 1
        left += zip(was.parents, now.parents, strict=True)
    assert len(set(paired.values())) == len(paired), "two commits became one"
    return paired


def shown(message: bytes) -> bytes:
    """A message with `<block>` in place of each block's lines."""
    lines: list[bytes] = []
    inside_block = False
    for line in message.split(b"\n"):
        begins = line.startswith(b"Attest: v1; ")
        inside_block = begins or (inside_block and line.startswith((b"Attest-", b"Attested-by:")))
        if begins:
            lines.append(b"<block>")
        elif not inside_block:
            lines.append(line)
    return b"\n".join(lines)


@dataclass(frozen=True)
class Imported:
    """A commit for `git fast-import`.

    Args:
        files: paths and their new contents; None takes one away.
        merges: marks of further parents.
        programs: those of the paths that can be executed.
    """

    ref: str
    mark: int
    message: str
    files: Mapping[str, str | None]
    parent: str = ""
    merges: tuple[int, ...] = ()
    author: str = "A U Thor <author@example.com>"
    programs: tuple[str, ...] = ()


def fast_import(repo: Repo, expected: Iterator[Imported], *options: str) -> None:
    """Make many commits at once; each is a minute younger than the one before."""
    out = []
    for at, one in enumerate(expected):
        who = f"{one.author} {EPOCH - 100_000 + 60 * at} -0730"
        text = one.message.encode()
        out += [f"commit {one.ref}", f"mark :{one.mark}", f"author {who}", f"committer {who}"]
        out += [f"data {len(text)}", one.message]
        out += [f"from {one.parent}"] if one.parent else []
        out += [f"merge :{mark}" for mark in one.merges]
        for path, content in one.files.items():
            if content is None:
                out.append(f"D {path}")
            else:
                mode = "100755" if path in one.programs else "100644"
                out += [f"M {mode} inline {path}", f"data {len(content.encode())}", content]
        out.append("")
    repo.git("fast-import", "--quiet", *options, stdin="\n".join([*out, ""]).encode())


def two_commits(start: Repo, root: Path) -> Repo:
    """A copy of a repository with two unpushed commits, and a branch on the first."""
    repo = start.copy(root)
    published(repo)
    change(repo, 3)
    repo.git("branch", "lower")
    change(repo, 13)
    return repo
