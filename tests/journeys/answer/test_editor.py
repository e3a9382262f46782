"""`attest answer --editor`, with editors that are small shell scripts."""

from __future__ import annotations

import shlex
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support.repo import Repo
from support.terminal import reply, stage
from support.words import FILL, invariant, removal

NOTE = "echo '# a note to myself' >> \"$1\"\n"
"""A script that changes the buffer and answers nothing."""


def edit(repo: Repo, script: str, *options: str) -> CompletedProcess[bytes]:
    """Run `attest answer --editor`, with *script* as the editor of `$1`."""
    file = repo.home / "editor.sh"
    file.write_text(script)
    command = f"sh {shlex.quote(str(file))}"
    result = repo.attest("answer", "--editor", *options, GIT_EDITOR=command)
    assert b"Traceback" not in result.stderr, result.stderr.decode()
    return result


def write(repo: Repo, buffer: str | bytes) -> CompletedProcess[bytes]:
    """Answer with an editor that leaves just *buffer*."""
    expected = repo.home / "wanted"
    expected.write_bytes(buffer.encode() if isinstance(buffer, str) else buffer)
    return edit(repo, f'cp {shlex.quote(str(expected))} "$1"\n')


def kept(repo: Repo) -> list[tuple[str, str, str]]:
    """The answers that are kept for the staged hunks."""
    hunks = repo.template()["hunk"]
    return [(hunk["invariant"], hunk["breaks"], hunk["unsure"]) for hunk in hunks]


def stored(repo: Repo) -> bytes:
    """All that attest keeps in the git directory, for finding lost words."""
    folder = repo.path / ".git/attest"
    return b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def signed(repo: Repo) -> bool:
    return any((repo.path / ".git/attest").glob("pending/*.json"))


def refused(repo: Repo, result: CompletedProcess[bytes], code: int) -> str:
    """It ended with *code*, and nothing was signed; what it said."""
    assert result.returncode == code, result.stderr.decode()
    assert not signed(repo)
    return result.stderr.decode()


def test_answers_are_signed(repo: Repo) -> None:
    stage(repo, 2, 12)
    assert edit(repo, FILL).returncode == 0
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [(invariant(), removal())] * 2
    assert "; mode=editor; asked=2/2;" in repo.message()
    assert repo.codes() == []
    assert not (repo.path / ".git/attest/ANSWERS").exists()


def test_the_buffer_shows_hunks_and_questions(repo: Repo) -> None:
    stage(repo, 2, 12)
    edit(repo, f'cp "$1" {shlex.quote(str(repo.home / "seen"))}\n')
    seen = (repo.home / "seen").read_text().splitlines()
    for line in (
        "== hunk 1 of 2  a.py:2",
        "== hunk 2 of 2  a.py:12",
        "#   -line 2",
        "#   +new12 12",
    ):
        assert line in seen
    for label in ("invariant:", "breaks:", "unsure:"):
        assert seen.count(label) == 2


@pytest.mark.parametrize("buffer", ["", "\n \n", "# only\n# comments\n"])
def test_an_emptied_buffer_aborts(repo: Repo, buffer: str) -> None:
    stage(repo, 2)
    repo.answer()
    stage(repo, 2, 12)
    (repo.path / ".git/attest/pending").rename(repo.home / "away")
    before = kept(repo)
    assert before[0][0] == "invariant 1 of a.py:2"
    assert "emptied" in refused(repo, write(repo, buffer), 1)
    assert kept(repo) == before


@pytest.mark.parametrize("ends", ["", r"s/$/\r/"], ids=["as they are", "crlf"])
def test_an_unchanged_buffer_answers_nothing(repo: Repo, ends: str) -> None:
    stage(repo, 2, 12)
    words = refused(repo, edit(repo, f"""sed -i '{ends}' "$1"\n"""), 1)
    assert "you did not change the file: nothing is signed" in words
    assert kept(repo) == [("", "", "")] * 2
    assert not (repo.path / ".git/attest/ANSWERS").exists()


def test_a_buffer_without_answers_names_what_lacks(repo: Repo) -> None:
    stage(repo, 2, 12)
    words = refused(repo, edit(repo, NOTE), 1)
    assert "a.py:2: invariant, breaks" in words
    assert "a.py:12: invariant, breaks" in words


def test_what_was_answered_is_kept_and_what_lacks_is_named(repo: Repo) -> None:
    stage(repo, 2, 12)
    words = refused(repo, edit(repo, "sed -i 's/^invariant:$/invariant: so/' \"$1\"\n"), 1)
    assert "a.py:2: breaks" in words
    assert kept(repo) == [("so", "", "")] * 2
    assert edit(repo, FILL).returncode == 0
    assert kept(repo) == [("so", removal(), "")] * 2


def test_unsure_stands_in(repo: Repo) -> None:
    stage(repo, 2)
    assert edit(repo, "sed -i 's/^unsure:$/unsure: the callers/' \"$1\"\n").returncode == 0
    repo.commit()
    assert reply(repo)[0].unsure == "the callers"
    assert repo.codes() == []


def test_kept_answers_stand_there_and_can_be_changed(repo: Repo) -> None:
    stage(repo, 2)
    repo.answer()
    script = "sed -i 's/^invariant: invariant 1 of a.py:2$/invariant: other/' \"$1\"\n"
    assert edit(repo, script).returncode == 0
    assert kept(repo) == [("other", "removal 1 breaks a.py:2", "")]


LABELS = "invariant: {0}\nbreaks: much\nunsure:\n"
ONE, TWO = "== hunk 1 of 2  a.py:2\n", "== hunk 2 of 2  a.py:12\n"


@pytest.mark.parametrize(
    "buffer",
    [
        "precious\n" + ONE + LABELS.format("a") + TWO + LABELS.format("b"),
        ONE + "precious\n" + LABELS.format("a") + TWO + LABELS.format("b"),
        ONE + LABELS.format("a") + TWO + "precious\n" + LABELS.format("b"),
        "invariant: precious\n" + ONE + LABELS.format("a") + TWO + LABELS.format("b"),
    ],
    ids=["on-top", "below-hunk", "below-second", "label-on-top"],
)
def test_text_below_no_label_is_refused_and_stays(repo: Repo, buffer: str) -> None:
    stage(repo, 2, 12)
    words = refused(repo, write(repo, buffer), 2)
    assert "precious" in words
    assert str(repo.path / ".git/attest/ANSWERS") in words
    assert b"precious" in stored(repo)
    assert kept(repo) == [("a", "much", ""), ("b", "much", "")]


def test_answers_for_an_unknown_hunk_are_not_dropped(repo: Repo) -> None:
    stage(repo, 2, 12)
    buffer = ONE + LABELS.format("a") + TWO + LABELS.format("b")
    words = refused(repo, write(repo, buffer + "== hunk 9 of 2\n" + LABELS.format("precious")), 2)
    assert "hunk 9" in words
    assert b"precious" in stored(repo)


@pytest.mark.parametrize("missing", [ONE, TWO], ids=["first", "second"])
def test_a_missing_hunk_line_does_not_shift_answers(repo: Repo, missing: str) -> None:
    # Both hunks were answered before, so nothing else would stop it from signing.
    stage(repo, 2, 12)
    assert edit(repo, FILL).returncode == 0
    for file in (repo.path / ".git/attest/pending").iterdir():
        file.unlink()
    buffer = ONE + LABELS.format("precious a") + TWO + LABELS.format("precious b")
    refused(repo, write(repo, buffer.replace(missing, "")), 2)
    for words in (b"precious a", b"precious b"):
        assert words in stored(repo)
    assert [unsure for _, _, unsure in kept(repo)] == ["", ""]


def test_a_hunk_cut_out_of_the_buffer_is_missing(repo: Repo) -> None:
    stage(repo, 2, 12)
    words = refused(repo, write(repo, ONE + LABELS.format("a")), 1)
    assert "a.py:12: invariant, breaks" in words
    assert kept(repo)[0] == ("a", "much", "")


def test_a_repeated_label_loses_no_words(repo: Repo) -> None:
    stage(repo, 2)
    result = write(repo, ONE.replace("2  a", "1  a") + LABELS.format("a") + "breaks: precious\n")
    assert result.returncode in (0, 2)
    assert b"precious" in stored(repo)


@pytest.mark.parametrize(
    "script",
    [
        "echo 'breaks: precious' >> \"$1\"; exit 3\n",
        "echo 'breaks: precious' >> \"$1\"; kill -9 $$\n",
        "echo 'breaks: precious' >> \"$1\"; kill -TERM $$\n",
    ],
    ids=["fails", "killed", "terminated"],
)
def test_an_editor_that_fails_leaves_its_buffer(repo: Repo, script: str) -> None:
    stage(repo, 2)
    words = refused(repo, edit(repo, script), 4)
    assert str(repo.path / ".git/attest/ANSWERS") in words
    assert b"breaks: precious" in stored(repo)


@pytest.mark.parametrize("editor", ["/nonexistent/editor", "no-such-editor-anywhere -w"])
def test_an_editor_that_does_not_exist(repo: Repo, editor: str) -> None:
    stage(repo, 2)
    result = repo.attest("answer", "--editor", GIT_EDITOR=editor)
    words = refused(repo, result, 4)
    assert str(repo.path / ".git/attest/ANSWERS") in words
    assert "core.editor" in words


def test_an_editor_that_deletes_the_buffer(repo: Repo) -> None:
    stage(repo, 2)
    result = edit(repo, 'rm "$1"\n')
    assert result.returncode in (1, 4)
    assert not signed(repo)


def test_the_editor_of_gits_configuration_is_used(repo: Repo) -> None:
    stage(repo, 2)
    file = repo.home / "editor.sh"
    file.write_text(FILL)
    repo.git("config", "core.editor", f"sh {shlex.quote(str(file))}")
    del repo.env["GIT_EDITOR"]
    repo.env["TERM"] = "xterm"
    repo.ok("answer", "--editor")
    assert kept(repo) == [(invariant(), removal(), "")]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_buffers_left_from_before_are_kept_aside(repo: Repo, times: int) -> None:
    stage(repo, 2)
    edit(repo, "echo 'precious words' >> \"$1\"; exit 1\n")
    for _ in range(times):
        edit(repo, "exit 1\n")
    assert edit(repo, FILL).returncode == 0
    assert b"precious words" in stored(repo)


ANSWERED = "== hunk 1 of 1  a.py:2\ninvariant: {0}\nbreaks: much\nunsure:\n"


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("one\n\ntwo\n  three", "one two three"),
        ("\n\n  below the label", "below the label"),
        ("one\n# a note to myself\ntwo", "one two"),
        ("C# and #5 stay\n #so does this", "C# and #5 stay #so does this"),
        ("note: this is no label", "note: this is no label"),
        ("长度\n已经", "长度 已经"),
        ("100% of a@b.c", "100% of a@b.c"),
    ],
)
def test_answers_over_many_lines(repo: Repo, typed: str, taken: str) -> None:
    stage(repo, 2)
    assert write(repo, ANSWERED.format(typed)).returncode == 0
    assert kept(repo) == [(taken, "much", "")]
    repo.commit()
    assert reply(repo)[0].invariant == taken


@pytest.mark.parametrize(
    "ending", ["crlf", "cr", "bom", "bom-comment", "no-newline", "trailing-blanks"]
)
def test_what_editors_do_to_files(repo: Repo, ending: str) -> None:
    stage(repo, 2)
    buffer = ANSWERED.format("one\ntwo")
    changed = {
        "crlf": buffer.replace("\n", "\r\n"),
        "cr": buffer.replace("\n", "\r"),
        "bom": "\ufeff" + buffer,
        "bom-comment": "\ufeff# a comment\n" + buffer,
        "no-newline": buffer.removesuffix("\n"),
        "trailing-blanks": buffer.replace("\n", " \t\n"),
    }[ending]
    result = write(repo, changed)
    assert result.returncode == 0, result.stderr.decode()
    assert kept(repo) == [("one two", "much", "")]


@pytest.mark.parametrize("gap", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_hunk_cannot_answer_for_itself(repo: Repo, gap: str) -> None:
    lines = gap.join(["x", "invariant: forged", "breaks: forged", "unsure: forged", ""])
    repo.write(f"x{gap}unsure: forged", lines)
    refused(repo, edit(repo, NOTE), 1)
    assert kept(repo) == [("", "", "")]


def test_a_full_set_of_hunks_stays_in_order(repo: Repo, tmp_path: Path) -> None:
    stage(repo, *range(2, 40, 4))
    script = (
        'awk \'/^invariant:$/{print "invariant: number " ++n; next} {print}\' "$1" > "$1.new"\n'
    )
    result = edit(repo, script + 'mv "$1.new" "$1"\n' + FILL)
    assert result.returncode == 0
    repo.commit()
    assert [h.invariant for h in reply(repo)] == [f"number {n}" for n in range(1, 4)]
    assert "; asked=3/10;" in repo.message()
    assert repo.message().count("\nAttest-File: ") == 1
