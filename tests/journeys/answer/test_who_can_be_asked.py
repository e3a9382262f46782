"""Who can be asked in a terminal, and what happens at once where nobody can."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import tomli_w

from support import jobs, keys
from support.jobs import HOW
from support.pushing import refs
from support.pushing_terminal import Env, begin, then_push
from support.repo import Repo
from support.terminal import CTRL_D, INVARIANT, Terminal, stage
from support.words import invariant, removal

ATTEST = (sys.executable, "-P", "-m", "attest")
PUSH = ("git", "push", "origin", "topic")
WHY = {
    "background": "this runs in the background",
    "foreground of another": "this runs in the background",
    "raw": "another program has the terminal",
    "cbreak": "another program has the terminal",
}
SAID = {"invariant": invariant(), "breaks": removal()}
ALL_WAYS = pytest.mark.parametrize("how", HOW)


@pytest.fixture
def topic(_open_topic: Repo, tmp_path: Path) -> Repo:
    """A clone with a remote, on a branch with two commits that nobody answered for."""
    return _open_topic.copy(tmp_path)


def later(terminal: Terminal) -> None:
    """A person is asked, and puts it off."""
    begin(terminal, "l")
    assert terminal.finish() != 0


class TestNobody:
    @ALL_WAYS
    @pytest.mark.parametrize("tostop", [False, True], ids=["", "tostop"])
    def test_a_push_ends_with_the_command_to_run(self, topic: Repo, how: str, tostop: bool) -> None:
        result = jobs.run(topic, how, *PUSH, tostop=tostop)
        assert result.ended == "exited 1"
        assert f"attest: nobody can be asked: {WHY[how]}" in result.reply
        assert "attest:   attest answer --unpushed topic\n" in result.reply
        assert result.shown == b""
        assert "topic" not in refs(topic, topic.path.parent / "origin.git")

    def test_a_push_in_the_background_may_say_so_on_the_terminal(self, topic: Repo) -> None:
        result = jobs.run(topic, "background", *PUSH, aside=False)
        assert result.ended == "exited 1"
        assert b"attest answer --unpushed topic" in result.shown

    @ALL_WAYS
    def test_a_commit_goes_through_and_one_line_says_what_to_do(self, repo: Repo, how: str) -> None:
        repo.git("config", "attest.ask", "commit")
        stage(repo, 2)
        before = repo.head
        result = jobs.run(repo, how, "git", "commit", "-q", "-m", "change", tostop=True)
        assert result.ended == "exited 0"
        (line,) = result.reply.splitlines()
        assert line.startswith(f"attest: nobody can be asked: {WHY[how]}")
        assert line.endswith("the commit is made without answers. To add them: attest answer HEAD")
        assert result.shown == b""
        assert repo.git("rev-parse", "HEAD^") == before

    def test_a_line_on_the_terminal_stops_nobody(self, repo: Repo) -> None:
        # git itself says nothing here, so that only our line could stop the job.
        repo.git("config", "attest.ask", "commit")
        stage(repo, 2)
        command = ("git", "commit", "-q", "-m", "change")
        result = jobs.run(repo, "background", *command, tostop=True, aside=False)
        assert result.ended == "exited 0"
        assert b"To add them: attest answer HEAD\r\n" in result.shown

    @pytest.mark.parametrize("amend", [False, True])
    def test_what_the_line_names_adds_the_answers(self, repo: Repo, amend: bool) -> None:
        if amend:
            stage(repo, 2)
            repo.commit("first")
        repo.git("config", "attest.ask", "commit")
        stage(repo, 2, 30)
        options = ("--amend", "--no-edit") if amend else ("-m", "change")
        result = repo.run("git", "commit", "-q", *options, check=True)
        command = result.stderr.decode().rpartition("To add them: attest ")[2].split()
        with Terminal.attest(repo, *command) as terminal:
            for _ in range(2):
                terminal.answer()
            terminal.sign()
            assert terminal.finish() == 0
        assert (repo.verdict()["level"], repo.codes()) == ("exact", [])

    @ALL_WAYS
    def test_attest_commit_never_commits_unasked(self, repo: Repo, how: str) -> None:
        stage(repo, 2)
        before = repo.head
        result = jobs.run(repo, how, *ATTEST, "commit", "-m", "change", tostop=True)
        assert result.ended == "exited 1"
        assert WHY[how] in result.reply
        assert "attest answer --editor" in result.reply
        assert result.shown == b""
        assert repo.head == before

    @pytest.mark.long
    @ALL_WAYS
    def test_attest_answer_and_doctor_say_why(self, repo: Repo, how: str) -> None:
        stage(repo, 2)
        result = jobs.run(repo, how, *ATTEST, "answer", tostop=True)
        assert result.ended == "exited 4"
        assert f"nobody can be asked: {WHY[how]}" in result.reply
        assert "attest answer --template" in result.reply
        result = jobs.run(repo, how, *ATTEST, "doctor", tostop=True)
        assert f"nobody can be asked: {WHY[how]}" in result.reply

    @ALL_WAYS
    def test_a_passphrase_is_not_asked_for(
        self, bare_repo: Repo, key_folder: Path, how: str
    ) -> None:
        # ssh-keygen would open the terminal by itself, and have the job stopped.
        bare_repo.set_up(keys.make(key_folder, passphrase="open sesame"))
        bare_repo.write("a.py", "one\n")
        filled = tomli_w.dumps(
            {"hunk": [{**hunk, **SAID} for hunk in bare_repo.template()["hunk"]]}
        )
        (bare_repo.home / "answers.toml").write_text(filled)
        command = (*ATTEST, "answer", "--answers", str(bare_repo.home / "answers.toml"))
        result = jobs.run(bare_repo, how, *command, tostop=True)
        assert result.ended == "exited 4"
        assert "Your answers are kept" in result.reply
        assert result.shown == b""

    @pytest.mark.parametrize("value", ["0", "false", "No", "off", ""])
    def test_git_terminal_prompt_is_read_as_git_reads_it(self, repo: Repo, value: str) -> None:
        stage(repo, 2)
        with Terminal.attest(repo, env={"GIT_TERMINAL_PROMPT": value}) as terminal:
            assert terminal.finish() == 4
            assert f"GIT_TERMINAL_PROMPT={value} forbids prompts" in terminal.output

    @pytest.mark.parametrize("kind", ["magit", "compile"])
    def test_an_emacs_buffer_without_input_is_nobody(self, topic: Repo, kind: str) -> None:
        env: Env = {"TERM": "dumb", "INSIDE_EMACS": f"29.4,{kind}"}
        with Terminal(topic, *PUSH, env=env) as terminal:
            assert terminal.finish() == 1
            assert f"Emacs ({kind}) runs this" in terminal.output

    def test_a_program_that_only_catches_passwords_is_nobody(self, topic: Repo) -> None:
        # lazygit starts `git push` on a pseudo-terminal, in the foreground, in line mode.
        assert "lazygit runs this" in played_by(topic, "lazygit")


class TestSomebody:
    """Each of these looks a little like the above, and a person can answer."""

    def test_another_program_with_a_pseudo_terminal(self, topic: Repo) -> None:
        assert "now? [Enter = yes" in played_by(topic, "some-terminal")

    @pytest.mark.parametrize(
        "line",
        [
            "git push origin topic",
            "git push origin topic </dev/null >out 2>err",
            "git push origin topic 2>&1 | cat",
            "git push origin topic & wait",
            "git -c alias.up='!git push origin topic' up",
            "printf 'push:\\n\\tgit push origin topic\\n' | make -f - push",
            "script -qec 'git push origin topic' /dev/null",
            "bash -c 'set -m; git push origin topic'",
            "vim -u NONE -N -c '!git push origin topic' -c 'qa!'",
            "env -u TERM git push origin topic",
        ],
    )
    def test_is_asked(self, topic: Repo, line: str) -> None:
        if shutil.which(line.split()[0]) is None or ("make" in line and not shutil.which("make")):
            pytest.skip("the program is not here")
        with Terminal.shell(topic, line) as terminal:
            begin(terminal, "l")
            if line.startswith("vim"):
                terminal.expect("Press ENTER")
                terminal.send("\r")
            terminal.finish()

    @pytest.mark.parametrize("program", ["npm", "yarn", "pnpm"])
    def test_is_asked_below_a_task_runner(self, topic: Repo, program: str) -> None:
        if shutil.which(program) is None:
            pytest.skip("the program is not here")
        (topic.path / "package.json").write_text('{"scripts": {"up": "git push origin topic"}}')
        with Terminal.shell(topic, f"{program} run up") as terminal:
            later(terminal)

    def test_an_interactive_shell_with_job_control(self, topic: Repo) -> None:
        with Terminal(topic, "bash", "--norc", "-i", env={"PS1": "$ "}) as terminal:
            terminal.expect("$ ")
            terminal.say("git push origin topic")
            begin(terminal, "l")
            terminal.expect("failed to push")
            terminal.say("git push origin topic &")
            terminal.expect("nobody can be asked: this runs in the background")
            terminal.say("wait; exit 7")
            assert terminal.finish() == 7

    @pytest.mark.parametrize("value", ["29.4,comint", "29.4,eshell", "vterm", "29.4,term:0.96"])
    def test_a_shell_in_emacs(self, topic: Repo, value: str) -> None:
        env: Env = {"TERM": "dumb", "INSIDE_EMACS": value}
        with Terminal(topic, *PUSH, env=env) as terminal:
            later(terminal)

    def test_a_terminal_that_was_opened_from_emacs(self, topic: Repo) -> None:
        env: Env = {"TERM": "xterm-256color", "INSIDE_EMACS": "29.4,magit"}
        with Terminal(topic, *PUSH, env=env) as terminal:
            later(terminal)


PLAYED = """#!{python}
import fcntl, os, pty, subprocess, sys, termios
master, slave = pty.openpty()
push = subprocess.Popen(
    {push!r}, stdin=slave, stdout=slave, stderr=subprocess.PIPE, start_new_session=True,
    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
)
os.close(slave)
seen = b""
while True:
    try:
        seen += os.read(master, 4096)
    except OSError:
        break
    if seen.rstrip().endswith(b">") and b"now?" in seen:
        os.write(master, b"l\\r")
sys.stdout.buffer.write(seen + push.stderr.read())
sys.exit(push.wait())
"""


def played_by(topic: Repo, name: str) -> str:
    """What `git push` says below a program of that name, which runs it on a
    pseudo-terminal of its own and reads standard error by a pipe."""
    program = topic.home / name
    program.write_text(PLAYED.format(python=sys.executable, push=list(PUSH)))
    program.chmod(0o755)
    result = topic.run(str(program))
    assert result.returncode == 1, result
    return result.stdout.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="it plays macOS by Linux's device numbers")
class TestKqueue:
    """macOS's kqueue refuses /dev/tty: played by `support/kqueue.py`."""

    SCRIPT = Path(__file__).parents[2] / "support" / "kqueue.py"

    @pytest.mark.parametrize("where", ["", "</dev/null", "</dev/null >out 2>err"])
    @pytest.mark.parametrize("env", [{}, {"EVERY_SELECTOR": "1"}], ids=["kqueue", "every"])
    def test_a_person_can_answer(self, repo: Repo, where: str, env: Env) -> None:
        stage(repo, 2)
        with Terminal.shell(repo, f"{sys.executable} {self.SCRIPT} {where}", **env) as terminal:
            terminal.answer()
            terminal.sign()
            assert terminal.finish() == 0
            # The line editor asks for bracketed pastes; without any way to wait for the
            # terminal, lines are read as the terminal gives them.
            assert (b"\x1b[?2004h" in terminal.raw) == (not env)
        repo.commit()
        assert repo.codes() == []

    def test_ctrl_d_still_stops(self, repo: Repo) -> None:
        stage(repo, 2)
        with Terminal(repo, sys.executable, str(self.SCRIPT)) as terminal:
            terminal.asked(INVARIANT)
            terminal.send(CTRL_D)
            assert terminal.finish() == 130

    @pytest.mark.parametrize("where", ["", "</dev/null >out 2>err"])
    def test_a_person_can_answer_at_a_push(self, topic: Repo, where: str) -> None:
        hook = topic.path / ".git/hooks/pre-push"
        hook.write_text(f'#!/bin/sh\nexec {sys.executable} {self.SCRIPT} hook pre-push "$@"\n')
        with Terminal.shell(topic, f"git push origin topic {where}") as terminal:
            begin(terminal)
            terminal.answer()
            terminal.answer()
            terminal.sign()
            then_push(terminal)
            assert terminal.finish() == 1
        topic.git("push", "--quiet", "origin", "topic")
