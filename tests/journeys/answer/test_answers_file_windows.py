"""Files of answers as Windows makes them: UTF-16, code pages; and `--output`, which writes
them without a shell. What PowerShell 5.1 does to a pipe is done here by Python's codecs."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from attest.cli import answering
from support.repo import Repo
from support.terminal import reply, stage
from support.words import invariant, removal


def fill(data: dict[str, Any], mark: str = "") -> str:
    for number, hunk in enumerate(data["hunk"], 1):
        hunk["invariant"] = f"{invariant(number)}{mark}"
        hunk["breaks"] = f"{removal(number)}{mark}"
    return tomli_w.dumps(data)


@pytest.mark.parametrize("way", ["file", "stdin"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_answers_in_an_encoding_of_windows_are_signed(repo: Repo, encoding: str, way: str) -> None:
    stage(repo, 2)
    data = fill(repo.template(), " – für 長さ").encode(encoding)
    file = repo.home / "answers.toml"
    file.write_bytes(data)
    result = repo.attest("answer", "--answers", str(file) if way == "file" else "-", stdin=data)
    assert result.returncode == 0, result.stderr.decode()
    repo.commit()
    assert reply(repo)[0].invariant == invariant(1) + " – für 長さ"


def test_a_file_that_is_not_unicode_is_refused_with_a_remedy_that_works(repo: Repo) -> None:
    stage(repo, 2)
    file = repo.home / "answers.toml"
    file.write_bytes(fill(repo.template(), " für").encode("latin-1"))
    result = repo.attest("answer", "--answers", str(file))
    assert result.returncode == 2
    words = result.stderr.decode()
    assert "answers.toml is not text in UTF-8: byte 0xfc in line" in words
    remedy = words.partition("attest answer --template --output FILE")
    assert remedy[1]
    again = repo.home / "again.toml"
    assert repo.attest("answer", "--template", "--output", str(again)).returncode == 0
    again.write_bytes(fill(tomllib.loads(again.read_text("utf-8")), " für").encode())
    assert repo.attest("answer", "--answers", str(again)).returncode == 0


def test_an_editor_that_saves_another_encoding_loses_no_answer(repo: Repo) -> None:
    stage(repo, 2)
    script = repo.home / "editor.sh"
    script.write_text(
        "#!/bin/sh\nsed -i 's/^invariant:$/invariant: für alle Zeilen/' "
        '"$1"\niconv -f utf-8 -t latin1 "$1" > "$1.new" && mv "$1.new" "$1"\n'
    )
    script.chmod(0o755)
    result = repo.attest("answer", "--editor", GIT_EDITOR=shlex.quote(str(script)))
    assert result.returncode == 2, result.stderr.decode()
    buffer = repo.path / ".git" / "attest" / "ANSWERS"
    assert f"{buffer} is not text in UTF-8: byte 0xfc in line" in result.stderr.decode()
    assert "für alle Zeilen".encode("latin-1") in buffer.read_bytes()
    assert not any((repo.path / ".git" / "attest").glob("answers/*"))


def test_what_powershell_makes_of_a_redirected_template_loses_no_kept_answer(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows PowerShell 5.1 decodes what it redirects by the OEM code page."""
    monkeypatch.setattr(answering, "_BY_CODE_PAGE", True)
    stage(repo, 2)
    repo.write("b.py", "größe = '長さ'\n")
    repo.ok("answer", "--answers", "-", stdin=fill(repo.template(), " für 長さ 👩").encode())
    repo.write("c.py", "x = 1\n")
    redirected = repo.ok("answer", "--template").encode().decode("cp437").encode("utf-16")
    data = tomllib.loads(redirected.decode("utf-16"))
    assert [hunk["invariant"] for hunk in data["hunk"]].count("") == 1
    for hunk in data["hunk"]:
        hunk["invariant"] = hunk["invariant"] or invariant(9)
        hunk["breaks"] = hunk["breaks"] or removal(9)
    file = repo.home / "answers.toml"
    file.write_bytes(tomli_w.dumps(data).encode("utf-16"))
    repo.ok("answer", "--answers", str(file))
    repo.commit()
    texts = {hunk.invariant for hunk in reply(repo)}
    assert texts == {f"{invariant(n)} für 長さ 👩" for n in (1, 2)} | {invariant(9)}


def output(repo: Repo, file: Path | str, code: int = 0) -> str:
    result = repo.attest("answer", "--template", "--output", str(file))
    assert result.returncode == code, result.stderr.decode()
    assert result.stdout == b""
    return result.stderr.decode()


def test_output_writes_utf_8_and_says_what_to_do_with_it(repo: Repo) -> None:
    repo.write("b.py", "größe = '長さ'\n")
    file = repo.home / "my answers.toml"
    assert f"attest answer --answers {shlex.quote(str(file))}" in output(repo, file)
    assert file.read_bytes() == repo.ok("answer", "--template").encode()
    assert "größe" in file.read_text("utf-8")


def test_output_replaces_a_template_without_answers(repo: Repo) -> None:
    stage(repo, 2)
    file = repo.home / "answers.toml"
    output(repo, file)
    stage(repo, 12)
    output(repo, file)
    assert tomllib.loads(file.read_text())["hunk"][0]["text"].startswith("-line 12\n")


@pytest.mark.parametrize("label", ["invariant", "breaks", "unsure"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_output_never_replaces_answers(repo: Repo, label: str, encoding: str) -> None:
    stage(repo, 2)
    file = repo.home / "answers.toml"
    output(repo, file)
    data = tomllib.loads(file.read_text())
    data["hunk"][0][label] = "precious"
    before = tomli_w.dumps(data).encode(encoding)
    file.write_bytes(before)
    words = output(repo, file, 2)
    assert "already contains answers; it was not overwritten" in words
    assert f"--answers {file}" in words
    assert file.read_bytes() == before


def test_output_replaces_a_file_whose_answers_are_all_kept(repo: Repo) -> None:
    stage(repo, 2)
    file = repo.home / "answers.toml"
    output(repo, file)
    file.write_text(fill(tomllib.loads(file.read_text())))
    repo.ok("answer", "--answers", str(file))
    stage(repo, 2, 12)
    output(repo, file)
    answers = [hunk["invariant"] for hunk in tomllib.loads(file.read_text())["hunk"]]
    assert answers == [invariant(1), ""]


@pytest.mark.parametrize("content", [b"my notes\n", b"[project]\nname = 'x'\n", b"\xff\x00\x01"])
def test_output_never_replaces_a_file_that_is_no_template(repo: Repo, content: bytes) -> None:
    stage(repo, 2)
    file = repo.home / "notes.txt"
    file.write_bytes(content)
    assert "exists already" in output(repo, file, 2)
    assert file.read_bytes() == content


def test_output_to_a_place_that_cannot_be_names_it(repo: Repo) -> None:
    stage(repo, 2)
    assert "is in a directory that does not exist" in output(repo, "missing/a.toml", 2)
    assert f"{repo.home} is a directory" in output(repo, repo.home, 2)


def test_output_follows_a_symbolic_link(repo: Repo) -> None:
    stage(repo, 2)
    target, link = repo.home / "target.toml", repo.home / "link.toml"
    link.symlink_to(target)
    output(repo, link)
    assert link.is_symlink()
    assert b"[[hunk]]" in target.read_bytes()


def test_output_to_a_dash_is_standard_output(repo: Repo) -> None:
    stage(repo, 2)
    assert repo.ok("answer", "--template", "--output", "-") == repo.ok("answer", "--template")


def test_output_without_a_template_is_refused(repo: Repo) -> None:
    stage(repo, 2)
    result = repo.attest("answer", "--output", "answers.toml")
    assert result.returncode == 2
    assert b"--output requires --template" in result.stderr
    assert not (repo.path / "answers.toml").exists()
