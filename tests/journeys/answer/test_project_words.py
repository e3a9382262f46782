"""The project's own words and rules, on the contributor's side: what is shown, what is
asked, what is kept."""

from __future__ import annotations

import tomllib

import pytest
import tomli_w

from support import forge, ruled
from support.repo import Repo
from support.terminal import BREAKS, INVARIANT, SIGN, Terminal
from support.words import invariant, removal

READ = 'read = ["CONTRIBUTING.md"]\n'
PLAIN: dict[str, str | None] = {"TERM": "dumb"}
BOTH_WAYS = pytest.mark.parametrize("env", [{}, PLAIN], ids=["questionary", "plain"])
HAVE_READ = "Have you read this"


def project(repo: Repo, policy: str, words: str = "Be kind.\n") -> Repo:
    """A base with rules and a document, found by `attest.base`."""
    ruled.begin(repo, None, policy, {"CONTRIBUTING.md": words})
    repo.git("config", "attest.base", "main")
    return repo


def reword(repo: Repo, words: str) -> None:
    repo.git("stash", "-q")
    repo.git("checkout", "-q", "main")
    repo.write("CONTRIBUTING.md", words)
    repo.commit("words")
    repo.git("checkout", "-q", "topic")
    repo.git("stash", "pop", "-q", "--index")


@pytest.mark.long
@BOTH_WAYS
def test_a_document_is_shown_once_and_again_when_it_changed(
    repo: Repo, env: dict[str, str | None]
) -> None:
    ruled.change(project(repo, READ))
    with Terminal.attest(repo, env=env) as terminal:
        terminal.expect("CONTRIBUTING.md")
        terminal.expect("Be kind.")
        terminal.asked(HAVE_READ)
        terminal.say("")
        terminal.answer()
        terminal.asked(SIGN)
        terminal.say("no")
        assert terminal.finish() == 1
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(SIGN)
        assert HAVE_READ not in terminal.output
        terminal.say("no")
        terminal.finish()
    reword(repo, "Be very kind.\n")
    with Terminal.attest(repo, env=env) as terminal:
        terminal.expect("CONTRIBUTING.md (it changed since you read it)")
        terminal.expect("Be very kind.")
        terminal.asked(HAVE_READ)
        terminal.say("")
        terminal.asked(SIGN)


def test_a_long_document_comes_a_screen_at_a_time_and_can_be_skipped(repo: Repo) -> None:
    words = "".join(f"word {n}\n" for n in range(1, 101))
    ruled.change(project(repo, READ, words))
    with Terminal.attest(repo, rows=24) as terminal:
        terminal.expect("word 21")
        terminal.asked("79 more lines. [Enter = go on, s = skip]")
        terminal.say("")
        terminal.asked("58 more lines.")
        terminal.say("s")
        terminal.asked(HAVE_READ)
        assert "word 43" not in terminal.output


def test_stopping_before_it_is_read_leaves_it_unread(repo: Repo) -> None:
    ruled.change(project(repo, READ))
    for _ in range(2):
        with Terminal.attest(repo) as terminal:
            terminal.asked(HAVE_READ)
            terminal.send("\x03")
            assert terminal.finish() == 130


def test_escapes_in_a_document_are_written_out(repo: Repo) -> None:
    ruled.change(project(repo, READ, "\x1b]0;evil\x07\u202eword\n"))
    with Terminal.attest(repo, env=PLAIN) as terminal:
        terminal.expect("\\x1b]0;evil\\x07\\u202eword")


def test_without_a_terminal_the_document_is_named(repo: Repo) -> None:
    ruled.change(project(repo, READ))
    template = repo.ok("answer", "--template")
    result = forge.run(repo, "answer", "--answers", "-")
    assert b"CONTRIBUTING.md" in result.stderr
    assert "invariant" in template


def test_a_document_that_is_missing_is_told_with_a_remedy_and_locks_nobody_out(repo: Repo) -> None:
    ruled.change(project(repo, 'read = ["GONE.md"]\n'))
    data = repo.template()
    data["hunk"][0] |= {"invariant": invariant(), "breaks": removal()}
    result = forge.run_in(repo, tomli_w.dumps(data).encode(), "answer", "--answers", "-")
    assert b"there is no file GONE.md; a maintainer must add it" in result.stderr
    assert result.returncode == 0, result.stderr
    repo.commit("change")
    assert repo.codes("HEAD", "--base", "main") == ["signer-unknown"]


class TestInit:
    def test_it_shows_the_rules_then_the_documents_and_asks(self, repo: Repo, key: object) -> None:
        project(repo, READ + 'merges = "forbid"\n')
        with Terminal.attest(repo, "init") as terminal:
            terminal.expect("What this project asks (.attest.toml)")
            terminal.expect("Merge commits are not allowed")
            terminal.expect("Be kind.")
            terminal.asked(HAVE_READ)
            terminal.say("")
            assert terminal.finish() == 0
        with Terminal.attest(repo, "init") as terminal:
            assert terminal.finish() == 0
            assert HAVE_READ not in terminal.output
        ruled.change(repo)
        with Terminal.attest(repo) as terminal:
            terminal.asked(INVARIANT)
            assert HAVE_READ not in terminal.output

    def test_without_a_terminal_it_prints_them(self, repo: Repo) -> None:
        reply = project(repo, READ).ok("init", "--yes")
        assert "What this project asks (.attest.toml):" in reply
        assert "- Read CONTRIBUTING.md (git show " in reply

    def test_without_a_policy_it_points_at_such_files(self, repo: Repo) -> None:
        repo.write("CONTRIBUTING.md", "x\n")
        repo.write(".github/AI_POLICY.md", "x\n")
        repo.write("src/CONTRIBUTING.md", "x\n")
        repo.commit("words")
        reply = repo.ok("init", "--yes")
        assert "may be described in: .github/AI_POLICY.md, CONTRIBUTING.md\n" in reply or (
            "may be described in: CONTRIBUTING.md, .github/AI_POLICY.md\n" in reply
        )


class TestDisclosure:
    NEEDED = (
        '[disclosure]\nassistance = "required"\nnone = "none"\n'
        'trailers = { "Assisted-by" = "[^ ]+:[^ ]+" }\n'
    )

    @BOTH_WAYS
    def test_it_is_asked_once_and_written_as_the_project_wants(
        self, repo: Repo, env: dict[str, str | None]
    ) -> None:
        ruled.change(project(repo, self.NEEDED))
        with Terminal.attest(repo, env=env) as terminal:
            terminal.answer()
            terminal.asked("Which AI tools helped with this change?")
            terminal.say("some tool")
            terminal.expect("does not match the project's pattern")
            terminal.asked("Which AI tools helped with this change?")
            terminal.say_instead("?")
            terminal.expect("A tool helped if it wrote or proposed any part of this change")
            terminal.asked("Which AI tools helped with this change?")
            terminal.say_instead("Tool:0")
            terminal.expect("AI tools: Tool:0")
            terminal.asked(SIGN)
            terminal.say("a")
            terminal.asked("Which AI tools helped with this change?")
            terminal.say_instead("Tool:1")
            terminal.asked(SIGN)
            terminal.say("no")
            terminal.finish()
        with Terminal.attest(repo, env=env) as terminal:
            terminal.expect("AI tools: Tool:1")
            terminal.sign()
            assert terminal.finish() == 0
        repo.commit("change")
        assert "\n\nAssisted-by: Tool:1\nAttest: v1" in repo.message()
        assert ruled.errors(repo, "--signers", str(forge.signers(repo))) == ["signer-unknown"]

    def test_enter_says_that_none_did(self, repo: Repo) -> None:
        ruled.change(project(repo, self.NEEDED))
        with Terminal.attest(repo) as terminal:
            terminal.answer()
            terminal.asked("Which AI tools helped with this change?")
            terminal.say("")
            terminal.sign()
            assert terminal.finish() == 0
        repo.commit("change")
        assert "\nAssisted-by: none\n" in repo.message()

    def test_in_a_file(self, repo: Repo) -> None:
        ruled.change(project(repo, self.NEEDED))
        data = tomllib.loads(repo.ok("answer", "--template"))
        assert data["assistance"] == ""
        data["hunk"][0] |= {"invariant": invariant(), "breaks": removal()}
        for reply, code in (("some tool", 2), ("Tool:1", 0)):
            data["assistance"] = reply
            result = forge.run_in(repo, tomli_w.dumps(data).encode(), "answer", "--answers", "-")
            assert result.returncode == code, result.stderr
        repo.commit("change")
        assert "\nAssisted-by: Tool:1\n" in repo.message()

    def test_on_the_command_line(self, repo: Repo) -> None:
        ruled.change(project(repo, self.NEEDED))
        data = tomllib.loads(repo.ok("answer", "--template", "--assisted-by", "Tool:1"))
        assert "assistance" not in data
        repo.answer("--assisted-by", "Tool:1")
        repo.commit("change")
        assert "\nAssisted-by: Tool:1\n" in repo.message()

    def test_a_commit_that_tells_it_already_is_not_asked_about(self, repo: Repo) -> None:
        ruled.change(project(repo, self.NEEDED)).commit("change\n\nAssisted-by: Tool:2")
        data = tomllib.loads(repo.ok("answer", "main..topic", "--template"))
        assert "assistance" not in data

    def test_several_commits_are_asked_about_once(self, repo: Repo) -> None:
        project(repo, self.NEEDED)
        ruled.change(repo, "b.py").commit("one")
        ruled.change(repo, "c.py").commit("two\n\nAssisted-by: Tool:2")
        ruled.change(repo, "d.py").commit("three")
        data = tomllib.loads(repo.ok("answer", "main..topic", "--template"))
        for hunk in data["hunk"]:
            hunk |= {"invariant": invariant(), "breaks": removal()}
        data["assistance"] = "Tool:1"
        repo.ok("answer", "main..topic", "--answers", "-", stdin=tomli_w.dumps(data).encode())
        notice = [
            [line for line in repo.message(rev).split("\n") if line.startswith("Assisted-by")]
            for rev in ("HEAD~2", "HEAD~1", "HEAD")
        ]
        assert notice == [["Assisted-by: Tool:1"], ["Assisted-by: Tool:2"], ["Assisted-by: Tool:1"]]

    def test_where_no_tool_may_help(self, repo: Repo) -> None:
        ruled.change(project(repo, '[disclosure]\nassistance = "forbidden"\n'))
        with Terminal.attest(repo) as terminal:
            terminal.answer()
            terminal.asked("Did one help with this change?")
            terminal.say("Tool")
            terminal.expect("does not accept AI-assisted changes")
            terminal.asked("Did one help with this change?")
            terminal.say_instead("")
            terminal.sign()
            assert terminal.finish() == 0
        repo.commit("change")
        assert "Assisted-by" not in repo.message()


class TestStandard:
    def test_least_words_and_no_doubt(self, repo: Repo) -> None:
        ruled.change(project(repo, "[questions]\nleast-words = 3\nunsure = false\n"))
        with Terminal.attest(repo) as terminal:
            terminal.expect("two questions, at least 3 words per answer")
            terminal.asked(INVARIANT)
            terminal.say("too short")
            terminal.expect("2 of at least 3 words")
            terminal.say_instead("now long enough")
            terminal.asked(BREAKS)
            terminal.say(f"? {removal()}")
            terminal.sign()
            assert terminal.finish() == 0
        repo.commit("change")
        assert f"Attest-Breaks: ? {removal()}" in repo.message()
        assert "Attest-Unsure" not in repo.message()

    def test_one_standing_question(self, repo: Repo) -> None:
        ruled.change(project(repo, '[questions]\nstanding = ["breaks"]\n'))
        with Terminal.attest(repo) as terminal:
            terminal.expect("one question")
            terminal.asked(BREAKS)
            assert not terminal.wrote(INVARIANT)
            terminal.say(removal())
            terminal.sign()
            assert terminal.finish() == 0
        repo.commit("change")
        assert repo.codes("HEAD", "--base", "main") == ["signer-unknown"]

    def test_what_is_ignored_is_not_asked_about(self, repo: Repo) -> None:
        ruled.change(project(repo, 'ignore = ["*.py"]\n'))
        result = forge.run(repo, "answer", "--template")
        assert (result.returncode, b"attest policy explain" in result.stderr) == (3, True)

    def test_a_push_of_what_is_ignored_passes(self, repo: Repo) -> None:
        project(repo, 'ignore = ["*.py"]\n')
        repo.git("init", "-q", "--bare", str(repo.home / "origin.git"))
        repo.git("remote", "add", "origin", str(repo.home / "origin.git"))
        repo.git("push", "-q", "--no-verify", "origin", "main")
        ruled.change(repo).commit("ignored")
        repo.git("push", "-q", "origin", "topic")

    def test_other_rules_are_looked_at_anew(self, repo: Repo) -> None:
        """A commit that held by the old rules is asked about by the new ones."""
        project(repo, "[questions]\nmost = 1\n")
        ruled.change(repo, "b.py")
        ruled.change(repo, "c.py", "changed too\n").attested("two files")
        asked = forge.run(repo, "answer", "main..topic", "--template")
        assert b"[[hunk]]" not in asked.stdout
        repo.git("checkout", "-q", "main")
        repo.write(".attest.toml", ruled.MINIMAL)
        repo.commit("more questions")
        repo.git("checkout", "-q", "topic")
        asked = forge.run(repo, "answer", "main..topic", "--template")
        assert asked.stdout.count(b"[[hunk]]") == 2

    def test_a_key_without_a_touch_is_told_before_the_questions(self, repo: Repo) -> None:
        policy = '[[require]]\npaths = ["*.py"]\npresence = "touch"\n'
        ruled.change(project(repo, policy))
        with Terminal.attest(repo) as terminal:
            terminal.expect("the project requires a security key with a touch; yours is")
            terminal.answer()
