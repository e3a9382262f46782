"""A repository whose every commit is a case that a careless diff reader gets wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from support.recipe import write_raw
from support.repo import Repo

PATHS = (
    b"with space",
    b" leading and trailing ",
    b"quo\"te's",
    b"new\nline",
    b"\n",
    b"tab\there",
    b"back\\slash\\n",
    b"\xff\xfe not utf-8",
    b"-dash",
    b"--output=taken",
    b"@@ -1 +1 @@",
    b"diff --git a/x b/x",
    b"\x01\x02\x7f\x1b[31m",
    "bidi \u202e and \u2028 here \u00e9".encode(),
    b"return\rhere",
    b"form\x0cfeed",
    b":(glob)**",
    b"[!a]*?",
    b"%25",
    b"/dev/null"[1:],
    b"a/b/c/d",
)
LINES = (
    b"plain",
    b"diff --git a/x b/x",
    b"index 0000000..1111111 100644",
    b"-- a/x",
    b"++ b/x",
    b"--- a/x",
    b"+++ b/x",
    b"@@ -1 +1 @@",
    b"@@ -0,0 +1,9 @@ int main()",
    b"\\ No newline at end of file",
    b"",
    b" ",
    b"return\r",
    b"\rin front",
    b"form\x0cfeed",
    b"vertical\x0btab, next line \x85",
    "line \u2028 separator".encode(),
    b"\xff\xfe\x80",
    b"nul \x00 byte",
    b"Binary files a/x and b/x differ",
    b"GIT binary patch",
    b"new file mode 100755",
)
BLOCK = b"".join(line + b"\n" for line in LINES)
BINARY = bytes(range(256)) * 8


def build(root: Path, *options: str) -> tuple[Repo, dict[str, str]]:
    """Make the repository; returns it and each case's commit id."""
    repo = Repo.create(root, "hostile", *options)
    made: dict[str, str] = {}
    for case in (_contents, _kinds, _shapes, _merges):
        for name, oid in case(repo):
            assert name not in made
            made[name] = oid
    return repo, made


def _commit(repo: Repo) -> str:
    repo.git("add", "--all")
    return repo.commit()


def _each(repo: Repo, content: Callable[[int], bytes], count: int = len(PATHS)) -> str:
    for number, path in enumerate(PATHS[:count]):
        write_raw(repo.path, path, content(number))
    return _commit(repo)


def _contents(repo: Repo) -> Iterator[tuple[str, str]]:
    numbered = [b"%d\n" % number for number in range(60)]
    yield "root", _each(repo, lambda n: b"".join(numbered) + b"%d\n" % n)
    changed = list(numbered)
    changed[3], changed[40:41] = b"new\n", [b"40\n", BLOCK]
    yield "several hunks each", _each(repo, lambda n: b"".join(changed) + b"%d\n" % n)
    yield "hunk lookalikes out", _each(repo, lambda n: b"".join(numbered) + b"%d\n" % n, 3)
    for name, content in {
        "lookalikes in": BLOCK,
        "end without newline": BLOCK[:-1],
        "other end without newline": BLOCK + b"more",
        "end with newline again": BLOCK + b"more\n",
        "crlf": BLOCK.replace(b"\n", b"\r\n"),
        "lone returns": BLOCK.replace(b"\n", b"\r"),
        "binary": BINARY,
        "binary changed": BINARY.replace(b"\x00", b"\x00\n"),
        "nothing but newlines": b"\n" * 40,
        "nuls alone": b"\x00" * 500,
        "long lines": b"x" * 200_000 + b"\n" + b"\x00" * 70_000,
        "long lines changed": b"x" * 200_001 + b"\n" + b"\x00" * 65_536,
        "text again": b"".join(numbered),
        "repeats": (b"if ok:\n" + b"pass\n" * 3) * 40,
        "repeats moved": (b"pass\n" * 3 + b"if ok:\n") * 38 + b"if ok:\n",
    }.items():
        write_raw(repo.path, b"content", content)
        yield name, _commit(repo)


def _kinds(repo: Repo) -> Iterator[tuple[str, str]]:
    path = repo.path
    link = "1" * len(repo.head)
    other = "2" * len(repo.head)
    for name in ("run", "both", "kind", "module", "folder/a", "folder/b"):
        write_raw(path, name.encode(), b"one\ntwo\n" + name.encode())
    write_raw(path, b"empty", b"")
    os.symlink("content", path / "link")
    os.symlink("kind", path / "link2")
    yield "kinds in", _commit(repo)
    (path / "run").chmod(0o755)
    (path / "both").chmod(0o755)
    (path / "both").write_bytes(b"one\nthree\n")
    (path / "empty").chmod(0o755)
    yield "modes", _commit(repo)
    (path / "empty").write_bytes(b"no longer\n")
    write_raw(path, b"empty2", b"")
    _link(path / "link", b"../\xff\n@@ -1 +1 @@")
    yield "empty file filled, link retargeted", _commit(repo)
    (path / "empty").write_bytes(b"")
    (path / "empty2").unlink()
    _link(path / "kind", b"content")
    _link(path / "run", b"one\ntwo\nrun")
    (path / "link2").unlink()
    (path / "link2").write_bytes(b"kind")
    yield "files and symlinks swap", _commit(repo)
    for name in ("kind", "run", "module"):
        (path / name).unlink()
    (path / "kind").write_bytes(b"one\ntwo\nkind")
    (path / "run").write_bytes(b"")
    repo.git("add", "--all")
    for name in ("module", "link2"):
        (path / name).unlink(missing_ok=True)
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{link},{name}")
    (path / "module").mkdir()
    yield "submodules, and back from symlinks", repo.commit()
    repo.git("update-index", "--cacheinfo", f"160000,{other},module")
    yield "submodule moves", repo.commit()
    (path / "module").rmdir()
    (path / "link2").write_bytes(b"")
    yield "submodules out", _commit(repo)


def _link(path: Path, target: bytes) -> None:
    path.unlink()
    os.symlink(target, os.fsencode(path))


def _shapes(repo: Repo) -> Iterator[tuple[str, str]]:
    path = repo.path
    (path / "content").unlink()
    write_raw(path, b"content/below", b"one\n")
    for name in ("a", "b"):
        (path / "folder" / name).unlink()
    (path / "folder").rmdir()
    (path / "folder").write_bytes(b"a file now\n")
    yield "file becomes folder, folder becomes file", _commit(repo)
    (path / "content" / "below").unlink()
    (path / "content").rmdir()
    (path / "content").write_bytes(b"".join(b"%d\n" % n for n in range(60)))
    (path / "folder").unlink()
    os.symlink("content", path / "folder")
    yield "folder becomes file, file becomes symlink", _commit(repo)
    (path / "folder").unlink()
    write_raw(path, b"folder/a", b"a\n")
    (path / "content").rename(path / "renamed")
    (path / "with space").rename(path / "x")
    (path / "-dash").rename(path / "with space")
    (path / "x").rename(path / "-dash")
    with (path / "renamed").open("ab") as file:
        file.write(b"and edited\n")
    yield "symlink becomes folder, renames", _commit(repo)
    yield "nothing", repo.commit()
    repo.git("rm", "--quiet", "-r", "--force", ".")
    yield "everything out", repo.commit()


def _merges(repo: Repo) -> Iterator[tuple[str, str]]:
    lines = [b"%d\n" % n for n in range(30)]
    repo.write("m", b"".join(lines))
    repo.write(b"gone\n", b"".join(lines))
    repo.write("link", b"a file\n")
    base = repo.commit()

    def branch(name: str, *changes: tuple[bytes, bytes | None]) -> str:
        repo.git("checkout", "--quiet", "--force", "-B", name, base)
        for path, content in changes:
            if content is None:
                repo.git("rm", "--quiet", "--", path)
            else:
                repo.write(path, content)
        return repo.commit()

    def merge(name: str, *heads: str, also: bytes | None = None, of: str = "") -> str:
        if also is not None:
            repo.write("m", also)
        tree = of or repo.git("write-tree")
        flags = [word for head in heads for word in ("-p", head)]
        return repo.git("commit-tree", *flags, "-m", name, tree)

    top = b"".join([b"top\n", *lines[1:]])
    ours = branch("ours", (b"m", top))
    theirs = branch("theirs", (b"m", b"".join([*lines[:-1], b"end\n"])))
    clash = branch("clash", (b"m", b"clash\n" + b"".join(lines[1:])), (b"gone\n", None))
    keeps = branch("keeps", (b"gone\n", b"kept\n" + b"".join(lines)), (b"o\xff", b"o\n"))
    both = b"top\n" + b"".join(lines[1:-1]) + b"end\n"
    repo.git("checkout", "--quiet", "--force", ours)
    clean = merge("clean", ours, theirs, also=both)
    yield "merge, clean", clean
    yield "merge, evil", merge("evil", ours, theirs, also=both + b"evil\n")
    yield "merge, ours", merge("ours", ours, theirs, of=f"{ours}^{{tree}}")
    resolved = top + b"resolved\n"
    yield "merge, conflict resolved", merge("resolved", ours, clash, also=resolved)
    yield "merge, deleted against changed", merge("gone", keeps, clash)
    yield "merge, other way round", merge("gone", clash, keeps)
    yield "merge, octopus", merge("octopus", ours, theirs, keeps, also=both)
    alone = repo.git("commit-tree", "-m", "alone", f"{keeps}^{{tree}}")
    yield "merge, unrelated", merge("unrelated", ours, alone)
    raw = repo.raw(clean).replace(theirs.encode(), ours.encode())
    tree = repo.git("rev-parse", f"{ours}^{{tree}}").encode()
    raw = b"tree " + tree + raw[raw.index(b"\n") :]
    yield "merge, of the same", repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw)
    yield "merge, with its ancestor", merge("ancestor", ours, base)
    cross = merge("cross", theirs, ours, also=both)
    yield "merge, criss-cross", merge("again", clean, cross, also=both + b"x\n")
    repo.git("checkout", "--quiet", "--force", "--detach", base)
    yield from _kept_sides(repo, merge)


def _kept_sides(repo: Repo, merge: Callable[..., str]) -> Iterator[tuple[str, str]]:
    """Merges that keep what git left of conflicts, at paths of every kind."""
    for path in PATHS:
        write_raw(repo.path, b"deep/er/" + path, b"base\n")
        write_raw(repo.path, b"both/" + path, BINARY)
    start = _commit(repo)
    sides = []
    for name, end in (("one", b"1"), ("two", b"2")):
        repo.git("checkout", "--quiet", "--force", "-B", name, start)
        for path in PATHS:
            write_raw(repo.path, b"both/" + path, BINARY + end)
            write_raw(repo.path, b"deep/er/" + path, b"changed\n")
            write_raw(repo.path, b"added/" + path, BINARY + end)
        if name == "two":
            repo.git("rm", "--quiet", "-r", "--force", "--cached", "deep")
            repo.git("add", "both", "added")
        else:
            repo.git("add", "--all")
        sides.append(repo.commit())
        repo.git("reset", "--quiet", "--hard")
        repo.git("clean", "--quiet", "-d", "--force")
    one, two = sides
    for name, first, second in (("kept", one, two), ("kept, the other way round", two, one)):
        for kept in sides:
            tree = f"{kept}^{{tree}}"
            which = "first" if kept == first else "second"
            yield f"merge, {name}, {which}", merge(name, first, second, of=tree)
