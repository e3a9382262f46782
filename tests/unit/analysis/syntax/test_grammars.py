"""The version of what reads code: in one place, and where pip can install them."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from attest.analysis.syntax import grammars
from attest.analysis.syntax.grammars import Installed

PYPROJECT = Path(__file__).parents[4] / "pyproject.toml"


def declared() -> dict[str, Requirement]:
    listed = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]
    return {result.name: result for result in map(Requirement, listed)}


def test_what_the_rules_need_is_what_pip_installs() -> None:
    assert str(declared()[grammars.PACKAGE].specifier) == f"=={grammars.VERSION}"


def platform(system: str, machine: str, python: str, implementation: str) -> dict[str, str]:
    return {
        "sys_platform": system,
        "platform_machine": machine,
        "python_version": python,
        "platform_python_implementation": implementation,
    }


PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
WHEELS = [
    ("linux", "x86_64"),
    ("linux", "aarch64"),
    ("darwin", "arm64"),
    ("darwin", "x86_64"),
    ("win32", "AMD64"),
    ("win32", "x86"),
]
NONE = [
    ("linux", "armv7l", "3.13", "CPython"),
    ("linux", "i686", "3.13", "CPython"),
    ("linux", "ppc64le", "3.13", "CPython"),
    ("linux", "s390x", "3.13", "CPython"),
    ("linux", "riscv64", "3.13", "CPython"),
    ("win32", "ARM64", "3.13", "CPython"),
    ("freebsd14", "amd64", "3.13", "CPython"),
    ("linux", "x86_64", "3.15", "CPython"),
    ("linux", "x86_64", "3.11", "PyPy"),
]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("system", "machine"), WHEELS)
def test_grammars_are_installed_where_they_have_wheels(
    system: str, machine: str, python: str
) -> None:
    marker = declared()["ast-grep-py"].marker
    assert marker is not None
    assert marker.evaluate(platform(system, machine, python, "CPython"))


@pytest.mark.parametrize("where", NONE)
def test_grammars_are_left_out_where_they_have_none(where: tuple[str, str, str, str]) -> None:
    marker = declared()["ast-grep-py"].marker
    assert marker is not None
    assert not marker.evaluate(platform(*where))


@pytest.mark.parametrize(
    ("result", "fits", "described"),
    [
        (Installed(grammars.VERSION), True, "ast-grep-py 0.51.0"),
        (Installed("0.51.0+local.1"), True, "ast-grep-py 0.51.0+local.1"),
        (Installed("0.51.1"), False, "ast-grep-py: pinned 0.51.0, installed 0.51.1"),
        (Installed("0.51.0.post1"), False, "pinned 0.51.0, installed 0.51.0.post1"),
        (Installed(""), False, "pinned 0.51.0, installed in an unknown version"),
        (Installed("", "no module"), False, "not installed (no module)"),
        (
            Installed("0.51.0", "no GLIBC_2.28"),
            False,
            "installed 0.51.0, which cannot be imported (no GLIBC_2.28)",
        ),
    ],
)
def test_the_pinned_version_alone_will_do(result: Installed, fits: bool, described: str) -> None:
    assert result.fits == fits
    assert described in result.described


def test_what_is_installed_here_is_what_is_pinned() -> None:
    assert grammars.installed() == Installed(grammars.VERSION)


def test_what_an_installer_wrote_here_is_found() -> None:
    assert grammars._is_recorded()


PINNED = f"ast_grep_py-{grammars.VERSION}.dist-info"


@pytest.mark.parametrize(
    ("folders", "is_pinned"),
    [
        ([PINNED], True),
        (["ast_grep_py-0.1.dist-info"], False),
        (["ast_grep_py_stubs-9.dist-info"], False),
        ([PINNED, "ast_grep_py-0.2.dist-info"], False),
        ([f"ast_grep_py-{grammars.VERSION}.egg-info"], False),
        ([], False),
    ],
)
def test_importlib_is_asked_where_one_folder_does_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: list[str], is_pinned: bool
) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path / "gone"), str(tmp_path)])
    assert grammars._is_recorded() == is_pinned
