"""The hook where everything is settled, where its list is damaged, and where there is
very much that it must not look at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from attest import __version__
from attest.git import push_updates
from attest.hook import fast_path
from attest.state import check_cache
from support import inside
from support.inside import Done
from support.pushing import (
    answer,
    asked,
    change,
    passes,
    subjects,
)
from support.repo import EMAIL, NAME, Repo

PROBE = """
import sys
before = set(sys.modules)
from attest.__main__ import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before))
"""
MODULES = (
    *("__main__", "git", "git.push_updates", "hook", "hook.fast_path", "hook.handshake", "state"),
    *("state.check_cache", "system", "system.files", "system.programs", "streams"),
)
OWN = {"__future__", "atexit", "attest", "errno", "gc", *(f"attest.{name}" for name in MODULES)}
HEAVY = {"subprocess", "pathlib", "typing", "re", "cryptography", "attest.errors"}
ZEROS = "0" * 40


def imported(repo: Repo, *lines: str) -> tuple[int, set[str]]:
    """Run the hook as the shim does, with what git writes to it; its exit code, and
    the modules that Python did not have before."""
    command = (sys.executable, "-E", "-P", "-c", PROBE, "hook", "pre-push", "origin", "url")
    stdin = "".join(f"{line}\n" for line in lines).encode()
    result = repo.run(*command, stdin=stdin, check=True)
    assert result.stderr == b""
    code, *modules = result.stdout.decode().split()
    return int(code), set(modules)


def line(repo: Repo, name: str = "topic") -> str:
    """What git writes for a new branch."""
    return f"refs/heads/{name} {repo.git('rev-parse', name)} refs/heads/{name} {ZEROS}"


@pytest.fixture
def topic(_answered_topic: Repo, tmp_path: Path) -> Repo:
    """A clone with a remote, on a branch with one commit that is answered for."""
    return _answered_topic.copy(tmp_path)


def settled(repo: Repo) -> Path:
    return repo.path / ".git/attest" / check_cache.FILE


def test_what_is_settled_takes_no_import_that_python_has_not_made(topic: Repo) -> None:
    settled(topic).unlink(missing_ok=True)
    code, modules = imported(topic, line(topic))
    assert (code, HEAVY & modules) == (0, HEAVY)
    assert imported(topic, line(topic)) == (0, OWN)
    topic.git("tag", "v1")
    both = line(topic), f"refs/tags/v1 {topic.head} refs/tags/v1 {ZEROS}"
    assert imported(topic, *both) == (0, OWN)


def test_what_was_just_answered_for_is_settled(topic: Repo) -> None:
    change(topic, 9, "New")
    answer(topic, "--unpushed")
    assert topic.head in settled(topic).read_text()
    assert imported(topic, line(topic)) == (0, OWN)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [f"(delete) {ZEROS} refs/heads/x {'1' * 40}"],
        [f"refs/heads/main MAIN refs/heads/x {ZEROS}"],
        [f"refs/heads/main MAIN refs/heads/x {'1' * 40}"],
        [f"refs/tags/blob BLOB refs/tags/blob {ZEROS}"],
    ],
    ids=["nothing", "a deletion", "what a remote has", "an unknown old id", "a blob"],
)
def test_where_no_commit_is_sent_nothing_is_imported(topic: Repo, lines: list[str]) -> None:
    oids = {"MAIN": topic.git("rev-parse", "main"), "BLOB": topic.git("rev-parse", "main:a.py")}
    for word, oid in oids.items():
        lines = [one.replace(word, oid) for one in lines]
    assert imported(topic, *lines) == (0, OWN)


HEADER = f"attest {__version__}\n".encode()
DAMAGED = {
    "empty": b"",
    "of another version": b"attest 0.0.1\nOID\n",
    "without its first line": b"OID\n",
    "random bytes": bytes(range(256)) * 20,
    "bytes that are no text": HEADER + b"\xff\xfe\x80\n",
    "a torn line": HEADER + b"0123456789",
    "lines that are no ids": HEADER + b"\0\n\n  \nOID OID\nxOID\nOIDx\n",
    "ids in capitals": HEADER + b"UPPER\n",
}


def hook(repo: Repo) -> Done:
    """Run the hook for `topic` in this process; nobody can be asked."""
    env = {**repo.env, "CI": "1"}
    args = ["hook", "pre-push", "origin", "url"]
    return inside.run(args, repo.path, env, f"{line(repo)}\n".encode())


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_list_costs_a_closer_look_and_no_more(topic: Repo, kind: str) -> None:
    oid = topic.head.encode()
    data = DAMAGED[kind].replace(b"OID", oid).replace(b"UPPER", oid.upper())
    settled(topic).write_bytes(data)
    assert hook(topic) == Done(0, b"", b"")
    settled(topic).write_bytes(data)
    change(topic, 9, "New")
    result = hook(topic)
    assert (result.returncode, subjects(result.stderr)) == (1, ["New"])


@pytest.mark.parametrize("kind", ["a folder", "a link to nowhere"])
def test_a_list_that_cannot_be_written_stops_no_push(topic: Repo, kind: str) -> None:
    settled(topic).unlink(missing_ok=True)
    if kind == "a folder":
        settled(topic).mkdir()
    else:
        settled(topic).symlink_to("nowhere/at all")
    passes(topic, "origin", "topic")


def test_a_full_disk_stops_no_push_of_what_is_answered_for(topic: Repo) -> None:
    """Python ignores the signal that a file beyond the limit causes, and gets EFBIG."""
    others = b"".join(b"%040d\n" % number for number in range(5000))
    settled(topic).write_bytes(HEADER + others)
    script = f"ulimit -f 100; exec {sys.executable} -P -m attest hook pre-push origin url"
    result = topic.run("sh", "-c", script, stdin=f"{line(topic)}\n".encode())
    assert topic.head not in settled(topic).read_text()
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize(
    "data",
    [
        b"refs/heads/x\n",
        b"a b c d\n",
        b"\xff\xfe \x1b[31m\n",
        f"refs/heads/x {ZEROS[1:]} refs/heads/x {ZEROS}\n".encode(),
        f"refs/heads/x {ZEROS} refs/heads/x {ZEROS}Z\n".encode(),
    ],
)
def test_lines_that_git_never_writes_stop_the_push_and_are_named(repo: Repo, data: bytes) -> None:
    result = repo.attest("hook", "pre-push", "origin", "url", stdin=data)
    assert (result.returncode, result.stdout) == (2, b"")
    first, second = result.stderr.decode().splitlines()
    assert first.startswith(
        "attest: git gives a pre-push hook lines of four words; this is not one"
    )
    assert second.startswith("attest: ")


def test_more_refs_than_fit_a_command_line_are_looked_at(topic: Repo) -> None:
    change(topic, 9, "New")
    topic.git("branch", "answered", "topic~1")
    names = [f"n{number:04}" for number in range(fast_path._MANY + 1)]
    create = "".join(f"create refs/heads/{name} answered\n" for name in names)
    topic.git("update-ref", "--stdin", stdin=create.encode())
    passes(topic, "origin", "refs/heads/n*")
    delete = "".join(f"delete refs/remotes/origin/{name}\n" for name in names)
    topic.git("update-ref", "--stdin", stdin=delete.encode())
    assert asked(topic, "origin", "refs/heads/n*:refs/heads/m*", "topic") == ["New"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Repo:
    """A clone with 100,000 commits that `origin` has, set up with attest."""
    repo = Repo.create(tmp_path_factory.mktemp("large"))
    one = f"commit refs/heads/main\ncommitter {NAME} <{EMAIL}> 1 +0000\ndata 1\nx\n"
    tree = "M 100644 inline a.py\ndata 6\none 1\n\n"
    repo.git("fast-import", "--quiet", stdin=(one + tree + one * 99_999).encode())
    repo.git("reset", "--quiet", "--hard")
    repo.set_up(key)
    origin = repo.path.parent / "origin.git"
    repo.git("clone", "--quiet", "--bare", "--shared", str(repo.path), str(origin))
    repo.git("remote", "add", "origin", "../origin.git")
    return repo


@pytest.mark.long
@pytest.mark.parametrize("known", ["by a remote-tracking branch", "by what the remote says"])
def test_of_100_000_commits_only_what_is_pushed_is_looked_at(large: Repo, known: str) -> None:
    name = f"topic{len(known)}"
    large.git("checkout", "--quiet", "-b", name, "main")
    large.git("rm", "--quiet", "a.py")
    large.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "New")
    old = large.git("rev-parse", "main")
    if "remote-tracking" in known:
        large.git("update-ref", "refs/remotes/origin/main", old)
        to, limits = name, []
    else:
        large.git("update-ref", "-d", "refs/remotes/origin/main")
        to, limits = f"{name}:main", [old]
    assert large.git(*push_updates.outgoing([large.head], limits)) == large.head
    assert asked(large, "origin", to) == ["New"]
    assert not settled(large).exists()
