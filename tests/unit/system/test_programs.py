"""Programs are found in the absolute entries of PATH alone, and started by that path."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import attest
from attest.system import processes, programs

SOURCE = Path(attest.__file__).parent


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


class TestOnWindows:
    """The rules for Windows; they ask nothing of the system, so they run anywhere."""

    def test_the_extensions_of_pathext_in_its_order(self) -> None:
        outcome = programs.candidates(
            "git", r"C:\Git\cmd;D:/tools/", pathext=".EXE;.COM", windows=True
        )
        assert outcome == [
            r"C:\Git\cmd\git.exe",
            r"C:\Git\cmd\git.com",
            r"D:/tools\git.exe",
            r"D:/tools\git.com",
        ]

    def test_a_name_with_an_extension_is_taken_as_it_is(self) -> None:
        for name in ("git.exe", "GIT.EXE"):
            outcome = programs.candidates(name, "C:\\a", pathext=".EXE", windows=True)
            assert outcome == [f"C:\\a\\{name}"]
        outcome = programs.candidates("ssh-keygen-9.5", "C:\\a", pathext=".EXE", windows=True)
        assert outcome == ["C:\\a\\ssh-keygen-9.5.exe"]

    def test_no_batch_file_and_no_script_is_started(self) -> None:
        pathext = ".COM;.EXE;.BAT;.CMD;.VBS;.PY"
        outcome = programs.candidates("git", "C:\\a", pathext=pathext, windows=True)
        assert outcome == ["C:\\a\\git.com", "C:\\a\\git.exe"]

    @pytest.mark.parametrize("pathext", ["", ".PY;.VBS", ";;"])
    def test_without_a_usable_pathext_it_is_exe(self, pathext: str) -> None:
        outcome = programs.candidates("git", "C:\\a", pathext=pathext, windows=True)
        assert outcome == ["C:\\a\\git.exe"]

    @pytest.mark.parametrize(
        "entry",
        [
            "",
            ".",
            "..",
            "bin",
            ".\\bin",
            "C:bin",
            "C:",
            "\\tools",
            "/tools",
            "~\\bin",
            '""',
            "//",
            "\\\\\\a",
        ],
    )
    def test_what_depends_on_the_current_directory_is_passed_over(self, entry: str) -> None:
        assert programs.entries(f"{entry};C:\\a;{entry}", windows=True) == ["C:\\a"]

    @pytest.mark.parametrize(
        ("entry", "folder"),
        [
            ('"C:\\Program Files\\Git"', "C:\\Program Files\\Git"),
            ("\\\\server\\share\\bin", "\\\\server\\share\\bin"),
            ("//server/share", "//server/share"),
            ("c:/git", "c:/git"),
            ("\\\\?\\C:\\git", "\\\\?\\C:\\git"),
        ],
    )
    def test_what_is_absolute_counts(self, entry: str, folder: str) -> None:
        assert programs.entries(entry, windows=True) == [folder]

    @pytest.mark.parametrize("path", [None, "", ".;bin", ";"])
    def test_without_an_entry_that_counts_it_is_the_systems(self, path: str | None) -> None:
        assert programs.entries(path, windows=True) == [r"C:\Windows\System32", r"C:\Windows"]


class TestOnPosix:
    @pytest.mark.parametrize("entry", ["", ".", "..", "bin", "./bin", "~/bin", "C:\\bin"])
    def test_what_depends_on_the_current_directory_is_passed_over(self, entry: str) -> None:
        assert programs.entries(f"{entry}:/a:{entry}:/b/", windows=False) == ["/a", "/b/"]

    def test_files_in_the_order_of_path(self) -> None:
        assert programs.candidates("gpg", "/a:/b/:/", windows=False) == ["/a/gpg", "/b/gpg", "/gpg"]

    @pytest.mark.parametrize("path", [None, "", ".:bin", ":"])
    def test_without_an_entry_that_counts_it_is_the_systems(self, path: str | None) -> None:
        assert programs.entries(path, windows=False) == ["/usr/bin", "/bin"]


@given(st.text(alphabet=':;/\\."C~a b'), st.booleans())
def test_no_path_leads_into_the_current_directory(path: str, windows: bool) -> None:
    for name in programs.candidates("git", path, pathext=".EXE", windows=windows):
        assert programs.is_absolute(name, windows=windows), name


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
class TestFind:
    @pytest.fixture(autouse=True)
    def _in_a_checkout(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A working directory with a program of its own, there and in `bin`."""
        program(tmp_path / "checkout", "tool")
        program(tmp_path / "checkout/bin", "tool")
        monkeypatch.chdir(tmp_path / "checkout")

    @pytest.mark.parametrize("entry", ["", ".", "bin", "./bin", "../checkout"])
    def test_never_below_the_current_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
    ) -> None:
        monkeypatch.setenv("PATH", f"{entry}{os.pathsep}{tmp_path / 'empty'}{os.pathsep}{entry}")
        assert programs.find("tool") is None
        with pytest.raises(programs.ProgramMissing):
            processes.run(["tool"])
        mine = program(tmp_path / "empty", "tool")
        assert programs.find("tool") == str(mine)
        assert processes.run(["tool"]).returncode == 0

    def test_what_cannot_be_run_is_passed_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program(tmp_path / "a", "tool").chmod(0o644)
        (tmp_path / "b/tool").mkdir(parents=True)
        last = program(tmp_path / "c", "tool")
        monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / name) for name in "abc"))
        assert programs.find("tool") == str(last)

    def test_a_path_is_no_name(self, tmp_path: Path) -> None:
        assert programs.find("checkout/tool", str(tmp_path)) is None
        assert programs.find("", str(tmp_path)) is None

    @pytest.mark.parametrize("given", ["./tool", "bin/tool", "../checkout/tool", "~/tool"])
    def test_a_relative_path_is_refused(self, given: str) -> None:
        with pytest.raises(OSError, match="relative path"):
            programs.locate(given)

    def test_an_absolute_path_is_taken_as_it_is(self) -> None:
        assert programs.locate("/nowhere/tool") == "/nowhere/tool"

    def test_what_belongs_together_is_taken_together(self, tmp_path: Path) -> None:
        keygen = program(tmp_path / "a", "ssh-keygen")
        there = program(tmp_path / "b", "ssh-add")
        path = os.environ["PATH"]
        os.environ["PATH"] = str(tmp_path / "b")
        try:
            assert programs.find_beside(str(keygen), "ssh-add") == str(there)
            beside = program(tmp_path / "a", "ssh-add")
            assert programs.find_beside(str(keygen), "ssh-add") == str(beside)
            assert programs.find_beside("ssh-keygen", "ssh-add") == str(there)
        finally:
            os.environ["PATH"] = path

    def test_what_is_started_does_not_look_there_either(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", f":{tmp_path}:.:bin:/usr/bin:/bin:")
        programs.restrict_path()
        assert os.environ["PATH"] == f"{tmp_path}:/usr/bin:/bin"
        result = processes.run(["sh", "-c", "command -v tool"], stdout=processes.PIPE)
        assert result.stdout == b""

    def test_an_empty_path_becomes_the_systems(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        programs.restrict_path()
        assert os.environ["PATH"] == "/usr/bin:/bin"
        monkeypatch.delenv("PATH")
        programs.restrict_path()
        assert os.environ["PATH"] == "/usr/bin:/bin"


# Nothing else starts a process

STARTS = {
    "os": ("system", "popen", "startfile", "exec", "spawn", "posix_spawn"),
    "subprocess": ("run", "Popen", "call", "check", "getoutput", "getstatusoutput"),
    "pty": ("spawn",),
    "asyncio": ("create_subprocess",),
    "multiprocessing": ("",),
    "shutil": ("which",),
}
"""What starts a process, or looks for a program, by module and beginning of the name."""


def starts(tree: ast.AST) -> set[str]:
    """The modules by which code starts a process, or might."""
    outcome = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            outcome |= {name.name for name in node.names if name.asname and name.name in STARTS}
        elif isinstance(node, ast.ImportFrom) and node.module in STARTS:
            names = [name.name for name in node.names]
            if any(name.startswith(STARTS[node.module]) for name in names):
                outcome.add(node.module)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = node.value.id
            if module in STARTS and node.attr.startswith(STARTS[module]):
                outcome.add(module)
    return outcome


def by_name(tree: ast.AST, *functions: str) -> list[str]:
    """Calls of these functions whose program does not come from programs.py."""
    outcome = []
    for body in ast.walk(tree):
        if not isinstance(body, ast.FunctionDef):
            continue
        located = {
            ast.unparse(node.targets[0])
            for node in ast.walk(body)
            if isinstance(node, ast.Assign)
            and ast.unparse(node.value).startswith(
                ("programs.find(", "[programs.locate(command[0]), ")
            )
        }
        for node in ast.walk(body):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in functions:
                program = ast.unparse(node.args[0])
                if program not in located:
                    outcome.append(f"{ast.unparse(node.func)}({program}")
    return outcome


def test_no_other_module_starts_a_process() -> None:
    seen = {
        (file.name, module)
        for file in SOURCE.rglob("*.py")
        for module in starts(ast.parse(file.read_text("utf-8")))
    }
    assert seen == {("processes.py", "subprocess"), ("fast_path.py", "os")}


def test_what_is_started_was_found_by_its_path() -> None:
    for name, *functions in (
        ("system/processes.py", "subprocess.run", "subprocess.Popen"),
        ("hook/fast_path.py", "os.posix_spawn", "os.posix_spawnp"),
    ):
        tree = ast.parse((SOURCE / name).read_text("utf-8"))
        assert by_name(tree, *functions) == []


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess\nsubprocess.run(['git'])",
        "from subprocess import Popen",
        "import subprocess as s",
        "import os\nos.execvp('git', ['git'])",
        "from os import posix_spawnp",
        "import shutil\nshutil.which('git')",
        "import asyncio\nasyncio.create_subprocess_exec('git')",
    ],
)
def test_each_way_to_start_a_process_is_seen(code: str) -> None:
    assert starts(ast.parse(code))


def test_a_program_by_its_name_is_seen() -> None:
    code = "def f(command):\n    argv = ['git', *command]\n    subprocess.run(argv)"
    assert by_name(ast.parse(code), "subprocess.run") == ["subprocess.run(argv"]
    code = "def f():\n    os.posix_spawn('git', [])"
    assert by_name(ast.parse(code), "os.posix_spawn") == ["os.posix_spawn('git'"]
