"""A pull request is red: the two commands that the report prints make it green."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support import keys
from support.fork import PUSH, THEIRS, UNHOOKED, Fork, commands
from support.messages import blocks, edit
from support.repo import EMAIL, Repo
from support.rewriting import again, parts

BOTH = ["attest answer main..HEAD", PUSH]
REMOTES = pytest.mark.parametrize("upstream", [True, False], ids=["upstream", "origin alone"])


@pytest.fixture(scope="module")
def forks(_start: Repo, key: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Fork]:
    """What `fork` and `alone` are copies of, by whether the clone knows the project."""
    starts = {upstream: _start.copy(tmp_path_factory.mktemp("fork")) for upstream in (True, False)}
    return {upstream: Fork.of(start, key, upstream=upstream) for upstream, start in starts.items()}


@pytest.fixture
def fork(forks: dict[bool, Fork], tmp_path: Path) -> Fork:
    """A clone whose `origin` is the fork, and whose `upstream` is the project."""
    return forks[True].copy(tmp_path)


@pytest.fixture
def alone(forks: dict[bool, Fork], tmp_path: Path) -> Fork:
    """A clone that knows the fork alone."""
    return forks[False].copy(tmp_path)


DOCUMENTS = ("README.md", "docs/findings.md", "docs/fix-a-red-check.md")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_give_the_same_two_commands(name: str) -> None:
    text = (Path(__file__).resolve().parents[3] / name).read_text("utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    assert BOTH in [[line.strip() for line in block.splitlines()] for block in blocks]


@pytest.mark.long
@REMOTES
def test_both_commands_pasted_make_it_green(repo: Repo, key: Path, upstream: bool) -> None:
    fork = Fork.of(repo, key, upstream=upstream)
    fork.topic(3, 13)
    printed = fork.red()
    assert printed == BOTH
    with fork.terminal(printed[0]) as terminal:
        terminal.expect("2 of your commits have no attestation")
        terminal.expect("a remote already has these commits")
        terminal.answer()
        terminal.answer()
        terminal.sign()
        terminal.expect(PUSH)
        assert terminal.finish() == 0
    with fork.terminal(printed[1]) as terminal:
        assert terminal.finish() == 0
    fork.green()
    assert fork.there("topic") == fork.clone.head
    assert fork.there("main") == fork.clone.git("rev-parse", "main")


def test_what_the_base_has_already_stays(fork: Fork) -> None:
    """The base moved on, and the contributor's main did not."""
    fork.merged(30, 33)
    fork.clone.git("fetch", "-q", "upstream")
    fork.clone.git("switch", "-q", "-c", "start", "upstream/main")
    fork.topic(3)
    base = fork.clone.git("rev-parse", "upstream/main")
    answer, push = fork.red()
    fork.answer(answer)
    fork.push(push)
    fork.green()
    assert fork.clone.git("rev-parse", "topic^") == base


class TestWhatTheProjectHas:
    """One's own commits that the project has merged are never written anew."""

    def merge(self, fork: Fork, *options: str) -> str:
        """The project merges the branch `earlier`, which nobody answered for; the commit."""
        (made,) = fork.topic(5, name="earlier")
        other = fork.merged()
        other.git("fetch", "-q", str(fork.fork), "earlier")
        other.git("merge", "-q", *options, "FETCH_HEAD")
        other.git("push", "-q", "origin", "main")
        fork.clone.git("switch", "-q", "main")
        fork.clone.git("branch", "-q", "-D", "earlier")
        fork.clone.git("push", "-q", "--no-verify", "origin", ":earlier")
        return made

    @pytest.mark.parametrize("how", ["--ff-only", "--no-ff"])
    def test_that_a_remote_of_the_clone_shows(self, fork: Fork, how: str) -> None:
        earlier = self.merge(fork, how)
        fork.clone.git("fetch", "-q", "upstream")
        fork.clone.git("switch", "-q", "-c", "topic", "upstream/main")
        fork.change(13)
        fork.clone.git("push", "-q", "--no-verify", "-u", "origin", "topic")
        answer, push = fork.red()
        reply = fork.answer(answer)
        assert "1 commit skipped: a remote has it" in reply
        fork.push(push)
        fork.green()
        assert earlier in fork.clone.git("rev-list", "topic").split()

    def test_a_squash_that_came_in_by_a_merge(self, alone: Fork) -> None:
        """The forge committed it; its author is oneself; the clone's main is old."""
        alone.topic(13)
        other = alone.merged(30)
        forge = {"GIT_COMMITTER_EMAIL": "noreply@example.org", "GIT_AUTHOR_EMAIL": EMAIL}
        alone.change(5, "squashed", other, env=forge)
        squashed = other.head
        other.git("push", "-q", "origin", "main")
        alone.clone.git("fetch", "-q", str(alone.project), "main")
        alone.clone.git(*UNHOOKED, "merge", "-q", "--no-edit", "FETCH_HEAD")
        alone.clone.git("push", "-q", "--no-verify", "origin", "topic")
        alone.answer("attest answer main..HEAD")
        assert squashed in alone.clone.git("rev-list", "topic").split()

    def test_a_branch_that_the_topic_is_built_on_and_others_share(self, alone: Fork) -> None:
        alone.topic(5, name="develop")
        shared = alone.clone.head
        alone.change(7, "theirs", env=THEIRS)
        alone.clone.git("push", "-q", "--no-verify", "origin", "develop")
        alone.topic(13)
        alone.answer("attest answer main..HEAD")
        assert shared in alone.clone.git("rev-list", "topic").split()

    def test_an_address_that_looks_like_a_line_of_git(self, alone: Fork) -> None:
        alone.topic(5)
        alone.change(7, "odd", env={**THEIRS, "GIT_AUTHOR_EMAIL": "first commit x@example.org"})
        alone.clone.git("push", "-q", "--no-verify", "origin", "topic")
        assert "1 commit skipped: by other people" in alone.answer("attest answer main..HEAD")

    @pytest.mark.parametrize("how", ["--no-ff", "merged into the topic", "applied by another"])
    def test_that_only_the_history_shows(self, alone: Fork, how: str) -> None:
        """Its branch came by its address; no ref of the clone is the project's."""
        if how == "applied by another":
            alone.topic(5, name="earlier")
            other = alone.merged()
            other.git("fetch", "-q", str(alone.fork), "earlier")
            alone.change(30, "before", other)
            other.git("cherry-pick", "FETCH_HEAD", GIT_COMMITTER_EMAIL="some@example.org")
            earlier = other.head
            other.git("push", "-q", "origin", "main")
        else:
            earlier = self.merge(alone, "--no-ff")
        tip = alone.merged(33).head
        if how == "merged into the topic":
            alone.clone.git("switch", "-q", "-c", "topic", "main")
            alone.change(13)
            alone.clone.git("fetch", "-q", str(alone.project), "main")
            alone.clone.git(*UNHOOKED, "merge", "-q", "--no-edit", "FETCH_HEAD")
        else:
            alone.clone.git("fetch", "-q", str(alone.project), "main")
            alone.clone.git("switch", "-q", "-c", "topic", "FETCH_HEAD")
            alone.change(13)
        alone.clone.git("push", "-q", "--no-verify", "-u", "origin", "topic")
        answer, push = alone.red()
        reply = alone.answer(answer)
        assert "1 commit skipped: a remote has it" in reply
        alone.push(push)
        alone.green()
        reached = alone.clone.git("rev-list", "topic").split()
        assert {earlier, tip} <= set(reached)

    def test_that_a_release_has(self, alone: Fork) -> None:
        earlier = self.merge(alone, "--ff-only")
        alone.clone.git("tag", "-a", "v1", "-m", "one", earlier)
        alone.clone.git("switch", "-q", "-c", "topic", "v1")
        alone.change(13)
        alone.clone.git("push", "-q", "--no-verify", "-u", "origin", "topic")
        answer, push = alone.red()
        alone.answer(answer)
        alone.push(push)
        alone.green()
        assert alone.clone.git("rev-parse", "topic^") == earlier

    def test_a_branch_of_the_project_that_is_checked_out_by_its_name(self, fork: Fork) -> None:
        """A clone of the project itself: `develop` is shared, and no topic of one's own."""
        clone = fork.clone
        clone.git("push", "-q", "--no-verify", "upstream", "main:develop")
        fork.merged(30, onto="develop")
        clone.git("fetch", "-q", "upstream")
        clone.git("switch", "-q", "-c", "other", "upstream/develop")
        fork.change(5, "mine, in develop")
        clone.git("push", "-q", "--no-verify", "upstream", "HEAD:develop")
        clone.git("config", "push.default", "upstream")
        before = clone.head
        reply = again(clone, "main..HEAD", code=3)
        assert "1 commit skipped: a remote has it" in reply
        assert clone.head == before

    def test_a_branch_of_the_project_beside_a_fork(self, fork: Fork) -> None:
        clone = fork.clone
        clone.git("switch", "-q", "-c", "develop")
        fork.change(5, "mine, in develop")
        clone.git("push", "-q", "--no-verify", "upstream", "develop")
        fork.merged(30, onto="develop")
        clone.git("pull", "-q", "upstream", "develop")
        clone.git("push", "-q", "--no-verify", "-u", "origin", "develop")
        fork.change(13)
        clone.git("push", "-q", "--no-verify")
        reply = fork.answer("attest answer main..HEAD")
        assert "1 commit skipped: a remote has it" in reply
        assert clone.git("rev-parse", "HEAD^") == clone.git("rev-parse", "upstream/develop")

    def test_main_is_never_ones_own_topic(self, fork: Fork) -> None:
        clone = fork.clone
        fork.change(5, "on main")
        clone.git("push", "-q", "--no-verify", "upstream", "main")
        before = clone.head
        reply = again(clone, "HEAD~1..HEAD", code=3)
        assert "1 commit skipped: a remote has it" in reply
        assert clone.head == before


class TestOtherPeople:
    def test_their_commits_in_the_branch_keep_all_but_the_parent(self, fork: Fork) -> None:
        fork.clone.git("switch", "-q", "-c", "topic")
        fork.change(3)
        fork.change(13, "theirs", env=THEIRS)
        theirs = parts(fork.clone.raw())
        fork.change(23)
        fork.clone.git("push", "-q", "--no-verify", "-u", "origin", "topic")
        answer, push = fork.red()
        reply = fork.answer(answer)
        assert "1 commit by other people is on top of them there" in reply
        assert "git pull --rebase" in reply
        fork.push(push)
        now = parts(fork.clone.raw("HEAD^"))
        assert (now.author, now.message, now.tree) == (theirs.author, theirs.message, theirs.tree)
        assert [len(blocks(fork.clone.message(f"HEAD~{n}"))) for n in range(3)] == [1, 0, 1]
        result = fork.check().stdout.decode()
        assert "2 attested, 1 failed" in result
        assert "unattested" in result

    @REMOTES
    def test_a_maintainer_pressed_update_branch(
        self, repo: Repo, key: Path, upstream: bool
    ) -> None:
        fork = Fork.of(repo, key, upstream=upstream)
        fork.topic(3)
        other = fork.merged(30)
        other.git("fetch", "-q", str(fork.fork), "topic")
        other.git("switch", "-q", "-c", "topic", "FETCH_HEAD")
        other.git("merge", "-q", "--no-edit", "main")
        other.git("push", "-q", str(fork.fork), "topic")
        tip = other.git("rev-parse", "main")
        fork.clone.git("pull", "-q")
        answer, push = fork.red()
        fork.answer(answer)
        fork.push(push)
        fork.green()
        assert fork.clone.git("rev-parse", "topic^2") == tip
        assert parts(fork.clone.raw()).author.startswith(b"Some Body <some@example.org>")

    def test_a_merge_that_the_forge_signed_is_taken_out(self, fork: Fork, key_folder: Path) -> None:
        """The forge's button signs the merge, with a key that nobody else has."""
        fork.topic(3)
        other = fork.merged(30)
        forge_key = keys.make(key_folder, "ecdsa", 256)
        for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(forge_key))):
            other.git("config", name, value)
        other.git("fetch", "-q", str(fork.fork), "topic")
        other.git("switch", "-q", "-c", "topic", "FETCH_HEAD")
        other.git("merge", "-q", "-S", "--no-edit", "main")
        other.git("push", "-q", str(fork.fork), "topic")
        fork.clone.git("pull", "-q")
        answer, push = fork.red()
        before = fork.clone.head
        reply = fork.answer(answer, code=4)
        assert "would lose its signature: another person signed it" in reply
        assert fork.clone.head == before
        lines = (line.strip() for line in reply.splitlines())
        (command,) = [line for line in lines if line.startswith("git rebase ")]
        fork.shell(command)
        fork.answer(answer)
        fork.push(push)
        fork.green()

    def test_the_branch_is_somebody_elses(self, fork: Fork) -> None:
        fork.clone.git("switch", "-q", "-c", "topic")
        fork.change(13, "theirs", env=THEIRS)
        fork.clone.git("push", "-q", "--no-verify", "-u", "origin", "topic")
        answer, _ = fork.red()
        before = fork.clone.head
        assert "1 commit skipped: by other people" in fork.answer(answer, code=3)
        assert fork.clone.head == before


class TestNames:
    def test_the_base_is_called_something_else(self, repo: Repo, key: Path) -> None:
        fork = Fork.of(repo, key, upstream=True, main="trunk")
        fork.topic(3)
        printed = fork.red(base="trunk")
        assert printed == ["attest answer trunk..HEAD", PUSH]
        fork.answer(printed[0])
        fork.push(printed[1])
        fork.green(base="trunk")

    def test_a_name_that_a_shell_reads_otherwise_is_quoted(self, fork: Fork) -> None:
        base = "v1;touch$IFS'x'"
        fork.clone.git("push", "-q", "--no-verify", "upstream", f"main:refs/heads/{base}")
        fork.topic(3)
        answer, push = fork.red(base=base)
        assert "is read as upstream/" in fork.answer(answer)
        fork.push(push)
        fork.green(base=base)

    def test_ones_main_has_commits_of_the_pull_request(self, fork: Fork) -> None:
        fork.change(3)
        fork.topic(13)
        answer, push = fork.red()
        reply = fork.answer(answer)
        assert "main has 1 commit of yours here that upstream/main does not have" in reply
        fork.push(push)
        assert "1 attested, 1 failed" in fork.check().stdout.decode()
        fork.answer(reply.partition("also in the pull request: ")[2].split("\n")[0])
        fork.push(push)
        fork.green()

    def test_ones_main_has_all_commits_of_the_pull_request(self, fork: Fork) -> None:
        fork.change(3)
        fork.topic()
        answer, push = fork.red()
        reply = fork.answer(answer, code=3)
        fork.answer(reply.partition("does not have all of HEAD: ")[2].strip())
        fork.push(push)
        fork.green()

    def test_a_branch_that_only_a_remote_has_is_meant(self, fork: Fork) -> None:
        """`git clone --branch topic`: there is no main."""
        fork.topic(3)
        fork.clone.git("branch", "-q", "-D", "main")
        answer, push = fork.red()
        assert "main is read as upstream/main" in fork.answer(answer)
        fork.push(push)
        fork.green()

    def test_the_pull_request_comes_from_the_forks_own_main(self, fork: Fork) -> None:
        fork.change(3)
        fork.clone.git("push", "-q", "--no-verify", "origin", "main")
        answer, push = fork.red("main")
        assert "main is read as upstream/main" in fork.answer(answer)
        fork.push(push)
        fork.green("main")

    def test_the_forks_own_main_where_no_remote_is_the_project(self, alone: Fork) -> None:
        alone.change(3)
        alone.clone.git("push", "-q", "--no-verify", "origin", "main")
        answer, _ = alone.red("main")
        reply = alone.answer(answer, code=3)
        add, fetch, answer = commands(reply)[-3:]
        alone.shell(add.replace("URL-OF-THE-PROJECT", f"'{alone.project}'"))
        alone.shell(fetch)
        alone.answer(answer)
        alone.push()
        alone.green("main")

    def test_the_project_by_its_address(self, alone: Fork) -> None:
        alone.merged(30)
        alone.clone.git("fetch", "-q", str(alone.project), "main")
        alone.clone.git("switch", "-q", "-c", "start", "FETCH_HEAD")
        alone.topic(3)
        alone.red()
        alone.clone.git("fetch", "-q", str(alone.project), "main")
        alone.answer("attest answer FETCH_HEAD..HEAD")
        alone.push()
        alone.green()


class TestWhereItIsPushed:
    @pytest.mark.parametrize("default", ["simple", "current", "upstream", "nothing"])
    def test_the_command_that_is_said_works_without_an_upstream(
        self, fork: Fork, default: str
    ) -> None:
        fork.topic(3, push="")
        fork.clone.git("config", "push.default", default)
        printed = commands(fork.answer(fork.red()[0]))
        assert len(printed) == 1
        fork.push(printed[0])
        fork.green()

    def test_by_another_name(self, fork: Fork) -> None:
        fork.clone.git("config", "push.default", "upstream")
        fork.clone.git("switch", "-q", "-c", "topic")
        fork.change(3)
        fork.clone.git("push", "-q", "--no-verify", "-u", "origin", "topic:fix-7")
        answer, push = fork.red("fix-7")
        fork.answer(answer)
        fork.push(push)
        fork.green("fix-7")

    def test_branches_on_top_of_each_other_move_together(self, fork: Fork) -> None:
        fork.topic(3, name="lower")
        fork.topic(13, name="topic")
        answer, _ = fork.red()
        printed = commands(fork.answer(answer))
        assert printed == [PUSH, f"{PUSH} origin lower"]
        for command in printed:
            fork.push(command)
        fork.green()
        fork.green("lower")

    def test_refs_of_pull_requests_are_no_branches_that_others_build_on(self, fork: Fork) -> None:
        spec = "+refs/pull/*/head:refs/remotes/upstream/pr/*"
        fork.clone.git("config", "--add", "remote.upstream.fetch", spec)
        fork.topic(3)
        fork.clone.git("push", "-q", "--no-verify", "upstream", "topic:refs/pull/7/head")
        fork.clone.git("fetch", "-q", "upstream")
        assert fork.clone.git("rev-parse", "upstream/pr/7") == fork.clone.head
        answer, push = fork.red()
        fork.answer(answer)
        fork.push(push)
        fork.green()

    def test_another_branch_that_has_them_keeps_them_until_they_are_named(self, fork: Fork) -> None:
        fork.topic(3)
        fork.clone.git("push", "-q", "--no-verify", "origin", "topic:backport")
        before = fork.clone.head
        answer, push = fork.red()
        reply = fork.answer(answer, code=3)
        assert "1 commit skipped: a remote has it, so others may build on it" in reply
        assert fork.clone.head == before
        words = reply.rpartition("name it: ")[2].strip()
        fork.answer(words)
        fork.push(push)
        fork.green()

    def test_a_detached_head_is_told_to_change_to_the_branch(self, fork: Fork) -> None:
        fork.topic(3)
        answer, push = fork.red()
        fork.clone.git("switch", "-q", "--detach", "origin/topic")
        fork.clone.git("branch", "-q", "-D", "topic")
        assert "git switch BRANCH" in fork.answer(answer, code=3)
        fork.clone.git("switch", "-q", "topic")
        fork.answer(answer)
        fork.push(push)
        fork.green()


class TestAfterwards:
    def test_undo_before_the_push(self, fork: Fork) -> None:
        (old,) = fork.topic(3)
        fork.answer(fork.red()[0])
        assert fork.clone.head != old
        fork.clone.ok("undo", "--yes")
        assert fork.clone.head == old

    def test_undo_after_the_push(self, fork: Fork) -> None:
        (old,) = fork.topic(3)
        answer, push = fork.red()
        fork.answer(answer)
        fork.push(push)
        result = fork.clone.attest("undo", "--yes")
        assert result.returncode == 2
        (line,) = [x.strip() for x in result.stderr.decode().splitlines() if "git update-ref" in x]
        fork.shell(line)
        fork.push("git push -q --no-verify --force-with-lease")
        assert fork.there("topic") == fork.clone.head == old
        assert fork.red() == [answer, push]

    def test_somebody_pushed_meanwhile(self, fork: Fork) -> None:
        (old,) = fork.topic(3)
        answer, push = fork.red()
        other = fork.merged()
        other.git("fetch", "-q", str(fork.fork), "topic")
        other.git("switch", "-q", "-c", "topic", "FETCH_HEAD")
        theirs = fork.change(30, "theirs", other)
        other.git("push", "-q", str(fork.fork), "topic")
        fork.answer(answer)
        with pytest.raises(AssertionError, match=r"stale info|rejected"):
            fork.push(push)
        assert fork.there("topic") == theirs
        fork.shell("git pull -q --rebase")
        assert "all answered before" in fork.answer(answer)
        fork.push(push)
        assert "1 attested, 1 failed" in fork.check().stdout.decode()
        assert "theirs" in fork.clone.git("log", "-1", "--format=%s")
        assert old not in fork.clone.git("rev-list", "topic")

    def test_tags_stay_and_the_signed_are_signed_again(self, fork: Fork, key: Path) -> None:
        clone = fork.clone
        for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(key))):
            clone.git("config", name, value)
        clone.git("config", "commit.gpgSign", "true")
        (old,) = fork.topic(3)
        clone.git("tag", "before", old)
        answer, push = fork.red()
        reply = fork.answer(answer)
        assert "The tag before stays on the old commit" in reply
        assert clone.git("rev-parse", "before") == old
        fork.push(push)
        fork.green()
        assert b"\ngpgsig " in clone.raw()

    def test_commits_that_are_added_ask_for_what_is_new_alone(self, fork: Fork) -> None:
        fork.topic(3)
        answer, push = fork.red()
        fork.answer(answer)
        fork.push(push)
        fork.change(13)
        fork.clone.git("push", "-q", "--no-verify")
        assert fork.red() == [answer, push]
        assert "1 commit skipped: attested already" in fork.answer(answer)
        fork.push(push)
        fork.green()

    def test_a_fixup_that_is_squashed(self, fork: Fork) -> None:
        fork.topic(3)
        answer, push = fork.red()
        fork.answer(answer)
        edit(fork.clone, 13, "more")
        fork.clone.git(*UNHOOKED, "commit", "-q", "--fixup", "HEAD")
        fork.clone.git(
            *UNHOOKED, "rebase", "-q", "-i", "--autosquash", "main", GIT_SEQUENCE_EDITOR="true"
        )
        fork.clone.git("push", "-q", "--no-verify", "--force-with-lease")
        assert fork.red() == [answer, push]
        reply = fork.answer(answer)
        assert "1 commit, 2 hunks" in reply
        fork.push(push)
        fork.green()


class TestAttestPush:
    def test_what_is_pushed_and_red_is_said_with_both_commands(self, fork: Fork) -> None:
        fork.topic(3, 13)
        fork.red()
        result = fork.clone.attest("push", CI="1")
        reply = result.stderr.decode()
        assert result.returncode == 0
        assert "Everything up-to-date" in reply
        assert "2 of your pushed commits have no attestation" in reply
        answer, push = commands(reply)
        fork.answer(answer)
        fork.push(push)
        fork.green()
        assert "pushed already" not in fork.clone.attest("push", CI="1").stderr.decode()

    def test_it_says_so_of_a_branch_that_is_not_checked_out(self, fork: Fork) -> None:
        fork.topic(3)
        fork.clone.git("switch", "-q", "main")
        reply = fork.clone.attest("push", "origin", "topic", CI="1").stderr.decode()
        assert "git switch topic" in reply
        fork.shell("git switch topic")
        answer, push = commands(reply)
        fork.answer(answer)
        fork.push(push)
        fork.green()
