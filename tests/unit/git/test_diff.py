"""From git's diff bytes to files and hunks: real output, and output that is none."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import AttestError, EnvironmentFault, LimitExceeded
from attest.git import diff
from attest.git import patch as git_patch
from attest.git.diff import DiffEntry, FileChange, parse_raw, raw_paths, rows_end
from attest.git.patch import PatchReader
from support.repo import Repo

OLD, NEW, NONE = "1" * 40, "2" * 40, "0" * 40
ROW = DiffEntry("100644", "100644", OLD, NEW, "M", b"a")
RAW = b":100644 100644 " + OLD.encode() + b" " + NEW.encode() + b" M\0a\0"
HEADER = b"diff --git a/a b/a\nindex " + f"{OLD}..{NEW} 100644".encode() + b"\n--- a/a\n+++ b/a\n"
RAW_OPTIONS = ["-r", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules=none"]
PATCH_OPTIONS = [
    *("-r", "-p", "-U0", "--text", "--no-renames", "--ignore-submodules=none", "--no-ext-diff"),
    *("--no-textconv", "--no-color", "--diff-algorithm=myers", "--indent-heuristic"),
    *("--inter-hunk-context=0", "--full-index"),
]


def line_reader(data: bytes) -> Callable[[int], bytes]:
    """`readline` that fails a test which goes on reading at the end for ever."""
    stream, at_end = io.BytesIO(data), 0

    def readline(limit: int) -> bytes:
        nonlocal at_end
        line = stream.readline(limit)
        at_end += not line
        assert at_end < 1000, "it reads on and on behind the end"
        return line

    return readline


def files(patch: bytes, rows: list[DiffEntry] | None = None, end: bytes = b"") -> list[FileChange]:
    rows = [ROW] if rows is None else rows
    return list(PatchReader(line_reader(patch), rows, end).files())


def hunk_digest(row: DiffEntry, body: bytes) -> str:
    """As format.md words it."""
    head = b"attest-hunk-v1\0" + row.path + b"\0" + f"{row.old_mode} {row.new_mode}".encode()
    return hashlib.sha224(head + b"\0" + body).hexdigest()


def test_rows_are_read() -> None:
    added = b":000000 120000 " + f"{NONE} {NEW}".encode() + b" A\0b\n\t\xff\0"
    assert parse_raw(RAW + added) == [
        ROW,
        DiffEntry("000000", "120000", NONE, NEW, "A", b"b\n\t\xff"),
    ]
    assert raw_paths(RAW + added) == [b"a", b"b\n\t\xff"]
    assert parse_raw(b"") == []
    assert raw_paths(b"") == []
    assert rows_end(b"x" + RAW + added + b"0a", 1) == 1 + len(RAW + added)


@pytest.mark.parametrize(
    "raw",
    [
        b"\0",
        b"x",
        RAW[:-1],
        RAW[:-2],
        RAW + b"x",
        RAW[1:],
        RAW.replace(b" M", b""),
        RAW.replace(b" M", b" "),
        RAW.replace(b" M", b" AD"),
        RAW.replace(b" M", b" ADMT"),
        RAW.replace(b" M", b" U"),
        RAW.replace(b" M", b" R100"),
        RAW.replace(b" M", b" M M"),
        RAW.replace(b" M", b"  M"),
    ],
)
def test_rows_that_git_never_writes_are_refused(raw: bytes) -> None:
    with pytest.raises(EnvironmentFault):
        parse_raw(raw)
    assert rows_end(raw, 0) in (0, len(RAW))
    assert rows_end(raw, 0) < len(raw)


def test_paths_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "MAX_HUNKS", 1)
    assert raw_paths(RAW) == [b"a"]
    with pytest.raises(LimitExceeded, match="more than 1 paths"):
        raw_paths(RAW * 2)


def test_digests_are_those_of_the_format() -> None:
    body = b"-x\n+y\n"
    [file] = files(HEADER + b"@@ -1 +1 @@ def f\n" + body)
    [hunk] = file.hunks
    assert hunk.digest == hunk_digest(ROW, body)
    assert (
        file.digest
        == hashlib.sha224(b"attest-file-v1\0a\0" + hunk.digest.encode() + b"\n").hexdigest()
    )
    assert diff.change_digest(RAW) == hashlib.sha224(b"attest-change-v1\0" + RAW).hexdigest()


def test_the_place_of_a_hunk_is_read() -> None:
    [file] = files(HEADER + b"@@ -3,2 +5,0 @@ def f():\n-x\n-y\n@@ -9,0 +9,2 @@\n+x\n+y\n")
    taken, put = file.hunks
    assert (taken.old_start, taken.old_lines, taken.new_start, taken.new_lines) == (3, 2, 5, 0)
    assert (taken.heading, taken.line, taken.size) == (b"def f():", 3, 2)
    assert (put.heading, put.line, put.size, put.body) == (b"", 9, 2, b"+x\n+y\n")


@pytest.mark.parametrize(
    "line",
    [b"@@ -1 +1 @@", b"diff --git a/b b/b", b"--- a/a", b"\\ No newline", b"index 1..2", b""],
)
def test_no_content_can_end_or_begin_a_hunk(line: bytes) -> None:
    body = b"-" + line + b"\n+" + line + b"\n"
    [file] = files(HEADER + b"@@ -1 +1 @@\n" + body)
    assert [hunk.digest for hunk in file.hunks] == [hunk_digest(ROW, body)]


def test_a_missing_newline_at_the_end_is_part_of_the_hunk() -> None:
    end = b"\\ No newline at end of file\n"
    body = b"-x\n" + end + b"+y\n" + end
    [file] = files(HEADER + b"@@ -1 +1 @@\n" + body)
    assert file.hunks[0].digest == hunk_digest(ROW, body)


def test_a_path_without_a_text_hunk_has_one_hunk() -> None:
    mode = DiffEntry("100644", "100755", OLD, OLD, "M", b"a")
    [file] = files(b"diff --git a/a b/a\nold mode 100644\nnew mode 100755\n", [mode])
    [hunk] = file.hunks
    assert hunk.digest == hunk_digest(mode, f"blob {OLD} {OLD}\n".encode())
    assert (hunk.textual, hunk.line) == (False, None)


@pytest.mark.parametrize(
    "patch",
    [
        b"",
        HEADER[1:],
        HEADER + HEADER,
        HEADER + b"@@ -1 +1 @@\n-x\n",
        HEADER + b"@@ -1,2 +1 @@\n-x\n+y\n",
        HEADER + b"@@ -1 +1 @@\n+y\n-x\n",
        HEADER + b"@@ -1 +1 @@\n-x\n+y\n+z\n",
        HEADER + b"@@ -1 +1 @@\n-x\n+y\n z\n",
        HEADER + b"@@ one @@\n-x\n+y\n",
        HEADER + b"@@ -" + b"1" * 5000 + b" +1 @@\n-x\n+y\n",
        HEADER.replace(OLD.encode(), NEW.encode()),
        b"diff --git a/a b/a\nindex \n",
        b"diff --git a/a b/a\nindex\n",
    ],
)
def test_a_patch_that_does_not_fit_its_rows_is_refused(patch: bytes) -> None:
    if patch == b"diff --git a/a b/a\nindex\n":
        patch += b"@@ -1 +1 @@\n-x\n"
    with pytest.raises(EnvironmentFault):
        files(patch)


@pytest.mark.parametrize("stop", range(0, len(HEADER) + 20, 5))
def test_a_patch_that_ends_early_is_refused(stop: int) -> None:
    """git was killed, or an object is missing: no answer, and no waiting either."""
    whole = HEADER + b"@@ -1 +1 @@\n-x\n+y\n"
    assert files(whole + b"end\n", end=b"end\n")
    with pytest.raises(EnvironmentFault):
        files(whole[:stop], end=b"end\n")


def test_a_patch_for_no_row_is_refused() -> None:
    assert files(b"", []) == []
    with pytest.raises(EnvironmentFault, match="a section that no row has"):
        files(HEADER, [])


def test_long_lines_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"-" + b"x" * 200_000 + b"\n+" + b"y" * 200_000 + b"\n"
    [file] = files(HEADER + b"@@ -1 +1 @@\n" + body)
    [hunk] = file.hunks
    assert hunk.digest == hunk_digest(ROW, body)
    assert (hunk.body, hunk.cut) == (body[: git_patch.KEPT_BYTES], True)


def test_bodies_are_kept_only_where_asked_for() -> None:
    patch = HEADER + b"@@ -1 +1 @@\n-x\n+y\n"
    [file] = PatchReader(line_reader(patch), [ROW], keep=False).files()
    assert (file.hunks[0].body, file.hunks[0].cut) == (b"", False)
    assert file.hunks[0].digest == hunk_digest(ROW, b"-x\n+y\n")


@pytest.mark.parametrize(("count", "fits"), [(3, True), (4, False)])
def test_hunks_are_limited(monkeypatch: pytest.MonkeyPatch, count: int, fits: bool) -> None:
    monkeypatch.setattr(git_patch, "MAX_HUNKS", 3)
    patch = HEADER + b"@@ -1 +1 @@\n-x\n+y\n" * count
    if fits:
        assert len(files(patch)[0].hunks) == 3
    else:
        with pytest.raises(LimitExceeded, match="more than 3 hunks"):
            files(patch)


def test_the_limit_of_hunks_holds_within_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what keeps memory flat: not all of the file may be read first."""
    monkeypatch.setattr(git_patch, "MAX_HUNKS", 10)
    stream = io.BytesIO(HEADER + b"@@ -1 +1 @@\n-x\n+y\n" * 100_000)
    with pytest.raises(LimitExceeded):
        list(PatchReader(stream.readline, [ROW]).files())
    assert stream.tell() < 10_000


@pytest.mark.parametrize("spare", [0, -1])
def test_bytes_are_limited(monkeypatch: pytest.MonkeyPatch, spare: int) -> None:
    patch = HEADER + b"@@ -1 +1 @@\n-x\n+" + b"y" * 100_000 + b"\n"
    monkeypatch.setattr(git_patch, "MAX_PATCH_BYTES", len(patch) + spare)
    if spare == 0:
        assert files(patch)
    else:
        with pytest.raises(LimitExceeded, match="the patch is larger than"):
            files(patch)


PIECES = st.sampled_from(
    [
        *(HEADER, b"@@ -1 +1 @@\n", b"@@ -0,0 +1,2 @@\n", b"@@ -1,99999999999999 +1 @@\n"),
        *(b"-x\n", b"+y\n", b"\\ No\n", b"index ", b"\n", b"@@ ", b"diff --git ", b"end\n"),
    ]
)


@given(
    st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=12).map(b"".join),
    st.sampled_from(["M", "T"]),
    st.sampled_from([b"", b"end\n"]),
)
def test_no_patch_crashes_or_hangs_the_reader(patch: bytes, status: str, end: bytes) -> None:
    try:
        result = files(patch, [DiffEntry("100644", "120000", OLD, NEW, status, b"a")], end)
    except AttestError:
        return
    assert len(result) == 1
    assert result[0].hunks


@given(
    st.lists(st.one_of(st.sampled_from([RAW, b":", b" ", b"\0", b"M"]), st.binary(max_size=9))).map(
        b"".join
    )
)
def test_no_rows_crash_the_reader(raw: bytes) -> None:
    try:
        rows = parse_raw(raw)
    except AttestError:
        return
    assert all(row.status in ("A", "D", "M", "T") for row in rows)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_real_output_of_git_is_read(tmp_path: Path, object_format: str) -> None:
    """Bodies are found by counting lines; here by splitting what git wrote."""
    repo = Repo.create(tmp_path, "repo", f"--object-format={object_format}")
    for name in (b"mod", b"gone", b"type", b"mode", b"dir", b"sp ace", b'q"\xff\n\t'):
        repo.write(name, b"one\ntwo\n@@ -1 +1 @@\nfour\nfive\nsix\n" + name)
    repo.commit("base")
    old = repo.git("rev-parse", "HEAD^{tree}")
    repo.write(b"mod", b"0\none\r\n\x0c\n@@ -1 +1 @@\nfour\nfive\n6\n")
    repo.write(b'q"\xff\n\t', b"\0binary\n\xff")
    repo.write(b"sp ace", b"")
    repo.write(b"empty", b"")
    repo.git("rm", "-q", "gone", "dir", "type")
    repo.write(b"dir/inner", b"x")
    os.symlink("mod", repo.path / "type")
    (repo.path / "mode").chmod(0o755)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},sub")
    repo.git("add", "type", "mode")
    new = repo.git("write-tree")

    def output(options: list[str]) -> bytes:
        return repo.run("git", "diff-tree", *options, old, new, check=True).stdout

    rows = parse_raw(output(RAW_OPTIONS))
    result = files(output(PATCH_OPTIONS), rows)
    assert [file.path for file in result] == [row.path for row in rows]
    by_path = {file.path: file for file in result}
    assert set(by_path) == {
        *(b"mod", b"gone", b"type", b"mode", b"dir", b"sp ace", b'q"\xff\n\t'),
        *(b"empty", b"dir/inner", b"sub"),
    }
    assert len(by_path[b"mod"].hunks) == 2
    assert [hunk.new_lines for hunk in by_path[b"type"].hunks] == [0, 1]
    for row in rows:
        assert [h.digest for h in by_path[row.path].hunks] == _by_git(repo, old, new, row), row


def _by_git(repo: Repo, old: str, new: str, row: DiffEntry) -> list[str]:
    """Digests of one path's hunks: its bodies contain no line that begins with
    `@@ ` or `diff `, as every line of a body has a sign."""
    command = ["git", "diff-tree", *PATCH_OPTIONS, old, new, "--"]
    path = b":(top,literal)" + row.path
    below = b":(top,exclude,glob)" + row.path + b"/**"
    patch = subprocess.run(
        [*command, path, below], cwd=repo.path, env=repo.env, capture_output=True, check=True
    ).stdout
    bodies: list[list[bytes]] = []
    inside = False
    for line in patch.split(b"\n")[:-1]:
        if line.startswith(b"@@ "):
            bodies.append([])
            inside = True
        elif line.startswith(b"diff "):
            inside = False
        elif inside:
            bodies[-1].append(line + b"\n")
    joined = [b"".join(body) for body in bodies]
    return [
        hunk_digest(row, body)
        for body in joined or [f"blob {row.old_oid} {row.new_oid}\n".encode()]
    ]
