"""A failure of git is shown in git's own words, with a remedy that applies."""

from __future__ import annotations

from support.messages import hook
from support.repo import Repo
from support.rewriting import again, attest, filled, outcomes, state


def test_a_hook_that_guards_refs(two: Repo) -> None:
    data, before = filled(two), state(two)
    guard = hook(two, "reference-transaction", 'grep -q refs/heads/main && test "$1" != prepared')
    result = attest(two, "answer", "--unpushed", "--answers", "-", stdin=data)
    assert result.returncode == 4
    reply = result.stderr.decode()
    assert "fatal: " in reply
    assert "hook" in reply
    assert reply.count("git rev-parse --git-path hooks/reference-transaction") == 1
    assert "run the command again" not in reply.lower()
    assert state(two) == before
    path = two.git("rev-parse", "--git-path", "hooks/reference-transaction")
    assert (two.path / path).samefile(guard)
    guard.unlink()
    again(two)
    assert [verdict for verdict, _ in outcomes(two, "origin/main..HEAD")] == ["attested"] * 2


def test_a_configuration_that_is_broken(two: Repo) -> None:
    with (two.path / ".git/config").open("a") as file:
        file.write("[core\n")
    result = attest(two, "answer", "--unpushed")
    assert result.returncode == 4
    reply = result.stderr.decode()
    assert "fatal: bad config line" in reply
    assert reply.rstrip().endswith("Correct the file and the line that git names.")


def test_a_repository_for_a_newer_git(two: Repo) -> None:
    two.git("config", "core.repositoryFormatVersion", "1")
    two.git("config", "extensions.tomorrow", "true")
    result = attest(two, "answer", "--unpushed")
    assert result.returncode == 4
    reply = result.stderr.decode()
    assert "tomorrow" in reply
    assert "Install a newer git" in reply
