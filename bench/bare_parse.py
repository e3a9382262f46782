"""Parses each version of each file that a range changes once, with attest's grammars, and nothing
more.

    python bench/bare_parse.py REPOSITORY RANGE

Prints the files that were parsed, and the seconds that the parser alone took: on the clock, and of
the CPU. What reads them from git is not counted. Files are left out that attest would not parse:
no grammar is for them, or they are too large or binary.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from ast_grep_py import SgRoot

from attest.analysis.change import MAX_FILE
from attest.analysis.syntax import languages
from attest.analysis.unread import is_binary


def versions(repository: str, revisions: str) -> dict[str, str]:
    """The id of each version of a file that a grammar can read, with the grammar's name."""
    command = ["git", "-C", repository, "log", "--raw", "--no-abbrev", "-z", "--format="]
    out = subprocess.run([*command, "--no-renames", revisions], check=True, capture_output=True)
    parts = [part for part in out.stdout.split(b"\0") if part]
    grammars: dict[str, str] = {}
    for meta, path in zip(parts[::2], parts[1::2], strict=True):
        old_mode, new_mode, old, new, _ = meta.decode().removeprefix(":").split(" ")
        language = languages.of(path)
        if not language.parsed:
            continue
        for mode, oid in ((old_mode, old), (new_mode, new)):
            if mode.startswith("100"):
                grammars[oid] = language.name
    return grammars


def main() -> None:
    repository, revisions = sys.argv[1:]
    grammars = versions(repository, revisions)
    wall = cpu = 0.0
    count = 0
    command = ["git", "-C", repository, "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for oid, grammar in grammars.items():
            child.stdin.write(f"{oid}\n".encode())
            child.stdin.flush()
            size = int(child.stdout.readline().split()[2])
            data = child.stdout.read(size + 1)[:-1]
            if size > MAX_FILE or is_binary(data):
                continue
            text = data.decode("utf-8", "replace").replace("\0", "\1")
            started = time.perf_counter(), time.process_time()
            SgRoot(text, grammar).root()
            wall += time.perf_counter() - started[0]
            cpu += time.process_time() - started[1]
            count += 1
        child.stdin.close()
    print(json.dumps({"files": count, "wall": wall, "cpu": cpu}))


if __name__ == "__main__":
    main()
