"""What a commit message discloses about the assistance of tools, by the project's rules.

Nothing detects assistance: what is judged are the words that a contributor gives,
and the trailers that a project wants, or does not (docs/disclosure.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from attest import text
from attest.errors import UsageError
from attest.policy.expressions import expression, matches
from attest.policy.model import Disclosure
from attest.policy.values import LONGEST
from attest.report.findings import Finding
from attest.text import lazy

_LINE = lazy(r"([A-Za-z0-9][A-Za-z0-9-]{0,63})[ \t]*:[ \t]*(.*)", re.DOTALL)
_OWN = lazy(r"attest(?:-|$)|attested-by$", re.IGNORECASE)

AGENTS = (
    # addresses that tools put into commits
    r"@anthropic\.com\b",
    r"\b(?:\d+\+)?copilot(?:-swe-agent)?(?:\[bot\])?@users\.noreply\.github\.com\b",
    r"\bcursoragent@cursor\.com\b",
    r"\b(?:noreply|codex)@openai\.com\b",
    r"\bgemini-code-assist(?:\[bot\])?@",
    r"\bgoogle-labs-jules(?:\[bot\])?@",
    r"\bdevin-ai-integration(?:\[bot\])?@",
    r"\b(?:noreply|amp)@ampcode\.com\b",
    r"\bopenhands@all-hands\.dev\b",
    r"\b(?:noreply@)?aider\.chat\b",
    # names that no person has
    r"\bclaude[ -]?(?:code|opus|sonnet|haiku|fable|\d)",
    r"\bgithub copilot\b",
    r"\bcopilot swe[ -]agent\b",
    r"\b(?:chatgpt|gpt-?\d|openai codex|cursor agent|gemini (?:cli|code assist)|openhands)\b",
    r"\(aider\)",
)
"""Addresses and names by which known tools sign, searched in a normalised value."""


def trailers(message: bytes) -> list[tuple[str, str]]:
    """The lines of a message that read as git's trailers do, wherever they stand but
    in the first paragraph's first line; folded ones joined; attest's own left out. git
    shows nothing behind a NUL byte."""
    lines = message.partition(b"\0")[0].decode("utf-8", "replace").split("\n")  # git's only end
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    groups: list[tuple[str, list[str]]] = []
    open_ = False
    for line in (line.rstrip("\r") for line in lines[first + 1 :]):
        match = _LINE.fullmatch(line.lstrip(" \t") if not open_ else line)
        if match:
            open_ = True
            groups.append((match[1], [match[2].strip()]))
        elif open_ and line[:1] in (" ", "\t") and line.strip():
            groups[-1][1].append(line.strip())
        else:
            open_ = False
    pairs = ((name, " ".join(filter(None, parts))) for name, parts in groups)
    return [(name, value) for name, value in pairs if not _OWN.match(name)]


def normalise(value: str) -> str:
    """A value as patterns see it: no look-alike forms, no characters that nobody sees."""
    plain = unicodedata.normalize("NFKC", text.stream_safe(value))
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc", "Mn"))
    return " ".join(plain.split())


def name_of(line: bytes) -> str:
    """The name of the trailer that a line reads as; empty where it reads as none."""
    match = _LINE.fullmatch(line.decode("utf-8", "replace"))
    return match[1] if match else ""


def is_stated(message: bytes, rules: Disclosure) -> bool:
    """Whether a message discloses assistance already, or says that there was none."""
    known = {name.lower() for name in rules.trailers}
    return any(name.lower() in known for name, _ in trailers(message))


def is_named(message: bytes, rules: Disclosure) -> bool:
    """Whether the name of a trailer that discloses assistance is anywhere in a message."""
    lowered = message.lower()
    return any(lowered.find(name) >= 0 for name in _lowered(tuple(rules.trailers)))


@lru_cache(maxsize=16)
def _lowered(names: tuple[str, ...]) -> list[bytes]:
    return [name.lower().encode() for name in names]


def find_disclosures(message: bytes, rules: Disclosure) -> list[tuple[str, str]]:
    """The lines that disclose assistance, as the project names them: trailer and value, as
    patterns see them. Of equal ones, the first."""
    if not is_named(message, rules):
        return []  # as most messages: the lines need not be looked at one by one
    proper = {name.lower(): name for name in rules.trailers}
    pairs = [
        (proper[name.lower()], normalise(value))
        for name, value in trailers(message)
        if name.lower() in proper
    ]
    return list(dict.fromkeys(pairs))


def judge(message: bytes, rules: Disclosure) -> list[Finding]:
    """Judge what a message discloses.

    Returns:
        `disclosure-missing`, `disclosure-invalid` and `disclosure-forbidden`.
    """
    pairs = [(name, normalise(value)) for name, value in trailers(message)]
    return [*_judge_disclosure(pairs, rules), *_judge_forbidden(pairs, rules)]


def _judge_disclosure(pairs: list[tuple[str, str]], rules: Disclosure) -> Iterator[Finding]:
    """What is wrong with the trailers that disclose assistance."""
    patterns = {name.lower(): (name, pattern) for name, pattern in rules.trailers.items()}
    disclosed = [(name, value) for name, value in pairs if name.lower() in patterns]
    none = [value for _, value in disclosed if is_none(value, rules)]
    tools = [(name, value) for name, value in disclosed if not is_none(value, rules)]
    for name, value in tools:
        shown = text.showable(value)[:100]
        canonical_name, pattern = patterns[name.lower()]
        if rules.assistance == "forbidden":
            yield Finding(
                "disclosure-forbidden",
                f"{canonical_name}: {shown}: the project does not accept AI-assisted changes",
                "See the project's rules for contributions.",
            )
        elif not _fits(pattern, value):
            yield Finding(
                "disclosure-invalid",
                f"{canonical_name}: {shown or '(empty)'}: does not match the project's pattern",
                f"Change it with git commit --amend. The pattern: {canonical_name}: {pattern}"
                + (f"\nfor example: {rules.example}" if rules.example else ""),
            )
    if none and tools:
        yield Finding(
            "disclosure-invalid",
            "it says both that no tool was used and that one was",
            "Remove one of the lines: git commit --amend",
        )
    if rules.assistance == "required" and not disclosed:
        yield Finding(
            "disclosure-missing",
            "it does not disclose AI assistance",
            f"Add a line such as {_example(rules)}: attest answer asks for it.",
            answer_again=True,
        )


def _judge_forbidden(pairs: list[tuple[str, str]], rules: Disclosure) -> Iterator[Finding]:
    """Trailers that no commit may have, and those that only people may add."""
    patterns = {name.lower(): pattern for name, pattern in rules.forbidden.items()}
    human = {name.lower() for name in rules.human}
    for name, value in pairs:
        shown = f"{name}: {text.showable(value)[:100]}"
        pattern = patterns.get(name.lower())
        if pattern is not None and (len(value) > LONGEST or _fits(pattern, value)):
            yield Finding(
                "disclosure-forbidden",
                f"{shown}: the project does not allow this line",
                "Remove it: git commit --amend",
            )
        elif name.lower() in human and names_agent(value, rules):
            yield Finding(
                "disclosure-forbidden",
                f"{shown}: only a person may add this line",
                "Remove it: git commit --amend. Add it in your own name, if you can.",
            )


def names_agent(value: str, rules: Disclosure) -> bool:
    """Whether a normalised value names a tool that is known, or that the policy names."""
    if len(value) > LONGEST:
        return True
    lower = value.lower()
    if any(re.search(pattern, lower, re.ASCII) for pattern in AGENTS):
        return True
    return any(expression(pattern).occurs(value) for pattern in rules.agents)


def _fits(pattern: str, value: str) -> bool:
    return len(value) <= LONGEST and matches(pattern, value)


def is_none(value: str, rules: Disclosure) -> bool:
    """Whether a value says that no tool helped."""
    return rules.none is not None and value.lower() == normalise(rules.none).lower()


def _example(rules: Disclosure) -> str:
    name = next(iter(rules.trailers))
    return f"`{name}: {rules.none}`" if rules.none else f"`{name}: …`"


def asks(rules: Disclosure) -> bool:
    """Whether contributors are asked."""
    return bool(rules.trailers) or rules.assistance == "forbidden"


def question(rules: Disclosure) -> str:
    """What they are asked, in two lines or three."""
    if rules.assistance == "forbidden":
        return (
            "This project does not accept changes that an AI tool wrote or helped to write.\n"
            "Did one help with this change? Press Enter for no, or name it. (? explains)"
        )
    name, pattern = map(text.showable, next(iter(rules.trailers.items())))
    examples = " For example: Claude Code, GitHub Copilot" if pattern == ".+" else ""
    form = "" if pattern == ".+" else f", by the pattern {pattern}"
    form = f", such as: {rules.example}" if rules.example else form
    others = [other for other in rules.trailers if other != name]
    more = f" (or a whole line: {', '.join(others)})" if others else ""
    empty = "Press Enter if none did. " if rules.none or rules.assistance != "required" else ""
    return (
        f"Which AI tools helped with this change?{'' if rules.example else examples}\n"
        f"The answer becomes the line `{name}: …`{form}{more}.\n{empty}(? explains)"
    )


def explanation(rules: Disclosure) -> str:
    """What the question means, and what becomes of the answer; lines."""
    lines = [
        "A tool helped if it wrote or proposed any part of this change: code, tests,",
        "words or the message, in a chat, as an agent, or as you typed. Questions about",
        "the language, spell checkers and formatters are not meant, unless the",
        "project's documents say so.",
    ]
    if rules.assistance == "forbidden":
        lines.append("The project accepts no such change. Nothing detects tools: your word counts.")
        return "\n".join(lines)
    lines += [
        "The line stands in the commit message, where everyone can read it. Nothing",
        "detects tools: your word counts. The answers are yours in any case.",
    ]
    if rules.assistance == "required":
        lines.append("The project wants every commit to say it, also that no tool helped.")
    return "\n".join(lines)


def answer_in(rules: Disclosure, stated: str) -> str:
    """The answer that `line` makes a line of a message from."""
    name, _, value = stated.partition(": ")
    return value if name == next(iter(rules.trailers), "") else stated


def line(rules: Disclosure, answer: str) -> str:
    """The line for the message.

    Args:
        answer: what the person gave: empty for no tool, a value, or a whole line.

    Returns:
        The line; empty where none is to be added.

    Raises:
        UsageError: it does not match the project's patterns.
    """
    value = normalise(answer)
    first = next(iter(rules.trailers), "")
    if not value or is_none(value, rules) or (value.lower() in _NO and not rules.none):
        if rules.none and first and (rules.assistance != "allowed" or value):
            return f"{first}: {rules.none}"
        if rules.assistance == "required":
            raise UsageError(
                "the project requires a line that names the AI tool you used", question(rules)
            )
        return ""
    if rules.assistance == "forbidden":
        raise UsageError(
            "the project does not accept AI-assisted changes",
            "Write it without one, or ask the maintainers. Your answers are kept.",
        )
    name, value = _named(rules, value, first)
    pattern = rules.trailers.get(name, "")
    if not name or not _fits(pattern, value):
        shown = f"a line by the pattern `{name}: {pattern}`" if name else "no such line"
        shown = f"lines such as {rules.example}" if rules.example else shown
        raise UsageError(
            f"{text.showable(value)[:100]!r} does not match the project's pattern",
            f"It takes {shown}.",
        )
    return f"{name}: {value}"


_NO = ("no", "none", "n")


def _named(rules: Disclosure, value: str, first: str) -> tuple[str, str]:
    """A whole line by its name, or a value for the first of the trailers."""
    for name in rules.trailers:
        if value.lower().startswith(f"{name.lower()}:"):
            return name, value[len(name) + 1 :].strip()
    return first, value
