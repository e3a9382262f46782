"""`attest show` says of a commit what `attest check` says of it, whatever is off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from support import forge, keys, ruled
from support.messages import blocks
from support.repo import EMAIL, Repo
from support.rewriting import BARE

NO_REPLY = "1+author@users.noreply.github.com"
OTHER = "other@example.com"


def key_of(repo: Repo, name: str) -> Path:
    """A key of somebody's own."""
    folder = repo.home / name
    folder.mkdir(exist_ok=True)
    return keys.make(folder)


def attested(repo: Repo) -> None:
    ruled.change(repo).attested("good")


def none(repo: Repo) -> None:
    ruled.change(repo).commit("no block")


def tampered(repo: Repo) -> None:
    attested(repo)
    repo.rewrite(repo.raw().replace(b"Attest-Invariant: i", b"Attest-Invariant: I"))


def stray(repo: Repo) -> None:
    attested(repo)
    repo.rewrite(repo.raw().replace(b"Attest-Change: ", b"Attest-Chance: "))


def changed_later(repo: Repo) -> None:
    attested(repo)
    repo.write("b.py", "more\n")
    repo.git(*BARE, "commit", "-q", "--amend", "--no-edit")


def by_the_forge(repo: Repo) -> None:
    """A squash by the forge: its no-reply address is the author."""
    attested(repo)
    author = f"--author=A <{NO_REPLY}>"
    repo.git(*BARE, "commit", "-q", "--amend", "--no-edit", author)


def by_the_forge_of_nobody(repo: Repo) -> None:
    by_the_forge(repo)
    repo.rewrite(repo.raw().replace(EMAIL.encode(), OTHER.encode()))


def by_an_unknown_key(repo: Repo) -> None:
    ruled.change(repo).commit("by another key")
    forge.attest(repo, key_of(repo, "unknown"))


def by_a_revoked_key(repo: Repo) -> None:
    ruled.change(repo).commit("by a revoked key")
    forge.attest(repo, key_of(repo, "revoked"))


def several_blocks(repo: Repo) -> None:
    attested(repo)
    repo.write("b.py", "more\n")
    repo.attested("second")
    first, second = (blocks(repo.message(rev))[0] for rev in ("HEAD^", "HEAD"))
    repo.git("reset", "-q", "--soft", "HEAD~2")
    lines = ["squashed", "", *first, "", *second]
    repo.git(*BARE, "commit", "-q", "-m", "\n".join(lines))


def a_merge(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "side")
    repo.write("side.py", "x\n")
    repo.attested("side")
    repo.git("checkout", "-q", "topic")
    attested(repo)
    repo.git(*BARE, "merge", "-q", "--no-edit", "side")


def a_merge_that_decides(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "side")
    ruled.change(repo, content="one\n").attested("side")
    repo.git("checkout", "-q", "topic")
    ruled.change(repo, content="two\n").attested("topic")
    repo.run("git", *BARE, "merge", "-q", "side")
    ruled.change(repo, content="three\n")
    repo.git(*BARE, "commit", "-q", "--no-edit")


def exempt(repo: Repo) -> None:
    """The bot's own signature on the commit is by a key that the base lists."""
    key = key_of(repo, "bot")
    repo.write("lock.txt", "x\n")
    signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}")
    env = {f"GIT_{role}_EMAIL": "bot@example.com" for role in ("AUTHOR", "COMMITTER")}
    repo.run("git", *signing, *BARE, "commit", "-q", "-S", "-m", "by a bot", env=env, check=True)


def not_needed(repo: Repo) -> None:
    repo.write("docs/a.md", "words\n")
    repo.commit("ignored")


def weak(repo: Repo) -> None:
    """Answered in a clone that does not know the rules yet."""
    ruled.change(repo)
    repo.git("config", "attest.base", "main~1")
    data = repo.ok("answer", "--template")
    data = re.sub(r'(?m)^(invariant|breaks) = "".*$', r'\1 = "works now"', data)
    repo.ok("answer", "--answers", "-", stdin=data.encode())
    repo.commit("weak")
    repo.git("config", "--unset", "attest.base")


def for_another_project(repo: Repo) -> None:
    ruled.change(repo).commit("another project")
    forge.attest(repo, key_of(repo, "bot"))


def rules(repo: Repo) -> None:
    repo.write(".attest/revoked", "# none\n")
    repo.attested("takes the revocation out")


KINDS: list[Callable[[Repo], None]] = [
    attested,
    none,
    tampered,
    stray,
    changed_later,
    by_the_forge,
    by_the_forge_of_nobody,
    by_an_unknown_key,
    by_a_revoked_key,
    several_blocks,
    a_merge,
    a_merge_that_decides,
    exempt,
    not_needed,
    weak,
    for_another_project,
    rules,
]
GOOD = (attested, by_the_forge, several_blocks, rules)
POLICIES = {
    "strict": '[findings]\nanswer-weak = "error"\n',
    "tolerant": '[findings]\nunattested = "warning"\nsigner-unknown = "warning"\n',
    "advisory": 'mode = "advisory"\nmerges = "forbid"\n',
}
EXEMPT = """
[[exempt]]
authors = ["bot@example.com"]
signers = ["bot@example.com"]
"""


@pytest.fixture(params=POLICIES)
def ready(repo: Repo, key: Path, request: pytest.FixtureRequest) -> Repo:
    """A project with signers, a bot, and a revoked key."""
    listed = []
    for name, address in (("bot", "bot@example.com"), ("revoked", EMAIL)):
        made = key_of(repo, name)
        listed.append(f"{address} {forge.public(made)}\n")
    mine = f'{EMAIL} namespaces="git-attest-v1" {forge.public(key)}\n'
    policy = POLICIES[request.param]
    table = policy.index("[") if "[" in policy else len(policy)
    policy = f'{policy[:table]}project = "kettle"\nignore = ["docs/"]\n{policy[table:]}{EXEMPT}'
    files: dict[str, str | bytes] = {
        ".attest/allowed_signers": mine + "".join(listed),
        ".attest/revoked": f"{forge.key_print(key_of(repo, 'revoked'))}\n",
    }
    return ruled.begin(repo, key, policy, files)


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_both_say_the_same(ready: Repo, make: Callable[[Repo], None]) -> None:
    make(ready)
    checked = ready.verdict("HEAD", "--base", "main")
    assert (checked["verdict"] == "attested") == (make in GOOD)
    assert shown(ready, "--base", "main") == (checked["verdict"], result(checked))
    ready.git("config", "attest.base", "main")
    assert shown(ready) == (checked["verdict"], result(checked))


@pytest.mark.long
def test_both_say_the_same_where_nothing_says_who_is_known(repo: Repo) -> None:
    for make in (attested, none, tampered, by_the_forge, by_an_unknown_key):
        make(repo)
        checked = repo.verdict("HEAD")
        assert shown(repo) == (checked["verdict"], result(checked)), make
        repo.write("c.py", f"{make.__name__}\n")


def test_a_file_of_signers_counts_for_both(ready: Repo) -> None:
    by_an_unknown_key(ready)
    line = f"{EMAIL} {forge.public(key_of(ready, 'unknown'))}"
    more = str(forge.signers(ready, line))
    for options in ([], ["--signers", more]):
        checked = ready.verdict("HEAD", "--base", "main", *options)
        assert shown(ready, "--base", "main", *options) == (checked["verdict"], result(checked))


def test_it_says_that_it_does_not_know_a_forges_keys(ready: Repo) -> None:
    by_an_unknown_key(ready)
    reply = ready.ok("show", "--base", "main")
    assert "keys published by a forge were not considered: add --forge" in reply
    assert f"rules from {ready.git('rev-parse', 'main')[:10]}" in reply
    ruled.change(ready, "b.py").attested("by a listed key")
    assert "--forge" not in ready.ok("show", "--base", "main")


def test_it_says_that_no_policy_applies(repo: Repo) -> None:
    ruled.change(repo).attested("no rules")
    rules = f"{repo.head[:10]} has no policy (.attest.toml): the built-in rules apply"
    assert rules in repo.ok("show", "--base", "HEAD")


def shown(repo: Repo, *options: str) -> tuple[str, list[tuple[str, str]]]:
    """Verdict and findings as `attest show` writes them."""
    reply = repo.ok("show", *options)
    codes = re.findall(r"^  (error|warning): ([a-z-]+)", reply, re.MULTILINE)
    return reply.split(" ")[0], sorted(codes)


def result(verdict: dict[str, object]) -> list[tuple[str, str]]:
    """The findings of a verdict: severity and code."""
    findings = verdict["findings"]
    assert isinstance(findings, list)
    return sorted((one["severity"], one["code"]) for one in findings)
