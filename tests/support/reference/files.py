"""Which files are generated, and what they must say."""

from __future__ import annotations

from pathlib import Path

from support.reference import completions, manual, page

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = ROOT / "docs/commands.md"
MANUAL = ROOT / "docs/man/git-attest.1"
BASH = ROOT / "completions/bash/git-attest"
ZSH = ROOT / "completions/zsh/_git-attest"
FISH = ROOT / "completions/fish/git-attest.fish"


def generated() -> dict[Path, str]:
    """Each file's text, made from the command tree and the rest of docs/commands.md."""
    commands = page.expected(COMMANDS.read_text("utf-8"))
    return {
        COMMANDS: commands,
        MANUAL: manual.manual(commands),
        BASH: completions.bash(),
        ZSH: completions.zsh(),
        FISH: completions.fish(),
    }
