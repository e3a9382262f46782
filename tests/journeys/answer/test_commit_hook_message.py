"""The commit hook keeps to git's rules for messages: clean-up, comments,
scissors, emptied messages, encodings, other trailers."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import pytest

from support.messages import blocks, edit, editor, hook, outcome, rest
from support.repo import EMAIL, NAME, Repo

EXACT = ("attested", "exact")
CLEANUPS = ["strip", "whitespace", "verbatim", "scissors", "default"]
TEXT = "Subject\n\nBody with # and\n\n\n#42 is no comment for -m  \nlast line\n"
SIGNED = f"Signed-off-by: {NAME} <{EMAIL}>"


def commit_both_ways(repo: Repo, *args: str, stdin: bytes = b"", **env: str) -> tuple[str, str]:
    """Make one commit without hooks and then with them; the two messages."""
    edit(repo, 3)
    repo.answer()
    command = ("-c", "core.hooksPath=/dev/null", "commit", "-q", *args)
    repo.git(*command, stdin=stdin, **env)
    plain = repo.message()
    repo.git("reset", "-q", "--soft", "HEAD^")
    repo.git("commit", "-q", *args, stdin=stdin, **env)
    return plain, repo.message()


def type_first(folder: Path, text: str) -> str:
    """An editor in which *text* is typed above what is there."""
    quoted = shlex.quote(text)
    return editor(folder, f'{{ printf %s {quoted}; cat "$1"; }} > "$1.new"; mv "$1.new" "$1"')


@pytest.mark.parametrize("mode", CLEANUPS)
@pytest.mark.parametrize("where", ["configured", "option"])
def test_a_message_given_on_the_command_line_is_cleaned_up_as_ever(
    repo: Repo, mode: str, where: str
) -> None:
    if where == "configured":
        repo.git("config", "commit.cleanup", mode)
    options = () if where == "configured" else (f"--cleanup={mode}",)
    plain, message = commit_both_ways(repo, *options, "-F", "-", stdin=TEXT.encode())
    assert rest(message) == plain.rstrip("\n")
    assert len(blocks(message)) == 1
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("mode", CLEANUPS)
@pytest.mark.parametrize("verbose", [(), ("-v",)], ids=["", "-v"])
def test_an_edited_message_is_cleaned_up_as_ever(
    repo: Repo, tmp_path: Path, mode: str, verbose: tuple[str, ...]
) -> None:
    repo.git("config", "commit.cleanup", mode)
    typed = type_first(tmp_path, "Subject\n\nBody\n")
    plain, message = commit_both_ways(repo, *verbose, GIT_EDITOR=typed)
    assert rest(message) == plain.rstrip("\n")
    assert len(blocks(message)) == 1
    assert outcome(repo) == EXACT


@pytest.mark.parametrize(
    ("mode", "option"),
    [("scissors", ()), ("whitespace", ()), ("verbatim", ()), (None, ("--cleanup=scissors",))],
)
def test_where_git_keeps_lines_with_a_hash_the_block_stands_below_them(
    repo: Repo, tmp_path: Path, mode: str | None, option: tuple[str, ...]
) -> None:
    if mode:
        repo.git("config", "commit.cleanup", mode)
    typed = type_first(tmp_path, "# Heading\n\n## Why\n\nbody\n# the last line\n")
    plain, message = commit_both_ways(repo, *option, GIT_EDITOR=typed)
    assert "# the last line" in plain
    lines = message.split("\n")
    assert lines.index("# the last line") < next(
        n for n, line in enumerate(lines) if line.startswith("Attest: ")
    )
    assert outcome(repo) == EXACT


def test_a_message_of_lines_with_a_hash_is_a_message_where_git_keeps_them(
    repo: Repo, tmp_path: Path
) -> None:
    repo.git("config", "commit.cleanup", "scissors")
    plain, message = commit_both_ways(repo, GIT_EDITOR=type_first(tmp_path, "# Heading\n"))
    assert plain == "# Heading\n"
    assert rest(message) == "# Heading"
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("character", [";", "%", "auto"])
@pytest.mark.parametrize("verbose", [(), ("-v",)], ids=["", "-v"])
def test_another_comment_character_is_known(
    repo: Repo, character: str, verbose: tuple[str, ...]
) -> None:
    repo.git("config", "core.commentChar", character)
    (repo.home / "text").write_text("#42 is the subject\n\n# 43 is in the body\n")
    plain, message = commit_both_ways(repo, *verbose, "-e", "-F", str(repo.home / "text"))
    assert plain == "#42 is the subject\n\n# 43 is in the body\n"
    assert rest(message) == plain.rstrip("\n")
    assert outcome(repo) == EXACT


def git_of(repo: Repo, version: str) -> dict[str, str]:
    """An environment whose git says that it has another version."""
    folder = repo.home / "bin"
    folder.mkdir()
    real = shutil.which("git")
    script = f'[ "$*" != version ] || exec echo git version {version}\nexec {real} "$@"'
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}:{repo.env['PATH']}"}


SETTINGS = [
    ("2.44.0", ("core.commentString=//",), "#"),
    ("2.44.0", ("core.commentChar=;", "core.commentString=//"), ";"),
    ("2.45.0", ("core.commentChar=;", "core.commentString=//"), "//"),
    ("2.45.0", ("core.commentString=//", "core.commentChar=;"), ";"),
    ("2.45.0", ("core.commentString=AUTO",), None),
]


@pytest.mark.parametrize(("version", "settings", "comment"), SETTINGS)
def test_the_comment_setting_is_read_as_this_git_reads_it(
    repo: Repo, version: str, settings: tuple[str, ...], comment: str | None
) -> None:
    for setting in settings:
        repo.git("config", *setting.split("="))
    edit(repo, 3)
    repo.answer()
    message = repo.home / "message"
    message.write_text(f"{comment or '#'} only a comment\n")
    script = f"import pathlib, attest.hook.commit_msg as m; m.run(pathlib.Path({str(message)!r}))"
    env = {**git_of(repo, version), "GIT_EDITOR": "vi", "ATTEST_ARGUMENTS": "[]"}
    repo.run(sys.executable, "-P", "-c", script, env=env, check=True)
    assert message.read_text() == f"{comment or '#'} only a comment\n"
    message.write_text("$ is no comment\n")
    repo.run(sys.executable, "-P", "-c", script, env=env, check=True)
    assert len(blocks(message.read_text())) == (0 if comment is None else 1)


def test_a_message_of_comments_of_the_running_git_aborts_the_commit(repo: Repo) -> None:
    """Whatever version that is: one before 2.45 does not know core.commentString."""
    repo.git("config", "core.commentString", "//")
    edit(repo, 3)
    repo.answer()
    before = repo.head
    repo.run("git", "commit", "-q", env={"GIT_EDITOR": "true"})
    assert repo.head == before


@pytest.mark.parametrize("times", [1, 2])
def test_an_amend_that_signs_off_again_adds_no_second_sign_off(repo: Repo, times: int) -> None:
    edit(repo, 3)
    repo.answer("--assisted-by", "Tool")
    repo.git("commit", "-q", "-s", "-m", "Change")
    for number in range(times):
        edit(repo, 3, f"changed again {number}")
        repo.answer("--amend", "--assisted-by", "Tool")
        repo.git("commit", "-q", "--amend", "-s", "--no-edit")
    assert repo.message().count(SIGNED) == 1
    assert outcome(repo) == EXACT


SUBJECTS = ["Index: faster look-ups", "diff -u is read", "--- is kept", "---"]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_that_looks_like_a_patch_is_a_subject(repo: Repo, subject: str) -> None:
    plain, message = commit_both_ways(repo, "-m", subject, "-m", "body")
    assert rest(message) == plain.rstrip("\n")
    assert outcome(repo) == EXACT


EMPTY = [
    ("all is deleted", [], (), ': > "$1"'),
    ("comments are left", [], (), """sed -i '/^[^#]/d' "$1" """),
    ("comments and the diff are left", [], ("-v",), "true"),
    ("comments and the diff are left, hash in the text", ["core.commentChar=auto"],
     ("-v", "-e", "-m", "#42 is the subject"), """sed -i '/^#42/d' "$1" """),
    ("only the sign-off is left", [], ("-s",), "true"),
    ("the template is untouched", ["commit.template=TEMPLATE"], (), "true"),
    ("the template is untouched but signed off", ["commit.template=TEMPLATE"], ("-s",), "true"),
    ("the template is untouched, with the diff", ["commit.template=TEMPLATE"], ("-v",), "true"),
    ("the template of the command line is untouched", [], ("-t", "TEMPLATE"), "true"),
    ("another comment character", ["core.commentChar=;"], (), """sed -i '/^[^;]/d' "$1" """),
    ("scissors and nothing above", ["commit.cleanup=scissors"], (), "true"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("config", "options", "script"), [case[1:] for case in EMPTY], ids=[case[0] for case in EMPTY]
)
def test_a_message_left_empty_aborts_the_commit(
    repo: Repo, tmp_path: Path, config: list[str], options: tuple[str, ...], script: str
) -> None:
    template = tmp_path / "template"
    template.write_text("Subject: \n\nWhy:\n# a comment\n")
    settings = [w for c in config for w in ("-c", c.replace("TEMPLATE", str(template)))]
    given = [o.replace("TEMPLATE", str(template)) for o in options]
    edit(repo, 3)
    repo.answer()
    before = repo.head
    command = ("git", *settings, "commit", "-q", *given)
    result = repo.run(*command, env={"GIT_EDITOR": editor(tmp_path, script)})
    assert result.returncode == 1
    assert b"Aborting commit" in result.stderr
    assert repo.head == before
    repo.git("commit", "-q", "-m", "With a message then")
    assert outcome(repo) == EXACT


def test_a_template_that_was_filled_in_is_a_message(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "template").write_text("Subject: \n")
    repo.git("config", "commit.template", str(tmp_path / "template"))
    edit(repo, 3)
    repo.answer()
    repo.git("commit", "-q", GIT_EDITOR=editor(tmp_path, """sed -i '1s/$/filled in/' "$1" """))
    assert rest(repo.message()) == "Subject: filled in"
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("divider", ["---", "--- ", "diff --git a/x b/x", "Index: x"])
def test_the_block_stands_above_what_mail_tools_cut_off(repo: Repo, divider: str) -> None:
    edit(repo, 3)
    repo.answer()
    text = f"Subject\n\nBody\n{divider}\nnotes\n"
    repo.git("commit", "-q", "--cleanup=verbatim", "-F", "-", stdin=text.encode())
    lines = repo.message().split("\n")
    block = [n for n, line in enumerate(lines) if line.startswith("Attest")]
    assert lines.index("Body") < min(block)
    assert max(block) < lines.index(divider)
    assert lines[-2] == "notes"
    assert outcome(repo) == EXACT


TRAILERS = [
    SIGNED,
    "Change-Id: I0123456789abcdef0123456789abcdef01234567",
    "Co-authored-by: Some Body <some@example.org>",
    "(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)",
]


@pytest.mark.parametrize("trailer", TRAILERS, ids=lambda line: line.split(" ")[0])
def test_other_trailers_stay_and_git_reads_them_all(repo: Repo, trailer: str) -> None:
    plain, message = commit_both_ways(repo, "-m", f"Subject\n\nBody\n\n{trailer}")
    assert rest(message) == plain.rstrip("\n")
    lines = message.rstrip("\n").split("\n")
    parsed = repo.git("interpret-trailers", "--parse", stdin=message.encode()).split("\n")
    if trailer == SIGNED:  # stays the last line: git repeats any other sign-off
        assert lines.pop() == parsed.pop() == trailer
        parsed.append(trailer)
    else:
        assert f"{trailer}\nAttest: v1; " in message
    assert lines[-1].startswith("Attest-Sig: ")
    assert trailer.startswith("(") or trailer in parsed
    assert outcome(repo) == EXACT


AGAIN = ["rebase -q --signoff -f HEAD^", "commit -q --amend -s --no-edit"]


@pytest.mark.parametrize("words", AGAIN, ids=["rebase", "amend"])
def test_a_sign_off_is_not_repeated(repo: Repo, words: str) -> None:
    """Not even where git runs no hook that could take it out again."""
    edit(repo, 3)
    repo.attested_by_git("Subject", "-s")
    repo.git(*words.split())
    assert repo.message().count(SIGNED) == 1
    assert outcome(repo) == EXACT


def test_sign_off_and_a_hook_that_adds_a_change_id_come_first(repo: Repo) -> None:
    line = "Change-Id: I0123456789abcdef0123456789abcdef01234567"
    hook(repo, "commit-msg", f"git interpret-trailers --in-place --trailer '{line}' \"$1\"")
    repo.ok("init")
    edit(repo, 3)
    repo.attested_by_git("Subject", "-s")
    assert rest(repo.message()) == f"Subject\n\n{SIGNED}\n{line}"
    assert outcome(repo) == EXACT


def test_assisted_by_goes_in_once_and_stays_outside_the_signature(repo: Repo) -> None:
    line = "Assisted-by: Tool:model"
    edit(repo, 3)
    repo.answer("--assisted-by", "Tool:model")
    repo.git("commit", "-q", "-m", "Subject")
    assert rest(repo.message()) == f"Subject\n\n{line}"
    repo.git("commit", "-q", "--amend", "-m", "Subject", "-m", line)
    assert rest(repo.message()) == f"Subject\n\n{line}"
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("subject", ["Fix: the parser", "Subject"])
def test_the_subject_is_never_taken_for_a_trailer(repo: Repo, subject: str) -> None:
    edit(repo, 3)
    repo.attested_by_git(subject)
    assert repo.message().startswith(f"{subject}\n\nAttest: v1; ")
    assert repo.git("log", "-1", "--format=%s") == subject


@pytest.mark.parametrize("name", ["latin-1", "utf-8"])
def test_a_commit_in_another_encoding_keeps_its_block_in_ascii(repo: Repo, name: str) -> None:
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.env["GIT_AUTHOR_NAME"] = "Jörg".encode(name).decode("utf-8", "surrogateescape")
    edit(repo, 3)
    data = repo.template()["hunk"][0]
    answers = f'[[hunk]]\ndigest = "{data["digest"]}"\ninvariant = "größer"\nbreaks = "für @alle"\n'
    repo.ok("answer", "--answers", "-", stdin=answers.encode())
    repo.git("commit", "-q", "-F", "-", stdin="Größe\n".encode("latin-1"))
    raw = repo.raw()
    assert b"\nencoding ISO-8859-1\n" in raw
    assert raw.partition(b"\n\n")[2].startswith("Größe\n\n".encode("latin-1"))
    block = b"\n".join(line for line in raw.split(b"\n") if line.startswith(b"Attest"))
    assert block.isascii()
    assert b"\nAttested-by: J%C3%B6rg <" in block
    assert b"\nAttest-Invariant: gr%C3%B6%C3%9Fer\n" in block
    assert b"\nAttest-Breaks: f%C3%BCr %40alle\n" in block
    assert outcome(repo) == EXACT
    shown = repo.ok("show")
    assert "größer" in shown
    assert "für @alle" in shown


def test_line_ends_of_another_system_do_not_break_the_block(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    repo.git("commit", "-q", "--cleanup=verbatim", "-F", "-", stdin=b"Subject\r\n\r\nBody\r\n")
    assert repo.message().startswith("Subject\r\n\r\nBody\r\n")
    assert outcome(repo) == EXACT
