"""Clones that others made or named, among the many of an audit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support import audits
from support.repo import Repo

STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
EVIL = "\x1b[31mred\u202e##[error]<script>alert(1)</script>"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Repo:
    """An honest clone: every row beside it must stay as it is."""
    return audits.attested_history(Repo.create(tmp_path_factory.mktemp("honest"), "shop"), key, 2)


def rows(shop: Repo, tmp_path: Path, *paths: Path | str) -> tuple[int, str, list[str]]:
    """The exit code, the text and the faults of an audit of these clones and the honest one, of
    which it says the same as ever."""
    file, page = tmp_path / "records", tmp_path / "audit.html"
    listed = audits.write_list(tmp_path, *paths, shop.path)
    result = audits.run(shop, listed, "--records", file, "--html", page)
    ours = [one for one in audits.records(file) if one["path"] == str(shop.path)]
    assert audits.counts(ours)["attested"] == 1
    for output in (result.stdout, result.stderr, page.read_bytes()):
        assert not STEERS.search(output.decode("utf-8")), output
    assert "<script" not in page.read_text("utf-8")
    faults = [one["message"] for one in audits.records(file, "fault")]
    return result.returncode, result.stdout.decode(), faults


def test_honest_clones_have_no_fault(shop: Repo, tmp_path: Path) -> None:
    assert rows(shop, tmp_path)[::2] == (1, [])


def test_a_path_that_would_steer_a_terminal(shop: Repo, tmp_path: Path) -> None:
    missing = tmp_path / EVIL.replace("/", "")
    there = tmp_path / f"{EVIL.replace('/', '')}2"
    shutil.copytree(shop.path, there)
    code, text, faults = rows(shop, tmp_path, missing, there)
    assert code == 4
    assert [one.endswith("is not a directory") for one in faults] == [True]
    assert "red" in text


def test_a_path_with_a_line_break(shop: Repo, tmp_path: Path) -> None:
    """A list cannot name it, and a TOML file can."""
    folder = tmp_path / "two\nlines"
    shutil.copytree(shop.path, folder)
    org = tmp_path / "org.toml"
    org.write_text(f'[[project]]\nname = "x"\npath = "{folder.parent}/two\\nlines"\n', "utf-8")
    result = audits.run(shop, "--org", org)
    assert result.returncode == 4
    assert "has a line break in it" in result.stdout.decode()


def test_texts_of_commits_and_projects(shop: Repo, tmp_path: Path, key: Path) -> None:
    evil = audits.attested_history(Repo.create(tmp_path, "evil"), key, 1)
    head, _, _ = evil.raw().partition(b"\n\n")
    evil.rewrite(head + b"\n\n" + EVIL.encode() + b" subject \xff\n")
    _, text, _ = rows(shop, tmp_path, evil.path)
    assert "red" in text
    assert "##[" not in text


def test_one_clone_by_two_names_counts_once(shop: Repo, tmp_path: Path) -> None:
    link, tree = tmp_path / "link", tmp_path / "tree"
    link.symlink_to(shop.path)
    shop.git("worktree", "add", "--quiet", "--detach", str(tree), "main~1")
    try:
        file = tmp_path / "records"
        names = (link, shop.path, tree, shop.path / ".git")
        listed = audits.write_list(tmp_path, *names)
        result = audits.run(shop, listed, "--records", file)
    finally:
        shop.git("worktree", "remove", "--force", str(tree))
    assert result.returncode == 4
    assert audits.counts(audits.records(file))["units"] == 3
    faults = [one["message"] for one in audits.records(file, "fault")]
    first = f"the same clone as {listed}:2"
    assert faults == [f"{listed}:{line}: {first}" for line in (3, 4, 5)]


def test_a_work_tree_is_a_clone(shop: Repo, tmp_path: Path) -> None:
    """By itself; its HEAD is what is judged where the clone knows no remote."""
    tree, file = tmp_path / "tree", tmp_path / "records"
    shop.git("worktree", "add", "--quiet", "--detach", str(tree), "main~1")
    try:
        audits.run(shop, audits.write_list(tmp_path, tree), "--records", file)
    finally:
        shop.git("worktree", "remove", "--force", str(tree))
    assert audits.counts(audits.records(file))["units"] == 2


def test_a_bare_clone_is_judged_as_any(shop: Repo, tmp_path: Path) -> None:
    bare, file = tmp_path / "bare.git", tmp_path / "records"
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(bare))
    audits.run(shop, audits.write_list(tmp_path, bare), "--records", file)
    whole = tmp_path / "whole"
    audits.run(shop, audits.write_list(tmp_path, shop.path), "--records", whole)
    assert audits.counts(audits.records(file)) == audits.counts(audits.records(whole))


def test_a_clone_without_its_history_is_an_error(shop: Repo, tmp_path: Path) -> None:
    shallow, empty = tmp_path / "shallow", Repo.create(tmp_path, "empty")
    shop.git("clone", "--quiet", "--depth=1", f"file://{shop.path}", str(shallow))
    code, _, faults = rows(shop, tmp_path, shallow, empty.path)
    assert code == 4
    assert "shallow" in faults[0] or "missing" in faults[0], faults
    assert faults[1] == "the clone has no commit"


def test_a_folder_inside_of_a_clone_is_not_taken_for_it(shop: Repo, tmp_path: Path) -> None:
    (shop.path / "below").mkdir(exist_ok=True)
    code, _, faults = rows(shop, tmp_path, shop.path / "below", shop.path / ".git" / "objects")
    assert code == 4
    assert ["is only a part of the clone" in one for one in faults] == [True, True]


def test_a_damaged_object_and_wrong_rules_are_rows(shop: Repo, tmp_path: Path) -> None:
    damaged, wrong = tmp_path / "damaged", Repo.create(tmp_path, "wrong")
    shutil.copytree(shop.path, damaged)
    oid = shop.git("rev-parse", "main~1^{tree}")
    shutil.rmtree(damaged / ".git" / "objects" / oid[:2])
    wrong.write(".attest.toml", "version = 2\n")
    wrong.commit()
    code, _, faults = rows(shop, tmp_path, damaged, wrong.path)
    assert code == 4
    assert len(faults) == 2
    assert any(".attest.toml:1: version" in one for one in faults)


def test_variables_of_git_lead_to_no_other_clone(shop: Repo, tmp_path: Path) -> None:
    other = Repo.create(tmp_path, "other")
    other.write("x", "x\n")
    other.commit()
    git_dir = str(shop.path / ".git")
    file = tmp_path / "records"
    env = {"GIT_DIR": git_dir, "GIT_WORK_TREE": str(shop.path), "GIT_OBJECT_DIRECTORY": git_dir}
    audits.run_workers(shop, audits.write_list(tmp_path, other.path), "--records", file, env=env)
    assert audits.counts(audits.records(file)) == {"units": 1, "unjudged": 1, "unattested": 1}


def test_a_shard_that_ends_every_worker_stops_nothing_else(shop: Repo, tmp_path: Path) -> None:
    evil = Repo.create(tmp_path, "evil")
    evil.write("x", "x\n")
    tip = evil.commit()
    env = audits.deadly_git(tmp_path / "bin", over=tip)
    file = tmp_path / "records"
    listed = audits.write_list(tmp_path, evil.path, shop.path)
    result = audits.run_workers(shop, listed, "--records", file, env=env)
    assert result.returncode == 4
    (fault,) = audits.records(file, "fault")
    assert fault["path"] == str(evil.path)
    assert "ended 3 times: signal 9" in fault["message"]
    assert "ended 3 times: signal 9" in result.stdout.decode()
    assert audits.counts(audits.records(file))["attested"] == 1
    again = audits.run(shop, listed, "--records", file)
    assert again.returncode == 1, "the fault is tried again"
    assert len(audits.records(file)) == 2


@pytest.mark.parametrize("is_false", [False, True])
def test_an_old_date_at_the_tip_hides_nothing(
    shop: Repo, key: Path, tmp_path: Path, is_false: bool
) -> None:
    """Commits are twenty days apart, from 2026-01-01 on."""
    evil = audits.attested_history(Repo.create(tmp_path, "evil"), key, 4)
    at = "2001-01-01T00:00:00Z" if is_false else "2026-03-20T00:00:00Z"
    evil.env |= {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    evil.write("more.py", "x = 1\n")
    evil.commit("More", "--no-verify")
    file = tmp_path / "records"
    listed = audits.write_list(tmp_path, evil.path)
    result = audits.run(shop, listed, "--records", file, "--since", "2026-02-01")
    assert result.returncode == 1
    assert audits.counts(audits.records(file))["units"] == 3


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs another user's clone")
def test_a_clone_of_somebody_else_is_refused(shop: Repo, tmp_path: Path) -> None:
    """As git does (safe.directory): its configuration could start programs."""
    theirs = tmp_path / "theirs"
    shutil.copytree(shop.path, theirs)
    subprocess.run(["chown", "-R", "12345", str(theirs)], check=True)
    code, _, faults = rows(shop, tmp_path, theirs)
    assert code == 4
    assert "dubious ownership" in faults[0]
