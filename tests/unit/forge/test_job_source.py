"""Where the CI job gets attest from: pinned, and fit for a shell and YAML."""

from __future__ import annotations

import json
import shlex

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import UsageError
from attest.forge import job_source, workflow
from attest.forge.ci_event import Forge
from attest.forge.job_source import Origin, UnknownOrigin

COMMIT = "0123456789abcdef" * 2 + "01234567"
HASH = "ab" * 32
URL = "https://git.example.org/me/attest.git"
WHEEL = "https://files.example.org/git_attest-0.1.0-py3-none-any.whl"
RELEASE = "git-attest==0.1.0"
FORGES: list[Forge] = ["github", "gitlab", "forgejo"]

PINNED = [
    (f"git+{URL}@{COMMIT}", f"git-attest @ git+{URL}@{COMMIT}"),
    (f"git-attest @ git+{URL}@{COMMIT}", f"git-attest @ git+{URL}@{COMMIT}"),
    (f"git-attest@git+{URL}@{'ab' * 32}", f"git-attest @ git+{URL}@{'ab' * 32}"),
    (f"git+ssh://git@git.example.org/me/a@{COMMIT}",) * 2,
    (f"git+file:///srv/git/attest.git@{COMMIT}",) * 2,
    (f"{WHEEL}#sha256={HASH}",) * 2,
    (f"https://example.org/a%20b/attest-0.1.tar.gz#sha256={HASH}",) * 2,
    (RELEASE, RELEASE),
    (f" {RELEASE}  --hash=sha256:{HASH} --hash=sha256:{'cd' * 32} ", RELEASE),
    ("git-attest==1.2rc1.post2", "git-attest==1.2rc1.post2"),
]


@pytest.mark.parametrize(("spec", "requirement"), PINNED)
def test_what_is_pinned_is_taken(spec: str, requirement: str) -> None:
    result = job_source.parse(spec)
    expected = (
        requirement if requirement.startswith("git-attest") else f"git-attest @ {requirement}"
    )
    assert result.requirement == expected
    assert job_source.parse(result.spec) == result


REFUSED = [
    (f"git+https:///me/attest.git@{COMMIT}", "it names no host"),
    (f"git+https://git.example.org:99999/a.git@{COMMIT}", "it names no host"),
    (f"https:///git_attest-0.1.0-py3-none-any.whl#sha256={HASH}", "it names no host"),
    ("", "names no version, commit or archive"),
    ("git-attest", "names no version, commit or archive"),
    ("git-attest>=0.1", "names no version, commit or archive"),
    ("git-attest==0.1.*", "names no version, commit or archive"),
    ("other==0.1", "names no version, commit or archive"),
    ("--index-url=https://evil.example.org", "a URL here has letters"),
    ("/srv/attest", "names no version, commit or archive"),
    (f"git+{URL}", "it names no commit"),
    (f"git+{URL}@main", "'main' is not the full id of a commit"),
    (f"git+{URL}@v1.0", "'v1.0' is not the full id of a commit"),
    (f"git+{URL}@{COMMIT[:10]}", "is not the full id of a commit"),
    (f"git+{URL}@{COMMIT.upper()}", "is not the full id of a commit"),
    (f"git+{URL}@{COMMIT}#subdirectory=x", "it names no commit"),
    ("git+https://user:secret@git.example.org/a", "it names no commit"),
    (f"git+https://user:secret@git.example.org/a@{COMMIT}", "must have no user name or password"),
    (f"git+https://token@git.example.org/a@{COMMIT}", "must have no user name or password"),
    (f"git+http://git.example.org/a@{COMMIT}", "only git+https"),
    (f"git+git://git.example.org/a@{COMMIT}", "only git+https"),
    (f"git+file://host/a@{COMMIT}", "only git+https"),
    (f"hg+{URL}@{COMMIT}", "only https is taken for archives"),
    (f"file:///srv/attest.whl#sha256={HASH}", "a runner cannot reach it"),
    (f"http://example.org/a.whl#sha256={HASH}", "a runner cannot reach it"),
    (WHEEL, "the archive has no hash"),
    (f"{WHEEL}#md5={HASH[:32]}", "the archive has no hash"),
    (f"{WHEEL}#sha256={HASH[:-1]}", "the archive has no hash"),
    (f"https://me@example.org/a.whl#sha256={HASH}", "the archive has no hash"),
    (f"https://example.org/a.exe#sha256={HASH}", "not an archive that pip installs"),
    (f"{WHEEL}?a=b#sha256={HASH}", "a URL here has letters"),
]
MARKS = [
    "'",
    '"',
    "`",
    "$(id)",
    "${{ x }}",
    ";id",
    "&id",
    "|id",
    "\n  - id",
    "\nid",
    "\\",
    " ",
    "\r",
]


@pytest.mark.parametrize(("spec", "why"), REFUSED)
def test_what_is_not_pinned_is_refused_with_what_is(spec: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        job_source.parse(spec)
    assert why in caught.value.message
    assert "git ls-remote" in caught.value.hint


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("spec", [f"git+{URL}@{COMMIT}", f"{WHEEL}#sha256={HASH}", RELEASE])
def test_nothing_gets_into_the_job_beside_it(spec: str, mark: str) -> None:
    for place in range(1, len(spec)):
        with pytest.raises(UsageError):
            job_source.parse(spec[:place] + mark + spec[place:])


@given(st.text(st.sampled_from("git-attes=@:/.#%~ '\"$`{}\n;&|\\<>()*?!0a"), max_size=40))
def test_whatever_is_taken_stays_one_word(words: str) -> None:
    for spec in (words, f"git+https://h/{words}@{COMMIT}", f"https://h/{words}.whl#sha256={HASH}"):
        try:
            result = job_source.parse(spec)
        except UsageError:
            continue
        assert shlex.split(f"'{result.spec}'") == [result.spec]
        assert not set(result.spec) & set("'\"`$\\\n;&|<>(){}*?!")


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("spec", [spec for spec, _ in PINNED])
def test_every_job_is_yaml_and_installs_just_that(forge: Forge, spec: str) -> None:
    source = job_source.parse(spec)
    job = yaml.safe_load(workflow.render(forge, source).text)
    if forge == "gitlab":
        script = "\n".join(job["attest"]["before_script"])
    else:
        script = "\n".join(step["run"] for step in job["jobs"]["attest"]["steps"])
    calls = [shlex.split(line) for line in script.splitlines() if "install --quiet" in line]
    assert [call[-1] for call in calls][-1] == source.requirement
    assert len(calls) == (2 if source.hashes else 1)
    if source.hashes:
        assert calls[0][:2] == ["echo", source.spec]
        assert {"--require-hashes", "--no-deps"} <= set(calls[0])


def record(url: str, **more: object) -> str:
    return json.dumps({"url": url, **more})


def test_the_record_of_the_installer_names_the_commit() -> None:
    info = {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT}
    result = job_source.of_record(record(URL, vcs_info=info))
    assert result == job_source.parse(f"git+{URL}@{COMMIT}")


@pytest.mark.parametrize("info", [{"hash": f"sha256={HASH}"}, {"hashes": {"sha256": HASH}}])
def test_the_record_of_the_installer_names_the_archive(info: dict[str, object]) -> None:
    result = job_source.of_record(record(WHEEL, archive_info=info))
    assert result == job_source.parse(f"{WHEEL}#sha256={HASH}")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (record("file:///home/me/a%20b", dir_info={"editable": True}), "/home/me/a b, which no"),
        (record("file:///x.whl", archive_info={"hash": f"sha256={HASH}"}), "/x.whl, which no"),
        (record(WHEEL, archive_info={}), "the archive has no hash"),
        (record(URL, vcs_info={"vcs": "git"}), "not the full id of a commit"),
        (record(URL, vcs_info={"vcs": "hg", "commit_id": COMMIT}), "only https"),
        (record("https://${TOKEN}@h/a", vcs_info={"vcs": "git", "commit_id": COMMIT}), "a URL"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ("{}", "cannot be read"),
    ],
)
def test_what_no_runner_can_use_is_not_guessed(written: str, why: str) -> None:
    result = job_source.of_record(written)
    assert isinstance(result, UnknownOrigin)
    assert why in result.reason


def test_a_version_without_a_hash_says_so() -> None:
    assert "no hash of it is known" in job_source.parse(RELEASE).warning
    assert job_source.parse(f"{RELEASE} --hash=sha256:{HASH}").warning == ""
    assert job_source.parse(f"git+{URL}@{COMMIT}").warning == ""


def test_this_very_installation_is_read() -> None:
    """Whatever it is: an editable one has no place that a runner could reach."""
    result = job_source.of_installation()
    assert isinstance(result, (Origin, UnknownOrigin))
    if isinstance(result, UnknownOrigin):
        assert result.reason
