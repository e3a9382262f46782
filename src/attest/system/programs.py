"""Which file the name of a program stands for: never one in the current directory.

The current directory is the judged checkout. Windows looks there first for a program
that is started by its name (CreateProcess; Python's `shutil.which` too), and POSIX takes
an empty entry of PATH for it (POSIX.1-2017, XBD 8.3). A `git.exe`, or a `gpg`, that
somebody committed must not run because of that. So every program is looked up here, in
the absolute entries of PATH alone, and is started by the path that was found.

A hook with nothing to do imports this: it needs nothing that Python has not loaded
already when it starts.
"""

from __future__ import annotations

import errno
import os

_WINDOWS = os.name == "nt"
_STARTABLE = (".com", ".exe")
"""Of PATHEXT, what CreateProcess starts by itself. It hands batch files to cmd.exe, which
reads their arguments as commands (CVE-2024-24576), and ours have names from the
repository in them."""

_cache: dict[tuple[str, str | None], str] = {}


class ProgramMissing(FileNotFoundError):
    """No entry of PATH that counts has the program."""


def is_absolute(path: str, *, windows: bool = _WINDOWS) -> bool:
    """Whether a path means the same file wherever a process is. On Windows that takes a
    drive or a server: `\\bin` and `C:bin` depend on the current directory."""
    if not windows:
        return path.startswith("/")
    path = path.replace("/", "\\")
    server = path.startswith("\\\\") and path[2:3] not in ("", "\\")
    return server or (path[:1].isalpha() and path[1:3] == ":\\")


def entries(path: str | None, *, windows: bool = _WINDOWS) -> list[str]:
    """The entries of a PATH that are absolute; those of the system's own where none is
    left, since an empty PATH means the current directory to other programs."""
    separator = ";" if windows else ":"
    default = r"C:\Windows\System32;C:\Windows" if windows else "/usr/bin:/bin"
    for value in (path or "", default):
        parts = [part.strip('"') if windows else part for part in value.split(separator)]
        folders = [part for part in parts if is_absolute(part, windows=windows)]
        if folders:
            return folders
    raise AssertionError(default)


def candidates(
    name: str, path: str | None, *, pathext: str = "", windows: bool = _WINDOWS
) -> list[str]:
    """The files that *name* may stand for, best first.

    Args:
        name: a program's name, without a folder.
        path: the value of PATH; None where it is not set.
        pathext: the value of PATHEXT, for Windows.
    """
    if not windows:
        return [f"{folder.rstrip('/')}/{name}" for folder in entries(path, windows=False)]
    extensions = [extension.strip().lower() for extension in pathext.split(";")]
    suffixes = [extension for extension in extensions if extension in _STARTABLE] or [".exe"]
    endings = [""] if name.lower().endswith(_STARTABLE) else suffixes
    folders = [folder.rstrip("\\/") for folder in entries(path, windows=True)]
    return [f"{folder}\\{name}{ending}" for folder in folders for ending in endings]


def find(name: str, path: str | None = None) -> str | None:
    """The absolute path of a program.

    Args:
        name: a program's name, without a folder.
        path: where to look; this process's PATH by default.

    Returns:
        None where no absolute entry of PATH has it.
    """
    path = os.environ.get("PATH") if path is None else path
    known = _cache.get((name, path))
    if known is not None and is_program(known):
        return known
    if not name or _has_folder(name):
        return None
    for file in candidates(name, path, pathext=os.environ.get("PATHEXT", "")):
        if is_program(file):
            _cache[name, path] = file
            return file
    return None


def is_program(file: str) -> bool:
    """Whether there is a file that can be run."""
    return os.path.isfile(file) and os.access(file, os.X_OK)


def locate(program: str) -> str:
    """The absolute path of a program that is given by its name, or by an absolute path,
    which is taken as it is.

    git runs a relative path from the root of the work tree: a program that changes with
    what is checked out. It is refused here.

    Raises:
        ProgramMissing: there is none of that name.
        OSError: it is a relative path.
    """
    if is_absolute(program):
        return program
    if _has_folder(program):
        reason = "a relative path leads into the checkout; name the program by an absolute one"
        raise OSError(errno.EINVAL, reason, program)
    path = find(program)
    if path is None:
        raise ProgramMissing(errno.ENOENT, "it is not on PATH", program)
    return path


def find_beside(program: str, name: str) -> str | None:
    """The program *name* of the installation that *program* belongs to: the one in the
    same folder, or else that on PATH."""
    folder = os.path.dirname(program) if is_absolute(program) else ""
    return (find(name, folder) if folder else None) or find(name)


def restrict_path() -> None:
    """Leave only absolute entries in this process's PATH, so that neither the programs
    that are started from here nor a library look in the current directory."""
    os.environ["PATH"] = os.pathsep.join(entries(os.environ.get("PATH")))
    if _WINDOWS:
        os.environ["NODEFAULTCURRENTDIRECTORYINEXEPATH"] = "1"


def _has_folder(name: str) -> bool:
    return "/" in name or (_WINDOWS and ("\\" in name or ":" in name))
