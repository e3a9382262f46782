"""`attest check --output`: a file has all of the report, or what it had before."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attest.cli import report_file
from support.repo import Repo

BEFORE = b"the report of yesterday\n" * 200
DATA = b"the report of today\n" * 20_000
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if (
        not shutil.which("mount")
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("a disk of its own needs the right to mount one")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_the_report_that_was_there(repo: Repo, small_disk: Path) -> None:
    page, new, summary = small_disk / "a.html", small_disk / "new.html", repo.path / "a.md"
    page.write_bytes(BEFORE)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * (44 << 10))
    repo.write("a.py", (repo.path / "a.py").read_text("utf-8") + "more = call()\n" * 900)
    repo.git("commit", "-q", "-a", "-m", "large", "--no-verify")
    files = (f"html={page}", f"html={new}", f"markdown={summary}")
    options = [word for file in files for word in ("--output", file)]
    result = repo.attest("check", "HEAD", *options)
    assert result.returncode == 4
    assert f"--output html={page}: No space left on device" in result.stderr.decode()
    assert page.read_bytes() == BEFORE
    assert sorted(small_disk.iterdir()) == [page, ballast]
    assert summary.read_text("utf-8").startswith("❌ **attest: failed**")
    ballast.unlink()
    assert repo.attest("check", "HEAD", "--output", f"html={page}").returncode == 1
    assert page.read_text("utf-8").startswith("<!doctype html>")


@POSIX
def test_a_limit_of_the_process_keeps_it_too(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(BEFORE)
    script = (
        "import resource, signal; from pathlib import Path; from attest.cli import report_file;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192));"
        f"report_file.write(Path({str(file)!r}), b'x' * 100_000)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert b"File too large" in result.stderr
    assert (file.read_bytes(), os.listdir(tmp_path)) == (BEFORE, ["file"])


@POSIX
def test_the_permissions_stay_and_new_files_are_as_others(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(BEFORE)
    file.chmod(0o640)
    report_file.write(file, DATA)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (DATA, 0o640)
    usual, new = tmp_path / "usual", tmp_path / "new"
    usual.write_bytes(b"")
    report_file.write(new, DATA)
    assert new.stat().st_mode == usual.stat().st_mode


@POSIX
@pytest.mark.parametrize("exists", [True, False])
def test_links_are_followed_to_the_file(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "second").symlink_to("folder/file")
    (tmp_path / "first").symlink_to(tmp_path / "second")
    if exists:
        (folder / "file").write_bytes(BEFORE)
    report_file.write(tmp_path / "first", DATA)
    assert (folder / "file").read_bytes() == DATA
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()


@POSIX
def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        report_file.write(tmp_path / "a", DATA)
    assert (tmp_path / "a").is_symlink()


@POSIX
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/{}", "{folder}/link"])
def test_what_is_open_already_is_written_into(tmp_path: Path, name: str) -> None:
    """A new file of that name would not be the one that the caller reads."""
    (tmp_path / "link").symlink_to("out")
    with (tmp_path / "out").open("wb") as out:
        path = name.format(out.fileno(), folder=tmp_path)
        script = (
            "from pathlib import Path; from attest.cli import report_file;"
            f"report_file.write(Path({path!r}), b'all of it')"
        )
        command = [sys.executable, "-c", script]
        subprocess.run(command, stdout=out, pass_fds=[out.fileno()], check=True)
        assert os.path.samestat(os.fstat(out.fileno()), (tmp_path / "out").stat())
    assert (tmp_path / "out").read_bytes() == b"all of it"


@POSIX
def test_a_file_that_is_mounted_by_itself_is_written_into(tmp_path: Path) -> None:
    """A container has single files of a runner like that; their names cannot be taken."""
    file = tmp_path / "file"
    file.write_bytes(BEFORE)
    mount = ["mount", "--bind", str(file), str(file)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting needs a right")
    try:
        report_file.write(file, DATA)
        assert (file.read_bytes(), os.listdir(tmp_path)) == (DATA, ["file"])
    finally:
        subprocess.run(["umount", str(file)], check=True)
