"""Blocks made by hand, and judged in process: what an attacker can sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from attest.attestation import codec
from attest.attestation.block import AttestedHunk, Block, Question
from attest.git import commit_object, merge
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.questions.selection import RULES
from attest.report.findings import Verdict
from attest.signatures import allowed_signers
from attest.signatures.wire import fingerprint
from attest.verification import commit_check
from support import inside, keys
from support.inside import Done
from support.repo import EMAIL, EPOCH, NAME, Repo

NOW = datetime.fromtimestamp(EPOCH, UTC)
Edit = Callable[[Block], Block]
Sign = Callable[[bytes], bytes]


def two_hunks(repo: Repo) -> Repo:
    """Give a repository a first commit, and a HEAD that changes two hunks of `a.py`."""
    lines = [f"line {n}\n" for n in range(40)]
    repo.write("a.py", "".join(lines))
    repo.commit("start")
    lines[3], lines[30] = "    if ok:\n", "changed\n"
    repo.write("a.py", "".join(lines))
    repo.commit("change")
    return repo


def isolated(repo: Repo) -> Isolated:
    """The isolated repository of a test's repository."""
    return Isolated([repo.path / ".git" / "objects"], repo.git("rev-parse", "--show-object-format"))


def public(key: Path) -> str:
    """The public line of a key, without its comment."""
    return " ".join(key.with_suffix(".pub").read_text("utf-8").split()[:2])


def key_print(key: Path) -> str:
    import base64

    return fingerprint(base64.b64decode(public(key).split(" ")[1]))


def signers(repo: Repo, *lines: str) -> Path:
    """An allowed_signers file."""
    path = repo.path.parent / f"signers-{abs(hash(lines))}"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def change_of(repo: Repo, rev: str = "HEAD") -> Change:
    """The change of a commit, with its hunks' bodies."""
    with isolated(repo) as git:
        outcome = commit_object.parse(git.commit(repo.git("rev-parse", rev)), rev)
        return git.change(
            merge.base_tree(git, outcome.parents, outcome.tree), outcome.tree, keep=True
        )


def honest(change: Change, email: str = EMAIL, name: str = NAME) -> Block:
    """A block that answers for every hunk of a change."""
    hunks = tuple(
        AttestedHunk(h.digest, "some/place", f"invariant {n}", f"breaks {n}")
        for n, h in enumerate(change.hunks)
    )
    counts = (len(hunks), len(hunks))
    return Block(NOW, "file", counts, RULES, name, email, "", change.digest, hunks, ())


def thorough(repo: Repo, rev: str = "HEAD") -> Block:
    """An honest block for a commit that answers the third questions of the built-in rules, too."""
    change = change_of(repo, rev)
    with isolated(repo) as git:
        chosen = ProjectRules.built_in(git).chooser.choose(change)
    thirds = {one.hunk.digest: one.texts.third for one in chosen if one.texts.third}
    block = honest(change)
    hunks = tuple(
        replace(hunk, questions=(Question(thirds[hunk.digest], f"answer {n}"),))
        if hunk.digest in thirds
        else hunk
        for n, hunk in enumerate(block.hunks)
    )
    return replace(block, hunks=hunks)


def signed(
    unsigned: Block, key: Path, *, namespace: str = "git-attest-v1", sign: Sign | None = None
) -> list[bytes]:
    """A block's lines, signed by a key; `Attest-Key` names it unless it is set."""
    named = unsigned if unsigned.key else replace(unsigned, key=f"ssh {key_print(key)}")
    payload = codec.payload([line.encode() for line in codec.write(named)])
    blob = sign(payload) if sign else keys.sign(key, payload, namespace)
    return [line.encode() for line in codec.write(replace(named, signature=blob))]


def attach(repo: Repo, *blocks: Sequence[bytes], rev: str = "HEAD") -> str:
    """Write a commit anew with blocks at the end of its message, as HEAD."""
    parts = [b"\n".join(lines) + b"\n" for lines in blocks]
    return repo.rewrite(repo.raw(rev).rstrip(b"\n") + b"\n\n" + b"\n".join(parts))


def attest(repo: Repo, key: Path, edit: Edit = lambda block: block) -> str:
    """Attest HEAD by hand; *edit* spoils the block before it is signed."""
    return attach(repo, signed(edit(honest(change_of(repo))), key))


def judge(
    repo: Repo, rev: str = "HEAD", *, known: Path | None = None, now: datetime = NOW
) -> Verdict:
    """What the check says of one commit."""
    listed = allowed_signers.parse(known.read_text("utf-8"), "known") if known else None
    with isolated(repo) as git:
        base = ProjectRules.built_in(git, listed)
        return commit_check.judge(git, repo.git("rev-parse", rev), base, now).verdict


def errors(verdict: Verdict) -> list[str]:
    """The codes of a verdict's errors, each once, sorted."""
    return sorted({f.code for f in verdict.findings if f.severity == "error"})


def codes(repo: Repo, rev: str = "HEAD", *, known: Path | None = None) -> list[str]:
    """`errors` of what the check says of one commit."""
    return errors(judge(repo, rev, known=known))


def run(repo: Repo, *args: str, cwd: Path | None = None) -> Done:
    """Run attest in this process; see `inside.run`."""
    result = inside.run(list(args), cwd or repo.path, repo.env)
    assert result.returncode != 70
    return result


def run_in(repo: Repo, stdin: bytes, *args: str) -> Done:
    """`run`, with something on standard input."""
    result = inside.run(list(args), repo.path, repo.env, stdin)
    assert result.returncode != 70
    return result
