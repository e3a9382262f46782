"""docs/commands.md, the man page and the completions say what the command line does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import get_args

import pytest

from attest.cli.outputs import FormatName
from support.reference import files, manual, page, tree

ROOT = files.ROOT
GIT_COMPLETION = (
    "/usr/share/bash-completion/completions/git",
    "/usr/local/share/bash-completion/completions/git",
    "/opt/homebrew/share/bash-completion/completions/git",
)


@pytest.mark.parametrize("path", files.GENERATED, ids=lambda path: path.name)
def test_every_generated_file_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == files.generated()[path], "run: make help"


def test_the_help_that_is_compared_is_what_a_process_prints() -> None:
    result = subprocess.run(
        [sys.executable, "-P", "-m", "attest", "policy", "explain", "--help"],
        capture_output=True,
        check=True,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
    )
    printed = "\n".join(line.rstrip() for line in result.stdout.decode().splitlines()).strip()
    assert printed == tree.printed_help(("policy", "explain"))


def test_the_man_page_has_every_command_option_and_exit_code() -> None:
    written = files.MANUAL.read_text("utf-8")
    commands = files.COMMANDS.read_text("utf-8")
    for command in tree.root().walk():
        assert not command.words or f'.SS "{command.name}' in written.replace("\\", "")
        for option in command.options:
            assert all(f"\\fB{manual.escaped(flag)}\\fR" in written for flag in option.flags)
    codes = [code for code, _ in page.rows(commands, "Exit codes")]
    assert codes == ["0", "1", "2", "3", "4", "70", "130"]
    assert all(f".TP\n{code}\n" in written for code in codes)


RENDERERS = {
    "groff": ["groff", "-man", "-Tascii", "-ww", "-z"],
    "mandoc": ["mandoc", "-T", "lint", "-W", "error"],
    "man": ["man", "--warnings=w", "-l"],
}


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_the_man_page_renders_without_a_warning(name: str, locale: str) -> None:
    command = RENDERERS[name]
    if shutil.which(name) is None or (name == "man" and sys.platform != "linux"):
        pytest.skip(f"{name} (of man-db) is not installed")
    env = {**os.environ, "LC_ALL": locale, "MANPAGER": "cat"}
    result = subprocess.run([*command, str(files.MANUAL)], capture_output=True, env=env)
    assert (result.returncode, result.stderr) == (0, b"")


LINES = [
    (["git", "atte"], ["attest"]),
    (["git", "attest", "ch"], ["check"]),
    (["git", "attest", "check", "--aud"], ["--audit"]),
    (["git", "attest", "check", "--format", "js"], ["json", "jsonl"]),
    (["git", "attest", "check", "--base", "topi"], ["topic"]),
    (["git", "attest", "check", "main..topi"], ["main..topic"]),
    (["git", "attest", "check", "--signers", "a"], []),
    (["git", "attest", "--unp"], ["--unpushed"]),
    (["git", "attest", "policy", ""], ["explain", "check", "schema"]),
    (["git", "attest", "policy", "explain", "--b"], ["--base"]),
    (["git", "-C", ".", "attest", "commit", "--ame"], ["--amend"]),
    (["git", "attest", "push", "--force-with"], ["--force-with-lease"]),
    (["attest", "unin"], ["uninstall"]),
    (["attest", "answer", "main..topi"], ["main..topic"]),
    (["attest", "push", "orig"], ["origin"]),
    (["git-attest", "init", "--forge", "forg"], ["forgejo"]),
]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the branches main and topic and the remote origin; and in its
    folder bin the two programs, which shells look for before they complete."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / "bin").mkdir()
    for name in ("attest", "git-attest"):
        (folder / "bin" / name).write_text("#!/bin/sh\n", "utf-8")
        (folder / "bin" / name).chmod(0o755)
    for command in (
        ["init", "-q", "-b", "main"],
        ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "1"],
        ["branch", "topic"],
        ["remote", "add", "origin", "nowhere"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def path(clone: Path) -> str:
    return os.pathsep.join([str(clone / "bin"), os.environ["PATH"]])


COMPLETE = r"""
. "$0" && . "$1" || exit
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=0 COMPREPLY=()
case $1 in git) __git_wrap__git_main ;; *) __git_wrap_git_attest ;; esac
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(("words", "offered"), LINES, ids=lambda words: " ".join(words))
def test_bash_completes(clone: Path, words: list[str], offered: list[str]) -> None:
    """In a real bash, by git's own completion."""
    bash = shutil.which("bash")
    ours = next((name for name in GIT_COMPLETION if Path(name).is_file()), None)
    if bash is None or ours is None:
        pytest.skip("bash, or git's completion for it, is not installed")
    result = subprocess.run(
        [bash, "--norc", "-c", COMPLETE, ours, str(files.BASH), *words],
        capture_output=True,
        cwd=clone,
        env={**os.environ, "PATH": path(clone)},
    )
    assert result.stderr == b""
    assert result.stdout.decode().split() == offered


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("git-attest ch", ["check"]),
        ("attest policy ", ["check", "explain", "schema"]),
        ("attest check --forma", ["--format"]),
        (
            "attest check --format ",
            sorted(get_args(FormatName)),
        ),
        ("attest show --base topi", ["topic"]),
        ("attest --ame", ["--amend"]),
        ("attest commit --ame", ["--amend"]),
    ],
)
def test_fish_completes(clone: Path, line: str, offered: list[str]) -> None:
    """By what fish's completion of git asks for, too: the completion of `git-attest`."""
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish is not installed")
    home = {"HOME": str(clone), "XDG_CONFIG_HOME": str(clone), "XDG_DATA_HOME": str(clone)}
    script = "set -p fish_complete_path $argv[1]; complete -C $argv[2]"
    result = subprocess.run(
        [fish, "-c", script, str(files.FISH.parent), line],
        capture_output=True,
        check=True,
        cwd=clone,
        env={**os.environ, **home, "PATH": path(clone)},
    )
    assert [word.partition("\t")[0] for word in result.stdout.decode().splitlines()] == offered


def test_zsh_reads_its_file() -> None:
    zsh = shutil.which("zsh")
    if zsh is None:
        pytest.skip("zsh is not installed")
    result = subprocess.run([zsh, "-f", "-n", str(files.ZSH)], capture_output=True)
    assert (result.returncode, result.stderr) == (0, b"")
    first, second, *_ = files.ZSH.read_text("utf-8").splitlines()
    assert first.split() == ["#compdef", "git-attest", "attest"]
    assert second.startswith("#description "), "zsh's completion of git shows it"


def test_the_wheel_has_the_man_page_and_the_completions(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        data = {name.partition(".data/data/")[2]: name for name in archive.namelist()}
        for path, there in (
            (files.MANUAL, "share/man/man1/git-attest.1"),
            (files.BASH, "share/bash-completion/completions/git-attest"),
            (files.BASH.with_name("attest"), "share/bash-completion/completions/attest"),
            (files.ZSH, "share/zsh/site-functions/_git-attest"),
            (files.FISH, "share/fish/vendor_completions.d/git-attest.fish"),
            (files.FISH.with_name("attest.fish"), "share/fish/vendor_completions.d/attest.fish"),
        ):
            assert archive.read(data[there]) == path.read_bytes()


def test_the_source_archive_has_what_the_wheel_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    targets = project["tool"]["hatch"]["build"]["targets"]
    roots = {name.partition("/")[0] for name in targets["wheel"]["shared-data"]}
    assert roots <= set(targets["sdist"]["include"])
