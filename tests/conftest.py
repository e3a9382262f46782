from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from attest.git.isolated import Isolated
from support import forked, inside, keys
from support.corpus import Looker
from support.repo import Repo

settings.register_profile("default", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("quick", settings.get_profile("default"), max_examples=10)
settings.load_profile("default")


MEMORY, ENOUGH = "/dev/shm", 2 << 30


def pytest_configure(config: pytest.Config) -> None:
    """`make test` leaves out the long tests, and most of the generated examples too.

    Where there is a file system in memory that can run programs, repositories lie there:
    the tests make thousands, and would wait for the disk a fifth of their time."""
    if "TMPDIR" not in os.environ and os.path.isdir(MEMORY):
        memory = os.statvfs(MEMORY)
        room = memory.f_bavail * memory.f_frsize >= ENOUGH
        if room and not memory.f_flag & os.ST_NOEXEC:
            folder = tempfile.mkdtemp(prefix="attest-tests-", dir=MEMORY)
            os.chmod(folder, 0o711)  # a test is another user, who must reach what is below
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            os.environ["TMPDIR"], tempfile.tempdir = folder, None
            os.environ["PYTEST_DEBUG_TEMPROOT"] = MEMORY  # keeps what a failed test leaves
    if config.getoption("markexpr") == "not long":
        settings.load_profile("quick")


def pytest_xdist_auto_num_workers() -> int:
    """Three workers on two cores: a test waits for the processes that it starts, one at a time."""
    return (os.cpu_count() or 1) * 3 // 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of `make test` all but the first case of each matrix of whole
    journeys and attacks. Each starts dozens of processes; CI runs them all."""
    if config.getoption("markexpr") != "not long":
        return
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    cases: Counter[str] = Counter()
    for item in items:
        name, bracket, _ = item.nodeid.partition("[")
        whole = bool(bracket) and "/unit/" not in item.path.as_posix()
        cases[name] += whole and item.get_closest_marker("long") is None
        (left if whole and cases[name] > 1 else kept).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is collected stays until the end; Python need not look through it for cycles."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> None:
    """Nothing of the machine's git, agent or CI reaches a test."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "SSH_", "ATTEST_")) or name == "CI":
            del os.environ[name]
    os.environ["ATTEST_CACHE"] = ""  # no test may pass by what another one has analysed


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def key(key_folder: Path) -> Path:
    """An Ed25519 key without a passphrase."""
    return keys.make(key_folder)


@pytest.fixture
def bare_repo(tmp_path: Path) -> Repo:
    """A repository without any commit, and without attest."""
    return Repo.create(tmp_path)


@pytest.fixture(scope="session")
def _start(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Repo:
    """What `repo` is a copy of."""
    start = Repo.create(tmp_path_factory.mktemp("start"))
    start.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    start.commit("start")
    start.set_up(key)
    return start


@pytest.fixture
def repo(_start: Repo, tmp_path: Path, request: pytest.FixtureRequest) -> Repo:
    """A repository with one commit and a file `a.py`, set up with attest."""
    made = _start.copy(tmp_path)
    if "hooks_as_written" in request.fixturenames:
        forked.use_real_one(made.path / ".git/hooks")
    return made


@pytest.fixture
def hooks_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """`repo`, `Repo.set_up` and `Repo.ok` install hooks that start the real Python."""
    monkeypatch.setattr(inside, "python_of_hooks", inside.python_as_written)


@pytest.fixture(scope="session")
def looker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    """Looks at small changes, in a repository of their own."""
    repo = Repo.create(tmp_path_factory.mktemp("corpus"))
    with Isolated([repo.path / ".git" / "objects"], "sha1") as isolated:
        yield Looker(repo, isolated)
