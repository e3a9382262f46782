"""Attacks on a block in the description of a pull request, and on who opened it (docs/format.md,
"In a description"). Each attack has an honest sibling that passes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support import forge, units
from support.forge_server import ForgeServer, reply
from support.repo import Repo

FOLDED = b"Please merge.\n\n<details><summary>Attestation</summary>\n\n```\n%s```\n\n</details>\n"


def branch(repo: Repo, key: Path | None, policy: str = "") -> None:
    """A branch of two commits without a block."""
    units.begin(repo, key, policy)
    units.commits(repo, "b.py", "c.py")


def file(repo: Repo, content: bytes) -> tuple[str, str]:
    path = repo.home / "description"
    path.write_bytes(content)
    return "--body", str(path)


def block(repo: Repo, key: Path, edit: units.Edit = lambda one: one) -> bytes:
    return units.text(repo, key, units.difference(repo), edit)


def in_ci(repo: Repo, body: object, login: str = "ada", url: str = "https://x.example") -> None:
    """The rest of the test runs in a pipeline of Forgejo."""
    event = {
        "pull_request": {
            "number": 7,
            "body": body,
            "user": {"login": login, "id": 5},
            "base": {"sha": repo.git("rev-parse", "main"), "ref": "main"},
            "head": {"sha": repo.git("rev-parse", "topic")},
        }
    }
    path = repo.home / "event.json"
    path.write_text(json.dumps(event), "utf-8")
    repo.env |= {
        "FORGEJO_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request_target",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_SERVER_URL": url,
    }


def in_pipeline(repo: Repo, *args: str) -> dict[str, Any]:
    result = forge.run(repo, "check", "--format", "json", *args)
    assert result.returncode in (0, 1), result.stderr
    (verdict,) = json.loads(result.stdout)["commits"]
    return dict(verdict)


def publish(server: ForgeServer, login: str, *published: Path) -> None:
    body = "".join(f"{forge.public(one)}\n" for one in published)
    server.answer(f"/{login}.keys", reply(body.encode()))


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_block_in_the_description_counts(repo: Repo, key: Path, ending: bytes) -> None:
    branch(repo, key)
    content = (FOLDED % block(repo, key)).replace(b"\n", ending)
    verdict = units.verdict(repo, *file(repo, content))
    assert (verdict["verdict"], verdict["findings"]) == ("attested", [])
    assert units.errors(repo) == ["unattested"]


def test_it_is_read_from_the_event(repo: Repo, key: Path) -> None:
    branch(repo, key)
    in_ci(repo, (FOLDED % block(repo, key)).decode().replace("\n", "\r\n"))
    assert in_pipeline(repo)["verdict"] == "attested"


@pytest.mark.parametrize("body", [None, "", 7, ["Attest: v1"], "nothing here", "\ud800"])
def test_whoever_edits_it_can_remove_the_block(repo: Repo, key: Path, body: object) -> None:
    branch(repo, key)
    in_ci(repo, body)
    assert units.codes(in_pipeline(repo)) == ["unattested"]


def test_whoever_edits_it_can_forge_none(repo: Repo, key: Path) -> None:
    branch(repo, key)
    forged = block(repo, key).replace(b"breaks 0", b"nothing at all")
    assert units.errors(repo, *file(repo, forged)) == ["signature-invalid"]


def test_another_persons_block_in_it(repo: Repo, key: Path, other: Path) -> None:
    branch(repo, None)
    theirs = block(repo, other, lambda one: replace(one, email="eve@example.com"))
    assert "signer-unknown" in units.errors(repo, *file(repo, theirs))
    assert "attester-mismatch" in units.errors(repo, *file(repo, theirs))


def test_the_author_is_that_of_the_newest_commit_that_is_no_merge(repo: Repo, key: Path) -> None:
    branch(repo, key)
    repo.git("checkout", "-q", "main")
    units.commits(repo, "d.py")
    repo.git("checkout", "-q", "topic")
    repo.env |= {"GIT_AUTHOR_EMAIL": "maintainer@example.com"}
    repo.git("merge", "-q", "--no-edit", "main")
    assert units.verdict(repo, *file(repo, block(repo, key)))["verdict"] == "attested"


def test_a_stale_description_is_no_error_beside_a_block_in_a_commit(repo: Repo, key: Path) -> None:
    branch(repo, key)
    old = block(repo, key)
    units.commits(repo, "d.py")
    assert units.errors(repo, *file(repo, old)) == ["answer-missing", "hunk-not-covered"]
    units.attest(repo, key)
    assert units.verdict(repo, *file(repo, old))["verdict"] == "attested"


def test_blocks_of_commits_and_description_are_not_united(repo: Repo, key: Path) -> None:
    branch(repo, key)
    whole = units.block(repo, units.difference(repo))
    first, second = (replace(whole, change="0" * 56, hunks=(hunk,)) for hunk in whole.hunks)
    forge.attach(repo, forge.signed(first, key))
    body = b"\n".join(forge.signed(second, key)) + b"\n"
    assert units.errors(repo, *file(repo, body)) == ["answer-missing", "hunk-not-covered"]


@pytest.mark.parametrize("size", [0, 1 << 20])
def test_it_has_the_limits_of_a_message(repo: Repo, key: Path, size: int) -> None:
    branch(repo, key)
    body = block(repo, key) + b"x" * size
    assert units.errors(repo, *file(repo, body)) == (["limit-exceeded"] if size else [])


def test_a_file_that_is_not_there(repo: Repo, key: Path) -> None:
    branch(repo, key)
    result = forge.run(repo, "check", "main..topic", "--body", str(repo.home / "none"))
    assert result.returncode == 2


def test_it_is_not_read_where_the_unit_is_the_commit(repo: Repo, key: Path) -> None:
    branch(repo, key)
    body = block(repo, key)
    repo.git("checkout", "-q", "main")
    repo.write(".attest.toml", "version = 1\n")
    repo.commit("Commits again")
    in_ci(repo, body.decode())
    report = json.loads(forge.run(repo, "check", "--format", "json").stdout)
    assert [one["verdict"] for one in report["commits"]] == ["failed", "failed"]
    result = forge.run(repo, "check", "main..topic", *file(repo, body))
    assert result.returncode == 2
    assert b'unit = "pull-request"' in result.stderr


def test_who_opened_it_may_attest_whatever_the_commits_say(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    repo.env |= {"GIT_AUTHOR_EMAIL": "somebody@example.com"}
    branch(repo, None)
    body = block(repo, key, lambda one: replace(one, email="ada@noreply.localhost"))
    publish(server, "ada", key)
    in_ci(repo, body.decode(), url=server.url)
    assert units.codes(in_pipeline(repo)) == ["attester-mismatch", "signer-unknown"]
    verdict = in_pipeline(repo, "--forge", "forgejo")
    assert (verdict["verdict"], verdict["findings"]) == ("attested", [])


def test_a_login_that_did_not_open_it_may_not(repo: Repo, key: Path, server: ForgeServer) -> None:
    repo.env |= {"GIT_AUTHOR_EMAIL": "somebody@example.com"}
    branch(repo, None)
    body = block(repo, key, lambda one: replace(one, email="ada@noreply.localhost"))
    publish(server, "ada", key)
    publish(server, "eve")
    in_ci(repo, body.decode(), "eve", server.url)
    named = ("--forge", f"forgejo:ada@{server.url}")
    assert units.codes(in_pipeline(repo, *named)) == ["attester-mismatch"]


def test_who_opened_it_has_no_say_about_blocks_in_commits(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    repo.env |= {"GIT_AUTHOR_EMAIL": "somebody@example.com"}
    branch(repo, None)
    units.attest(repo, key, lambda one: replace(one, email="ada@noreply.localhost"))
    publish(server, "ada", key)
    in_ci(repo, "", url=server.url)
    assert units.codes(in_pipeline(repo, "--forge", "forgejo")) == ["attester-mismatch"]


@pytest.mark.parametrize("severity", ["warning", "error"])
def test_somebody_else_submits_a_signed_branch_again(
    repo: Repo, key: Path, other: Path, server: ForgeServer, severity: str
) -> None:
    branch(repo, key, f'[findings]\nattester-not-opener = "{severity}"\n')
    units.attest(repo, key)
    publish(server, "ada", key)
    publish(server, "eve", other)
    in_ci(repo, "", "eve", server.url)
    verdict = in_pipeline(repo, "--forge", "forgejo")
    assert units.codes(verdict, severity) == ["attester-not-opener"]
    assert (verdict["verdict"] == "failed") == (severity == "error")
    in_ci(repo, "", "ada", server.url)
    assert in_pipeline(repo, "--forge", "forgejo")["findings"] == []


@pytest.mark.parametrize(("cut", "expected"), [("false", []), ("true", ["unattested"])])
def test_gitlab_may_have_cut_it(repo: Repo, key: Path, cut: str, expected: list[str]) -> None:
    branch(repo, key)
    repo.env |= {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": repo.head,
        "CI_MERGE_REQUEST_DESCRIPTION": (FOLDED % block(repo, key)).decode(),
        "CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED": cut,
    }
    assert units.codes(in_pipeline(repo, "--base", "main")) == expected


@pytest.mark.parametrize("address", ["5+ada@noreply.localhost", "5+eve@noreply.localhost"])
def test_a_squash_by_the_button_has_the_openers_no_reply_address(
    repo: Repo, key: Path, server: ForgeServer, address: str
) -> None:
    """The forge writes it for whoever opened the pull request; the block names another address
    of the same person."""
    branch(repo, None)
    body = block(repo, key).decode()
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "topic")
    repo.commit(f"Squashed (#7)\n\n{body}", "--no-verify", "--author", f"ada <{address}>")
    publish(server, "ada", key)
    named = ("--forge", f"forgejo:5+ada@{server.url}")
    [verdict] = repo.report("--landed", "main~1..main", *named)["commits"]
    mine = address.startswith("5+ada@")
    assert units.codes(verdict) == ([] if mine else ["attester-mismatch"])
    [verdict] = repo.report("--landed", "main~1..main")["commits"]
    assert units.codes(verdict) == ["attester-mismatch", "signer-unknown"]


def test_a_block_for_one_commit_counts_in_that_commit_alone(repo: Repo, key: Path) -> None:
    """A description is no commit: its block must say that it is for the branch."""
    units.begin(repo, key)
    units.commits(repo, "b.py")
    assert units.verdict(repo, *file(repo, block(repo, key)))["verdict"] == "attested"
    plain = block(repo, key, lambda one: replace(one, branch_commits=None))
    assert units.errors(repo, *file(repo, plain)) == ["unattested"]
