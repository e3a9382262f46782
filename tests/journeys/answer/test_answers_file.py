"""`attest answer --template` and `--answers`: the round trip, and files that are wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import tomli_w

from support.repo import Repo
from support.terminal import reply, stage
from support.words import invariant, removal

KEYS = [
    "digest",
    "path",
    "where",
    "text",
    "invariant-question",
    "invariant",
    "breaks-question",
    "breaks",
    "unsure",
]


def hand_in(
    repo: Repo, data: dict[str, Any] | str | bytes, *options: str, name: str = "answers.toml"
) -> CompletedProcess[bytes]:
    """Run `attest answer --answers` with a file of this content."""
    if isinstance(data, dict):
        data = tomli_w.dumps(data)
    file = repo.home / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    result = repo.attest("answer", "--answers", str(file), *options)
    assert b"Traceback" not in result.stderr, result.stderr.decode()
    return result


def filled(repo: Repo, kept: str | None = None, lost: str | None = None) -> dict[str, Any]:
    """The template with every hunk answered alike."""
    data = repo.template()
    for hunk in data["hunk"]:
        hunk["invariant"] = invariant() if kept is None else kept
        hunk["breaks"] = removal() if lost is None else lost
    return data


def refused(repo: Repo, result: CompletedProcess[bytes], code: int) -> str:
    """It ended with *code*, and nothing was signed; what it said."""
    assert result.returncode == code, result.stderr.decode()
    assert not any((repo.path / ".git/attest").glob("pending/*.json"))
    return result.stderr.decode()


def test_the_template_has_the_documented_keys(repo: Repo) -> None:
    stage(repo, 2, 12)
    data = repo.template()
    assert list(data) == ["hunk"]
    assert [list(hunk) for hunk in data["hunk"]] == [KEYS, KEYS]
    assert [hunk["path"] for hunk in data["hunk"]] == ["a.py", "a.py"]
    assert data["hunk"][1]["text"] == "-line 12\n+new12 12\n"
    blank = ("invariant", "breaks", "unsure")
    assert {hunk[key] for hunk in data["hunk"] for key in blank} == {""}
    assert all(len(hunk["digest"]) == 56 for hunk in data["hunk"])


def test_the_template_signs_and_keeps_nothing(repo: Repo) -> None:
    stage(repo, 2)
    repo.template()
    assert not (repo.path / ".git/attest").exists()


def test_a_filled_in_file_is_signed(repo: Repo) -> None:
    stage(repo, 2, 12)
    assert hand_in(repo, filled(repo)).returncode == 0
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [(invariant(), removal())] * 2
    assert "; mode=file; asked=2/2;" in repo.message()
    assert repo.codes() == []


def test_standard_input_may_be_the_file(repo: Repo) -> None:
    stage(repo, 2)
    repo.ok("answer", "--answers", "-", stdin=tomli_w.dumps(filled(repo)).encode())
    repo.commit()
    assert repo.codes() == []


def test_a_hand_filled_template_is_signed(repo: Repo) -> None:
    # As a person does it: the text of the template with words put in.
    stage(repo, 2, 12)
    written = repo.ok("answer", "--template")
    written = written.replace('invariant = ""', "invariant = '''\nline one\nline two\n'''")
    written = written.replace('breaks = ""', 'breaks = "much"')
    assert hand_in(repo, written).returncode == 0
    repo.commit()
    assert [h.invariant for h in reply(repo)] == ["line one line two"] * 2


@pytest.mark.parametrize("change", ["bom", "crlf"])
def test_files_of_other_editors_are_read(repo: Repo, change: str) -> None:
    stage(repo, 2)
    written = tomli_w.dumps(filled(repo))
    written = "\ufeff" + written if change == "bom" else written.replace("\n", "\r\n")
    assert hand_in(repo, written).returncode == 0


def test_a_template_of_kept_answers_has_them(repo: Repo) -> None:
    stage(repo, 2)
    repo.answer()
    (hunk,) = repo.template()["hunk"]
    assert (hunk["invariant"], hunk["breaks"]) == (
        "invariant 1 of a.py:2",
        "removal 1 breaks a.py:2",
    )


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("not toml at all", "line 1"),
        ("[[hunk]]\ndigest = 'x", "not TOML"),
        (b"\xff\xfe", "answers.toml"),
        ("", "hunk: is missing"),
        ("hunk = 3", "hunk: must be a list"),
        ("[hunk]\n", "hunk"),
        ("other = 1\nhunk = []", "other"),
        ("[[hunk]]\ninvariant = 'x'", "digest"),
        ("[[hunk]]\ndigest = 'abc'", "digest: does not have the form"),
        (f"[[hunk]]\ndigest = '{'a' * 56}'\ninvariant = 3", "invariant"),
        (f"[[hunk]]\ndigest = '{'a' * 56}'\nbreaks = ['x']", "breaks: must be text in quotes"),
        (f"[[hunk]]\ndigest = '{'a' * 56}'\nunsuer = 'x'", "unsuer: unknown key"),
        (f"[[hunk]]\ndigest = '{'A' * 56}'", "digest"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(
    repo: Repo, content: str | bytes, named: str
) -> None:
    stage(repo, 2)
    words = refused(repo, hand_in(repo, content), 2)
    assert str(repo.home / "answers.toml") in words
    assert named in words


@pytest.mark.parametrize(
    ("named", "value"), [("invarient", "x"), ("breaks", 3), ("unsure", {"a": "b"})]
)
def test_a_wrong_key_of_a_later_hunk_is_named(repo: Repo, named: str, value: object) -> None:
    stage(repo, 2, 12)
    data = filled(repo)
    data["hunk"][1][named] = value
    words = refused(repo, hand_in(repo, data), 2)
    assert f"hunk.2.{named}" in words


def test_a_file_that_does_not_exist_is_named(repo: Repo) -> None:
    stage(repo, 2)
    result = repo.attest("answer", "--answers", "nowhere.toml")
    assert "nowhere.toml" in refused(repo, result, 2)
    assert "attest answer --template" in result.stderr.decode()


def test_a_folder_is_no_answers_file(repo: Repo) -> None:
    stage(repo, 2)
    assert str(repo.home) in refused(repo, repo.attest("answer", "--answers", str(repo.home)), 2)


def test_only_unknown_digests_are_refused(repo: Repo) -> None:
    stage(repo, 2)
    data = filled(repo)
    stage(repo, 12)
    words = refused(repo, hand_in(repo, data), 2)
    assert "a.py:2" in words


def test_an_unknown_digest_among_known_ones_is_not_silent(repo: Repo) -> None:
    # Its words answer nothing that is staged; a person must hear of that.
    stage(repo, 2)
    data = filled(repo)
    data["hunk"].append({**data["hunk"][0], "digest": "a" * 56, "where": "b.py:7"})
    result = hand_in(repo, data)
    assert result.returncode in (0, 2)
    assert "b.py:7" in result.stderr.decode()


def test_a_digest_that_stands_there_twice_is_refused(repo: Repo) -> None:
    # Two answers for one hunk: neither may be dropped in silence.
    stage(repo, 2)
    data = filled(repo)
    data["hunk"].append({**data["hunk"][0], "invariant": "something else"})
    words = refused(repo, hand_in(repo, data), 2)
    assert data["hunk"][0]["digest"][:12] in words or "a.py:2" in words


def test_equal_hunks_keep_their_own_answers(repo: Repo) -> None:
    # Two hunks with the same bytes have one digest, and a table each.
    # They are asked about one by one where nothing says that they are the same edit: blank
    # lines, in a file where a NUL leaves open whether a program sees them.
    twins(repo, "# a text with one \0 in it\n", "")
    data = filled(repo)
    assert data["hunk"][0]["digest"] == data["hunk"][1]["digest"]
    data["hunk"][1]["invariant"] = "it holds here too"
    result = hand_in(repo, data)
    assert result.returncode == 0, result.stderr.decode()
    repo.commit()
    assert repo.codes() == []
    assert [h.invariant for h in reply(repo)] == [invariant(), "it holds here too"]


def test_equal_hunks_are_one_question(repo: Repo) -> None:
    repo.write("twin.py", "read(x, 1)\nb = 1\nc = 1\n" * 2)
    repo.commit("twin", "--no-verify")
    repo.write("twin.py", "read(x, 2)\nb = 1\nc = 1\n" * 2)
    (hunk,) = filled(repo)["hunk"]
    assert hunk["invariant-question"].endswith("(The same in 2 places.)")
    repo.answer()
    repo.commit()
    assert len(reply(repo)) == 1
    assert "; asked=1/2;" in repo.message()
    assert repo.codes() == []


def twins(repo: Repo, start: str = "", line: str = "X") -> None:
    """Stage a line that is put in twice, in the same surroundings."""
    repo.write("twin.py", start + "a\nb\nc\nd\ne\n" * 2)
    repo.commit("twin", "--no-verify")
    repo.write("twin.py", start + f"a\nb\n{line}\nc\nd\ne\n" * 2)


def test_missing_hunks_are_named_and_the_others_kept(repo: Repo) -> None:
    stage(repo, 2, 12)
    data = filled(repo)
    last = data["hunk"].pop()
    words = refused(repo, hand_in(repo, data), 1)
    assert "a.py:12: invariant, breaks" in words
    assert repo.template()["hunk"][0]["invariant"] == invariant()
    assert hand_in(repo, {"hunk": [last]}).returncode == 0


@pytest.mark.parametrize("nothing", ["", "  \n ", "\u200e\u202e", "\t"])
def test_empty_answers_are_none(repo: Repo, nothing: str) -> None:
    stage(repo, 2)
    words = refused(repo, hand_in(repo, filled(repo, nothing)), 1)
    assert "a.py:2: invariant" in words


def test_huge_answers_are_refused_and_kept(repo: Repo) -> None:
    stage(repo, 2)
    words = refused(repo, hand_in(repo, filled(repo, "word " * 200_000)), 2)
    assert "too long" in words
    assert len(repo.template()["hunk"][0]["invariant"]) == 999_999


def test_long_answers_are_signed(repo: Repo) -> None:
    stage(repo, 2)
    long = " ".join(f"w{n}" for n in range(5_000))
    assert hand_in(repo, filled(repo, long, "y" * 5_000)).returncode == 0
    repo.commit()
    assert reply(repo)[0].invariant == long
    assert repo.codes() == []
    assert max(map(len, repo.raw().split(b"\n"))) <= 998


HOSTILE = {
    "quotes": b"'''\n\"\"\"\n\\'''\n\\\"\"\"\n",
    "escape": b"\x1b[31m\x07\0\n",
    "carriage": b"one\rtwo\r\n",
    "not-utf8": b"\xff\xfe\x80\n",
    "toml": b'invariant = "forged"\n[[hunk]]\n',
    "no-newline": b"\\",
    "separators": "\u2028\u2029\x85\u202e\n".encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_hunks_make_a_template_that_parses(repo: Repo, name: str) -> None:
    repo.write(b"evil\x1b '''\xff\n.txt", b"a word\n" + HOSTILE[name])
    data = filled(repo)
    assert [list(hunk) for hunk in data["hunk"]] == [KEYS]
    assert hand_in(repo, data).returncode == 0
    repo.commit()
    assert repo.codes() == []


def test_assistance_is_named_in_the_commit(repo: Repo) -> None:
    stage(repo, 2)
    values = ["Tool:model", "Someone Else <else@example.com>"]
    options = [word for value in values for word in ("--assisted-by", value)]
    assert hand_in(repo, filled(repo), *options).returncode == 0
    repo.commit("Change", "-s")
    for value in values:
        assert repo.message().count(f"\nAssisted-by: {value}\n") == 1
    assert repo.message().count("Signed-off-by: ") == 1
    assert repo.codes() == []


@pytest.mark.parametrize("value", ["", "  ", "a\nAttest: v1", "a\rb", "a\x1b[31mb", "a\u202eb"])
def test_assistance_that_is_not_one_line_is_refused(repo: Repo, value: str) -> None:
    stage(repo, 2)
    words = refused(repo, hand_in(repo, filled(repo), "--assisted-by", value), 2)
    assert "--assisted-by" in words
    assert "\x1b" not in words


def test_answers_are_used_again_when_other_hunks_change(repo: Repo) -> None:
    stage(repo, 2, 12)
    repo.answer()
    stage(repo, 2, 12, 22)
    hunks = repo.template()["hunk"]
    assert [hunk["invariant"] for hunk in hunks] == [
        "invariant 1 of a.py:2",
        "invariant 2 of a.py:12",
        "",
    ]


def test_the_three_largest_of_equal_kind_are_asked_about(repo: Repo) -> None:
    large = {2: 20, 5: 20, 9: 11}
    for number in range(12):
        size = large.get(number, number + 1)
        repo.write(f"f{number:02}.py", "".join(f"f{number}({row})\n" for row in range(size)))
    paths = [hunk["path"] for hunk in repo.template()["hunk"]]
    assert paths == [f"f{n:02}.py" for n in (2, 5, 11)]
    repo.answer()
    repo.commit()
    assert "; asked=3/12;" in repo.message()
    assert repo.message().count("\nAttest-File: ") == 9
    assert repo.codes() == []


@pytest.mark.long
def test_more_than_a_thousand_files_are_covered_exactly_alone(repo: Repo) -> None:
    for number in range(1010):
        Path(repo.path / f"f{number}.txt").write_text(f"{number}\n")
    repo.git("add", ".")
    result = hand_in(repo, filled(repo))
    assert result.returncode == 0
    assert "exact" in result.stderr.decode()
    repo.commit()
    assert "Attest-File" not in repo.message()
    assert (repo.verdict()["level"], repo.codes()) == ("exact", [])


@pytest.mark.parametrize(
    "options",
    [("--template", "--editor"), ("--template", "--answers", "-"), ("--editor", "--answers", "-")],
)
def test_ways_to_be_asked_exclude_each_other(repo: Repo, options: tuple[str, ...]) -> None:
    stage(repo, 2)
    words = refused(repo, repo.attest("answer", *options), 2)
    assert "exclude each other" in words


def test_a_template_that_cannot_be_written_fails(repo: Repo) -> None:
    # The disk is full: exit 0 would leave a person with half a file.
    stage(repo, 2)
    result = repo.run("sh", "-c", f"{sys_attest()} answer --template > /dev/full")
    assert result.returncode == 4
    assert b"Traceback" not in result.stderr


def sys_attest() -> str:
    """attest's command, for a line of shell."""
    import shlex
    import sys

    return f"{shlex.quote(sys.executable)} -P -m attest"


def test_a_reader_that_stops_early_meets_no_traceback(repo: Repo) -> None:
    repo.write("long.txt", "a longer line of text\n" * 3_000)
    result = repo.run("sh", "-c", f"{sys_attest()} answer --template | head -n 1")
    assert b"Traceback" not in result.stderr
    assert tomllib.loads(result.stdout.decode()) == {}
