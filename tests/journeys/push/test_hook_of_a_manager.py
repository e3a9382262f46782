"""Where a hook manager's `pre-push` calls attest, and nobody can be asked."""

from __future__ import annotations

import shlex
import sys

from support.repo import Repo
from support.rewriting import change, published


def test_attest_push_is_named_first(repo: Repo) -> None:
    """As husky keeps its hooks: in a folder that is tracked."""
    published(repo)
    change(repo, 3)
    remote = repo.home / "up.git"
    repo.git("init", "-q", "--bare", str(remote))
    hooks = repo.path / ".husky"
    hooks.mkdir()
    python = shlex.quote(sys.executable)
    (hooks / "pre-push").write_text(f'#!/bin/sh\n{python} -P -m attest hook pre-push "$@"\n')
    (hooks / "pre-push").chmod(0o755)
    repo.git("config", "core.hooksPath", str(hooks))
    result = repo.run("git", "push", str(remote), "HEAD:refs/heads/topic")
    assert result.returncode == 1
    lines = result.stderr.decode().split("\n")
    at = next(n for n, line in enumerate(lines) if "To answer and push in one go:" in line)
    assert lines[at + 1] == f"attest:   attest push {remote} HEAD:refs/heads/topic"
    assert lines[at + 2].startswith("attest: or answer alone, and push then:")
