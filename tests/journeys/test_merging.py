"""What each forge leaves on main, and whether the proof survives there (docs/merging.md).

The messages are those that forges build, written by hand from their documentation; each row of the
table in docs/merging.md is a case here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from support import units
from support.pushing import UNHOOKED, add_remote, answer, branch
from support.repo import Repo

ROOT = Path(__file__).parents[2]
TITLE = "Read lines again (#12)"
PROSE = "Lines are read again.\n\nCloses #3, as the discussion in the issue concluded last week."
CO_AUTHOR = "Co-authored-by: Some One <some@example.org>"
FORGE = {"GIT_COMMITTER_NAME": "Forge", "GIT_COMMITTER_EMAIL": "noreply@forge.example"}
NO_REPLY = ("--author", "me <12345+me@users.noreply.forge.example>")
Landing = Callable[[Repo], None]


@pytest.fixture(scope="module")
def _topic(_start: Repo, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `topic` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("merging"))
    units.begin(repo, key)
    repo.git("tag", "start")
    add_remote(repo, "origin", "main")
    repo.git("checkout", "--quiet", "main")
    repo.git("branch", "--quiet", "-D", "topic")
    branch(repo, "topic", 3, 12, 21)
    answer(repo)
    return repo


@pytest.fixture
def topic(_topic: Repo, tmp_path: Path) -> Repo:
    """A branch of three commits, the newest of which has a block for all of them."""
    return _topic.copy(tmp_path)


def messages(repo: Repo) -> list[str]:
    """The messages of the branch, the oldest first."""
    oids = repo.git("rev-list", "--reverse", "main..topic").split()
    return [repo.message(oid).rstrip("\n") for oid in oids]


def description(repo: Repo) -> str:
    """A description with the block that `attest block --markdown` prints, as a browser sends it."""
    return f"{PROSE}\n\n{repo.ok('block', '--markdown')}".replace("\n", "\r\n")


def bullets(repo: Repo) -> str:
    """The messages as items of a list."""
    return "\n\n".join(f"* {message}" for message in messages(repo))


def wrapped(message: str) -> str:
    """Lines of more than 72 columns broken, as GitHub does; in CRLF, as browsers send them."""
    lines = []
    for line in message.split("\n"):
        while len(line) > 72:
            end = line.rfind(" ", 0, 73)
            end = end if end > 0 else 72
            lines.append(line[:end])
            line = line[end:].lstrip(" ")
        lines.append(line)
    return "\r\n".join(lines)


def as_forge(repo: Repo, *args: str, stdin: bytes = b"") -> None:
    """Run git as the forge, without hooks."""
    repo.run("git", *UNHOOKED, *args, stdin=stdin, env=FORGE, check=True)


def squash(message: Callable[[Repo], str], *options: str) -> Landing:
    def land(repo: Repo) -> None:
        text = message(repo)
        repo.git("checkout", "--quiet", "main")
        repo.git("merge", "--quiet", "--squash", "topic")
        file = repo.home / "squash-message"
        file.write_bytes(text.encode())
        words = ("commit", "--quiet", "--cleanup=verbatim", "-F", str(file))
        as_forge(repo, *words, *options)

    return land


def merge(message: Callable[[Repo], str], *, rebased: bool = False) -> Landing:
    def land(repo: Repo) -> None:
        text = message(repo)
        if rebased:
            as_forge(repo, "rebase", "--quiet", "--force-rebase", "main", "topic")
        repo.git("checkout", "--quiet", "main")
        as_forge(repo, "merge", "--quiet", "--no-ff", "-m", text, "topic")

    return land


def rebase(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "main")
    for oid in repo.git("rev-list", "--reverse", "main..topic").split():
        as_forge(repo, "cherry-pick", oid)


def mail(repo: Repo) -> None:
    patches = repo.git("format-patch", "--stdout", "main..topic")
    repo.git("checkout", "--quiet", "main")
    as_forge(repo, "am", "--quiet", stdin=patches.encode())


def fast_forward(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--ff-only", "topic")


def first_multiline(repo: Repo) -> str:
    """`%{first_multiline_commit}`: the first message with a body, else the title."""
    return next((one for one in messages(repo) if "\n" in one), TITLE)


def with_a_body_first(land: Landing) -> Landing:
    def landed(repo: Repo) -> None:
        newest = repo.message("topic")
        repo.git("reset", "--quiet", "--hard", "HEAD~2")
        repo.git(*UNHOOKED, "commit", "--quiet", "--amend", "-m", "topic 3", "-m", "Text below.")
        for number in (12, 21):
            lines = (repo.path / "a.py").read_text("utf-8").split("\n")
            lines[number - 1] = f"changed by topic {number}"
            repo.write("a.py", "\n".join(lines))
            repo.git(*UNHOOKED, "commit", "--quiet", "-m", f"topic {number}")
        repo.git(*UNHOOKED, "commit", "--quiet", "--amend", "-m", newest)
        land(repo)

    return landed


def cut(repo: Repo) -> str:
    """The messages, cut at the limit of Forgejo's `DEFAULT_MERGE_MESSAGE_SIZE`, set to what this
    small branch exceeds."""
    return f"{TITLE}\n\n{bullets(repo)[:400]}...\n"


CASES: dict[str, tuple[bool, Landing]] = {
    "GitHub, squash: default message": (
        True,
        squash(lambda r: wrapped(f"{TITLE}\n\n{bullets(r)}\n\n---------\n\n{CO_AUTHOR}\n")),
    ),
    "GitHub, merge commit": (
        True,
        merge(lambda r: f"Merge pull request #12 from me/topic\n\n{TITLE}\n"),
    ),
    "GitHub, rebase": (True, rebase),
    "GitLab, squash: `%{first_multiline_commit}`": (
        False,
        with_a_body_first(squash(first_multiline)),
    ),
    "GitLab, merge commit": (
        True,
        merge(lambda r: f"Merge branch 'topic' into 'main'\n\n{TITLE}\n\nSee merge request a/b!12"),
    ),
    "GitLab, semi-linear merge": (
        True,
        merge(lambda r: f"Merge branch 'topic' into 'main'\n\n{TITLE}", rebased=True),
    ),
    "GitLab, fast-forward": (True, fast_forward),
    "Forgejo, squash: commit messages, cut": (False, squash(cut)),
    "Forgejo, merge commit": (
        True,
        merge(
            lambda r: (
                f"Merge pull request '{TITLE}' (#12) from topic into main\n\n"
                "Reviewed-on: https://x/12\n"
            )
        ),
    ),
    "Forgejo, rebase": (True, rebase),
    "Forgejo, rebase, then merge commit": (
        True,
        merge(lambda r: "Merge pull request 'Read' (#12) from topic into main", rebased=True),
    ),
    "mail (`git am`)": (True, mail),
    "by hand: `attest squash-message`": (
        True,
        squash(lambda r: r.ok("squash-message", "--title", TITLE)),
    ),
}


def test_a_squash_with_the_description_has_the_block_that_was_pasted(topic: Repo) -> None:
    """No commit has it; the forge's no-reply address is the author, and the base lists the key."""
    body = description(topic)
    topic.git("checkout", "--quiet", "topic")
    topic.git("reset", "--quiet", "--soft", "origin/main")
    topic.git(*UNHOOKED, "commit", "--quiet", "-m", "All of it")
    message = f"{TITLE}\r\n\r\n{body}\r\n\r\n---------\r\n\r\n{CO_AUTHOR}\r\n"
    squash(lambda _: message, *NO_REPLY)(topic)
    [verdict] = topic.report("--landed", "start..main")["commits"]
    assert verdict["verdict"] == "attested", verdict


@pytest.mark.parametrize("name", CASES)
def test_what_lands_has_its_proof_or_not(topic: Repo, name: str) -> None:
    survives, land = CASES[name]
    land(topic)
    report = topic.report("--landed", "start..main")["commits"]
    verdicts = {one["verdict"] for one in report}
    assert verdicts == ({"attested"} if survives else {"failed"}), report


def test_each_row_of_the_table_is_a_case() -> None:
    page = (ROOT / "docs/merging.md").read_text("utf-8")
    table = page.partition("## Other ways")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \| [^|]+ \| (yes|no)\b", table, re.MULTILINE)
    assert dict(rows) == {
        name: "yes" if survives else "no" for name, (survives, _) in CASES.items()
    }
