"""What a push is stopped for, and in which words, where nobody can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.pushing import (
    STRANGER,
    add_remote,
    advice,
    answered,
    asked,
    branch,
    change,
    passes,
    push,
    refs,
    subjects,
    template,
)
from support.repo import Repo


@pytest.fixture
def origin(repo: Repo) -> Path:
    """The bare repository of the remote `origin`, which has `main`."""
    return add_remote(repo, "origin", "main")


def titles(repo: Repo, *target: str) -> list[str]:
    """The subjects of the commits that `attest answer` asks about, sorted."""
    return sorted({hunk["commit"].split(" ", 1)[1] for hunk in template(repo, *target)})


def test_a_first_commit_is_stopped_in_these_words(repo: Repo, origin: Path) -> None:
    branch(repo, "topic", 3)
    before, there = refs(repo), refs(repo, origin)
    result = push(repo, "origin", "topic")
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.decode() == (
        "attest: 1 of your commits has no attestation:\n"
        f"attest:   {repo.head[:10]} topic 3\n"
        "attest: 1 commit, 1 hunk, 2 questions: about 1 minute\n"
        "attest: nobody can be asked: there is no terminal. To answer, and then push:\n"
        "attest:   attest answer --unpushed topic\n"
        "attest: or both in one go:  attest push (with the arguments of git push)\n"
        "attest: git push --no-verify skips this, but not the check in the project's CI\n"
        "error: failed to push some refs to '../origin.git'\n"
    )
    assert (refs(repo), refs(repo, origin)) == (before, there)
    assert repo.git("status", "--porcelain") == ""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Repo:
    """A clone with all kinds of refs to push. No test moves anything in it."""
    repo = Repo.create(tmp_path_factory.mktemp("full"))
    repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    repo.commit("start")
    repo.set_up(key)
    branch(repo, "gone", 30)
    add_remote(repo, "origin", "main", "gone")
    branch(repo, "topic", 3, 6)
    branch(repo, "side", 9)
    repo.git("tag", "light", "topic")
    repo.git("tag", "-a", "-m", "A tag", "heavy", "topic~1")
    repo.git("tag", "-a", "-m", "A tag of a tag", "double", "heavy")
    repo.git("tag", "blob", "topic:a.py")
    repo.git("tag", "-a", "-m", "A tag of a blob", "heavy-blob", "topic:a.py")
    repo.git("tag", "tree", "topic^{tree}")
    repo.git("checkout", "--quiet", "topic")
    return repo


TOPIC = ["topic 3", "topic 6"]
SIDE = ["side 9"]
TAGS = ["refs/tags/double", "refs/tags/heavy"]
SENT: dict[str, tuple[str, list[str], list[str]]] = {
    "a branch": ("topic", TOPIC, ["topic"]),
    "HEAD": ("HEAD", TOPIC, ["HEAD"]),
    "another name": ("topic:refs/heads/x", TOPIC, ["topic"]),
    "two branches": ("topic side", SIDE + TOPIC, ["topic", "side"]),
    "all branches": ("--all", SIDE + TOPIC, ["side", "topic"]),
    "a lightweight tag": ("light", TOPIC, ["refs/tags/light"]),
    "an annotated tag": ("heavy", TOPIC[:1], ["refs/tags/heavy"]),
    "a tag of a tag": ("double", TOPIC[:1], ["refs/tags/double"]),
    "a branch and its tags": ("--follow-tags topic:y", TOPIC, ["topic", *TAGS]),
    "an expression": ("HEAD~1:refs/heads/x", TOPIC[:1], ["HEAD~1"]),
    "an expression with a blank": (":/topic_3:refs/heads/x", TOPIC[:1], [":/topic 3"]),
    "a forced update": ("+topic:gone", TOPIC, ["topic"]),
    "a deletion beside it": (":gone side", SIDE, ["side"]),
    "a branch that is there beside it": ("main side", SIDE, ["side"]),
    "a blob beside it": ("blob side", SIDE, ["side"]),
    "a tree and a tag of a blob beside it": ("tree side heavy-blob", SIDE, ["side"]),
}


@pytest.mark.parametrize("kind", SENT)
def test_a_push_is_stopped_for_what_it_sends(full: Repo, kind: str) -> None:
    args, expected, names = SENT[kind]
    result = push(full, "origin", *(word.replace("_", " ") for word in args.split()))
    assert result.returncode == 1
    assert subjects(result.stderr) == expected
    assert advice(result.stderr) == ["--unpushed", *names]
    assert titles(full, "--unpushed", *names) == expected


def test_an_id_is_pushed_by_itself(full: Repo) -> None:
    oid = full.git("rev-parse", "topic~1")
    result = push(full, "origin", f"{oid}:refs/heads/x")
    assert subjects(result.stderr) == TOPIC[:1]
    assert advice(result.stderr) == ["--unpushed", oid]


@pytest.mark.parametrize("args", [[":gone"], ["--delete", "gone"], ["--prune", "refs/heads/g*"]])
def test_a_deletion_is_never_asked_about(repo: Repo, args: list[str]) -> None:
    branch(repo, "gone", 3)
    origin = add_remote(repo, "origin", "main", "gone")
    repo.git("checkout", "--quiet", "main")
    repo.git("branch", "--quiet", "-D", "gone")
    repo.git("update-ref", "-d", "refs/remotes/origin/gone")
    passes(repo, "origin", *args)
    assert "gone" not in refs(repo, origin)


@pytest.mark.parametrize("name", ["blob", "heavy-blob", "tree"])
def test_what_is_no_commit_is_not_asked_about(repo: Repo, origin: Path, name: str) -> None:
    branch(repo, "topic", 3)
    repo.git("tag", "blob", "topic:a.py")
    repo.git("tag", "-a", "-m", "A tag of a blob", "heavy-blob", "blob")
    repo.git("tag", "tree", "topic^{tree}")
    passes(repo, "origin", name)
    assert f"refs/tags/{name} " in refs(repo, origin)


def test_a_tag_of_the_same_name_does_not_hide_the_branch(repo: Repo, origin: Path) -> None:
    branch(repo, "topic", 3)
    repo.git("tag", "topic", "main")
    result = push(repo, "origin", "refs/heads/topic")
    assert subjects(result.stderr) == ["topic 3"]
    assert titles(repo, *advice(result.stderr)) == ["topic 3"]


def test_a_detached_head_is_asked_about(repo: Repo, origin: Path) -> None:
    repo.git("checkout", "--quiet", "--detach")
    change(repo, 3, "Nowhere")
    assert asked(repo, "origin", "HEAD:refs/heads/x") == ["Nowhere"]


def test_everything_is_asked_about_by_a_remote_that_has_nothing(repo: Repo) -> None:
    empty = add_remote(repo, "empty")
    change(repo, 3, "Second")
    assert asked(repo, "empty", "main") == ["Second", "start"]
    assert refs(repo, empty) == ""


def test_a_root_commit_is_asked_about_by_a_remote_that_has_nothing(
    bare_repo: Repo, key: Path
) -> None:
    bare_repo.set_up(key)
    bare_repo.write("a.py", "one\n")
    bare_repo.commit("Root")
    add_remote(bare_repo, "empty")
    assert asked(bare_repo, "empty", "main") == ["Root"]


def test_an_amended_commit_is_asked_about_alone(repo: Repo) -> None:
    branch(repo, "topic", 3, 6)
    add_remote(repo, "origin", "main", "topic")
    change(repo, 9, "Amended", "--amend")
    assert asked(repo, "origin", "+topic") == ["Amended"]


def test_an_address_that_is_no_remote_says_what_it_has(repo: Repo, tmp_path: Path) -> None:
    branch(repo, "topic", 3)
    url = str(tmp_path / "nameless.git")
    repo.git("init", "--quiet", "--bare", url)
    repo.git("push", "--quiet", "--no-verify", url, "topic")
    passes(repo, url, "topic:topic")
    change(repo, 6, "Newer")
    assert asked(repo, url, "topic") == ["Newer"]


def test_commits_of_upstream_are_never_asked_about(repo: Repo, origin: Path) -> None:
    branch(repo, "theirs", 12)
    change(repo, 15, "By me, merged there long ago")
    change(repo, 18, "By another", STRANGER)
    add_remote(repo, "upstream", "theirs:main")
    passes(repo, "origin", "theirs:main")
    branch(repo, "topic", 30)
    repo.git("merge", "--quiet", "-m", "Merge upstream", "upstream/main")
    assert asked(repo, "origin", "topic") == ["topic 30"]
    change(repo, 34, "On top")
    assert asked(repo, "origin", "topic") == ["On top", "topic 30"]


def test_commits_of_another_person_are_not_asked_about(repo: Repo, origin: Path) -> None:
    branch(repo, "topic")
    change(repo, 3, "Theirs", STRANGER)
    passes(repo, "origin", "topic:theirs")
    repo.git("update-ref", "-d", "refs/remotes/origin/theirs")
    change(repo, 6, "Mine")
    assert asked(repo, "origin", "topic") == ["Mine"]


def test_commits_behind_a_since_ref_are_not_asked_about(repo: Repo, origin: Path) -> None:
    branch(repo, "topic", 3, 6)
    repo.git("update-ref", "refs/attest/since/start", "topic")
    passes(repo, "origin", "topic:early")
    repo.git("update-ref", "-d", "refs/remotes/origin/early")
    change(repo, 9, "Later")
    assert asked(repo, "origin", "topic") == ["Later"]


def test_many_commits_are_counted_and_the_first_listed(repo: Repo) -> None:
    add_remote(repo, "empty")
    stream = [b"reset refs/heads/many\nfrom refs/heads/main\n"]
    for number in range(59):
        header = b"commit refs/heads/many\ncommitter A U Thor <author@example.com> 1 +0000\n"
        name = b"Number %02d" % number
        body = b"M 100644 inline %d.txt\ndata 2\nx\n\n" % number
        stream.append(header + b"data %d\n%s\n%s" % (len(name), name, body))
    repo.git("fast-import", "--quiet", stdin=b"".join(stream))
    result = push(repo, "empty", "many")
    reply = result.stderr.decode()
    assert result.returncode == 1
    assert reply.startswith("attest: 60 of your commits have no attestation:\n")
    assert "attest:   … and 50 more\n" in reply
    assert len([line for line in reply.splitlines() if "Number " in line]) == 9
    assert "attest: 60 commits, 60 hunks, 120 questions: about 60 minutes\n" in reply
    assert "attest:   git update-ref refs/attest/since/start COMMIT\n" in reply
    repo.git("update-ref", "refs/attest/since/start", "many~1")
    assert asked(repo, "empty", "many") == ["Number 58"]


@pytest.mark.parametrize("ref", ["refs/notes/commits", "refs/attest/backup/0001/heads/topic"])
def test_what_is_no_branch_of_the_project_is_not_asked_about(
    repo: Repo, origin: Path, ref: str
) -> None:
    repo.git("notes", "add", "-m", "A note")
    branch(repo, "topic", 3)
    repo.git("update-ref", "refs/attest/backup/0001/heads/topic", "topic")
    passes(repo, "origin", ref)


def test_a_coding_agent_is_told_to_hand_over(repo: Repo, origin: Path) -> None:
    branch(repo, "topic", 3)
    result = push(repo, "origin", "topic", CLAUDECODE="1")
    assert result.returncode == 1
    assert b"Stop here." in result.stderr
    assert b"\nattest:   git push origin topic\n" in result.stderr
    assert b"--no-verify" not in result.stderr


def test_what_is_attested_passes_whoever_pushes_it(repo: Repo, origin: Path) -> None:
    repo.git("checkout", "--quiet", "-b", "topic")
    answered(repo, 3, "Answered")
    passes(repo, "origin", "topic", CI="1", CLAUDECODE="1")
