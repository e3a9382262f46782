"""Makes a small clone for bench/startup.py, of the change and the answers of `attest demo`.

    python bench/small_clone.py TARGET

TARGET has attest's hooks, a policy as `attest init --maintainer` writes it, a list of signers, and
one commit that is not pushed. That commit is attested, by a key of the list. `origin/main` is its
parent. TARGET-key is the key.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from measuring import ENVIRONMENT

from attest.cli.demo import AFTER, BEFORE, SAMPLE

ADDRESS = "author@example.com"


class _Clone:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        # attest reads no key of the person's own: it finds none in this HOME.
        self.env = {**ENVIRONMENT, "HOME": str(folder), "SSH_AUTH_SOCK": ""}

    def run(self, *command: str, stdin: str = "") -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.env, input=stdin, capture_output=True, text=True
        )
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")
        return done.stdout

    def attest(self, *args: str, stdin: str = "") -> str:
        return self.run(sys.executable, "-P", "-m", "attest", *args, stdin=stdin)

    def stage(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).write_text(text, "utf-8", newline="\n")
        self.run("git", "add", *files)


def make(target: Path) -> None:
    """Make the clone; see above."""
    clone = _Clone(target)
    clone.run("git", "init", "--quiet", "--initial-branch=main")
    for name, value in (("name", "A U Thor"), ("email", ADDRESS)):
        clone.run("git", "config", f"user.{name}", value)
    clone.run("git", "remote", "add", "origin", "https://example.com/small.git")
    key = target.with_name(f"{target.name}-key")
    clone.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
    public = " ".join(key.with_suffix(".pub").read_text("utf-8").split()[:2])

    clone.attest("init", "--maintainer", "--forge", "gitlab", "--merge-method", "rebase", "--yes")
    signers = f'{ADDRESS} namespaces="git-attest-v1" {public}\n'
    clone.stage({"packet.py": BEFORE, ".attest/allowed_signers": signers})
    clone.run("git", "add", ".attest.toml")
    clone.run("git", "commit", "--quiet", "-m", "Read packets")
    for ref in (
        "update-ref refs/remotes/origin/main HEAD",
        "symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main",
    ):
        clone.run("git", *ref.split(" "))

    clone.attest("init", "--key", str(key), "--yes")
    clone.stage({"packet.py": AFTER})
    answers = clone.attest("answer", "--template")
    for invariant, breaks in SAMPLE:
        answers = answers.replace('invariant = ""', f'invariant = "{invariant}"', 1)
        answers = answers.replace('breaks = ""', f'breaks = "{breaks}"', 1)
    clone.attest("answer", "--answers", "-", stdin=answers)
    clone.run("git", "commit", "--quiet", "-m", "Refuse short packets")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target", type=Path)
    make(parser.parse_args().target.resolve())


if __name__ == "__main__":
    main()
