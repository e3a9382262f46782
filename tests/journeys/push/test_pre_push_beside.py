"""attest's pre-push hook beside husky, the pre-commit framework, and hooks of one's own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from attest.setup import hooks
from support.messages import hook
from support.pushing import add_remote, asked, branch, passes, push, refs, subjects
from support.pushing_terminal import answers, printed, pushing
from support.repo import Repo

BIN = Path(sys.executable).parent
BOTH = ["a 3", "b 9"]

pytestmark = pytest.mark.usefixtures("hooks_as_written")


def start(repo: Repo) -> Repo:
    """Give a repository a remote that has `main` and `gone`, and branches `a` and `b`."""
    repo.env["PATH"] = f"{BIN}{os.pathsep}{repo.env['PATH']}"
    repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    repo.commit("start")
    repo.git("branch", "gone")
    add_remote(repo, "origin", "main", "gone")
    branch(repo, "a", 3)
    branch(repo, "b", 9)
    return repo


@pytest.fixture(scope="module")
def _clone(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `clone` is a copy of."""
    return start(Repo.create(tmp_path_factory.mktemp("clone")))


@pytest.fixture
def clone(_clone: Repo, tmp_path: Path) -> Repo:
    """What `start` makes."""
    repo = _clone.copy(tmp_path)
    repo.env["PATH"] = _clone.env["PATH"]
    return repo


def reading(repo: Repo, more: str = "") -> Path:
    """A pre-push hook of the repository's own, which writes down its input and its
    arguments; the file that it writes to."""
    log = repo.home / "own.log"
    hook(repo, "pre-push", f'{{ cat; echo "$@"; }} >> "{log}"\n{more}')
    return log


def lines(repo: Repo, *names: str) -> list[str]:
    """What git writes for new branches, and the arguments that it gives."""
    zeros = "0" * 40
    ours = [f"refs/heads/{n} {repo.git('rev-parse', n)} refs/heads/{n} {zeros}" for n in names]
    return [*ours, "origin ../origin.git"]


def test_an_earlier_hook_reads_all_and_so_do_we(clone: Repo, key: Path) -> None:
    log = reading(clone)
    clone.set_up(key)
    assert asked(clone, "origin", "a", "b") == BOTH
    assert log.read_text().splitlines() == lines(clone, "a", "b")
    assert asked(clone, "origin", ":gone", "b") == ["b 9"]


def test_an_earlier_hook_is_run_where_there_is_nothing_to_ask(clone: Repo, key: Path) -> None:
    log = reading(clone)
    clone.set_up(key)
    passes(clone, "origin", "main")
    assert log.read_text().splitlines() == lines(clone)
    passes(clone, "origin", "main:new")
    assert "refs/heads/new" in log.read_text()


def test_an_earlier_hook_that_fails_stops_the_push_and_nobody_is_asked(
    clone: Repo, key: Path
) -> None:
    reading(clone, "echo not today >&2\nexit 3")
    clone.set_up(key)
    there = refs(clone, clone.path.parent / "origin.git")
    result = push(clone, "origin", "a")
    assert result.returncode == 1
    assert result.stderr.startswith(b"not today\nerror: failed to push")
    assert b"attest" not in result.stderr
    assert refs(clone, clone.path.parent / "origin.git") == there


@pytest.mark.long
@pytest.mark.parametrize("script", ["exit 0", "exec <&-", "head -n 1 >/dev/null"])
def test_an_earlier_hook_may_leave_its_input_unread(clone: Repo, key: Path, script: str) -> None:
    """Also one that is longer than a pipe holds."""
    names = [f"many/{'x' * 200}{number:04}" for number in range(150)]
    create = "".join(f"create refs/heads/{name} main\n" for name in names)
    clone.git("update-ref", "--stdin", stdin=create.encode())
    hook(clone, "pre-push", script)
    clone.set_up(key)
    assert asked(clone, "origin", "refs/heads/many/*", "b") == ["b 9"]
    clone.git("update-ref", "refs/attest/since/start", "b")
    passes(clone, "origin", "refs/heads/many/*", "b")


class Framework:
    """The pre-commit framework, with a check of its own before a push: it writes down
    the branch that it is run for, and refuses the branch `bad`."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        self.log = repo.home / "framework.log"
        script = f'echo "$PRE_COMMIT_LOCAL_BRANCH" >> "{self.log}"\n'
        check = hook(repo, "check", script + "! git rev-parse -q --verify bad", repo.home)
        repo.write(
            ".pre-commit-config.yaml",
            "repos:\n- repo: local\n  hooks:\n  - id: mine\n    name: mine\n"
            f"    language: system\n    entry: {check}\n    always_run: true\n"
            "    pass_filenames: false\n    stages: [pre-push]\n",
        )
        start(repo)

    def install(self) -> None:
        program = shutil.which("pre-commit", path=str(BIN))
        if program is None:
            pytest.skip(f"pre-commit is not installed in {BIN}")
        self.repo.run(program, "install", "-t", "pre-push", check=True)

    def ran_for(self) -> list[str]:
        """The branches that its check has run for since it was asked last."""
        reply = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return reply


@pytest.fixture
def framework(bare_repo: Repo) -> Framework:
    return Framework(bare_repo)


def both_run(framework: Framework) -> None:
    """A push is seen whole by the framework and by us, and passes where neither minds."""
    repo = framework.repo
    result = push(repo, "origin", "a", "b")
    assert result.returncode == 1
    assert subjects(result.stderr) == BOTH
    assert framework.ran_for() == ["refs/heads/a"]
    result = push(repo, "origin", ":gone", "b")
    assert subjects(result.stderr) == ["b 9"]
    assert framework.ran_for() == ["refs/heads/b"]
    repo.git("update-ref", "refs/attest/since/start", "a")
    result = push(repo, "--quiet", "origin", "a")
    assert (result.returncode, b"attest" in result.stderr) == (0, False)
    assert framework.ran_for() == ["refs/heads/a"]


@pytest.mark.long
def test_the_framework_was_there_before(framework: Framework, key: Path) -> None:
    framework.install()
    framework.repo.set_up(key)
    both_run(framework)
    framework.repo.git("branch", "bad")
    result = push(framework.repo, "origin", "b")
    assert result.returncode == 1
    assert b"attest" not in result.stderr


@pytest.mark.long
def test_the_framework_came_later(framework: Framework, key: Path) -> None:
    framework.repo.set_up(key)
    framework.install()
    both_run(framework)
    framework.repo.git("branch", "bad")
    framework.repo.git("update-ref", "refs/attest/since/start", "b")
    assert push(framework.repo, "origin", "b").returncode == 1


@pytest.mark.long
def test_the_framework_came_around_us(framework: Framework, key: Path) -> None:
    """Its hook is set aside by ours, and it has set ours aside: each runs once."""
    framework.install()
    framework.repo.set_up(key)
    framework.install()
    both_run(framework)


@pytest.mark.long
def test_ours_is_put_in_again_over_the_frameworks(framework: Framework, key: Path) -> None:
    framework.repo.set_up(key)
    framework.install()
    framework.repo.set_up(key)
    both_run(framework)


@pytest.mark.long
def test_on_a_terminal_the_framework_runs_and_then_we_ask(framework: Framework, key: Path) -> None:
    framework.install()
    framework.repo.set_up(key)
    with pushing(framework.repo, "origin", "a", "b") as terminal:
        terminal.expect("Passed")
        answers(terminal)
        assert terminal.finish() == 1
        assert printed(terminal) == ["git", "push", "origin", "a", "b"]
    result = push(framework.repo, "--quiet", "origin", "a", "b")
    assert (result.returncode, b"attest" in result.stderr) == (0, False)


@pytest.fixture
def husky(clone: Repo, key: Path) -> Repo:
    """The layout that husky 9 makes: `core.hooksPath` is `.husky/_`, whose hooks run
    those of the same name in `.husky`."""
    inner = clone.path / ".husky/_"
    hook(clone, "pre-push", '. "$(dirname "$0")/h"', inner)
    h = '[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nc=$?\nexit $c\n'
    (inner / "h").write_text('n=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n' + h)
    clone.git("config", "core.hooksPath", ".husky/_")
    clone.set_up(key)
    return clone


def test_huskys_hook_runs_the_line_that_is_to_be_added(husky: Repo) -> None:
    log = husky.home / "husky.log"
    own = husky.path / ".husky/pre-push"
    own.write_text(f'echo "$@" >> "{log}"\n{hooks.line_to_add("pre-push")}\necho done >&2\n')
    result = push(husky, "origin", "a", "b")
    assert result.returncode == 1
    assert subjects(result.stderr) == BOTH
    assert b"\ndone\n" not in result.stderr
    assert log.read_text().splitlines() == lines(husky)
    husky.git("update-ref", "refs/attest/since/start", "a")
    result = push(husky, "--quiet", "origin", "a")
    assert (result.returncode, result.stderr) == (0, b"done\n")


def test_on_a_terminal_huskys_hook_lets_us_ask(husky: Repo) -> None:
    (husky.path / ".husky/pre-push").write_text(hooks.line_to_add("pre-push") + "\n")
    with pushing(husky, "origin", "a", "b") as terminal:
        answers(terminal)
        assert terminal.finish() == 1
    passes(husky, "origin", "a", "b")


def test_what_stands_below_that_line_gets_all_the_refs(husky: Repo) -> None:
    seen = husky.home / "seen"
    own = husky.path / ".husky/pre-push"
    own.write_text(f'{hooks.line_to_add("pre-push")}\ncat > "{seen}"\n')
    for name in ("a", "b"):
        husky.git("update-ref", f"refs/attest/since/{name}", name)
    passes(husky, "origin", "a", "b")
    assert [line.split()[0] for line in seen.read_text().splitlines()] == [
        "refs/heads/a",
        "refs/heads/b",
    ]


def test_what_fails_before_that_line_stops_the_push_and_nobody_is_asked(husky: Repo) -> None:
    own = husky.path / ".husky/pre-push"
    own.write_text(f"echo not today >&2\nfalse\n{hooks.line_to_add('pre-push')}\n")
    result = push(husky, "origin", "a")
    assert result.returncode == 1
    assert b"attest" not in result.stderr


def test_without_that_line_attest_says_which_one_it_is(husky: Repo, key: Path) -> None:
    reply = husky.ok("init", "--key", str(key), "--yes")
    assert hooks.line_to_add("pre-push") in reply
    passes(husky, "origin", "a")
