"""Where the lines come from that a hunk replaces, if their commit says a reason."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attest.facts import message, wording
from attest.facts.fact import Fact
from attest.facts.lines import is_code
from attest.git.diff import Hunk
from attest.git.lookups import LookupFailed, Lookups
from attest.questions.compose import HunkQuestions
from attest.text import lazy, word_set

MOST_LINES = 200
"""Replaced lines of a hunk that git is asked about."""
MOST_FILES = 20
MOST_ADDED = 400
"""Files that a commit touches, and lines that it adds. One that does more did many things, and
its subject says little about a line."""

_FAULT_TITLE = lazy(
    r"\b(fix(e[sd]|ing)?|bugs?|crash(e[sd]|ing)?|leak\w*|regression|deadlock\w*|hang(s|ing)?|"
    r"overflow\w*|underflow|segfault\w*|infinite|endless|incorrect\w*|wrong\w*|broken|race "
    r"conditions?|work(s|ing)? ?around|vulnerabilit\w+|CVE-\d+-\d+)\b",
    re.IGNORECASE,
)
_RULE_TITLE = lazy(
    r"\b(don['’]?t|do not|no longer|ensure\w*|make sure|prevent\w*|"
    r"avoid\w*|reject\w*|refuse\w*|sanitiz\w+|always|because|so that|preserv\w+|respect\w*|"
    r"only if|only when|unless)\b",
    re.IGNORECASE,
)
_HOUSEKEEPING = lazy(
    r"\b(typos?|spelling|lint\w*|format\w*|white ?space|indent\w*|code ?style|style|clippy|"
    r"rubocop|pep8|flake8|mypy|eslint|prettier|black|warnings?|docs?|documentation|docstrings?|"
    r"readme|changelog|comments?|CI|travis|builds?|compil\w+|tests?|specs?|flaky|merge[sd]?|"
    r"conflicts?|version|release|bump\w*|deprecat\w+|renam\w+|refactor\w*|cosmetic\w*|"
    r"clean(?:ed|s|ing)?[ -]?up\w*|testing|appveyor|workflows?|pipelines?|"
    r"nits?|casing|gemfile\S{0,20}|lock ?files?|prototypes?|bench\w*|chore|imports?|initial|"
    r"reviews?|suggestions?|feedback|sync)\b",
    re.IGNORECASE,
)
"""Words of a subject that is about something else than how the program works."""
_QUESTIONS = (
    (_FAULT_TITLE, "How do you know that this fault does not come back?"),
    (_RULE_TITLE, "Is that still so after this change, and what makes sure of it?"),
)
_LONGEST_TITLE = 120
"""Characters of a subject that are read; behind them it is about something else, too."""
_TITLE_WORD = lazy(r"[^\W\d_]{2,}")
_BLAMED = lazy(rb"^([0-9a-f]{40}|[0-9a-f]{64}) \d+ (\d+)(?: \d+)?$")
_BARRED = word_set(
    "prose comment white-space layout import-changed unread moved file-mode test-changed"
)
"""Kinds of change whose lines are not there for a reason that a question could be about."""
_SORTS_BARRED = word_set("prose data dependency")
"""Sorts of file of which that is true."""


@dataclass(slots=True)
class BlamedCommit:
    """A commit that lines come from, as `git blame --porcelain` describes it.

    Args:
        follows: the file was there before it.
    """

    oid: str
    title: str = ""
    email: str = ""
    boundary: bool = False
    follows: bool = False
    lines: list[int] = field(default_factory=list)


_MAIN_BRANCHES = ("refs/remotes/*/HEAD", "refs/remotes/*/main", "refs/remotes/*/master")
"""The branches that tell what is the project's from what is the contributor's own."""


def has_reason(hunk_questions: HunkQuestions) -> bool:
    """Whether what a hunk changes can be there for a reason that a question is about."""
    analysis = hunk_questions.analysis
    return analysis.kind not in _BARRED and analysis.language.sort not in _SORTS_BARRED


class Origins:
    """Finds where the replaced lines of hunks come from.

    Args:
        ignored: the file of the commits that blame passes over (git-blame(1)).
    """

    def __init__(self, git: Lookups, ignored: Path | None) -> None:
        self._git, self._ignored = git, ignored
        self._refs: list[str] | None = None

    def find(self, hunk_questions: HunkQuestions, base: str, taken_back: str = "") -> Fact:
        """The fact about where the replaced lines of a hunk come from.

        Args:
            base: the commit that has the replaced lines.
            taken_back: the id, or its beginning, of the commit that the change reverts.

        Raises:
            LookupFailed: there is none, with the reason.
        """
        hunk = hunk_questions.hunk
        if not base:
            raise LookupFailed("no single commit has the replaced lines")
        if not has_reason(hunk_questions):
            raise LookupFailed(f"not asked for this kind of change: {hunk_questions.analysis.kind}")
        if not hunk.old_lines:
            raise LookupFailed("no line is replaced")
        if hunk.row.status == "D":
            raise LookupFailed("the whole file is gone")
        if hunk.old_lines > MOST_LINES:
            raise LookupFailed(f"more than {MOST_LINES} lines are replaced")
        commit, what = _single(hunk_questions, self._blame(hunk, base))
        if commit.boundary:
            raise LookupFailed("the line is from the first commit, or from a shallow boundary")
        if not commit.follows:
            raise LookupFailed("its commit is the first one of the file")
        if taken_back and commit.oid.startswith(taken_back):
            raise LookupFailed("the line is from the commit that is taken back")
        question = question_for(commit.title)
        self._assert_small(commit)
        self._assert_of_project(commit)
        raw = self._git.run("cat-file", "commit", commit.oid).partition(b"\n\n")[2]
        body = raw.decode("utf-8", "replace")
        number = message.issue_number(commit.title, body)
        title = commit.title if _is_whole(body) else f"{commit.title}…"
        end = f" ({number})." if number else "."
        text = wording.sentence(f"{what} came with {commit.oid[:10]}", title, end)
        return Fact("origin", text, question)

    def _blame(self, hunk: Hunk, base: str) -> Mapping[str, BlamedCommit]:
        """The commits that the replaced lines come from."""
        ignored = ("--ignore-revs-file", str(self._ignored)) if self._ignored else ()
        lines = f"{hunk.old_start},+{hunk.old_lines}"
        options = ("--porcelain", "-w", "--no-textconv", *ignored, "-L", lines)
        return _read_porcelain(self._git.run("blame", *options, base, "--", os.fsdecode(hunk.path)))

    def _assert_small(self, commit: BlamedCommit) -> None:
        """Make sure that a commit is about a few lines.

        Raises:
            LookupFailed: it is not.
        """
        form = ("--numstat", "--no-commit-id", "--no-renames")
        rows = self._git.run("diff-tree", "-r", *form, commit.oid).splitlines()
        counts = [row.partition(b"\t")[0] for row in rows]
        added = sum(int(count) for count in counts if count.isdigit())
        if not counts:
            raise LookupFailed("the line is from a merge")
        if len(counts) > MOST_FILES or added > MOST_ADDED:
            raise LookupFailed(f"its commit touches {len(counts)} files and adds {added} lines")

    def _assert_of_project(self, commit: BlamedCommit) -> None:
        """Make sure that a commit is none of the contributor's own on this branch: a main
        branch of a remote has it or, where there is none, somebody else wrote it.

        Raises:
            LookupFailed: it is one.
        """
        git = self._git
        if self._refs is None:
            out = git.run("for-each-ref", "--format=%(refname)", *_MAIN_BRANCHES)
            self._refs = out.decode("utf-8", "surrogateescape").split()
        if self._refs:
            own = not git.run("for-each-ref", "--count=1", f"--contains={commit.oid}", *self._refs)
        else:
            email = git.run("config", "user.email", success=(0, 1)).decode("utf-8", "replace")
            own = commit.email == email.strip()
        if own:
            raise LookupFailed("its commit is part of this branch")


def _is_whole(message_text: str) -> bool:
    """Whether the first line of a message is its subject, and no sentence goes on below it."""
    return not message_text.lstrip().partition("\n")[2].partition("\n")[0].strip()


def question_for(title: str) -> str:
    """What is asked about a line that came with a commit of this subject.

    Raises:
        LookupFailed: the subject says no reason.
    """
    title = title[:_LONGEST_TITLE]
    housekeeping = _HOUSEKEEPING.search(title)
    if housekeeping:
        raise LookupFailed(f"the subject of its commit is about {housekeeping[0].lower()}")
    if len(_TITLE_WORD.findall(title)) >= 3:
        for pattern, question in _QUESTIONS:
            if pattern.search(title):
                return question
    raise LookupFailed("the subject of its commit says no reason")


def _read_porcelain(out: bytes) -> Mapping[str, BlamedCommit]:
    commits: dict[str, BlamedCommit] = {}
    current: BlamedCommit | None = None
    for raw in out.split(b"\n"):
        match = _BLAMED.match(raw)
        if match is not None:
            oid = match[1].decode("ascii")
            current = commits.setdefault(oid, BlamedCommit(oid))
            current.lines.append(int(match[2]))
        elif current is not None and raw.startswith(b"summary "):
            current.title = raw[8:].decode("utf-8", "replace")
        elif current is not None and raw.startswith(b"author-mail "):
            current.email = raw[12:].strip(b"<>").decode("utf-8", "replace")
        elif current is not None and raw.startswith(b"previous "):
            current.follows = True
        elif current is not None and raw == b"boundary":
            current.boundary = True
    return commits


def _single(
    hunk_questions: HunkQuestions, commits: Mapping[str, BlamedCommit]
) -> tuple[BlamedCommit, str]:
    """The one commit that all replaced lines come from, or else the ones that are quoted; what
    to call them.

    Raises:
        LookupFailed: there are several, or the lines are not code.
    """
    analysis, first = hunk_questions.analysis, hunk_questions.hunk.old_start
    of_line = {line: commit.oid for commit in commits.values() for line in commit.lines}
    lines = {first + n: line for n, line in enumerate(analysis.old) if len(line.strip()) >= 3}
    if analysis.language.sort == "code" and not is_code(analysis.old):
        raise LookupFailed("the replaced lines are words for readers")
    every = {of_line.get(line, "") for line in lines}
    if len(every) == 1 and (oid := every.pop()):
        what = "This line" if len(lines) == 1 else f"These {len(lines)} lines"
        return commits[oid], what
    quote = analysis.effects[0].old
    commits_ = {of_line.get(line, "") for line in _quoted(lines, quote)}
    if len(commits_) == 1 and (oid := commits_.pop()):
        return commits[oid], wording.quoted(quote.strip("…"))
    raise LookupFailed("the replaced lines are from several commits")


def _quoted(lines: Mapping[int, str], quote: str) -> Sequence[int]:
    """The lines that a quote is part of."""
    pieces = ["".join(piece.split()) for piece in quote.split("…")]
    if max(map(len, pieces)) < 4:
        return []
    return [
        number
        for number, line in lines.items()
        if all(piece in "".join(line.split()) for piece in pieces)
    ]
