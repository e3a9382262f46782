"""Many clones: what `attest audit` counts, in whichever shards and workers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import audits, forge, units
from support.repo import Repo

ENGINES = ["local", pytest.param("dask", marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory, key: Path) -> tuple[Repo, Repo, Path]:
    """An attested clone, one without a policy, and a list of both."""
    folder = tmp_path_factory.mktemp("clones")
    shop = audits.attested_history(Repo.create(folder, "shop"), key)
    plain = Repo.create(folder, "plain")
    for name in "ab":
        plain.write(name, "x\n")
        plain.commit(f"Add {name}")
    return shop, plain, audits.write_list(folder, shop.path, plain.path)


def test_an_audit_counts_what_a_check_counts(
    clones: tuple[Repo, Repo, Path], tmp_path: Path
) -> None:
    shop, plain, _ = clones
    shop.git("branch", "-f", "stable", "main~1")
    file, org = tmp_path / "records", tmp_path / "org.toml"
    org.write_text(
        f"[[project]]\nname = 'shop'\npath = '{shop.path}'\nbranch = 'stable'\n"
        f"base = 'main~5'\n[[project]]\nname = 'plain'\npath = '{plain.path}'\n",
        "utf-8",
    )
    result = audits.run_workers(shop, "--org", org, "--records", file)
    assert (result.returncode, result.stderr) == (1, b"")
    ours = [one for one in audits.records(file) if one["project"] == "shop"]
    expected = audits.checked(shop, "main~5..stable")
    assert audits.counts(ours) == expected
    assert expected["unsure"] == 1
    assert ours[0]["rules"] == shop.git("rev-parse", "main~5")
    others = [one for one in audits.records(file) if one["project"] == "plain"]
    assert audits.counts(others) == {"units": 2, "unjudged": 2, "unattested": 2}
    text = result.stdout.decode()
    assert text.startswith("failed        shop (stable)\n")
    assert "no policy     plain (main)\n" in text


def test_without_a_base_everything_is_judged_by_the_rules_of_the_tip(
    clones: tuple[Repo, Repo, Path], tmp_path: Path
) -> None:
    shop, plain, listed = clones
    file, page = tmp_path / "records", tmp_path / "audit.html"
    assert audits.run(shop, listed, "--records", file, "--html", page).returncode == 1
    ours = [one for one in audits.records(file) if one["path"] == str(shop.path)]
    counted = audits.counts(ours)
    assert (counted["units"], counted["attested"], counted["failed"]) == (6, 3, 3)
    assert ours[0]["rules"] == shop.head
    written = page.read_text("utf-8")
    assert str(plain.path) in written
    assert "3 of 6 required attestations are there (50 %)" in written


def test_every_size_of_a_shard_gives_the_same_sum(
    clones: tuple[Repo, Repo, Path], tmp_path: Path
) -> None:
    """Of six commits, and of two in the other clone."""
    shop, _, listed = clones
    sums = []
    for size in (1, 2, 4, 100):
        file = tmp_path / f"records-{size}"
        audits.run(shop, listed, "--records", file, "--shard", str(size))
        sums.append((audits.counts(audits.records(file)), len(audits.records(file))))
    assert [one for one, _ in sums] == [sums[0][0]] * 4
    assert [number for _, number in sums] == [8, 4, 3, 2]


def test_only_what_landed_since_a_day_is_judged(
    clones: tuple[Repo, Repo, Path], tmp_path: Path
) -> None:
    """Commits are twenty days apart, from 2026-01-01 on."""
    shop, _, listed = clones
    file = tmp_path / "records"
    audits.run(shop, listed, "--records", file, "--since", "2026-02-10")
    (record,) = audits.records(file)
    months = {month: one["units"] for month, one in record["months"].items()}
    assert months == {"2026-02": 1, "2026-03": 2}
    assert record["below"] == [shop.git("rev-parse", "main~3")]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_worker_that_is_killed_loses_nothing_and_counts_nothing_twice(
    clones: tuple[Repo, Repo, Path], tmp_path: Path, engine: str
) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    shop, _, listed = clones
    whole, file = tmp_path / "whole", tmp_path / "records"
    audits.run(shop, listed, "--records", whole, "--shard", "2")
    deadly = audits.deadly_git(tmp_path / "bin")
    words = (listed, "--records", file, "--shard", "2", "--jobs", "2", "--engine", engine)
    result = audits.run_workers(shop, *words, env=deadly)
    assert (tmp_path / "bin" / "dead").is_dir(), "no worker was killed"
    assert result.returncode == 1, result.stderr
    assert audits.records(file, "fault") == []
    keys = [one["key"] for one in audits.records(file)]
    assert sorted(keys) == sorted(one["key"] for one in audits.records(whole))
    assert audits.counts(audits.records(file)) == audits.counts(audits.records(whole))


@pytest.mark.long
def test_a_running_scheduler_loses_a_worker_and_nothing_else(
    clones: tuple[Repo, Repo, Path], tmp_path: Path
) -> None:
    pytest.importorskip("distributed")
    shop, _, listed = clones
    whole, file = tmp_path / "whole", tmp_path / "records"
    audits.run(shop, listed, "--records", whole, "--shard", "2")
    env = shop.env | audits.deadly_git(tmp_path / "bin")
    with audits.dask_scheduler(tmp_path / "dask", 2, env) as address:
        words = ("--shard", "2", "--engine", "dask", "--scheduler", address)
        result = audits.run(shop, listed, "--records", file, *words)
    assert (tmp_path / "bin" / "dead").is_dir(), "no worker was killed"
    assert result.returncode == 1, result.stderr
    assert audits.records(file, "fault") == []
    keys = [one["key"] for one in audits.records(file)]
    assert sorted(keys) == sorted(one["key"] for one in audits.records(whole))
    assert audits.counts(audits.records(file)) == audits.counts(audits.records(whole))


def test_an_audit_that_was_stopped_goes_on(clones: tuple[Repo, Repo, Path], tmp_path: Path) -> None:
    """Its last line is half written, and only what is missing is judged."""
    shop, _, listed = clones
    file = tmp_path / "records"
    words = (listed, "--records", file, "--shard", "2")
    first = audits.run(shop, *words)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:2]) + lines[2][:50])
    second = audits.run(shop, *words)
    assert (second.returncode, second.stdout) == (first.returncode, first.stdout)
    assert file.read_bytes().startswith(b"".join(lines[:2]))
    now = [json.loads(line)["key"] for line in file.read_bytes().splitlines()]
    assert sorted(now) == sorted(json.loads(line)["key"] for line in lines)
    size = file.stat().st_size
    third = audits.run(shop, *words)
    assert (third.stdout, file.stat().st_size) == (first.stdout, size)


def test_other_options_judge_again(clones: tuple[Repo, Repo, Path], tmp_path: Path) -> None:
    shop, _, listed = clones
    file = tmp_path / "records"
    audits.run(shop, listed, "--records", file)
    audits.run(shop, listed, "--records", file, "--no-answers")
    assert len(audits.records(file)) == 4


def test_units_of_pull_requests_are_not_divided(repo: Repo, key: Path, tmp_path: Path) -> None:
    """Two branches that were rebased, each with one block, and a merge."""
    units.begin(repo, key)
    base = repo.git("rev-parse", "main")
    for names in (("b1", "b2", "b3"), ("c1", "c2")):
        before = repo.head
        units.commits(repo, *names)
        change = units.difference(repo, before, "HEAD")
        block = units.block(repo, change, count=len(names))
        forge.attach(repo, forge.signed(block, key))
    units.commits(repo, "d1")
    repo.git("branch", "-f", "main", "topic")
    listed = audits.write_list(tmp_path, repo.path)
    whole = audits.checked(repo, "--landed", "--base", "main", f"{base}..main")
    assert whole["attested"] == 2
    expected = {"1": 5, "2": 4, "3": 3, "100": 2}
    for size, number in expected.items():
        file = tmp_path / f"records-{size}"
        audits.run(repo, listed, "--landed", "--records", file, "--shard", size)
        shards = audits.records(file)
        assert len(shards) == number, size
        # The root and the commit of the rules have no block.
        more = {"units": 2, "failed": 2, "unattested": 2}
        counted = audits.counts(shards)
        for name in ("units", "attested", "failed", "unattested"):
            assert counted[name] == whole.get(name, 0) + more.get(name, 0), (size, name)


def test_landed_refuses_what_is_judged_by_commits(
    clones: tuple[Repo, Repo, Path],
) -> None:
    shop, _, listed = clones
    result = audits.run(shop, listed, "--landed")
    assert result.returncode == 4
    assert "--landed is for projects" in result.stdout.decode()
    assert "no policy" in result.stdout.decode()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name one file"),
        (("LIST", "--org", "LIST"), "name one file"),
        (("LIST", "--since", "yesterday"), "is not a day"),
        (("LIST", "--scheduler", "tcp://127.0.0.1:1"), "--scheduler is Dask's"),
        (("nothing",), "nothing: No such file"),
    ],
)
def test_a_wrong_command_line_is_refused(
    clones: tuple[Repo, Repo, Path], words: tuple[str, ...], message: str
) -> None:
    shop, _, listed = clones
    result = audits.run(shop, *(str(listed) if word == "LIST" else word for word in words))
    assert result.returncode == 2
    assert message in result.stderr.decode()


def test_without_dask_the_command_to_install_it_is_named(
    clones: tuple[Repo, Repo, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    shop, _, listed = clones
    result = audits.run(shop, listed, "--engine", "dask")
    assert result.returncode == 4
    assert 'pip install "git-attest[audit]"' in result.stderr.decode()


def test_enforcement_begins_at_a_commit(repo: Repo, key: Path, tmp_path: Path) -> None:
    """Units that do not contain the commit of `enforce-from` are only reported."""
    first = repo.head
    audits.attested_history(repo, key, 2, policy=f'enforce-from = "{first}"\n')
    listed, file = audits.write_list(tmp_path, repo.path), tmp_path / "records"
    assert audits.run(repo, listed, "--records", file).returncode == 1
    assert "reported" not in audits.counts(audits.records(file))
    repo.save(".attest.toml", f'version = 1\nenforce-from = "{repo.head}"\n')
    repo.git("add", ".attest.toml")
    repo.commit("Enforce later", "--no-verify")
    file.unlink()
    result = audits.run(repo, listed, "--records", file)
    counted = audits.counts(audits.records(file))
    assert counted["reported"] == counted["failed"] - 1
    assert "only reported: " in result.stdout.decode()
