"""What a maintainer is asked about a new policy, beside how the project merges: from when on the
check fails, whom it asks, and which bots it spares. Each has an answer that Enter gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from attest.interview.line_editor import ask_line
from attest.policy.bots import BotName
from attest.text import lazy

ADVISORY_DAYS = 90
"""How long the check only reports, where nobody says another day."""

_COUNT = lazy(r"[1-9][0-9]{0,5}")
_BOT_FILES: tuple[tuple[BotName, str], ...] = (
    ("dependabot", ".github/dependabot.yml"),
    ("dependabot", ".github/dependabot.yaml"),
    ("renovate", "renovate.json"),
    ("renovate", "renovate.json5"),
    ("renovate", ".github/renovate.json"),
    ("renovate", ".github/renovate.json5"),
    ("renovate", ".renovaterc"),
    ("renovate", ".renovaterc.json"),
)
"""Where a bot looks for its configuration, from the root of the repository."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the maintainer wants of the policy.

    Args:
        advisory_until: the day on which the check begins to fail; None for at once.
        enforce_from: where it fails at once: the day from which on pull requests are judged.
        newcomers: commits in the base that make an author no newcomer; None to ask everybody.
        bots: those that are spared.
    """

    advisory_until: date | None = None
    enforce_from: date | None = None
    newcomers: int | None = None
    bots: tuple[BotName, ...] = ()


def ask(top: Path, *, on_github: bool) -> Wishes:
    """Ask on the terminal.

    Args:
        top: the work tree, whose files show which bots the project has.
        on_github: whether the project is on github.com, whose bots have known accounts.
    """
    today = datetime.now(UTC).date()
    until = _ask_day(today)
    bots = tuple(_ask_bots(top)) if on_github else ()
    from_day = None if until else today
    return Wishes(until, from_day, _ask_newcomers(), bots)


def _ask_day(today: date) -> date | None:
    """The day on which problems begin to fail the check; None for today, for new pull requests."""
    default = (today + timedelta(days=ADVISORY_DAYS)).isoformat()
    question = (
        "Until which day shall the check only report, and fail nothing?\n"
        "Or type now: it fails pull requests that are opened from today on"
    )
    while (answer := ask_line(question, default).strip().lower()) != "now":
        try:
            day = date.fromisoformat(answer)
        except ValueError:
            question = "Type a day such as 2027-03-01, or now"
            continue
        if day > today:
            return day
        question = f"{day} is not in the future. Type a later day, or now"
    return None


def _ask_newcomers() -> int | None:
    question = (
        "Who has to answer? Press Enter for everybody. Or type a number: authors with so many "
        "commits are spared"
    )
    while (answer := ask_line(question, "everybody").strip().lower()) != "everybody":
        if _COUNT.fullmatch(answer):
            return int(answer)
        question = "Type a number such as 5, or everybody"
    return None


def _ask_bots(top: Path) -> Iterator[BotName]:
    for bot in dict.fromkeys(bot for bot, path in _BOT_FILES if (top / path).is_file()):
        question = f"The project has a configuration of {bot}. Spare its own commits? (yes, no)"
        while (answer := ask_line(question, "yes").strip().lower()) not in ("yes", "y", "no", "n"):
            question = "Type yes or no"
        if answer.startswith("y"):
            yield bot


def apply(policy: str, wishes: Wishes) -> str:
    """The text of a new policy with the wishes in it."""
    lines = []
    if wishes.advisory_until is not None:
        lines += [
            'mode = "advisory"    # problems are reported, and nothing fails',
            f"advisory-until = {wishes.advisory_until}",
        ]
    if wishes.enforce_from is not None:
        lines.append(f"enforce-from = {wishes.enforce_from}   # older pull requests are spared")
    head = "".join(f"{line}\n" for line in lines)
    tables = "".join(
        f'\n[[exempt]]\nbot = "{bot}"\nreason = "dependency updates"\n' for bot in wishes.bots
    )
    if wishes.newcomers is not None:
        tables += f'\n[[exempt]]\ncommits = {wishes.newcomers}\nreason = "known authors"\n'
    return policy.replace("version = 1\n", f"version = 1\n{head}", 1) + tables
