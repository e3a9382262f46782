"""A project with rules: `.attest.toml` and `.attest/` on main, work on topic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support import forge
from support.repo import EMAIL, Repo

RANGE = "main..topic"
MINIMAL = "version = 1\n"


def begin(
    repo: Repo, key: Path | None, policy: str = "", files: Mapping[str, str | bytes] | None = None
) -> Repo:
    """Commit rules to main, and change to the branch topic.

    Args:
        key: listed in allowed_signers for the author; None for an empty file.
        policy: what stands below `version = 1`.
        files: more files of the base.
    """
    line = f'{EMAIL} namespaces="git-attest-v1" {forge.public(key)}\n' if key else "# nobody\n"
    base = {".attest.toml": MINIMAL + policy, ".attest/allowed_signers": line, **(files or {})}
    for name, content in base.items():
        repo.save(name, content)
    repo.git("add", "--", *base)
    # Hooks that are installed have nothing to do there, and cost more than all of this.
    unhooked = ("-c", "core.hooksPath=/dev/null")
    repo.git(*unhooked, "commit", "--quiet", "--allow-empty", "-m", "rules")
    repo.git("checkout", "-q", "-b", "topic")
    return repo


def change(repo: Repo, path: str = "a.py", content: str | bytes | None = None) -> Repo:
    """Stage a change.

    Args:
        content: of the file; by default one line is another one, or there is only one.
    """
    if content is None:
        file = repo.path / path
        _, *rest = file.read_bytes().splitlines(keepends=True) if file.exists() else [b""]
        content = b"".join([b"changed\n", *rest])
    repo.write(path, content)
    return repo


def verdicts(repo: Repo, *args: str) -> list[dict[str, Any]]:
    """The verdicts on topic, by the rules of main."""
    result: list[dict[str, Any]] = repo.report(RANGE, *args)["commits"]
    return result


def outcomes(repo: Repo, *args: str) -> list[str]:
    return [verdict["verdict"] for verdict in verdicts(repo, *args)]


def errors(repo: Repo, *args: str) -> list[str]:
    """The codes of the errors on topic, each once, sorted."""
    return _codes(repo, "error", args)


def warnings(repo: Repo, *args: str) -> list[str]:
    return _codes(repo, "warning", args)


def _codes(repo: Repo, severity: str, args: tuple[str, ...]) -> list[str]:
    findings = [f for verdict in verdicts(repo, *args) for f in verdict["findings"]]
    return sorted({f["code"] for f in findings if f["severity"] == severity})
