"""A nit in a hunk that was answered: its answers are offered, and never used unseen."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
import tomli_w

from attest.interview.form import EARLIER_ANSWER
from attest.interview.questioning import EARLIER_ANSWER_KEYS
from support.forge import attach, change_of, honest, signed
from support.repo import Repo
from support.terminal import Terminal, reply
from support.words import invariant, removal

BEFORE = """\
class Packet:
    def parse(self, data):
        return data

    def feed(self, data):
        return data
"""
CHECK = """\
        limit = 10
        if len(data) < limit:
            raise ValueError("short packet")
        # reads the header
        self.head = data[:limit]
"""
PARSE = BEFORE.replace("        return data\n", f"{CHECK}        return data[limit:]\n", 1)
NIT = PARSE.replace("limit = 10", "limit = 12")
ANSWERS = (invariant(), removal())
PLAIN: dict[str, str | None] = {"TERM": "dumb"}
BOTH_WAYS = pytest.mark.parametrize("env", [{}, PLAIN], ids=["questionary", "plain"])


@pytest.fixture
def reviewed(repo: Repo) -> Repo:
    """A repository whose last commit is answered, and up for review."""
    repo.write("net/packet.py", BEFORE)
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Packets")
    repo.write("net/packet.py", PARSE)
    _answer(repo)
    repo.commit("Refuse short packets")
    assert repo.codes() == []
    return repo


def _answer(repo: Repo) -> None:
    data = repo.template()
    (hunk,) = data["hunk"]
    hunk["invariant"], hunk["breaks"] = ANSWERS
    repo.ok("answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())


def _offered(repo: Repo, *options: str) -> list[tuple[str, str]]:
    """The answers of a template, those that are offered with a note."""
    hunks = repo.template(*(options or ("--amend",)))["hunk"]
    for hunk in hunks:
        notes = [hunk.get(f"{label}-note", "") for label in ("invariant", "breaks")]
        assert notes == ([EARLIER_ANSWER, EARLIER_ANSWER] if hunk["invariant"] else ["", ""])
    return [(hunk["invariant"], hunk["breaks"]) for hunk in hunks]


def test_an_answers_file_has_the_earlier_answers(reviewed: Repo) -> None:
    reviewed.write("net/packet.py", NIT)
    assert _offered(reviewed) == [ANSWERS]
    data = reviewed.template("--amend")
    reviewed.ok("answer", "--amend", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    reviewed.git("commit", "-q", "--amend", "--no-edit")
    (hunk,) = reply(reviewed)
    assert (hunk.invariant, hunk.breaks) == ANSWERS
    assert (reviewed.codes(), reviewed.verdict()["level"]) == ([], "exact")


def test_no_answer_is_used_before_somebody_hands_it_in(reviewed: Repo) -> None:
    reviewed.write("net/packet.py", NIT)
    result = reviewed.attest("answer", "--amend", "--answers", "-", stdin=b"hunk = []\n")
    assert result.returncode != 0
    assert b"invariant, breaks" in result.stderr
    reviewed.git("commit", "-q", "--amend", "--no-edit")
    assert reviewed.codes() == ["hunk-not-covered", "answer-missing"][::-1]


@BOTH_WAYS
def test_enter_keeps_an_earlier_answer(reviewed: Repo, env: dict[str, str | None]) -> None:
    reviewed.write("net/packet.py", NIT)
    with Terminal.attest(reviewed, "answer", "--amend", env=env) as terminal:
        for answer in ANSWERS:
            terminal.expect(answer)
            terminal.asked(EARLIER_ANSWER_KEYS)
            terminal.say("")
        terminal.sign()
        assert terminal.finish() == 0
    reviewed.git("commit", "-q", "--amend", "--no-edit")
    (hunk,) = reply(reviewed)
    assert (hunk.invariant, hunk.breaks) == ANSWERS


def test_an_earlier_answer_is_edited_where_it_stands(reviewed: Repo) -> None:
    reviewed.write("net/packet.py", NIT)
    with Terminal.attest(reviewed, "answer", "--amend") as terminal:
        terminal.asked(EARLIER_ANSWER_KEYS)
        terminal.say("e")
        terminal.expect(f"> {ANSWERS[0]}")
        terminal.say(", nor is line 12")
        terminal.asked(EARLIER_ANSWER_KEYS)
        terminal.say("the reader waits for bytes of `limit` that never come")
        terminal.sign()
        assert terminal.finish() == 0
    reviewed.git("commit", "-q", "--amend", "--no-edit")
    (hunk,) = reply(reviewed)
    assert hunk.invariant == f"{ANSWERS[0]}, nor is line 12"
    assert hunk.breaks == "the reader waits for bytes of `limit` that never come"


def test_the_editor_has_the_earlier_answers(reviewed: Repo) -> None:
    reviewed.write("net/packet.py", NIT)
    script, seen = reviewed.home / "editor.sh", reviewed.home / "seen"
    script.write_text(f'cp "$1" {shlex.quote(str(seen))}; echo "# kept" >> "$1"\n')
    editor = f"sh {shlex.quote(str(script))}"
    result = reviewed.attest("answer", "--amend", "--editor", GIT_EDITOR=editor)
    assert result.returncode == 0, result.stderr
    assert f"# {EARLIER_ANSWER}\ninvariant: {ANSWERS[0]}\n" in seen.read_text()
    reviewed.git("commit", "-q", "--amend", "--no-edit")
    assert [(hunk.invariant, hunk.breaks) for hunk in reply(reviewed)] == [ANSWERS]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# reads the header", "# reads the fixed header first"),
        ("            raise Val", "\n            raise Val"),
    ],
)
def test_a_change_that_no_program_sees_asks_nothing(reviewed: Repo, old: str, new: str) -> None:
    words = PARSE.replace(old, new)
    reviewed.write("net/packet.py", f"\n\n{words}")
    with Terminal.attest(reviewed, "answer", "--amend") as terminal:
        terminal.expect(ANSWERS[0])
        terminal.sign()
        assert terminal.finish() == 0
    reviewed.git("commit", "-q", "--amend", "--no-edit")
    assert reviewed.codes() == []


@pytest.mark.parametrize(
    "nit",
    [
        PARSE.replace("        # reads the header\n", "        # type: ignore\n"),
        PARSE.replace("data[:limit]", "data[: limit - 1]"),
        PARSE.replace(
            "        limit = 10", "        # what fits into one read\n        limit = 10"
        ),
        PARSE.replace("short packet", "short  packet"),
        PARSE.replace("        # reads the header\n", "        pass\n"),
    ],
)
def test_what_a_program_may_see_is_only_offered(reviewed: Repo, nit: str) -> None:
    reviewed.write("net/packet.py", nit)
    assert _offered(reviewed) == [ANSWERS]


def test_other_words_are_asked_about_where_the_answer_is_about_words(repo: Repo) -> None:
    repo.write("docs/a.md", "# Title\n\nThe first words of many that stand here.\n")
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Words")
    text = "# Title\n\nThe first words of the many others that stand here.\n"
    repo.write("docs/a.md", text)
    _answer(repo)
    repo.commit("Other words")
    repo.write("docs/a.md", text.replace("many others", "few others"))
    assert _offered(repo) == [ANSWERS]


def test_a_changed_mode_is_seen(reviewed: Repo) -> None:
    reviewed.git("update-index", "--chmod=+x", "net/packet.py")
    assert _offered(reviewed) == [ANSWERS]


def test_another_function_is_offered_nothing(reviewed: Repo) -> None:
    reviewed.git("reset", "-q", "--hard", "HEAD~")
    parse, feed = BEFORE.split("\n\n")
    nit = CHECK.replace("10", "12")
    reviewed.write(
        "net/packet.py", f"{parse}\n\n{feed.replace('        return', nit + '        return')}"
    )
    assert _offered(reviewed, "--staged") == [("", "")]


def test_other_code_is_offered_nothing(reviewed: Repo) -> None:
    reviewed.git("reset", "-q", "--hard", "HEAD~")
    other = "        for part in self.parts:\n            yield part.decode(self.encoding)\n"
    reviewed.write("net/packet.py", BEFORE.replace("        return data\n", other, 1))
    assert _offered(reviewed, "--staged") == [("", "")]


def test_the_same_lines_in_another_file_are_offered_nothing(reviewed: Repo) -> None:
    reviewed.write("net/other.py", BEFORE)
    reviewed.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Other")
    reviewed.write("net/other.py", NIT)
    assert _offered(reviewed, "--staged") == [("", "")]


def _offered_for(repo: Repo, *options: str) -> list[tuple[str, str]]:
    """The places that are offered earlier answers, each with the first one."""
    return [
        (hunk["where"], hunk["invariant"])
        for hunk in repo.template(*options)["hunk"]
        if hunk.get("invariant-note") == EARLIER_ANSWER
    ]


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "signed"])
def test_a_hunk_that_still_stands_keeps_its_answers_to_itself(reviewed: Repo, kept: bool) -> None:
    """It is in the last commit, and the staged change is another one beside it."""
    if not kept:
        shutil.rmtree(reviewed.path / ".git/attest")
    reviewed.write("net/packet.py", NIT)
    assert _offered(reviewed, "--staged") == [("", "")]


def test_a_hunk_that_stands_without_a_block_keeps_its_answers(reviewed: Repo) -> None:
    bare = reviewed.git("commit-tree", "HEAD^{tree}", "-m", "No block", "-p", "HEAD~")
    reviewed.git("reset", "-q", "--hard", bare)
    reviewed.write("net/packet.py", NIT)
    assert _offered(reviewed, "--staged") == [("", "")]


KEPT_OR_SIGNED = pytest.mark.parametrize("kept", [True, False], ids=["kept", "signed"])


@KEPT_OR_SIGNED
def test_a_renamed_function_finds_its_answers(reviewed: Repo, kept: bool) -> None:
    if not kept:
        shutil.rmtree(reviewed.path / ".git/attest")
    reviewed.git("reset", "-q", "--hard", "HEAD~")
    reviewed.write("net/packet.py", BEFORE.replace("def parse", "def read_head"))
    reviewed.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Rename")
    reviewed.write("net/packet.py", NIT.replace("def parse", "def read_head"))
    assert _offered(reviewed, "--staged") == [ANSWERS]


def test_the_same_hunk_finds_its_signed_answers(reviewed: Repo) -> None:
    """Where nothing is kept but what the reflog has."""
    shutil.rmtree(reviewed.path / ".git/attest")
    reviewed.git("reset", "-q", "--soft", "HEAD~")
    (hunk,) = reviewed.template("--staged")["hunk"]
    assert (hunk["invariant"], hunk["breaks"]) == ANSWERS


@KEPT_OR_SIGNED
@pytest.mark.parametrize("name", ["lib/packet.py", "net/wire.py"])
def test_a_moved_file_finds_its_answers(reviewed: Repo, kept: bool, name: str) -> None:
    if not kept:
        shutil.rmtree(reviewed.path / ".git/attest")
    reviewed.git("reset", "-q", "--hard", "HEAD~")
    (reviewed.path / name).parent.mkdir(exist_ok=True)
    reviewed.git("mv", "net/packet.py", name)
    reviewed.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Move")
    reviewed.write(name, NIT)
    assert _offered(reviewed, "--staged") == [ANSWERS]


def test_another_file_than_the_one_that_is_gone_finds_nothing(reviewed: Repo) -> None:
    reviewed.git("reset", "-q", "--hard", "HEAD~")
    reviewed.git("rm", "-q", "net/packet.py")
    other = "\n".join(f"setting_{n} = {n}" for n in range(40))
    reviewed.write("net/other.py", f"class Other:\n    def parse(self, data):\n        {other}\n")
    reviewed.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Other")
    lines = (reviewed.path / "net/other.py").read_text()
    reviewed.write("net/other.py", lines.replace("        setting_0", f"{CHECK}        setting_0"))
    assert _offered_for(reviewed, "--staged") == []


def test_the_blocks_of_commits_are_enough(reviewed: Repo) -> None:
    """As in another clone, where nothing is kept."""
    shutil.rmtree(reviewed.path / ".git/attest")
    reviewed.write("net/packet.py", NIT)
    assert _offered(reviewed) == [ANSWERS]
    # in the reflog alone
    reviewed.git("reset", "-q", "--soft", "HEAD~")
    assert _offered(reviewed, "--staged") == [ANSWERS]


@pytest.fixture
def other_key(key_folder: Path) -> Path:
    from support import keys

    return keys.make(key_folder, "ecdsa")


def test_a_block_by_another_key_is_offered_to_nobody(reviewed: Repo, other_key: Path) -> None:
    """Anybody can write a block in a person's name."""
    shutil.rmtree(reviewed.path / ".git/attest")
    attach(reviewed, signed(honest(change_of(reviewed)), other_key), rev="HEAD~1")
    bare = reviewed.git("commit-tree", "HEAD^{tree}", "-m", "alone", "-p", "HEAD~1")
    reviewed.git("reset", "-q", "--hard", bare)
    reviewed.git("reflog", "expire", "--expire=now", "--all")
    reviewed.write("net/packet.py", NIT)
    assert _offered(reviewed) == [("", "")]


def test_a_block_that_was_changed_is_offered_to_nobody(reviewed: Repo) -> None:
    shutil.rmtree(reviewed.path / ".git/attest")
    raw = reviewed.raw().replace(b"is never empty", b"is always empty")
    reviewed.rewrite(raw)
    reviewed.git("reflog", "expire", "--expire=now", "--all")
    reviewed.write("net/packet.py", NIT)
    assert _offered(reviewed) == [("", "")]


def test_a_doubt_is_offered_as_a_doubt(reviewed: Repo) -> None:
    reviewed.write("net/packet.py", NIT)
    data = reviewed.template("--amend")
    data["hunk"][0] |= {"invariant": "", "breaks": "", "unsure": "what a proxy does"}
    reviewed.ok("answer", "--amend", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    reviewed.git("commit", "-q", "--amend", "--no-edit")
    reviewed.write("net/packet.py", NIT.replace("12", "16"))
    (hunk,) = reviewed.template("--amend")["hunk"]
    assert (hunk["invariant"], hunk["unsure"]) == ("", "what a proxy does")
    with Terminal.attest(reviewed, "answer", "--amend") as terminal:
        terminal.expect("what a proxy does")
        terminal.asked(EARLIER_ANSWER_KEYS)
        terminal.say("")
        terminal.asked("would go wrong")
        terminal.say("")
        terminal.sign()
        assert terminal.finish() == 0
