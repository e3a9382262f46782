"""Makes a repository of 100,000 files and 1,000,000 commits, for bench/interview.py.

    python bench/large_repository.py TARGET [--files 100000] [--commits 1000000]
    python bench/interview.py TARGET

TARGET is set up with attest, and a change is staged that three questions are asked about: in a file
that the first commit made, so that git blame has all of the history before it. `origin/main` is
three commits behind. Each commit but the first changes one line of one of 50 small files at the
root; the other files are Python, in folders of 50. Takes minutes, and some gigabytes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from measuring import ENVIRONMENT

WIDTH = 50
START = 1_000_000_000
CHANGED = "src/part0/part0/file7.py"
MODULE = '''"""Part {number}."""


def read{number}(data, limit):
    """Read at most limit bytes."""
    if len(data) > limit:
        raise ValueError(data)
    return data[:limit]


def write{number}(out, data, retries=3):
    while retries:
        if out.write(data):
            return True
        retries -= 1
    return False


def close{number}(out):
    out.flush()
    out.close()
'''
EDITS = (
    ("len(data) > limit", "len(data) >= limit"),
    ("retries=3", "retries=30"),
    ("    out.flush()\n", ""),
)


def path_of(number: int) -> str:
    folder, file = divmod(number, WIDTH)
    upper, lower = divmod(folder, WIDTH)
    return f"src/part{upper}/part{lower}/file{file}.py"


def stream(files: int, commits: int) -> Iterator[bytes]:
    """What `git fast-import` reads."""
    yield _commit(0, b"Begin")
    for number in range(files):
        yield _file(path_of(number), MODULE.format(number=number))
    for number in range(1, commits):
        yield _commit(number, b"Count on to %d" % number)
        yield _file(f"count{number % WIDTH}.txt", f"{number}\n")


def _commit(number: int, message: bytes) -> bytes:
    person = b"A U Thor <author@example.com> %d +0000" % (START + number * 60)
    head = b"commit refs/heads/main\nauthor %s\ncommitter %s\n" % (person, person)
    return head + b"data %d\n%s\n" % (len(message), message)


def _file(path: str, content: str) -> bytes:
    data = content.encode()
    return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)


def run(target: Path, *command: str) -> None:
    subprocess.run(command, cwd=target, env=ENVIRONMENT, check=True, stdout=sys.stderr)


def make(target: Path, files: int, commits: int) -> None:
    target.mkdir(parents=True)
    run(target, "git", "init", "--quiet", "--initial-branch=main")
    importer = ["git", "fast-import", "--quiet", f"--max-pack-size={2 << 30}"]
    with subprocess.Popen(importer, cwd=target, env=ENVIRONMENT, stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        for piece in stream(files, commits):
            child.stdin.write(piece)
    if child.returncode:
        sys.exit(f"git fast-import: {child.returncode}")
    run(target, "git", "reset", "--quiet", "--hard")
    for name, value in (("name", "A Contributor"), ("email", "contributor@example.com")):
        run(target, "git", "config", f"user.{name}", value)
    run(target, "git", "remote", "add", "origin", "https://example.com/large.git")
    run(target, "git", "update-ref", "refs/remotes/origin/main", f"main~{min(3, commits - 1)}")
    run(target, "git", "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    key = target / ".git/bench-key"
    run(target, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
    run(target, sys.executable, "-P", "-m", "attest", "init", "--key", str(key), "--yes")
    changed = target / CHANGED
    text = changed.read_text("utf-8")
    for old, new in EDITS:
        text = text.replace(old, new, 1)
    changed.write_text(text, "utf-8")
    run(target, "git", "add", CHANGED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--commits", type=int, default=1_000_000)
    options = parser.parse_args()
    make(options.target.resolve(), options.files, options.commits)
    print(f"{options.target}: {options.files:,} files, {options.commits:,} commits")


if __name__ == "__main__":
    main()
