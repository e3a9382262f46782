"""Which program a hook runs, and that git goes on where none does."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from attest.hook import handshake, installed
from attest.setup import hooks
from support.messages import edit, outcome
from support.pushing import add_remote, asked, branch, push
from support.repo import Repo
from support.terminal import CTRL_C, INVARIANT, Terminal

pytestmark = pytest.mark.usefixtures("hooks_as_written")

SYSTEM = os.pathsep.join(
    folder
    for folder in os.environ["PATH"].split(os.pathsep)
    if os.path.isabs(folder) and not os.path.exists(os.path.join(folder, "git-attest"))
)
SHELLS = {"dash": "dash", "busybox": "busybox sh", "bash": "bash --posix"}
SCRIPT = """import sys
{first}
from attest.__main__ import main
if __name__ == '__main__':
    sys.exit(main())
"""
ZEROS = "0" * 40
NEW = f"refs/heads/a {'1' * 40} refs/heads/a {ZEROS}\n".encode()


def program(folder: Path, text: str, shebang: str = "/bin/sh", name: str = "git-attest") -> Path:
    """An executable script."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{shebang}\n{text}\n")
    path.chmod(0o755)
    return path


def real(folder: Path, first: str = "", options: str = "") -> Path:
    """The script that pip makes for `git-attest`."""
    return program(folder, SCRIPT.format(first=first), f"{sys.executable}{options}")


def recorded(repo: Repo, python: str) -> None:
    """Have the hooks name another Python."""
    for name in installed.HOOKS:
        path = repo.path / ".git/hooks" / name
        path.write_text(path.read_text().replace(sys.executable, python))


@pytest.fixture(
    params=["dash", *(pytest.param(one, marks=pytest.mark.long) for one in ("busybox", "bash"))]
)
def shell(request: pytest.FixtureRequest) -> str:
    """The first line of a hook for one of the shells that `/bin/sh` is."""
    words = SHELLS[request.param].split()
    matches = shutil.which(words[0])
    if matches is None:
        pytest.skip(f"{words[0]} is not installed")
    return " ".join([matches, *words[1:]])


def run(
    repo: Repo, name: str, *args: str, shell: str = "", stdin: bytes = b"", **env: str
) -> CompletedProcess[bytes]:
    """Run a hook as git does, at the top of the work tree."""
    hook = repo.path / ".git/hooks" / name
    if shell:
        hook.write_text(f"#!{shell}\n{hook.read_text().partition(chr(10))[2]}")
    return repo.run(str(hook), *args, stdin=stdin, env=env)


@pytest.fixture
def bin_(repo: Repo) -> Path:
    """A folder that is on PATH before those of the system, which have no attest."""
    folder = repo.home / "bin"
    folder.mkdir()
    repo.env["PATH"] = f"{folder}{os.pathsep}{SYSTEM}"
    return folder


@pytest.fixture
def open_push(repo: Repo, bin_: Path) -> Repo:
    """With a branch `a` that has a commit to be asked about."""
    add_remote(repo, "origin", "main")
    branch(repo, "a", 3)
    return repo


BROKEN = {
    "its Python is gone": ("", "/no/such/python"),
    "not found by pyenv": ('echo "pyenv: git-attest: command not found" >&2; exit 127', "/bin/sh"),
    "reads everything and fails": ("cat >/dev/null; exit 1", "/bin/sh"),
    "is killed": ("kill -9 $$", "/bin/sh"),
    "is another program": ("echo hello; exit 0", "/bin/sh"),
    "its Python has no attest": (SCRIPT.format(first=""), f"{sys.executable} -S"),
    "lacks a package": (
        SCRIPT.format(first="sys.modules['pydantic'] = None"),
        sys.executable,
    ),
    "has a package that does not load": (
        SCRIPT.format(first="sys.path.insert(0, sys.path[0] + '/half')"),
        sys.executable,
    ),
    **{f"ends with {code}": (f"exit {code}", "/bin/sh") for code in (0, 1, 2, 4, 70, 126, 130)},
}


@pytest.fixture(params=BROKEN)
def broken(request: pytest.FixtureRequest, bin_: Path) -> str:
    """A `git-attest` that does not run; its path."""
    text, shebang = BROKEN[request.param]
    (bin_ / "half").mkdir()
    (bin_ / "half/pydantic.py").write_text("raise SystemError('wrong version of the core')\n")
    return str(program(bin_, text, shebang))


def test_what_does_not_run_gives_way_to_the_recorded_python(open_push: Repo, broken: str) -> None:
    assert asked(open_push, "origin", "a") == ["a 3"]
    result = push(open_push, "origin", "a")
    assert b"Traceback" not in result.stderr


def test_where_nothing_runs_git_goes_on_and_is_told_why(open_push: Repo, broken: str) -> None:
    recorded(open_push, "/no/such/python")
    result = push(open_push, "origin", "a")
    reply = result.stderr.decode()
    assert result.returncode == 0, reply
    assert "Traceback" not in reply
    assert f"attest:   {broken}: " in reply
    assert "attest:   /no/such/python: it does not exist\n" in reply
    assert "'attest init'" in reply
    remedy = [line[8:] for line in reply.splitlines() if line.startswith("attest:   rm ")]
    assert len(remedy) == 4, "every hook of attest's"
    open_push.run("sh", "-c", "\n".join(remedy), check=True)
    edit(open_push, 9)
    result = open_push.run("git", "commit", "-q", "-m", "Not answered", check=True)
    assert result.stderr == b""
    result = push(open_push, "--quiet", "origin", "a")
    assert (result.returncode, result.stderr) == (0, b"")


def test_commits_go_on_too(repo: Repo, broken: str) -> None:
    repo.git("config", "attest.ask", "commit")
    recorded(repo, "/no/such/python")
    edit(repo, 3)
    result = repo.run("git", "commit", "-m", "Change", check=True)
    assert b"attest does not run here, so git goes on without it" in result.stderr
    assert b"Traceback" not in result.stderr
    assert repo.message() == "Change\n"


def test_attest_commit_makes_no_commit_then(repo: Repo, broken: str) -> None:
    """One that the person runs has a Python that has attest; its hooks do not find it."""
    recorded(repo, "/no/such/python")
    head = repo.head
    edit(repo, 3)
    result = repo.attest("commit", "-m", "Change")
    assert result.returncode == 1
    assert b"nothing is committed" in result.stderr
    assert repo.head == head


def test_the_remedy_puts_an_earlier_hook_back(bare_repo: Repo, key: Path) -> None:
    hooks = bare_repo.path / ".git/hooks"
    before = program(hooks, "exit 0", name="pre-push").read_bytes()
    bare_repo.set_up(key)
    recorded(bare_repo, "/no/such/python")
    result = run(bare_repo, "pre-push", "origin", "url", stdin=NEW, PATH=SYSTEM)
    (remedy,) = [line[8:] for line in result.stderr.decode().splitlines() if ":   mv" in line]
    bare_repo.run("sh", "-c", remedy, check=True)
    assert (hooks / "pre-push").read_bytes() == before
    assert not (hooks / "pre-push.before-attest").exists()


@pytest.mark.parametrize("where", [">&2", ""], ids=["error", "output"])
def test_what_a_wrapper_writes_before_hides_no_answer(
    open_push: Repo, bin_: Path, shell: str, where: str
) -> None:
    """It sets the title of the terminal, or shows progress, and ends no line."""
    folder = open_push.home / "own"
    wrapper = f"printf 'loading… ' {where}; exec {real(folder)} \"$@\""
    program(bin_, wrapper)
    recorded(open_push, "/no/such/python")
    given = f"refs/heads/a {open_push.git('rev-parse', 'a')} refs/heads/a {ZEROS}\n".encode()
    result = run(open_push, "pre-push", "origin", "url", shell=shell, stdin=given)
    assert result.returncode == 1
    assert b"loading" in result.stderr
    assert b"nobody can be asked" in result.stderr


def test_a_push_that_cannot_be_read_is_said_to_be_unseen(repo: Repo, shell: str) -> None:
    result = run(repo, "pre-push", "origin", "url", shell=shell, stdin=NEW, PATH="/no/such/folder")
    if "busybox" not in shell:  # which may have a `cat` of its own
        assert (result.returncode, b"cat is not on PATH" in result.stderr) == (0, True)


@pytest.mark.parametrize("options", ["errexit", "nounset", "errexit:nounset"])
def test_options_that_a_shell_inherits_stop_nothing(repo: Repo, options: str) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    recorded(repo, "/no/such/python")
    result = run(repo, "pre-commit", shell=f"{bash} --posix", PATH=SYSTEM, SHELLOPTS=options)
    assert (result.returncode, b"git goes on without it" in result.stderr) == (0, True)


def test_the_command_says_so_too(repo: Repo, bin_: Path) -> None:
    script = real(bin_, "sys.modules['pydantic'] = None")
    result = repo.run(str(script), "doctor")
    assert result.returncode == 4
    assert result.stderr.startswith(b"attest: error: attest is not installed completely: ")
    assert b"Traceback" not in result.stderr


def test_every_package_that_attest_needs_is_looked_for() -> None:
    text = (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text("utf-8")
    expected = tomllib.loads(text)["project"]["dependencies"]
    names = [re.split(r"[=<>!~;\[ ]", one)[0] for one in expected]
    for name in ("ast-grep-py", "google-re2", "PyNaCl"):
        names.remove(name)  # without it, hooks run all the same
    modules = {"GitPython": "git"}
    assert list(handshake.PACKAGES) == [modules.get(n, n.replace("-", "_")) for n in names]


class TestOnPathAlone:
    def test_it_asks_before_a_push(self, open_push: Repo, bin_: Path) -> None:
        real(bin_)
        recorded(open_push, "/no/such/python")
        assert asked(open_push, "origin", "a") == ["a 3"]

    def test_it_adds_the_block(self, repo: Repo, bin_: Path) -> None:
        real(bin_)
        recorded(repo, "/no/such/python")
        edit(repo, 3)
        result = repo.attest("questions")
        assert result.returncode == 0
        repo.attested_by_git("Change")
        assert outcome(repo) == ("attested", "exact")

    def test_it_comes_first(self, repo: Repo, bin_: Path) -> None:
        program(bin_, "echo 'attest-hook 1'; echo ran >&2; exit 7")
        result = run(repo, "pre-push", "origin", "url", stdin=NEW)
        assert result.returncode == 7

    def test_but_not_before_the_python_that_it_belongs_to(self, repo: Repo, bin_: Path) -> None:
        """The script of a virtual environment, also where PATH has a link to it."""
        own = program(repo.home / "venv/bin", "echo script >&2; exit 1")
        python = program(repo.home / "venv/bin", "echo python >&2; exit 1", name="python")
        (bin_ / "git-attest").symlink_to(own)
        recorded(repo, str(python))
        reply = run(repo, "pre-push", "origin", "url", stdin=NEW).stderr.decode()
        assert reply.index(f"{python}: python") < reply.index(f"{bin_ / 'git-attest'}: script")


# What runs hooks of attest writes the word; the scripts here stand for attest.
TAKES_OVER = "echo 'attest-hook 1'; exec 1>&3 2>&3 3>&-"


class TestHandshake:
    @pytest.mark.parametrize("code", [0, 1, 2, 70, 126, 127, 130])
    def test_the_exit_code_counts_once_attest_ran(
        self, repo: Repo, bin_: Path, shell: str, code: int
    ) -> None:
        program(bin_, f"{TAKES_OVER}; echo said >&2; exit {code}")
        recorded(repo, "/no/such/python")
        result = run(repo, "pre-push", "origin", "url", shell=shell, stdin=NEW)
        assert (result.returncode, result.stdout, result.stderr) == (code, b"", b"said\n")

    def test_so_does_its_death(self, repo: Repo, bin_: Path, shell: str) -> None:
        program(bin_, f"{TAKES_OVER}; kill -9 $$")
        recorded(repo, "/no/such/python")
        result = run(repo, "pre-push", "origin", "url", shell=shell, stdin=NEW)
        assert result.returncode == 128 + 9

    def test_warnings_from_before_are_not_lost(self, repo: Repo, bin_: Path, shell: str) -> None:
        program(bin_, f"echo careful >&2; {TAKES_OVER}; exit 1")
        result = run(repo, "pre-push", "origin", "url", shell=shell, stdin=NEW)
        assert result.returncode == 1
        assert result.stderr == b"careful\n"

    def test_without_a_word_it_did_not_run(self, repo: Repo, bin_: Path, shell: str) -> None:
        program(bin_, "echo some other text; echo why >&2; exit 1")
        recorded(repo, "/no/such/python")
        result = run(repo, "pre-push", "origin", "url", shell=shell, stdin=NEW)
        assert result.returncode == 0
        assert b"git-attest: some other text\n" in result.stderr

    def test_on_windows_standard_error_stays(self, repo: Repo, bin_: Path, shell: str) -> None:
        """Simulated by a variable that every process has there."""
        program(bin_, "echo $ATTEST_HANDSHAKE >&2; echo 'attest-hook 1'; exit 1")
        result = run(
            repo, "pre-push", "origin", "url", shell=shell, stdin=NEW, WINDIR="C:\\Windows"
        )
        assert (result.returncode, result.stderr) == (1, b"2\n")


class TestStopping:
    """Ctrl-C reaches the shell that runs the hook, too."""

    def hook(self, repo: Repo, shell: str) -> str:
        path = repo.path / ".git/hooks/pre-commit"
        path.write_text(f"#!{shell}\n{path.read_text().partition(chr(10))[2]}")
        return str(path)

    def test_while_attest_asks(self, repo: Repo, bin_: Path, shell: str) -> None:
        repo.git("config", "attest.ask", "commit")
        edit(repo, 3)
        hook = self.hook(repo, shell)
        with Terminal(repo, hook, env={"ATTEST_ARGUMENTS": "[]"}) as terminal:
            terminal.asked(INVARIANT)
            terminal.send(CTRL_C)
            assert terminal.finish() == 130
            assert terminal.output.rstrip().endswith("stopped; every answer so far is kept")

    def test_while_a_program_starts(self, repo: Repo, bin_: Path, shell: str) -> None:
        # No script of a shell: Ctrl-C is lost on one that is just starting a program.
        wait = (
            "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
            "print('starting', file=open('/dev/tty', 'w'), flush=True)"
        )
        program(bin_, f"{wait}\nsignal.pause()", sys.executable)
        python = program(repo.home, f'touch "{repo.home}/ran"; {TAKES_OVER}', name="python")
        recorded(repo, str(python))
        with Terminal(repo, self.hook(repo, shell)) as terminal:
            terminal.expect("starting")
            terminal.send(CTRL_C)
            assert terminal.finish() == 130
        assert not (repo.home / "ran").exists()


class TestInput:
    @pytest.mark.parametrize("refs", [0, 1, 5000])
    def test_each_program_gets_all_of_it(
        self, bare_repo: Repo, key: Path, shell: str, refs: int
    ) -> None:
        """Bytes that shells use for themselves (0x81 to 0x88 in dash), and more than a
        pipe or a here-document of some shells takes."""
        repo, hooks = bare_repo, bare_repo.path / ".git/hooks"
        sums = repo.home / "sums"
        note = f'sha256sum | cut -d " " -f 1 >>"{sums}"'
        program(hooks, note, name="pre-push")
        repo.set_up(key)
        folder = repo.home / "bin"
        program(folder, f"{note}; exit 1")
        python = program(repo.home, f"{note}; {TAKES_OVER}; exit 1", name="python")
        recorded(repo, str(python))
        name = "ÁÂÃÄÅÆÇÈé 'x' \\n%s"
        lines = [f"refs/heads/{name}{n} {'1' * 40} refs/heads/{n} {ZEROS}\n" for n in range(refs)]
        given = "".join(lines).encode()
        path = f"{folder}{os.pathsep}{SYSTEM}"
        result = run(repo, "pre-push", "origin", "url", shell=shell, stdin=given, PATH=path)
        assert result.returncode == 1
        assert sums.read_text().split() == [hashlib.sha256(given).hexdigest()] * 3

    @pytest.mark.parametrize("given", [b"a\n\n\n", b"a", b"\n", b"", b"\xff\x81\n"])
    def test_to_the_byte(self, repo: Repo, bin_: Path, shell: str, given: bytes) -> None:
        seen = repo.home / "seen"
        program(bin_, f'cat >"{seen}"; {TAKES_OVER}')
        result = run(repo, "pre-push", "origin", "url", shell=shell, stdin=given)
        assert (result.returncode, seen.read_bytes()) == (0, given)

    def test_arguments_too(self, repo: Repo, bin_: Path, shell: str) -> None:
        seen = repo.home / "seen"
        program(bin_, f'printf "<%s>" "$@" >"{seen}"; {TAKES_OVER}')
        assert run(repo, "pre-push", "a b", "*", "", shell=shell).returncode == 0
        assert seen.read_text() == "<hook><pre-push><a b><*><>"


class TestCheckedOut:
    """Hooks start at the top of the work tree: nothing of it may run by its name."""

    @pytest.mark.parametrize("first", ["", ".", "tools", "./tools", "../repo/tools"])
    def test_a_program(self, repo: Repo, bin_: Path, shell: str, first: str) -> None:
        for folder in (repo.path, repo.path / "tools"):
            program(folder, f'touch "{repo.home}/ran"; {TAKES_OVER}')
        repo.env["PATH"] = f"{first}{os.pathsep}{SYSTEM}{os.pathsep}{first}"
        result = run(repo, "pre-push", "origin", "url", shell=shell)
        assert result.returncode == 0
        assert not (repo.home / "ran").exists()

    def test_the_python_of_a_script(self, repo: Repo, bin_: Path, shell: str) -> None:
        program(bin_, "pass", "/usr/bin/env attest-python")
        program(repo.path, f'touch "{repo.home}/ran"', name="attest-python")
        repo.env["PATH"] = f":{repo.env['PATH']}:"
        assert run(repo, "pre-push", "origin", "url", shell=shell).returncode == 0
        assert not (repo.home / "ran").exists()

    @pytest.mark.parametrize("value", [":/usr/lib", "/usr/lib:", ".", "src"])
    def test_a_module(self, repo: Repo, bin_: Path, shell: str, value: str) -> None:
        real(bin_)
        for name in ("attest.py", "re.py", "src/attest.py", "sitecustomize.py"):
            repo.write(name, f"open({str(repo.home / 'ran')!r}, 'w')\n")
        result = run(repo, "pre-push", "origin", "url", shell=shell, PYTHONPATH=value)
        assert (result.returncode, result.stderr) == (0, b"")
        assert not (repo.home / "ran").exists()

    def test_a_folder_of_python_modules_is_kept(self, repo: Repo, bin_: Path) -> None:
        """Where attest is installed there (environment modules of a cluster)."""
        program(bin_, SCRIPT.format(first=""), f"{sys.executable} -S")
        recorded(repo, "/no/such/python")
        places = [Path(__file__).resolve().parents[3] / "src", *map(Path, sys.path)]
        value = os.pathsep.join(str(place) for place in places if place.is_dir())
        result = run(repo, "pre-push", "origin", "url", PYTHONPATH=f":{value}")
        assert (result.returncode, result.stderr) == (0, b"")

    def test_an_absolute_folder_of_it_is_the_persons_choice(self, repo: Repo) -> None:
        """A virtual environment in the clone."""
        program(repo.path / ".venv/bin", f"{TAKES_OVER}; exit 5")
        path = f"{repo.path / '.venv/bin'}{os.pathsep}{SYSTEM}"
        assert run(repo, "pre-push", "origin", "url", PATH=path).returncode == 5


def test_a_packager_sets_what_is_started(bare_repo: Repo, key: Path, tmp_path: Path) -> None:
    launcher = real(tmp_path / "it's a store", options=" -P")
    bare_repo.ok("init", "--key", str(key), "--yes", ATTEST_LAUNCHER=str(launcher))
    recorded(bare_repo, "/no/such/python")
    bare_repo.env["PATH"] = SYSTEM
    bare_repo.write("a.py", "one\n")
    bare_repo.attested_by_git("Change")
    assert outcome(bare_repo) == ("attested", "exact")


class TestLinesOfOnesOwn:
    """The lines that people put into hooks of their own; husky runs them by `sh -e`."""

    @pytest.fixture
    def own(self, repo: Repo, bin_: Path) -> Repo:
        for name in installed.HOOKS:
            text = f"set -e\n{hooks.line_to_add(name)}\necho went on >&2"
            program(repo.home / "hooks", text, name=name)
        repo.git("config", "core.hooksPath", str(repo.home / "hooks"))
        return repo

    def test_a_program_that_does_not_run_stops_nothing(self, own: Repo, broken: str) -> None:
        Path(broken).rename(Path(broken).with_name("attest"))
        edit(own, 3)
        result = own.run("git", "commit", "-m", "Change", check=True)
        assert result.stderr.count(b"went on\n") == 3
        add_remote(own, "origin")
        result = push(own, "origin", "main")
        assert (result.returncode, b"went on\n" in result.stderr) == (0, True)

    def test_attest_stops_what_it_should(self, own: Repo, bin_: Path) -> None:
        real(bin_).rename(bin_ / "attest")
        add_remote(own, "origin", "main")
        branch(own, "a", 3)
        assert asked(own, "origin", "a") == ["a 3"]
        script = real(own.home / "real")
        program(bin_, f'echo "Using a Python"; exec {script} "$@"', name="attest")
        assert asked(own, "origin", "a") == ["a 3"]
