"""Files that another program has open, as on Windows. What Windows says is played here: only
there a PermissionError has a `winerror`."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import attest
from attest.system import files

SOURCES = Path(attest.__file__).parent


class Held:
    """Work that another program stands in the way of, for some tries."""

    def __init__(self, tries: int, error: OSError) -> None:
        self.tries, self.error, self.done, self.slept = tries, error, 0, list[float]()

    def __call__(self) -> None:
        self.done += 1
        if self.done <= self.tries:
            raise self.error


def windows(winerror: int) -> PermissionError:
    error = PermissionError(13, "Access is denied", "file")
    error.winerror = winerror  # type: ignore[attr-defined]  # only Windows has it
    return error


@pytest.mark.parametrize("winerror", [5, 32])
@pytest.mark.parametrize("tries", [0, 1, len(files.DELAYS)])
def test_a_file_that_is_let_go_of_is_waited_for(winerror: int, tries: int) -> None:
    held = Held(tries, windows(winerror))
    files.patiently(held, held.slept.append)
    assert held.done == tries + 1
    assert held.slept == [delay / 1000 for delay in files.DELAYS[:tries]]


def test_a_file_that_stays_open_is_an_error_in_the_end() -> None:
    held = Held(100, windows(32))
    with pytest.raises(PermissionError) as raised:
        files.patiently(held, held.slept.append)
    assert raised.value is held.error
    assert sum(held.slept) == pytest.approx(0.151)


@pytest.mark.parametrize(
    "error",
    [PermissionError(13, "Permission denied"), windows(19), FileNotFoundError(2, "gone")],
    ids=["not on Windows", "write-protected", "missing"],
)
def test_any_other_error_is_raised_at_once(error: OSError) -> None:
    held = Held(1, error)
    with pytest.raises(type(error)):
        files.patiently(held, held.slept.append)
    assert (held.done, held.slept) == (1, [])


def test_a_held_file_is_replaced_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(files.patiently, "__defaults__", (slept.append,))

    def held(work: Callable[..., None]) -> Callable[..., None]:
        waiting = [windows(5), windows(32)]

        def once_free(*args: object) -> None:
            if waiting:
                raise waiting.pop()
            work(*args)

        return once_free

    monkeypatch.setattr(os, "replace", held(os.replace))
    monkeypatch.setattr(os, "unlink", held(os.unlink))
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("new")
    target.write_text("old")
    files.replace(source, target)
    assert target.read_text() == "new"
    files.remove(target)
    assert list(tmp_path.iterdir()) == []
    assert len(slept) == 4


def test_a_missing_file_is_an_error_unless_it_may_be_missing(tmp_path: Path) -> None:
    files.remove(tmp_path / "missing", missing_ok=True)
    with pytest.raises(FileNotFoundError):
        files.remove(tmp_path / "missing")


def renames(tree: ast.AST) -> list[int]:
    """Lines that rename or remove a file. A `.replace` with one argument is a path's."""
    result = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func
            of_os = isinstance(called.value, ast.Name) and called.value.id == "os"
            of_path = called.attr in ("unlink", "rename") or (
                called.attr == "replace" and len(node.args) == 1 and not node.keywords
            )
            if of_path or (of_os and called.attr in ("replace", "renames", "remove")):
                result.append(node.lineno)
    return result


def test_files_are_renamed_and_removed_in_one_place() -> None:
    result = {
        path.relative_to(SOURCES).as_posix(): lines
        for path in SOURCES.rglob("*.py")
        if (lines := renames(ast.parse(path.read_text("utf-8"))))
    }
    assert list(result) == ["system/files.py"]
    assert len(result["system/files.py"]) == 2


def test_it_costs_a_push_next_to_nothing() -> None:
    """hook/fast_path.py may import it: nothing comes along that Python has not loaded anyway."""
    code = "import sys; old = set(sys.modules); import attest.system.files as _; "
    code += "print(*set(sys.modules) - old)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert set(done.stdout.decode().split()) <= {
        "attest",
        "attest.system",
        "attest.system.files",
        "time",
        "__future__",
    }
