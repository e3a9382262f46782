"""A container that runs under a user id of its own: no HOME, and nobody in /etc/passwd."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import tomli_w

import attest
from support import keys
from support.examined import Examined
from support.repo import EPOCH, Repo

pytestmark = pytest.mark.usefixtures("hooks_as_written")

NOBODY = 54321
WHO = {
    "GIT_AUTHOR_NAME": "A U Thor",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_COMMITTER_NAME": "A U Thor",
    "GIT_COMMITTER_EMAIL": "author@example.com",
    "ATTEST_DATE": str(EPOCH),
}


@dataclass(frozen=True)
class Container:
    """A clone that belongs to a user whom the system does not know.

    Args:
        python: an interpreter that the user can start, and the variables it needs.
    """

    path: Path
    key: Path
    python: tuple[str, dict[str, str]]

    def run(
        self, *args: str, stdin: bytes = b"", home: str | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        program, needed = self.python
        result = subprocess.run(
            [program, "-P", "-m", "attest", *args],
            cwd=self.path,
            env={"PATH": os.environ["PATH"], **needed, **WHO, **({"HOME": home} if home else {})},
            input=stdin,
            capture_output=True,
            check=False,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
        )
        assert b"Traceback" not in result.stderr, result.stderr
        return result

    def says(self, code: int, result: subprocess.CompletedProcess[bytes], *words: str) -> None:
        reply = result.stderr.decode()
        assert result.returncode == code, reply
        for word in words:
            assert word in reply, reply


def interpreters() -> Iterator[tuple[str, dict[str, str]]]:
    yield sys.executable, {}
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    system = shutil.which(version, path="/usr/bin:/usr/local/bin")
    packages = [sysconfig.get_path("purelib"), str(Path(attest.__file__).parent.parent)]
    if system:
        yield system, {"PYTHONPATH": os.pathsep.join(packages)}


@pytest.fixture(scope="module")
def python() -> tuple[str, dict[str, str]]:
    if not hasattr(os, "getuid") or os.getuid() != 0:
        pytest.skip("only root can become another user")
    with pytest.raises(KeyError):
        pwd.getpwuid(NOBODY)
    for program, needed in interpreters():
        try:
            subprocess.run(
                [program, "-P", "-c", "import attest.cli.app, cryptography, pydantic"],
                env={"PATH": os.environ["PATH"], **needed},
                check=True,
                capture_output=True,
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return program, needed
    pytest.skip("no Python that another user can start has what attest needs")


@pytest.fixture
def container(python: tuple[str, dict[str, str]], key_folder: Path) -> Iterator[Container]:
    made = keys.make(key_folder)
    with tempfile.TemporaryDirectory(prefix="container-", dir="/tmp") as folder:
        root = Path(folder)
        repo = Repo.create(root)
        repo.write("a.py", "one\n")
        repo.commit("start")
        repo.write("a.py", "two\n")
        shutil.copy(made, root / "key")
        shutil.copy(f"{made}.pub", root / "key.pub")
        for path in (root, *root.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        yield Container(repo.path, root / "key", python)


def examine(container: Container) -> Examined:
    result = container.run("doctor")
    assert result.stderr == b""
    return Examined.of(result.returncode, result.stdout.decode())


def test_doctor_says_what_to_do(container: Container) -> None:
    outcome = examine(container)
    assert outcome.code == 4
    outcome.says("ssh-keygen", "missing", f"No user exists for uid {NOBODY}", "/etc/passwd")
    outcome.says("key", "missing", "no SSH key", "attest init")
    outcome.says("you", "ok", "A U Thor")


@pytest.mark.long
def test_without_a_key_init_says_what_to_do(container: Container) -> None:
    container.says(4, container.run("init"), "no SSH key", "ssh-keygen -t ed25519")
    result = container.run("init", "--yes")
    container.says(4, result, "no home directory", "Set HOME", "attest init --key FILE")
    result = container.run("init", "--yes", home=str(container.path.parent / "home"))
    container.says(4, result, f"No user exists for uid {NOBODY}", "/etc/passwd")
    result = container.run("init", "--key", "~/key")
    container.says(2, result, "~/key", "no home directory", "HOME")


@pytest.mark.long
def test_a_key_is_set_up_and_questions_are_shown(container: Container) -> None:
    result = container.run("init", "--key", str(container.key), "--yes")
    assert result.returncode == 0, result
    assert b"Installed hooks: pre-commit" in result.stdout
    outcome = examine(container)
    outcome.says("key", "ok", "ssh-ed25519")
    outcome.says("signs", "missing", "No user exists", "/etc/passwd")
    result = container.run("questions")
    assert (result.returncode, b"a.py" in result.stdout) == (0, True)


@pytest.mark.long
def test_what_was_answered_is_kept_though_nothing_signs(container: Container) -> None:
    container.run("init", "--key", str(container.key), "--yes")
    data = tomllib.loads(container.run("answer", "--template").stdout.decode())
    for hunk in data["hunk"]:
        hunk.update(invariant="callers wait for two", breaks="the caller would wait for ever")
    result = container.run("answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    container.says(4, result, "No user exists for uid", "Your answers are kept", "/etc/passwd")
    again = container.run("answer", "--template").stdout
    assert b"callers wait for two" in again


@pytest.mark.long
def test_without_a_key_nothing_else_ends_early(container: Container) -> None:
    for args in (["questions"], ["answer", "--template"]):
        result = container.run(*args)
        assert result.returncode == 0, (args, result)
    container.says(4, container.run("answer", "--editor"), "no SSH key", "attest init")
    assert container.run("check", "HEAD").returncode == 1
    assert container.run("uninstall").returncode == 0


@pytest.mark.long
def test_settings_with_a_tilde(container: Container) -> None:
    for setting in ("attest.signingKey", "gpg.ssh.program"):
        config = container.path / ".git/config"
        before = config.read_text()
        section, _, name = setting.rpartition(".")
        head = '[gpg "ssh"]' if section == "gpg.ssh" else f"[{section}]"
        config.write_text(f"{before}{head}\n\t{name} = ~/it\n")
        outcome = examine(container)
        assert outcome.code == 4
        assert any("~/it" in line.reply for line in outcome.lines.values()), outcome.lines
        container.says(4, container.run("answer", "--editor"), "~/it")
        config.write_text(before)
