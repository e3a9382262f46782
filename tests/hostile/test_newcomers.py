"""Who is no newcomer (`commits` of `[[exempt]]`), and who only writes so."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import forge, ruled
from support.forge_server import ForgeServer, reply
from support.repo import EMAIL, Repo

SEASONED = "[[exempt]]\ncommits = 3\n"
SIGN = "-S"


def publish(server: ForgeServer, login: str, key: Path) -> tuple[str, str]:
    """Publish a key of a login; the option that names the forge."""
    server.answer(f"/{login}.keys", reply(f"{forge.public(key)}\n".encode()))
    return "--forge", f"forgejo:5+{login}@{server.url}"


def signs_with(repo: Repo, key: Path) -> None:
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))


def begin(repo: Repo, key: Path | None, *options: str, policy: str = SEASONED) -> Repo:
    """Three more commits on main by the author, and rules that list a key for both uses."""
    repo.commit("old 0", *options)
    line = f"{EMAIL} {forge.public(key)}\n" if key else "# nobody\n"
    for number in (1, 2):
        repo.write("b.py", f"{number}\n")
        repo.commit(f"old {number}", *options)
    repo.env["GIT_AUTHOR_EMAIL"] = "maintainer@example.com"
    ruled.begin(repo, None, policy, {".attest/allowed_signers": line})
    repo.env["GIT_AUTHOR_EMAIL"] = EMAIL
    return repo


def count(repo: Repo) -> int:
    return int(repo.git("rev-list", "--count", f"--author=<{EMAIL}>", "main"))


def test_an_author_with_enough_commits_is_exempt(repo: Repo, key: Path) -> None:
    begin(repo, key)
    assert count(repo) == 4  # the fixture makes one
    signs_with(repo, key)
    ruled.change(repo).commit("signed by git", SIGN)
    (verdict,) = ruled.verdicts(repo)
    reason = "its author has 3 or more commits in the base"
    assert (verdict["verdict"], verdict["exempt"]) == ("exempt", reason)


def test_too_few_commits(repo: Repo, key: Path) -> None:
    begin(repo, key, policy="[[exempt]]\ncommits = 5\n")
    signs_with(repo, key)
    ruled.change(repo).commit("signed by git", SIGN)
    assert ruled.errors(repo) == ["unattested"]


def test_commits_of_the_pull_request_do_not_count(repo: Repo, key: Path) -> None:
    begin(repo, key, policy="[[exempt]]\ncommits = 5\n")
    signs_with(repo, key)
    for number in range(4):
        ruled.change(repo, content=f"{number}\n").commit("one more", SIGN)
    assert ruled.outcomes(repo) == ["failed"] * 4


def test_merges_do_not_count(repo: Repo, key: Path) -> None:
    begin(repo, key, policy="[[exempt]]\ncommits = 5\n")
    sides = [word for side in ("main", "main~1") for word in ("-p", side)]
    merge = repo.git("commit-tree", "main^{tree}", *sides, "-m", "Merge")
    repo.git("update-ref", "refs/heads/main", merge)
    assert count(repo) == 5
    signs_with(repo, key)
    ruled.change(repo).commit("signed by git", SIGN)
    assert ruled.errors(repo) == ["unattested"]


def test_the_address_alone_proves_nothing(repo: Repo, key: Path) -> None:
    ruled.change(begin(repo, key)).commit("in somebody's name")
    assert ruled.errors(repo) == ["unattested"]


def test_another_key_proves_nothing(repo: Repo, key: Path, other: Path) -> None:
    begin(repo, key)
    signs_with(repo, other)
    ruled.change(repo).commit("in somebody's name", SIGN)
    assert ruled.errors(repo) == ["unattested"]


def test_a_key_that_is_listed_for_another_address_proves_nothing(repo: Repo, key: Path) -> None:
    begin(repo, key)
    signs_with(repo, key)
    ruled.change(repo).commit("signed", SIGN, "--author", "B <maintainer@example.com>")
    assert ruled.errors(repo) == ["unattested"]


def test_a_signature_that_was_carried_to_another_commit(repo: Repo, key: Path) -> None:
    begin(repo, key)
    signs_with(repo, key)
    ruled.change(repo).commit("signed", SIGN)
    repo.rewrite(repo.raw().replace(b"\n\nsigned", b"\n\nanother"))
    assert ruled.errors(repo) == ["unattested"]


def test_paths_narrow_it(repo: Repo, key: Path) -> None:
    begin(repo, key, policy=SEASONED + 'paths = ["*", "!crypto/**"]\n')
    signs_with(repo, key)
    ruled.change(repo, "crypto/a.py").commit("there", SIGN)
    ruled.change(repo, "b.py").commit("elsewhere", SIGN)
    assert ruled.outcomes(repo) == ["failed", "exempt"]


def test_the_no_reply_address_of_the_login_that_opened_it(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    spec = publish(server, "ada", key)
    own, others = "5+ada@noreply.localhost", "6+bob@noreply.localhost"
    for author in (own, own, own, others, others, others):
        repo.commit("old", "--author", f"X <{author}>")
    ruled.begin(repo, None, SEASONED)
    ruled.change(repo, content="1\n").commit("ada's", "--author", f"X <{own}>")
    ruled.change(repo, content="2\n").commit("bob's, as it says", "--author", f"X <{others}>")
    assert ruled.outcomes(repo, *spec) == ["exempt", "failed"]
    assert ruled.outcomes(repo) == ["failed", "failed"]


@pytest.mark.parametrize(("old", "outcome"), [(SIGN, "exempt"), ("--no-gpg-sign", "failed")])
def test_a_key_that_the_login_publishes_counts_what_it_signed(
    repo: Repo, other: Path, server: ForgeServer, old: str, outcome: str
) -> None:
    """Mallory can write any address; only what her own key signed is hers."""
    spec = publish(server, "mallory", other)
    signs_with(repo, other)
    begin(repo, None, old)
    ruled.change(repo).commit("signed", SIGN)
    assert ruled.outcomes(repo, *spec) == [outcome]
    assert ruled.outcomes(repo) == ["failed"]


def test_blocks_by_the_logins_key_count_too(repo: Repo, key: Path, server: ForgeServer) -> None:
    spec = publish(server, "ada", key)
    repo.set_up(key)
    for number in (1, 2, 3):
        ruled.change(repo, content=f"{number}\n").attested(f"answered {number}")
    ruled.begin(repo, None, SEASONED)
    signs_with(repo, key)
    ruled.change(repo).commit("signed by git", SIGN)
    assert ruled.outcomes(repo, *spec) == ["exempt"]


def test_a_revoked_key_proves_nothing(repo: Repo, key: Path, server: ForgeServer) -> None:
    spec = publish(server, "ada", key)
    signs_with(repo, key)
    begin(repo, key, SIGN)
    ruled.change(repo).commit("signed", SIGN)
    repo.git("checkout", "-q", "main")
    repo.write(".attest/revoked", f"{forge.key_print(key)} lost\n")
    repo.commit("revoke")
    assert ruled.outcomes(repo, *spec) == ["failed"]
