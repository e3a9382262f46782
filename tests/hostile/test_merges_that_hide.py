"""Merges that decide something which no hunk of theirs shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.repo import Repo


@pytest.fixture
def sides(repo: Repo) -> Repo:
    """`main` fixes `auth.py`; `pr` has an attested commit and the old `auth.py`."""
    repo.write("auth.py", "return True\n")
    repo.write("gone.py", "old\n" * 20)
    repo.attested("start")
    repo.git("branch", "pr")
    repo.write("auth.py", "return check(user)\n")
    repo.git("rm", "-q", "gone.py")
    repo.attested("fix")
    repo.git("checkout", "-q", "pr")
    repo.write("b.py", "honest\n")
    repo.attested("honest")
    return repo


def merge(repo: Repo, tree: str, *parents: str) -> str:
    options = [word for parent in parents for word in ("-p", parent)]
    return repo.git("commit-tree", tree, *options, "-m", "Merge")


def outcomes(repo: Repo, expected: str) -> list[tuple[str, list[str]]]:
    return [
        (c["verdict"], sorted({f["code"] for f in c["findings"] if f["severity"] == "error"}))
        for c in repo.report(expected)["commits"]
    ]


LOST = ("failed", ["hunk-not-covered"])


def test_an_octopus_that_drops_the_base(sides: Repo) -> None:
    repo = sides
    stolen = repo.git("rev-parse", "pr^{tree}")
    raw = repo.raw(merge(repo, stolen, "pr", "main"))
    base = repo.git("rev-parse", "main")
    line = b"parent " + base.encode() + b"\n"
    twice = repo.rewrite(raw.replace(line, line + line))
    assert outcomes(repo, f"main..{twice}")[-1] == LOST
    assert repo.attest("check", f"main..{twice}").returncode == 1


def test_an_octopus_as_git_makes_it(sides: Repo) -> None:
    repo = sides
    for name in ("one", "two"):
        repo.git("checkout", "-q", "-b", name, "main")
        repo.write(f"{name}.py", "x\n")
        repo.attested(name)
    repo.git("checkout", "-q", "-b", "three", "main")
    repo.write("three.py", "x\n")
    repo.attested("three")
    repo.git("merge", "-q", "one", "two")
    assert repo.git("rev-list", "--parents", "-1", "HEAD").count(" ") == 3
    assert outcomes(repo, "HEAD") == [("failed", ["unattested"])], "nothing is hidden"


def test_unrelated_histories_that_empty_the_tree(sides: Repo) -> None:
    repo = sides
    empty = repo.git("hash-object", "-t", "tree", "-w", "--stdin")
    root = merge(repo, empty)
    wiped = merge(repo, empty, root, "main")
    assert outcomes(repo, f"main..{wiped}")[-1] == LOST
    kept = merge(repo, repo.git("rev-parse", "main^{tree}"), root, "main")
    codes = outcomes(repo, kept)[0][1]
    assert "hunk-not-covered" not in codes


def test_a_conflict_left_as_git_left_it(sides: Repo) -> None:
    """A file that the base deleted comes back because the other side touched it."""
    repo = sides
    repo.write("gone.py", "old\n" * 20 + "# typo\n")
    repo.attested("touch")
    result = repo.run("git", "merge-tree", "--write-tree", "main", "pr")
    assert result.returncode == 1
    tree = result.stdout.split(b"\n")[0].decode()
    back = merge(repo, tree, "main", "pr")
    assert outcomes(repo, back) == [("failed", ["unattested"])], "a hunk shows what is kept"
    listed = repo.git("ls-tree", "-r", tree).splitlines()
    without = "\n".join(row for row in listed if not row.endswith("\tgone.py")) + "\n"
    decided = merge(repo, repo.git("mktree", stdin=without.encode()), "main", "pr")
    assert outcomes(repo, decided) == [("failed", ["unattested"])], "a hunk shows it now"


EXAMPLE = "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"


@pytest.mark.parametrize("example", ["", EXAMPLE])
@pytest.mark.parametrize("names", [("main", "pr"), ("ours", "theirs")])
@pytest.mark.parametrize("resolved", [1, 2])
def test_a_conflict_that_is_left_beside_one_that_is_resolved(
    sides: Repo, resolved: int, names: tuple[str, str], example: str
) -> None:
    """Whatever the sides are called in git's marks; an example that both sides have is text."""
    repo = sides
    lines = [*(f"line {n}\n" for n in range(10)), example, *(f"line {n}\n" for n in range(10))]
    for branch, word in (("main", "ours"), ("pr", "theirs")):
        repo.git("checkout", "-q", branch)
        repo.write("both.py", "".join([f"{word}\n", *lines, f"{word}\n"]))
        repo.attested(word)
    for branch, name in zip(("main", "pr"), names, strict=True):
        if name != branch:
            repo.git("branch", name, branch)
    tree = repo.run("git", "merge-tree", "--write-tree", *names).stdout.split(b"\n")[0]
    text = repo.git("show", f"{tree.decode()}:both.py") + "\n"
    begin, end = text.index("<<<<<<<"), text.index("line 0")
    for _ in range(resolved):
        text = text[:begin] + "both\n" + text[end:]
        begin, end = text.rfind("<<<<<<<"), len(text)
    oid = repo.git("hash-object", "-w", "--stdin", stdin=text.encode())
    repo.git("read-tree", tree.decode())
    repo.git("update-index", "--cacheinfo", f"100644,{oid},both.py")
    made = merge(repo, repo.git("write-tree"), "main", "pr")
    codes = [("failed", ["hunk-not-covered", "unattested"]), ("failed", ["unattested"])]
    assert outcomes(repo, made) == [codes[resolved - 1]]


def test_a_forged_commit_graph_hides_no_commit(repo: Repo) -> None:
    repo.git("branch", "base")
    repo.write("a.py", "evil\n")
    evil = repo.commit("evil")
    repo.write("b.py", "honest\n")
    repo.attested("honest")
    assert [o for o, _ in outcomes(repo, "base..HEAD")] == ["failed", "attested"]
    repo.git("commit-graph", "write", "--reachable")
    graph = repo.path / ".git/objects/info/commit-graph"
    data = bytearray(graph.read_bytes())
    oids = sorted(repo.git("rev-list", "HEAD").split())
    place = data.index(b"CDAT")
    start = int.from_bytes(data[place + 4 : place + 12], "big")
    row = start + oids.index(repo.head) * 36 + 20
    assert int.from_bytes(data[row : row + 4], "big") == oids.index(evil)
    base = repo.git("rev-parse", "base")
    data[row : row + 4] = oids.index(base).to_bytes(4, "big")
    graph.chmod(0o644)
    graph.write_bytes(bytes(data))
    assert repo.git("rev-list", "--topo-order", repo.head, f"^{base}") == repo.head, (
        "git believes the file"
    )
    assert [o for o, _ in outcomes(repo, "base..HEAD")] == ["failed", "attested"]


@pytest.mark.parametrize("blank", ["\u200b", "\u00a0", "\u2060", "\u3164", "\u2800", "\u0301"])
def test_an_answer_that_shows_nothing_is_none(repo: Repo, blank: str, tmp_path: Path) -> None:
    repo.write("a.py", "line 1\n")
    data = repo.template()["hunk"]
    tables = "".join(
        f'[[hunk]]\ndigest = "{h["digest"]}"\ninvariant = "{blank}"\nbreaks = "{blank}"\n'
        for h in data
    )
    result = repo.attest("answer", "--answers", "-", stdin=tables.encode())
    assert result.returncode == 1, result.stderr
    assert b"not answered yet" in result.stderr
