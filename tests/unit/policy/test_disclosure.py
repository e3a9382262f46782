"""What a message tells of assistance, by the project's rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import UsageError
from attest.policy import disclosure, parser, presets, stated_lines
from attest.policy.model import DEFAULT, Disclosure

SUBJECT = "subject\n\n"


def rules(toml: str) -> Disclosure:
    return parser.read(f"version = 1\n[disclosure]\n{toml}\n".encode(), "test").disclosure


def codes(message: str, toml: str) -> list[str]:
    return [f.code for f in disclosure.judge(message.encode(), rules(toml))]


def preset(name: str) -> Disclosure:
    return parser.read(presets.text(name).encode(), name).disclosure


def judged(name: str, body: str) -> list[str]:
    return [f.code for f in disclosure.judge((SUBJECT + body).encode(), preset(name))]


@pytest.mark.parametrize(
    ("message", "result"),
    [
        ("subject\n\nAssisted-by: X:1\n", [("Assisted-by", "X:1")]),
        ("Assisted-by: in the subject\n", []),
        ("\n\nAssisted-by: in the subject\n", []),
        ("s\n\nprose\nAssisted-by: X\nmore\n", [("Assisted-by", "X")]),
        ("s\nAssisted-by: X", [("Assisted-by", "X")]),
        ("s\n\nA-b:x\n  y\n\tz\n", [("A-b", "x y z")]),
        ("s\n\nA-b : x\n", [("A-b", "x")]),
        ("s\n\n  A-b: x\n", [("A-b", "x")]),
        ("s\n\nA-b:\n x\n", [("A-b", "x")]),
        ("s\n\nA-b: x\r\n", [("A-b", "x")]),
        ("s\n\nAttest-Hunk: a\nAttest: v1\nAttested-by: A <a@b>\n", []),
        ("s\n\nAttestation: mine\n", [("Attestation", "mine")]),
        ("s\n\nno trailer: at all\n", []),
        ("s\n\nA-b: x\n\n  not folded\n", [("A-b", "x")]),
    ],
)
def test_trailers_wherever_they_stand(message: str, result: list[tuple[str, str]]) -> None:
    assert disclosure.trailers(message.encode()) == result


@pytest.mark.parametrize(
    ("body", "toml", "expected"),
    [
        ("", 'assistance = "required"', ["disclosure-missing"]),
        ("Assisted-by: X", 'assistance = "required"', []),
        ("assisted-BY: X", 'assistance = "required"', []),
        ("Assisted-by: none", 'assistance = "required"\nnone = "none"', []),
        ("Assisted-by: NONE", 'assistance = "required"\nnone = "none"', []),
        ("Assisted-by: none\nAssisted-by: X", 'none = "none"', ["disclosure-invalid"]),
        ("Assisted-by:", "", ["disclosure-invalid"]),
        ("Assisted-by: " + "x" * 1001, "", ["disclosure-invalid"]),
        ("Assisted-by: X", 'assistance = "forbidden"', ["disclosure-forbidden"]),
        ("Assisted-by: none", 'assistance = "forbidden"\nnone = "none"', []),
        ("Generated-by: X", 'forbidden = { "Generated-by" = ".*" }', ["disclosure-forbidden"]),
        ("A-b: x" + " y" * 999, 'forbidden = { "A-b" = "z" }', ["disclosure-forbidden"]),
        ("Generated-by: Y", 'forbidden = { "Generated-by" = "X.*" }', []),
        ("Signed-off-by: Ada <ada@b.c>", 'human = ["Signed-off-by"]', []),
        ("Signed-off-by: Claude Monet <claude@monet.fr>", 'human = ["Signed-off-by"]', []),
        ("A-b: Claude <noreply@anthropic.com>", 'human = ["a-b"]', ["disclosure-forbidden"]),
        ("A-b: Hal <hal@x>", 'human = ["A-b"]\nagents = ["hal"]', ["disclosure-forbidden"]),
        ("A-b: Shalini <s@x>", 'human = ["A-b"]\nagents = ["Hal"]', []),
    ],
)  # fmt: skip
def test_what_a_message_may_tell(body: str, toml: str, expected: list[str]) -> None:
    assert codes(f"{SUBJECT}{body}\n", toml) == expected


@pytest.mark.parametrize(
    "value",
    [
        "Claude <noreply@anthropic.com>",
        "Claude <NOREPLY@Anthropic.com>",
        "Claude <noreply@anthro\u200bpic.com>",
        "Ｃｌａｕｄｅ <ｎｏｒｅｐｌｙ@ａｎｔｈｒｏｐｉｃ.ｃｏｍ>",
        "Claude  <noreply@anthropic.com >",
        "Claude Code <x@example.com>",
        "Copilot <198982749+Copilot@users.noreply.github.com>",
        "Cursor <cursoragent@cursor.com>",
        "aider (gpt-4) <noreply@aider.chat>",
        "Ada <" + "a" * 2000 + "@example.com>",
    ],
)
def test_an_agent_that_hides_in_a_line_for_people(value: str) -> None:
    message = f"{SUBJECT}Co-authored-by: {value}\n".encode()
    result = disclosure.judge(message, rules('human = ["Co-authored-by"]'))
    assert [f.code for f in result] == ["disclosure-forbidden"]


@pytest.mark.parametrize(
    "value",
    [
        "Claude Shannon <claude@bell.example>",
        "Devin Townsend <devin@example.com>",
        "Gemini Ganesan <g@example.com>",
        "Jules Verne <jules@example.com>",
        "Ada <ada@users.noreply.github.com>",
        "Cody Curser <cody@example.com>",
    ],
)
def test_people_with_such_names_are_people(value: str) -> None:
    message = f"{SUBJECT}Co-authored-by: {value}\n".encode()
    assert disclosure.judge(message, rules('human = ["Co-authored-by"]')) == []


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("default", "Assisted-by: anything", []),
        ("linux", "Assisted-by: Claude:claude-3-opus coccinelle sparse", []),
        ("linux", "Assisted-by: Claude:claude-3-opus [coccinelle] [sparse]", []),
        ("linux", "Assisted-by: some tool", ["disclosure-invalid"]),
        ("linux", "Signed-off-by: GitHub Copilot <x@y.z>", ["disclosure-forbidden"]),
        ("apache", "Generated-by: Tool 1.0", []),
        ("kubernetes", "Assisted-by: Tool", ["disclosure-forbidden"]),
        ("kubernetes", "Co-authored-by: Cursor <cursoragent@cursor.com>", ["disclosure-forbidden"]),
        ("kubernetes", "Co-authored-by: Ada <ada@example.com>", []),
        ("openstack", "Generated-By: tool model-1", []),
        ("ban", "Generated-by: Tool", ["disclosure-forbidden"]),
        ("ban", "Signed-off-by: Ada <ada@example.com>", []),
    ],
)
def test_presets_take_and_refuse_what_their_projects_do(
    name: str, body: str, expected: list[str]
) -> None:
    assert judged(name, body) == expected


@pytest.mark.parametrize(
    ("toml", "reply", "line"),
    [
        ("", "", ""),
        ("", "Tool 1", "Assisted-by: Tool 1"),
        ("", "no", ""),
        ("", "Assisted-by: Tool", "Assisted-by: Tool"),
        ('assistance = "required"\nnone = "none"', "", "Assisted-by: none"),
        ('assistance = "required"\nnone = "none"', "none", "Assisted-by: none"),
        ('none = "none"', "", ""),
        ('none = "none"', "none", "Assisted-by: none"),
        ('trailers = { "A-b" = ".+", "C-d" = ".+" }', "c-d: x", "C-d: x"),
        ('assistance = "forbidden"', "", ""),
        ('assistance = "forbidden"', "no", ""),
        ('assistance = "forbidden"\nnone = "none"', "", "Assisted-by: none"),
    ],
)
def test_the_line_that_is_written(toml: str, reply: str, line: str) -> None:
    made = disclosure.line(rules(toml), reply)
    assert made == line
    assert disclosure.judge(f"{SUBJECT}{made}\n".encode(), rules(toml)) == []


@pytest.mark.parametrize(
    ("toml", "reply"),
    [
        ('assistance = "required"', ""),
        ('assistance = "required"', "no"),
        ('trailers = { "A-b" = "x+" }', "y"),
        ('assistance = "forbidden"', "Tool"),
        ("trailers = {}", "Tool"),
    ],
)
def test_what_cannot_be_written(toml: str, reply: str) -> None:
    with pytest.raises(UsageError) as caught:
        disclosure.line(rules(toml), reply)
    assert caught.value.hint


@given(st.binary(max_size=300), st.sampled_from(presets.names()))
def test_any_message_is_judged(message: bytes, name: str) -> None:
    disclosure.judge(message, preset(name))
    disclosure.is_stated(message, preset(name))


@given(st.text(max_size=80), st.sampled_from(presets.names()))
def test_a_line_that_is_written_passes(reply: str, name: str) -> None:
    try:
        made = disclosure.line(preset(name), reply)
    except UsageError:
        return
    assert "\n" not in made
    assert disclosure.judge(f"{SUBJECT}{made}\n".encode(), preset(name)) == []


def test_a_megabyte_of_anything_is_read_in_one_go() -> None:
    message = (SUBJECT + "A-b: x\n y\n" * 100_000).encode()
    assert len(disclosure.trailers(message)) == 100_000


def test_the_question_names_the_line_and_its_pattern() -> None:
    assert "Assisted-by" in disclosure.question(DEFAULT.disclosure)
    assert "such as: Assisted-by: Claude:claude-3-opus" in disclosure.question(preset("linux"))
    pattern = rules('trailers = { "A-b" = "x+" }')
    assert "by the pattern x+" in disclosure.question(pattern)
    assert not disclosure.asks(preset("kubernetes"))


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_names_its_source_and_the_day(name: str) -> None:
    written = presets.text(name)
    assert parser.read(written.encode(), name).version == 1
    assert name == "default" or ("https://" in written and "read 2026-" in written)


def test_an_unknown_preset_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="no preset 'linus'"):
        presets.text("linus")


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x0c", "\x0b", "\x85", "\x1c", "\r"])
def test_what_only_python_takes_for_the_end_of_a_line_ends_none(end: str) -> None:
    rules = preset("kubernetes")
    message = f"subject\n\nCo-authored-by: Claude{end}<noreply@anthropic.com>\n".encode()
    assert [f.code for f in disclosure.judge(message, rules)] == ["disclosure-forbidden"]


@pytest.mark.parametrize(
    ("message", "added", "replace", "gone"),
    [
        ("S\n\nAssisted-by: A\n", ["Assisted-by: B"], True, ["Assisted-by: A"]),
        ("S\n\nAssisted-by: A\n", ["Assisted-by: A"], True, []),
        ("S\n\nAssisted-by: A\n", ["Assisted-by: B"], False, []),
        ("S\n\nAssisted-by: A\n", [], True, []),
        ("S\n\nAssisted-by: none\n\nassisted-by: A\n", [], False, ["Assisted-by: none"]),
        ("S\n\nAssisted-by: none\n", ["Assisted-by: A"], False, ["Assisted-by: none"]),
        ("S\n\nAssisted-by: none\n", [], False, []),
        ("Assisted-by: A\n\nSigned-off-by: A\n", ["Assisted-by: B"], True, []),
    ],
)
def test_lines_that_do_not_apply_any_more(
    message: str, added: list[str], replace: bool, gone: list[str]
) -> None:
    result = stated_lines.find_superseded(
        message.encode(), rules('none = "none"'), added, replace=replace
    )
    assert result == {line.encode() for line in gone}


@pytest.mark.parametrize("assistance", ["allowed", "required", "forbidden"])
def test_the_explanation_fits_a_screen_and_a_comment_of_80_columns(assistance: str) -> None:
    lines = disclosure.explanation(rules(f'assistance = "{assistance}"')).split("\n")
    assert max(len(f"# {line}") for line in lines) <= 80
