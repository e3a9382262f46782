"""attest's hooks beside those of pre-commit, lefthook and husky."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from attest.hook import handshake
from support.messages import edit, hook, outcome
from support.repo import Repo

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("hooks_as_written")]

EXACT = ("attested", "exact")
BIN = Path(sys.executable).parent


def tool(name: str) -> str:
    """The program beside this interpreter; the test is skipped without it."""
    result = shutil.which(name, path=str(BIN))
    if result is None:
        pytest.skip(f"{name} is not installed in {BIN}")
    return result


class Tool:
    """A hook manager that is really installed in the repository. Its own check
    writes a line to a log, and refuses the word `ugly`."""

    config: str
    text: str
    runs_found_hooks = True
    """Whether its hooks run those that it found in their place."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        self.log = repo.home / "tool.log"
        repo.env["PATH"] = f"{BIN}{os.pathsep}{repo.env['PATH']}"
        script = hook(repo, "check", f'echo ran >> "{self.log}"; ! grep -q ugly a.py', repo.home)
        repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
        repo.write(self.config, self.text.replace("SCRIPT", str(script)))
        repo.commit("start")

    def install(self) -> None:
        raise NotImplementedError

    def runs(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


class PreCommit(Tool):
    config = ".pre-commit-config.yaml"
    text = (
        "repos:\n- repo: local\n  hooks:\n  - id: mine\n    name: mine\n    language: system\n"
        "    entry: SCRIPT\n    always_run: true\n    pass_filenames: false\n"
    )

    def install(self) -> None:
        self.repo.run(tool("pre-commit"), "install", check=True)


class Lefthook(Tool):
    config = "lefthook.yml"
    text = (
        "pre-commit:\n  commands:\n    mine:\n      run: SCRIPT\n"
        "commit-msg:\n  commands:\n    mine:\n      run: 'true'\n"
    )
    runs_found_hooks = False

    def install(self) -> None:
        # It keeps a hook that it finds as `.old` and refuses to do so twice.
        self.repo.run(tool("lefthook"), "install", "--force", check=True)


KINDS = [PreCommit, Lefthook]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def beside(request: pytest.FixtureRequest, bare_repo: Repo) -> Tool:
    tool({PreCommit: "pre-commit", Lefthook: "lefthook"}[request.param])
    made: Tool = request.param(bare_repo)
    return made


def both_run(beside: Tool) -> None:
    """One commit: the tool's check runs once, and the block is there; then one
    that the tool refuses."""
    repo, before = beside.repo, beside.runs()
    edit(repo, 3, f"after {before} runs")
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT
    assert beside.runs() == before + 1
    head = repo.head
    edit(repo, 9, "ugly")
    assert repo.run("git", "commit", "-q", "-m", "Ugly").returncode == 1
    assert repo.head == head
    edit(repo, 9, "nice")


def test_installed_before_attest(beside: Tool, key: Path) -> None:
    beside.install()
    before = (beside.repo.path / ".git/hooks/pre-commit").read_bytes()
    beside.repo.set_up(key)
    both_run(beside)
    beside.repo.ok("uninstall")
    assert (beside.repo.path / ".git/hooks/pre-commit").read_bytes() == before


def after_install(beside: Tool, key: Path) -> None:
    """The tool has just been installed over attest's hooks: they run, or attest says what to
    do, and then they do."""
    if not beside.runs_found_hooks:
        edit(beside.repo, 3, "now")
        template = beside.repo.ok("answer", "--template")
        asked = re.sub('(?m)^(invariant|breaks) = ""', r'\1 = "line 3 is read first"', template)
        reply = beside.repo.attest("answer", "--answers", "-", stdin=asked.encode()).stderr
        assert b"hooks are not installed here: run `attest init`" in reply
        beside.repo.set_up(key)
    both_run(beside)


def test_installed_after_attest(beside: Tool, key: Path) -> None:
    beside.repo.set_up(key)
    beside.install()
    after_install(beside, key)


@pytest.fixture
def lefthook(bare_repo: Repo) -> Tool:
    tool("lefthook")
    return Lefthook(bare_repo)


def test_lefthook_installs_itself_while_git_commits(lefthook: Tool, key: Path) -> None:
    """Its configuration has changed, so that it takes the places of attest's hooks in the
    middle of the commit. attest's last hook says so at once."""
    repo = lefthook.repo
    lefthook.install()
    repo.set_up(key)
    both_run(lefthook)
    repo.write("lefthook.yml", lefthook_file(repo) + "pre-push:\n  jobs:\n    - run: 'true'\n")
    result = repo.run("git", "commit", "-m", "Another job", check=True)
    assert b"hooks (pre-commit, commit-msg, pre-push)" in result.stderr
    repo.set_up(key)
    both_run(lefthook)


def test_what_lefthook_runs_of_attest_outlives_its_installations(lefthook: Tool, key: Path) -> None:
    repo = lefthook.repo
    repo.set_up(key)
    names = ("commit-msg", "post-commit")
    jobs = (f"{name}:\n  jobs:\n    - run: attest hook {name} {{0}}\n" for name in names)
    repo.save("lefthook-local.yml", "".join(jobs))
    for _ in range(2):
        lefthook.install()
        both_run(lefthook)
    repo.ok("uninstall")
    assert (repo.path / "lefthook-local.yml").read_text().count("attest hook") == len(names)


def lefthook_file(repo: Repo) -> str:
    return (repo.path / "lefthook.yml").read_text()


def test_what_the_tool_moved_is_removed_with_attest(beside: Tool, key: Path) -> None:
    beside.repo.set_up(key)
    beside.install()
    beside.repo.set_up(key)
    beside.repo.ok("uninstall")
    kept = (beside.repo.path / ".git/hooks").iterdir()
    assert not [path.name for path in kept if handshake.MARK in path.read_bytes()]


def test_installed_over_attest_and_then_init_again(beside: Tool, key: Path) -> None:
    beside.repo.set_up(key)
    beside.install()
    beside.repo.set_up(key)
    both_run(beside)


def test_installed_twice_around_attest(beside: Tool, key: Path) -> None:
    beside.install()
    beside.repo.set_up(key)
    beside.install()
    after_install(beside, key)
    beside.repo.set_up(key)
    both_run(beside)


def test_the_users_own_hook_is_not_lost_between_them(beside: Tool, key: Path) -> None:
    log = beside.repo.home / "own.log"
    hook(beside.repo, "commit-msg", f'echo own >> "{log}"')
    beside.repo.set_up(key)
    beside.install()
    beside.repo.set_up(key)
    both_run(beside)
    if beside.runs_found_hooks:
        assert log.read_text() == "own\n"
    kept = (beside.repo.path / ".git/hooks").iterdir()
    assert any(b"echo own" in path.read_bytes() for path in kept)


@pytest.fixture
def husky(bare_repo: Repo, key: Path) -> Repo:
    """The layout that husky 9 makes: `core.hooksPath` is `.husky/_`, whose hooks
    run those of the same name in `.husky`."""
    repo = bare_repo
    repo.env["PATH"] = f"{BIN}{os.pathsep}{repo.env['PATH']}"
    inner = repo.path / ".husky/_"
    for name in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg"):
        hook(repo, name, '. "$(dirname "$0")/h"', inner)
    h = '[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nc=$?\nexit $c\n'
    (inner / "h").write_text('n=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n' + h)
    (inner / ".gitignore").write_text("*")
    repo.write(".husky/pre-commit", "! grep -q ugly a.py\n")
    repo.git("config", "core.hooksPath", ".husky/_")
    repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    repo.git("commit", "-q", "-m", "start")
    return repo


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_huskys_folder_is_not_written_to(husky: Repo, key: Path) -> None:
    before = everything(husky.path / ".husky")
    reply = husky.ok("init", "--key", str(key), "--yes")
    assert everything(husky.path / ".husky") == before
    assert "attest hook commit-msg" in reply
    edit(husky, 3)
    husky.answer()
    reply = husky.attest("answer", "--answers", "-", stdin=b"hunk = []\n").stderr.decode()
    # Not `attest init`, which has just written nothing there.
    assert "do not run attest: use `attest commit`" in reply
    husky.ok("commit", "-q", "-m", "Change")
    assert outcome(husky) == EXACT
    edit(husky, 3, "ugly")
    assert husky.attest("commit", "-m", "Ugly").returncode == 1


@pytest.mark.parametrize("by", ["git", "attest"])
def test_the_printed_lines_work_in_huskys_hooks(husky: Repo, key: Path, by: str) -> None:
    reply = [line.strip() for line in husky.ok("init", "--key", str(key), "--yes").splitlines()]
    for name in ("pre-commit", "commit-msg", "post-commit"):
        line = reply[reply.index(f"{name}:") + 1]
        path = husky.path / ".husky" / name
        path.write_text((path.read_text() if path.exists() else "") + line + "\n")
    edit(husky, 3)
    husky.answer()
    if by == "git":
        husky.commit("Change")
    else:
        husky.ok("commit", "-q", "-m", "Change")
    assert outcome(husky) == EXACT
    assert husky.message().count("Attest: v1") == 1
