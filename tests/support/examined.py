"""What `attest doctor` said, read line by line."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from subprocess import CompletedProcess

from support import inside
from support.inside import Done
from support.messages import hook
from support.repo import Repo
from support.rewriting import published


@dataclass(frozen=True)
class Line:
    state: str
    reply: str
    remedy: str


@dataclass(frozen=True)
class Examined:
    """What doctor said, by the thing that was looked at, in its order."""

    code: int
    lines: dict[str, Line]

    @classmethod
    def of(cls, code: int, output: str) -> Examined:
        lines: dict[str, Line] = {}
        what = ""
        for line in output.splitlines():
            if line.startswith(" " * 22):
                was = lines[what]
                lines[what] = Line(was.state, was.reply, f"{was.remedy}\n{line.strip()}".strip())
            else:
                state, what = line[:9].strip(), line[9:22].strip()
                assert state in ("ok", "note", "missing"), line
                assert what not in lines, f"two lines about {what}"
                lines[what] = Line(state, line[22:], "")
        return cls(code, lines)

    def having(self, state: str) -> list[str]:
        return [what for what, line in self.lines.items() if line.state == state]

    def missing(self, what: str, reply: str, remedy: str) -> None:
        """This alone is missing."""
        assert self.code == 4
        assert self.having("missing") == [what]
        self.says(what, "missing", reply, remedy)

    def noted(self, what: str, reply: str, remedy: str = "") -> None:
        """It is worth a note, and nothing is missing."""
        assert self.code == 0, self.lines
        assert self.having("missing") == []
        self.says(what, "note", reply, remedy)

    def says(self, what: str, state: str, reply: str, remedy: str = "") -> None:
        line = self.lines[what]
        assert line.state == state, line
        assert reply in line.reply, line
        assert remedy in line.remedy, line


def examined(result: CompletedProcess[bytes] | Done) -> Examined:
    assert result.stderr == b""
    return Examined.of(result.returncode, result.stdout.decode())


def doctor(repo: Repo, *without: str, **env: str) -> Examined:
    """Run doctor in this process.

    Args:
        without: variables to take from the environment.
    """
    given = {name: value for name, value in {**repo.env, **env}.items() if name not in without}
    return examined(inside.run(["doctor"], repo.path, given))


def nothing_off(repo: Repo) -> Repo:
    """Give a repository an upstream, so that nothing is off in it."""
    published(repo)
    repo.git("remote", "add", "origin", str(repo.home / "nowhere"))
    repo.git("branch", "-q", "--set-upstream-to", "origin/main")
    return repo


def programs(repo: Repo, *names: str, **scripts: str) -> str:
    """A `PATH` with these programs of the machine's, and these scripts, alone."""
    folder = repo.home / "programs"
    for name in names:
        outcome = shutil.which(name)
        scripts.setdefault(name, f'exec "{outcome}" "$@"')
    for name, script in scripts.items():
        hook(repo, name, script, folder)
    return str(folder)
