"""Attacks on the rules: the policy, signers and revocations of the base decide, and
never those of the judged commits. Each attack has an honest sibling that passes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from attest.questions.selection import RULES
from support import forge, ruled
from support.repo import EMAIL, Repo


def test_an_honest_change_by_a_listed_key_passes(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key)).attested("good")
    assert (ruled.outcomes(repo), ruled.warnings(repo)) == (["attested"], [])


def test_the_change_weakens_the_policy(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    repo.write(".attest.toml", 'version = 1\nignore = ["*"]\nmode = "advisory"\n')
    repo.commit("no rules any more")
    ruled.change(repo).commit("not attested")
    assert ruled.errors(repo) == ["unattested"]
    assert ruled.warnings(repo) == ["policy-changed"]


@pytest.mark.parametrize(
    "path",
    [
        ".attest.toml",
        ".attest/allowed_signers",
        ".attest/revoked",
        ".attest/keys/me.asc",
        "sub/.gitattributes",
        ".github/workflows/attest.yml",
        ".gitlab-ci.yml",
    ],
)
def test_a_change_of_the_rules_is_reported_and_attested_like_any(
    repo: Repo, key: Path, path: str
) -> None:
    ruled.begin(repo, key)
    ruled.change(repo, path, "# another\n").attested("rules")
    assert (ruled.outcomes(repo), ruled.warnings(repo)) == (["attested"], ["policy-changed"])


def test_a_policy_can_make_a_change_of_the_rules_an_error(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, '[findings]\npolicy-changed = "error"\n')
    ruled.change(repo, ".attest/revoked", "# none\n").attested("rules")
    assert ruled.errors(repo) == ["policy-changed"]


def test_the_change_adds_its_own_key(repo: Repo, key: Path, other: Path) -> None:
    ruled.begin(repo, key)
    repo.set_up(other)
    repo.write(".attest/allowed_signers", f"{EMAIL} {forge.public(other)}\n")
    repo.attested("add me")
    ruled.change(repo).attested("by the added key")
    assert ruled.errors(repo) == ["signer-unknown"]


def test_the_change_takes_its_revocation_out(repo: Repo, key: Path) -> None:
    revoked = f"{forge.key_print(key)} stolen on a train\n"
    ruled.begin(repo, key, files={".attest/revoked": revoked})
    repo.git("rm", "-q", ".attest/revoked")
    repo.attested("never mind")
    assert ruled.errors(repo) == ["key-revoked"]
    reply = ruled.verdicts(repo)[0]["findings"]
    assert any("stolen on a train" in finding["message"] for finding in reply)


def test_a_revoked_key_fails_whatever_time_it_claims(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, files={".attest/revoked": f"{forge.public(key)} lost\n"})
    ruled.change(repo)
    repo.answer(ATTEST_DATE="1")
    repo.commit("long ago")
    assert ruled.errors(repo, "--audit") == ["key-revoked"]


def test_another_revoked_key_does_no_harm(repo: Repo, key: Path, other: Path) -> None:
    ruled.begin(repo, key, files={".attest/revoked": f"{forge.key_print(other)} lost\n"})
    ruled.change(repo).attested("good")
    assert ruled.outcomes(repo) == ["attested"]


def test_replay_in_another_project(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, 'project = "toaster"\n')
    ruled.change(repo).attested("made for the toaster")
    assert ruled.outcomes(repo) == ["attested"]
    repo.git("checkout", "-q", "main")
    repo.write(".attest.toml", ruled.MINIMAL + 'project = "kettle"\n')
    repo.commit("another project")
    assert ruled.errors(repo) == ["project-mismatch"]


def test_a_block_without_a_project_in_one_that_has_an_id(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    ruled.change(repo).attested("made for any project")
    repo.git("checkout", "-q", "main")
    repo.write(".attest.toml", ruled.MINIMAL + 'project = "kettle"\n')
    repo.commit("gets an id")
    assert ruled.errors(repo) == ["project-mismatch"]


@pytest.mark.parametrize("which", ["generated", "vendored"])
def test_the_range_marks_its_own_files(repo: Repo, key: Path, which: str) -> None:
    ruled.begin(repo, key, f'{which} = "ignore"\n')
    repo.write(".gitattributes", f"*.py linguist-{which}\n")
    repo.attested("attributes")
    ruled.change(repo).commit("hidden")
    assert ruled.errors(repo) == ["unattested"]


@pytest.mark.parametrize("which", ["generated", "vendored"])
def test_files_that_the_base_marks_are_left_out(repo: Repo, key: Path, which: str) -> None:
    attributes = f"gen/** linguist-{which}\ngen/hand.py -linguist-{which}\n"
    ruled.begin(
        repo, key, f'{which} = "ignore"\n', {"gen/.gitattributes": "", ".gitattributes": attributes}
    )
    ruled.change(repo, "gen/made.py").commit("made by a program")
    assert ruled.outcomes(repo) == ["not-needed"]
    ruled.change(repo, "gen/hand.py").commit("made by hand")
    assert ruled.outcomes(repo) == ["not-needed", "failed"]


def test_lock_files_are_covered_and_never_ignored(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, 'ignore = ["*"]\n')
    ruled.change(repo, "web/package-lock.json", "{}\n").commit("slipped in")
    assert ruled.errors(repo) == ["unattested"]


@pytest.mark.parametrize(
    ("policy", "path", "outcome"),
    [
        ("", "docs/uv.lock", "failed"),
        ('lock-files = "ignore"\n', "docs/uv.lock", "not-needed"),
        ('lock-files = "ignore"\n', "uv.lock", "failed"),
        ('lock-files = "ignore"\n', "src/docs.lock/uv.lock", "failed"),
        ('lock-files = "ask"\n', "docs/uv.lock", "failed"),
        (
            'lock-files = "ignore"\n[[require]]\npaths = ["*.lock"]\nlevel = "exact"\n',
            "docs/uv.lock",
            "failed",
        ),
    ],
)
def test_a_lock_file_beside_an_ignored_change(
    repo: Repo, key: Path, policy: str, path: str, outcome: str
) -> None:
    ruled.begin(repo, key, f'ignore = ["/docs/"]\n{policy}')
    ruled.change(ruled.change(repo, "docs/a.md"), path).commit("slipped in")
    assert ruled.outcomes(repo) == [outcome]


def test_the_change_cannot_have_its_lock_files_ignored(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, 'ignore = ["/docs/"]\n')
    repo.write(".attest.toml", ruled.MINIMAL + 'lock-files = "ignore"\nignore = ["/docs/"]\n')
    ruled.change(repo).attested("other rules")
    ruled.change(repo, "docs/uv.lock").commit("slipped in")
    assert ruled.outcomes(repo) == ["attested", "failed"]


def test_a_lock_file_is_signed_for_without_a_question(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    ruled.change(repo, "uv.lock", "changed\n")
    assert repo.template()["hunk"] == []
    repo.attested("only the lock file")
    assert ruled.outcomes(repo) == ["attested"]
    assert "asked=0/1" in repo.message()


@pytest.mark.parametrize("version", [RULES, RULES + 1, 99])
def test_another_version_of_the_rules_is_not_accepted(repo: Repo, key: Path, version: int) -> None:
    ruled.change(ruled.begin(repo, key)).commit("by other rules")
    forge.attest(repo, key, lambda block: replace(block, rules=version))
    assert ruled.errors(repo) == ([] if version == RULES else ["rules-unsupported"])


def test_where_it_is_a_warning_the_answers_are_judged_all_the_same(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, '[findings]\nrules-unsupported = "warning"\n')
    ruled.change(repo).commit("by other rules")
    forge.attest(repo, key, lambda block: replace(block, rules=99, hunks=()))
    assert ruled.errors(repo) == ["answer-missing"]


@pytest.mark.parametrize(
    ("policy", "author", "outcome"),
    [
        ('[[exempt]]\nsigners = ["bot@example.com"]\n', "bot@example.com", "failed"),
        ('[[exempt]]\nactors = ["robot"]\n', "bot@example.com", "failed"),
        (
            '[[exempt]]\nsigners = ["bot@example.com"]\nauthors = ["bot@example.com"]\n',
            "bot@example.com",
            "failed",
        ),
    ],
)
def test_an_exemption_by_a_forged_author(
    repo: Repo, key: Path, policy: str, author: str, outcome: str
) -> None:
    ruled.begin(repo, key, policy)
    ruled.change(repo).commit("I am a bot", "--author", f"Bot <{author}>")
    assert ruled.outcomes(repo) == [outcome]


def test_an_exemption_without_anything_verified_is_refused(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, '[[exempt]]\nauthors = ["bot@example.com"]\n')
    ruled.change(repo).commit("I am a bot")
    result = forge.run(repo, "check", ruled.RANGE)
    assert result.returncode == 4
    assert b".attest.toml:2: exempt[1]: needs `signers`, `actors`," in result.stderr


def _signed_by_git(repo: Repo, key: Path) -> None:
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))


def _bots_base(repo: Repo, key: Path, bot: Path, exempt: str, options: str = "") -> Repo:
    signers = f"{EMAIL} {forge.public(key)}\nbot@example.com {options}{forge.public(bot)}\n"
    ruled.begin(repo, key, f"[[exempt]]\n{exempt}", {".attest/allowed_signers": signers})
    _signed_by_git(repo, bot)
    return ruled.change(repo)


def test_a_bot_whose_key_the_base_knows_is_exempt(repo: Repo, key: Path, other: Path) -> None:
    _bots_base(repo, key, other, 'signers = ["bot@example.com"]\nreason = "updates"\n')
    repo.commit("update", "-S")
    (verdict,) = ruled.verdicts(repo)
    assert (verdict["verdict"], verdict["exempt"]) == (
        "exempt",
        "signed by bot@example.com (updates)",
    )


@pytest.mark.parametrize(
    ("exempt", "options"),
    [
        ('signers = ["bot@example.com"]\n', 'namespaces="git-attest-v1" '),
        ('signers = ["bot@example.com"]\n', 'valid-before="20200101Z" '),
        ('signers = ["other@example.com"]\n', ""),
        ('signers = ["bot@example.com"]\nauthors = ["bot@example.com"]\n', ""),
        ('signers = ["bot@example.com"]\npaths = ["web/"]\n', ""),
    ],
)
def test_a_bots_key_beyond_its_bounds(
    repo: Repo, key: Path, other: Path, exempt: str, options: str
) -> None:
    _bots_base(repo, key, other, exempt, options).commit("update", "-S")
    assert ruled.errors(repo) == ["unattested"]


def test_a_bots_signature_carried_to_another_commit(repo: Repo, key: Path, other: Path) -> None:
    _bots_base(repo, key, other, 'signers = ["bot@example.com"]\n').commit("update", "-S")
    repo.rewrite(repo.raw().replace(b"\n\nupdate", b"\n\nupdate and more"))
    assert ruled.errors(repo) == ["unattested"]


def test_a_revoked_bot_is_not_exempt(repo: Repo, key: Path, other: Path) -> None:
    _bots_base(repo, key, other, 'signers = ["bot@example.com"]\n').commit("update", "-S")
    repo.git("checkout", "-q", "main")
    repo.write(".attest/revoked", f"{forge.key_print(other)} leaked\n")
    repo.commit("revoke")
    assert ruled.errors(repo) == ["unattested"]


@pytest.mark.parametrize(
    ("actor", "outcome"), [("Robot[bot]", "exempt"), ("robot", "failed"), ("", "failed")]
)
def test_an_actor_that_ci_names(repo: Repo, key: Path, actor: str, outcome: str) -> None:
    ruled.begin(repo, key, '[[exempt]]\nactors = ["robot[bot]"]\n')
    ruled.change(repo).commit("update")
    assert ruled.outcomes(repo, "--actor", actor) == [outcome]


def test_one_revision_where_rules_apply_needs_a_base(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key)).attested("good")
    result = forge.run(repo, "check", "HEAD")
    assert (result.returncode, b"--base main HEAD (that one alone)" in result.stderr) == (2, True)
    assert forge.run(repo, "check", "--base", "main", "HEAD").returncode == 0


def test_the_remedy_names_the_base_that_this_clone_knows(repo: Repo, key: Path) -> None:
    """The commit may be on the local branch `main`: then `main..HEAD` is empty."""
    ruled.begin(repo, key)
    repo.git("remote", "add", "origin", "https://example.com/project.git")
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    repo.git("checkout", "--quiet", "main")
    ruled.change(repo).attested("good")
    hint = forge.run(repo, "check", "HEAD").stderr.decode()
    words = re.findall(r"attest (check \S+)|(--base \S+ HEAD)", hint)
    assert words == [("check origin/main..HEAD", ""), ("", "--base origin/main HEAD")]
    assert forge.run(repo, "check", "origin/main..HEAD").returncode == 0


def test_one_revision_that_takes_the_rules_away_needs_a_base_too(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    repo.git("rm", "-qr", ".attest.toml", ".attest")
    repo.commit("no rules")
    assert forge.run(repo, "check", "HEAD").returncode == 2


def test_a_key_for_one_address_does_not_speak_for_another(
    repo: Repo, key: Path, other: Path
) -> None:
    signers = f"{EMAIL} {forge.public(key)}\nmallory@example.com {forge.public(other)}\n"
    ruled.begin(repo, key, files={".attest/allowed_signers": signers})
    repo.set_up(other)
    ruled.change(repo).attested("in the author's name, with mallory's key")
    assert ruled.errors(repo) == ["signer-unknown"]


def test_a_co_author_line_proves_nothing(repo: Repo, key: Path, other: Path) -> None:
    ruled.begin(
        repo, key, files={".attest/allowed_signers": f"other@example.com {forge.public(key)}\n"}
    )
    ruled.change(repo).attested_by_git(
        f"change\n\nCo-authored-by: A U Thor <{EMAIL}>", "--author", "Mallory <mallory@example.com>"
    )
    assert "attester-mismatch" in ruled.errors(repo)


def test_a_signer_whom_the_base_knows_may_attest_for_another(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key)).attested_by_git(
        "theirs", "--author", "Ada <ada@example.com>"
    )
    assert ruled.outcomes(repo) == ["attested"]
