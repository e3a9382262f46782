"""Files of the base that are not what they must be: an error that names them, exit
code 4; never a pass, and never other rules than the base's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support import forge, ruled
from support.repo import Repo


def judged(repo: Repo) -> tuple[int, str]:
    result = forge.run(repo, "check", ruled.RANGE)
    return result.returncode, result.stderr.decode()


@pytest.mark.parametrize(
    "path", [".attest.toml", ".attest/allowed_signers", ".attest/revoked", ".attest/keys/a.asc"]
)
def test_a_symbolic_link_is_followed_nowhere(repo: Repo, key: Path, path: str) -> None:
    elsewhere = repo.home / "elsewhere"
    elsewhere.write_text("version = 1\nmode = 'advisory'\n", "utf-8")
    full = repo.path / path
    full.parent.mkdir(parents=True, exist_ok=True)
    os.symlink(elsewhere, full)
    repo.git("add", path)
    repo.commit("link")
    repo.git("checkout", "-q", "-b", "topic")
    ruled.change(repo).commit("change")
    code, reply = judged(repo)
    assert (code, f"{path} must be a regular file" in reply) == (4, True), reply


@pytest.mark.parametrize(
    ("path", "content", "reply"),
    [
        (".attest.toml", b"version = 1\nlevle = 2\n", ":.attest.toml:2: levle: unknown key"),
        (".attest.toml", b"", ":.attest.toml:1: version: is missing"),
        (".attest.toml", b"version = 1\npaths = ['[z-a]']\n", ":.attest.toml:2: paths"),
        (".attest.toml", b"version = 1\n" + b"#" * (1 << 20), "bytes; 1048576 are allowed"),
        (".attest/allowed_signers", b"x\n", ":.attest/allowed_signers:1: "),
        (".attest/allowed_signers", b"\xff\n", ":.attest/allowed_signers is not UTF-8"),
        (".attest/allowed_signers", b"#" * (9 << 20), "bytes; 8388608 are allowed"),
        (".attest/revoked", b"x\n", ":.attest/revoked:1: "),
    ],
)
def test_a_mistake_in_the_base_ends_the_check(
    repo: Repo, key: Path, path: str, content: bytes, reply: str
) -> None:
    ruled.begin(repo, key, files={path: content})
    ruled.change(repo).commit("change")
    code, error = judged(repo)
    assert (code, reply in error) == (4, True), error


def test_openpgp_keys_that_are_none_end_the_check_that_needs_them(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, files={".attest/keys/a.asc": b"nonsense\n"})
    ruled.change(repo).attested("signed with SSH")
    assert judged(repo)[0] == 0
    repo.rewrite(
        repo.raw().replace(
            b"Attest-Key: ssh SHA256:", b"Attest-Key: openpgp " + b"A" * 40 + b"\nX: "
        )
    )
    assert judged(repo)[0] == 1


def test_a_linked_gitattributes_of_the_base_says_nothing(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, 'generated = "ignore"\n')
    repo.git("checkout", "-q", "main")
    repo.write("attributes", "* linguist-generated\n")
    os.symlink("attributes", repo.path / ".gitattributes")
    repo.git("add", ".gitattributes")
    repo.commit("link")
    repo.git("checkout", "-q", "-B", "topic")
    ruled.change(repo).commit("change")
    assert ruled.errors(repo) == ["unattested"]


@pytest.mark.parametrize("name", [b"b\xff.py", b"new\nline.py", b"-x.py", b"#x.py"])
def test_any_path_is_treated_as_itself(repo: Repo, key: Path, name: bytes) -> None:
    attributes = {".gitattributes": "*.txt linguist-generated\n"}
    ruled.begin(repo, key, 'ignore = ["*.txt"]\n', attributes)
    repo.write(name, "x\n")
    repo.commit("change")
    assert ruled.errors(repo) == ["unattested"]
    repo.git("reset", "-q", "--hard", "HEAD^")
    repo.write(name.replace(b".py", b".txt"), "x\n")
    repo.commit("change")
    assert ruled.outcomes(repo) == ["not-needed"]


def test_a_range_whose_base_has_no_common_history(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    repo.git("checkout", "-q", "--orphan", "other")
    ruled.change(repo).commit("unrelated")
    result = forge.run(repo, "check", "main..other")
    assert result.returncode == 1


def test_a_base_that_is_missing_in_the_clone(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key)).commit("change")
    assert forge.run(repo, "check", "--base", "0" * 39 + "1").returncode == 3
    assert forge.run(repo, "check", "--base", "nowhere", "HEAD").returncode == 3
