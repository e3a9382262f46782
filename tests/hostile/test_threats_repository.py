"""Attacks with the repository itself: history, merges, names, configuration."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from attest.git import patch
from support import forge, recipe
from support.forge import attach, attest, change_of, codes, honest, judge, run, signed
from support.repo import Repo


@pytest.fixture
def start(bare_repo: Repo) -> Repo:
    return forge.two_hunks(bare_repo)


def exit_code(repo: Repo, *args: str, cwd: Path | None = None) -> int:
    """The exit code of `attest check`."""
    return run(repo, "check", *args, cwd=cwd).returncode


def test_what_cannot_be_judged_is_no_pass(start: Repo, key: Path, tmp_path: Path) -> None:
    attest(start, key)
    assert exit_code(start, "HEAD~1..HEAD") == 0
    assert exit_code(start, "HEAD..HEAD") == 3, "an empty range"
    assert exit_code(start, "HEAD..HEAD~1") == 3, "a range the wrong way round"
    assert exit_code(start, "no-such-base..HEAD") == 3
    assert exit_code(start, "--base", "no-such-base") == 3
    assert exit_code(start, f"{'1' * 40}..HEAD") == 3
    assert exit_code(start, "HEAD~1..no-such-tip") == 3
    assert exit_code(start) == 3, "neither an upstream nor a remote"
    clone = tmp_path / "shallow"
    start.git("clone", "--quiet", "--depth=1", f"file://{start.path}", str(clone))
    assert exit_code(start, "HEAD", cwd=clone) == 3
    assert exit_code(start, "HEAD~1..HEAD", cwd=clone) == 3


def test_history_that_ends_within_the_range(start: Repo, key: Path, tmp_path: Path) -> None:
    for number in range(3):
        start.write("b.py", f"{number}\n")
        start.commit()
        attest(start, key)
    assert exit_code(start, "HEAD~3..HEAD") == 0
    clone = tmp_path / "shallow"
    start.git("clone", "--quiet", "--depth=3", f"file://{start.path}", str(clone))
    assert exit_code(start, "HEAD~2..HEAD", cwd=clone) == 0
    assert exit_code(start, "HEAD~3..HEAD", cwd=clone) == 3


@pytest.fixture
def sides(bare_repo: Repo) -> tuple[Repo, str, str]:
    """Two branches from one base that merge without a conflict."""
    repo = bare_repo
    repo.write("a.py", "".join(f"{n}\n" for n in range(30)))
    base = repo.commit()
    repo.write("a.py", "top\n" + "".join(f"{n}\n" for n in range(30)))
    ours = repo.commit()
    repo.git("checkout", "--quiet", "-b", "side", base)
    repo.write("a.py", "".join(f"{n}\n" for n in range(30)) + "end\n")
    theirs = repo.commit()
    repo.git("checkout", "--quiet", "main")
    return repo, ours, theirs


def test_a_clean_merge_needs_no_attestation(sides: tuple[Repo, str, str]) -> None:
    repo, _, theirs = sides
    repo.git("merge", "--quiet", "--no-edit", theirs)
    assert judge(repo).outcome == "not-needed"


def test_an_evil_merge_needs_one(sides: tuple[Repo, str, str], key: Path) -> None:
    repo, _, theirs = sides
    repo.git("merge", "--quiet", "--no-commit", theirs)
    repo.write("evil.py", "import os\n")
    repo.git("commit", "--quiet", "--no-edit")
    assert codes(repo) == ["unattested"]
    attest(repo, key)
    assert (codes(repo), judge(repo).level) == ([], "exact")


def test_a_merge_that_drops_the_other_side_needs_one(sides: tuple[Repo, str, str]) -> None:
    repo, ours, theirs = sides
    repo.git("merge", "--quiet", "--no-edit", "-s", "ours", theirs)
    assert repo.git("rev-parse", "HEAD^{tree}") == repo.git("rev-parse", f"{ours}^{{tree}}")
    assert codes(repo) == ["unattested"]


def test_a_parent_that_git_does_not_see_counts_for_nothing(start: Repo, key: Path) -> None:
    """A `parent` line below the author is none to git: rev-list never comes to
    it. Taken for one, it would make the change look like a clean merge."""
    start.write("evil.py", "import os\n")
    evil = start.commit()
    start.git("branch", "elsewhere")
    start.git("reset", "--quiet", "--hard", "HEAD~1")
    lines = start.raw(evil).split(b"\n")
    for at in (3, 4):
        crafted = [*lines[:at], b"parent " + evil.encode(), *lines[at:]]
        made = start.rewrite(b"\n".join(crafted))
        assert start.git("rev-list", "--parents", "-1", made).count(" ") == 1
        assert exit_code(start, made) in (1, 4), "judged by its real parents, or refused"
    start.git("update-ref", "HEAD", evil)
    attest(start, key)
    assert codes(start) == []


@pytest.mark.parametrize("by", ["replace", "grafts"])
def test_a_history_bent_by_replace_refs_or_grafts(start: Repo, key: Path, by: str) -> None:
    """`HEAD~2` is that of the objects: no commit slips out of the range."""
    for number in range(2):
        start.write("b.py", f"{number}\n")
        start.commit()
    attest(start, key)
    expected = ("check", "--format", "json", "HEAD~2..HEAD")
    plain = run(start, *expected)
    assert plain.returncode == 1
    tree = start.git("rev-parse", "HEAD~1^{tree}")
    between = start.git("commit-tree", "-p", "HEAD~1", "-m", "between", tree)
    if by == "replace":
        start.git("replace", "--graft", start.head, between)
    else:
        info = start.path / ".git" / "info"
        info.mkdir(exist_ok=True)
        (info / "grafts").write_text(f"{start.head} {between}\n")
    assert start.git("rev-parse", "HEAD~2") == start.git("rev-parse", f"{between}~1")
    assert run(start, *expected) == plain


def test_a_tampered_commit_hidden_by_a_replace_ref(start: Repo, key: Path) -> None:
    raw = start.raw()
    attest(start, key)
    good = start.head
    bad = start.rewrite(raw.replace(b"change", b"changed"))
    start.git("replace", bad, good)
    assert run(start, "check", "HEAD").stdout.count(b"unattested") == 1


@pytest.mark.parametrize("name", ["--output=pwned", "-O", "--not", "--all", "--stdin"])
def test_a_name_that_looks_like_an_option(start: Repo, key: Path, name: str) -> None:
    start.write(name, "a path\n")
    start.commit()
    attest(start, key)
    start.git("update-ref", f"refs/heads/{name}", "HEAD~1")
    assert exit_code(start, f"--base={name}") == 0
    assert exit_code(start, "--", name) == 1
    assert exit_code(start, "--", f"{name}..HEAD") == 0
    assert exit_code(start, "--", f"refs/heads/{name}..HEAD") == 0
    assert run(start, "show", "--", name).returncode == 0
    assert not (start.path / "pwned").exists()


@pytest.mark.parametrize("name", [".gitattributes", ".gitmodules"])
def test_a_change_that_hides_itself(start: Repo, key: Path, name: str) -> None:
    """Attributes and `.gitmodules` of the judged commit hide nothing of it."""
    content = {
        ".gitattributes": "* -diff -merge -text linguist-generated\n",
        ".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = x\n\tignore = all\n',
    }[name]
    start.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    start.write(name, content)
    start.write("b.py", "one\n")
    start.commit()
    attest(start, key)
    assert codes(start) == []
    message = start.message()
    start.git("reset", "--quiet", "--soft", "HEAD~1")
    start.git("update-index", "--cacheinfo", f"160000,{'2' * 40},m")
    start.write("b.py", "two\n")
    start.git("commit", "--quiet", "-m", message)
    result = judge(start).findings
    assert {f.path for f in result if f.code == "hunk-not-covered"} == {"m", "b.py"}


def test_where_lies(start: Repo, key: Path) -> None:
    attest(
        start,
        key,
        lambda b: replace(b, hunks=tuple(replace(h, place="README.md lies") for h in b.hunks)),
    )
    assert codes(start) == []
    shown = run(start, "show").stdout.decode()
    assert "a.py:4" in shown
    assert "a.py:31" in shown
    assert "lies" not in shown
    assert b"lies" not in run(start, "check", "HEAD").stdout


PROGRAMS = (
    *("core.fsmonitor", "core.pager", "core.editor", "core.askPass", "core.sshCommand"),
    *("core.gitProxy", "core.alternateRefsCommand", "credential.helper", "sequence.editor"),
    *("diff.external", "diff.evil.textconv", "diff.evil.command", "interactive.diffFilter"),
    *("merge.evil.driver", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process"),
    *("pager.log", "pager.rev-parse", "pager.diff-tree", "pager.config", "pager.rev-list"),
    *("gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand"),
    "uploadpack.packObjectsHook",
)
MARK = """#!/bin/sh
touch "$MARK"
"""


def test_nothing_of_the_repository_runs(start: Repo, key: Path, tmp_path: Path) -> None:
    """Every setting of a repository that names a program names one that leaves
    a mark; none does, for a commit that holds and for one that fails."""
    attest(start, key)
    mark, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(MARK.replace("$MARK", str(mark)))
    program.chmod(0o755)
    for setting in PROGRAMS:
        start.git("config", setting, str(program))
    for alias in ("rev-parse", "diff-tree", "cat-file", "merge-tree", "check"):
        start.git("config", f"alias.{alias}", f"!{program}")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in (
        "post-index-change",
        "reference-transaction",
        "post-checkout",
        "fsmonitor-watchman",
    ):
        (hooks / hook).write_text(program.read_text())
        (hooks / hook).chmod(0o755)
    start.git("config", "core.hooksPath", str(hooks))
    (start.path / ".gitattributes").write_text("* diff=evil merge=evil filter=evil\n")
    mark.unlink(missing_ok=True)
    assert exit_code(start, "HEAD") == 0
    assert exit_code(start, "HEAD~1..HEAD") == 0
    assert exit_code(start, "HEAD~1") == 1
    assert run(start, "show").returncode == 0
    assert not mark.exists()


@pytest.fixture
def promised(start: Repo, key: Path, tmp_path: Path) -> tuple[Repo, str, Path]:
    """A partial clone without its first commit, whose configuration names a
    program that would fetch it and leaves a mark."""
    attest(start, key)
    mark = tmp_path / "ran"
    missing = start.git("rev-parse", "HEAD~1")
    (start.path / ".git" / "objects" / missing[:2] / missing[2:]).unlink()
    start.git("config", "core.repositoryFormatVersion", "1")
    start.git("config", "extensions.partialClone", "origin")
    start.git("config", "remote.origin.promisor", "true")
    start.git("config", "remote.origin.url", str(tmp_path))
    start.git("config", "remote.origin.uploadPack", f"touch '{mark}';:")
    return start, missing, mark


def test_a_missing_object_is_never_fetched(promised: tuple[Repo, str, Path]) -> None:
    """An offline check starts nothing that fetches."""
    repo, missing, mark = promised
    for expected in ("HEAD", missing, f"{missing}..HEAD", "HEAD~1..HEAD"):
        assert exit_code(repo, expected) == 3
        assert not mark.exists(), expected


def test_the_recipe_fetches_nothing_either(promised: tuple[Repo, str, Path]) -> None:
    repo, missing, mark = promised
    for expected in ("HEAD", missing, "HEAD~1"):
        assert recipe.run(repo.path, expected, env=repo.env).returncode == 3
        assert not mark.exists(), expected


def test_a_change_too_large_fails_and_the_next_is_judged(
    start: Repo, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patch, "MAX_HUNKS", 10)
    start.write("a.py", "".join(f"line {n}{'!' * (n % 2)}\n" for n in range(60)))
    start.commit("large")
    start.write("b.py", "small\n")
    start.commit("small")
    attest(start, key)
    report = json.loads(run(start, "check", "HEAD~2..HEAD", "--format", "json").stdout)
    large, small = report["commits"]
    assert [f["code"] for f in large["findings"]] == ["limit-exceeded"]
    assert small["verdict"] == "attested"


def test_an_attestation_of_the_root(bare_repo: Repo, key: Path) -> None:
    bare_repo.write("a.py", "one\n")
    bare_repo.commit()
    assert codes(bare_repo) == ["unattested"]
    attest(bare_repo, key)
    assert codes(bare_repo) == []


def test_a_block_for_another_parent(start: Repo, key: Path) -> None:
    """The same tree on another parent is another change."""
    block = signed(honest(change_of(start)), key)
    tree = start.git("rev-parse", "HEAD^{tree}")
    start.git("update-ref", "HEAD", start.git("commit-tree", "-m", "root", tree))
    attach(start, block)
    assert "hunk-not-covered" in codes(start)
