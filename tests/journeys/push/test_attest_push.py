"""`attest push`: answer, rewrite and push in one go."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support.messages import hook
from support.pushing import (
    STRANGER,
    add_remote,
    answer,
    answered,
    branch,
    change,
    holds,
    passes,
    refs,
    template,
)
from support.repo import Repo
from support.terminal import BREAKS, CTRL_C, INVARIANT, SIGN, Terminal, reply
from support.words import invariant, removal

PLAIN: dict[str, str | None] = {"TERM": "dumb"}
Env = dict[str, str | None]


@pytest.fixture(scope="module")
def _topic(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `topic` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("topic"))
    add_remote(repo, "origin", "main")
    branch(repo, "topic", 3)
    return repo


@pytest.fixture
def topic(_topic: Repo, tmp_path: Path) -> Repo:
    """A clone with a remote, on a branch with a commit that nobody answered for."""
    return _topic.copy(tmp_path)


def there(repo: Repo) -> str:
    """The refs that `origin` has."""
    return refs(repo, repo.path.parent / "origin.git")


def on_terminal(repo: Repo, *args: str, env: Env | None = None, asks: bool = True) -> Terminal:
    """`attest push` on a terminal that is wide enough for all that is said, where it has asked
    whether to begin if it *asks*."""
    terminal = Terminal.attest(repo, "push", *args, columns=200, env={**PLAIN, **(env or {})})
    if asks:
        terminal.asked("now? [Enter = yes, p = preview")
    return terminal


def answers(terminal: Terminal, sign: str = "") -> None:
    """Answer for one hunk, and say whether to sign."""
    terminal.answer()
    terminal.asked(SIGN)
    terminal.say(sign)


def unasked(repo: Repo, *args: str) -> CompletedProcess[bytes]:
    """`attest push` in a CI job; it has nothing to ask and pushes."""
    result = repo.attest("push", *args, CI="1", GIT_TERMINAL_PROMPT="0")
    assert result.returncode == 0, result
    return result


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_one_command_asks_and_pushes(topic: Repo, term: str) -> None:
    (topic.path / "a.py").write_text("not committed\n")
    with on_terminal(topic, "-u", "origin", "topic", env={"TERM": term}) as terminal:
        assert "1 commit, 1 hunk, 2 questions: about 1 minute" in terminal.output
        terminal.say("p")
        terminal.expect("  a.py:3")
        terminal.asked("Answer now?")
        terminal.say("")
        terminal.expect("hunk 1 of 1  a.py:3")
        answers(terminal)
        terminal.expect("answered: 1 commit, 1 hunk, 2 questions")
        terminal.expect("Rewrote 1 commit message on topic")
        terminal.expect("topic -> topic")
        assert terminal.finish() == 0
        assert "Push again" not in terminal.output
    assert f"refs/heads/topic {topic.head}" in there(topic)
    assert topic.git("rev-parse", "--abbrev-ref", "topic@{upstream}") == "origin/topic"
    assert reply(topic)[0].invariant == invariant()
    assert (topic.path / "a.py").read_text() == "not committed\n"
    assert holds(topic, "origin/main..topic") == ["exact"]


def test_without_arguments_it_pushes_what_git_would(topic: Repo) -> None:
    topic.git("config", "push.default", "current")
    with on_terminal(topic) as terminal:
        terminal.say("")
        answers(terminal)
        assert terminal.finish() == 0
    assert f"refs/heads/topic {topic.head}" in there(topic)


def test_a_branch_that_is_not_checked_out_is_asked_about(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "main")
    with on_terminal(topic, "-q", "origin", "topic:refs/heads/other") as terminal:
        terminal.say("")
        answers(terminal)
        assert terminal.finish() == 0
    assert f"refs/heads/other {topic.git('rev-parse', 'topic')}" in there(topic)


def test_several_refs_are_asked_about_at_once(topic: Repo) -> None:
    branch(topic, "side", 9)
    with on_terminal(topic, "--all", "origin") as terminal:
        assert "2 commits, 2 hunks" in terminal.output
        terminal.say("")
        terminal.answer()
        answers(terminal)
        assert terminal.finish() == 0
    for name in ("topic", "side"):
        assert f"refs/heads/{name} {topic.git('rev-parse', name)}" in there(topic)


def test_what_is_attested_is_pushed_without_a_terminal(topic: Repo) -> None:
    answer(topic, "--unpushed")
    result = unasked(topic, "-q", "origin", "topic")
    assert (result.stdout, result.stderr) == (b"", b"")
    assert f"refs/heads/topic {topic.head}" in there(topic)


def test_where_there_is_nothing_to_send_git_says_so(topic: Repo) -> None:
    answer(topic, "--unpushed")
    passes(topic, "origin", "topic")
    assert b"Everything up-to-date" in unasked(topic, "origin", "topic").stderr


@pytest.mark.parametrize("what", ["a new branch", "a tag", "a deletion"])
def test_what_sends_no_commit_is_pushed(topic: Repo, what: str) -> None:
    topic.git("push", "--quiet", "--no-verify", "origin", "main:gone")
    topic.git("tag", "v1", "main")
    name = {"a new branch": "main:new", "a tag": "v1", "a deletion": ":gone"}[what]
    unasked(topic, "origin", name)
    assert ("refs/heads/new" in there(topic)) == (what == "a new branch")
    assert ("refs/tags/v1" in there(topic)) == (what == "a tag")
    assert ("refs/heads/gone" in there(topic)) == (what != "a deletion")


def test_commits_of_other_people_are_pushed(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "-b", "theirs", "main")
    change(topic, 9, "Theirs", STRANGER)
    unasked(topic, "origin", "theirs")
    assert f"refs/heads/theirs {topic.head}" in there(topic)


def test_what_git_would_refuse_is_not_asked_about(topic: Repo) -> None:
    topic.git("push", "--quiet", "--no-verify", "origin", "topic")
    topic.git("reset", "--quiet", "--hard", "main")
    change(topic, 9, "Behind")
    before = refs(topic), there(topic)
    with on_terminal(topic, "origin", "topic", asks=False) as terminal:
        terminal.expect("rejected")
        terminal.expect("git would refuse this push, so attest asked nothing")
        assert terminal.finish() == 4
        assert not terminal.wrote(INVARIANT)
    assert (refs(topic), there(topic)) == before
    with on_terminal(topic, "--force-with-lease", "origin", "topic") as terminal:
        terminal.say("")
        answers(terminal)
        assert terminal.finish() == 0
    assert f"refs/heads/topic {topic.head}" in there(topic)


@pytest.mark.parametrize("args", [[], ["nowhere", "topic"], ["origin", "no-such-branch"]])
def test_a_push_that_names_nothing_is_refused_by_git(topic: Repo, args: list[str]) -> None:
    result = topic.attest("push", *args)
    assert result.returncode == 4
    assert b"attest: error: git would refuse this push" in result.stderr
    assert "topic" not in there(topic)


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"CI": "1"}, "this is a CI job (CI is set)"),
        ({"GIT_TERMINAL_PROMPT": "0"}, "GIT_TERMINAL_PROMPT=0 forbids prompts"),
        ({"CLAUDECODE": "1"}, "Claude Code runs this command (CLAUDECODE is set)"),
    ],
    ids=["CI", "GIT_TERMINAL_PROMPT", "an agent"],
)
def test_nobody_is_asked_where_the_environment_says_so(topic: Repo, env: Env, why: str) -> None:
    before = refs(topic), there(topic)
    with on_terminal(topic, "origin", "topic", env=env, asks=False) as terminal:
        terminal.expect(why)
        assert terminal.finish() == 4
        assert not terminal.wrote(INVARIANT)
    assert (refs(topic), there(topic)) == before


def test_without_a_terminal_the_command_that_is_named_is_for_what_was_pushed(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "main")
    result = topic.attest("push", "origin", "topic")
    assert result.returncode == 4
    (line,) = [x for x in result.stderr.decode().splitlines() if "--template" in x]
    words = line.partition("attest answer ")[2].partition(" --template")[0].split()
    assert [hunk["where"] for hunk in template(topic, *words)] == ["a.py:3"]


def test_whoever_does_not_sign_pushes_nothing(topic: Repo) -> None:
    before = refs(topic), there(topic)
    with on_terminal(topic, "origin", "topic") as terminal:
        terminal.say("")
        answers(terminal, "no")
        terminal.expect("not signed, so nothing was pushed; your answers are kept")
        assert terminal.finish() == 1
    assert (refs(topic), there(topic)) == before
    assert template(topic, "--unpushed")[0]["breaks"] == removal()


def test_ctrl_c_keeps_every_answer_and_the_next_push_goes_on(topic: Repo) -> None:
    before = refs(topic), there(topic)
    with on_terminal(topic, "origin", "topic") as terminal:
        terminal.say("")
        terminal.asked(INVARIANT)
        terminal.say(invariant())
        terminal.asked(BREAKS)
        terminal.send(CTRL_C)
        assert terminal.finish() == 130
        assert "stopped; every answer so far is kept" in terminal.output
        assert "Traceback" not in terminal.output
    assert (refs(topic), there(topic)) == before
    with on_terminal(topic, "origin", "topic") as terminal:
        terminal.say("")
        terminal.answer_last()
    assert f"refs/heads/topic {topic.head}" in there(topic)


@pytest.mark.parametrize("option", ["-n", "--dry-run", "--dry", "-un"])
def test_a_dry_run_asks_nothing_and_moves_nothing(topic: Repo, option: str) -> None:
    before = refs(topic), there(topic)
    result = unasked(topic, option, "origin", "topic")
    assert b"[new branch]" in result.stderr
    assert (refs(topic), there(topic)) == before


LONG = ("x" * 60_000,) * 3
"""More than a pipe holds: git's dry run, whose server reads no options, ends by SIGPIPE."""


@pytest.mark.parametrize(
    "options",
    [["-onext"], ["-o", "next"], ["-qonext"], ["--push-option=-n"], [f"-o{x}" for x in LONG]],
    ids=["joined", "apart", "in a cluster", "long", "several long ones"],
)
def test_an_option_for_the_server_is_no_dry_run(topic: Repo, options: list[str]) -> None:
    bare = str(topic.path.parent / "origin.git")
    topic.git("--git-dir", bare, "config", "receive.advertisePushOptions", "true")
    result = topic.attest("push", *options, "origin", "topic")
    assert result.returncode == 4, result
    assert b"nobody can be asked" in result.stderr
    assert "refs/heads/topic" not in there(topic)


def test_options_for_the_server_may_be_configured(topic: Repo) -> None:
    bare = str(topic.path.parent / "origin.git")
    topic.git("--git-dir", bare, "config", "receive.advertisePushOptions", "true")
    for option in LONG:
        topic.git("config", "--add", "push.pushOption", option)
    answer(topic, "--unpushed")
    unasked(topic, "origin", "topic")
    assert f"refs/heads/topic {topic.head}" in there(topic)


def test_an_address_that_is_no_remote_says_what_it_has(topic: Repo) -> None:
    """What is published there is neither asked about nor written anew."""
    url = "../nameless.git"
    topic.git("init", "--quiet", "--bare", url)
    topic.git("push", "--quiet", "--no-verify", url, "topic")
    published = topic.head
    assert b"Everything up-to-date" in unasked(topic, url, "topic").stderr
    change(topic, 9, "Newer")
    assert b"attest: 1 commit, 1 hunk" in topic.attest("push", url, "topic").stderr
    with on_terminal(topic, url, "topic") as terminal:
        terminal.say("")
        answers(terminal)
        assert terminal.finish() == 0
    assert topic.git("rev-parse", "topic~1") == published


def test_a_server_that_refuses_leaves_what_can_be_undone(topic: Repo) -> None:
    old = topic.head
    hook(topic, "pre-receive", "echo no >&2; exit 1", topic.path.parent / "origin.git/hooks")
    with on_terminal(topic, "origin", "topic") as terminal:
        terminal.say("")
        answers(terminal)
        terminal.expect("pre-receive hook declined")
        assert terminal.finish() == 1
    assert topic.head != old
    assert "topic" not in there(topic)
    topic.ok("undo", "--yes")
    assert topic.head == old


def test_a_hook_of_ones_own_that_fails_stops_it(topic: Repo, key: Path) -> None:
    answered(topic, 9, "Answered")
    answer(topic, "--unpushed")
    topic.ok("uninstall")
    hook(topic, "pre-push", "echo not today >&2; exit 1")
    topic.set_up(key)
    result = topic.attest("push", "origin", "topic")
    assert result.returncode == 1
    assert b"not today" in result.stderr
    assert "topic" not in there(topic)


def test_later_pushes_nothing(topic: Repo) -> None:
    before = refs(topic), there(topic)
    with on_terminal(topic, "origin", "topic") as terminal:
        terminal.say("l")
        terminal.expect("not signed, so nothing was pushed; your answers are kept. To continue:")
        assert terminal.finish() == 1
    assert (refs(topic), there(topic)) == before
