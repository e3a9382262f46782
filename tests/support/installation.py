"""Another installation of attest: a real environment with the packages of this one, but for
those that a test leaves out or gives another version."""

from __future__ import annotations

import os
import sysconfig
import venv
from collections.abc import Collection, Mapping
from pathlib import Path


def make(
    folder: Path, *, without: Collection[str] = (), versions: Mapping[str, str] | None = None
) -> Path:
    """Make an environment; returns its Python.

    Args:
        without: modules that are not installed in it.
        versions: for modules, the version that their metadata names in it; the code stays
            this environment's.
    """
    venv.EnvBuilder(symlinks=os.name != "nt").create(folder)
    scheme = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        module = path.name.partition("-")[0].lower()
        version = (versions or {}).get(module)
        if module in without:
            continue
        if version is not None and path.suffix == ".dist-info":
            _relabel(path, site / f"{module}-{version}.dist-info", version)
        else:
            (site / path.name).symlink_to(path)
    return Path(sysconfig.get_path("scripts", "venv", scheme)) / "python"


def _relabel(old: Path, new: Path, version: str) -> None:
    new.mkdir()
    lines = (old / "METADATA").read_text("utf-8").split("\n")
    relabelled = [f"Version: {version}" if line.startswith("Version:") else line for line in lines]
    (new / "METADATA").write_text("\n".join(relabelled), "utf-8")
