"""How long a check takes with few rules, and with 5,000 patterns and 5,000 signers.

    python bench/rules.py [--commits 60] [--many 5000]

The patterns stand in `ignore`, in a `[[require]]` and in an `[[exempt]]`. Makes a throw-away
repository with commits that are all attested, and judges them by
two bases. Prints seconds, the least of three runs each.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMAIL = "bench@example.org"
ATTEST = [sys.executable, "-P", "-m", "attest"]


def run(folder: Path, *command: str, stdin: bytes = b"") -> bytes:
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "ATTEST_"))},
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Bench",
        "GIT_AUTHOR_EMAIL": EMAIL,
        "GIT_COMMITTER_NAME": "Bench",
        "GIT_COMMITTER_EMAIL": EMAIL,
    }
    done = subprocess.run(
        command, cwd=folder, env=env, input=stdin, capture_output=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout


def signers(many: int, own: str) -> str:
    """An allowed_signers file with *many* lines, ours last."""
    lines = []
    for number in range(many - 1):
        # Nobody signs with these; but a point must be canonical, and not of small order.
        point = hashlib.sha256(str(number).encode()).digest()[:31] + b"\1"
        blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + point
        lines.append(f"user{number}@example.org ssh-ed25519 {base64.b64encode(blob).decode()}")
    return "\n".join([*lines, f"{EMAIL} {own}", ""])


def rules(folder: Path, name: str, many: int, own: str) -> None:
    """Commit rules to a branch of their own."""
    run(folder, "git", "checkout", "-q", "-B", name, "start")
    patterns = ", ".join(f'"vendor{n}/**/made_*.py"' for n in range(many))
    tables = f'[[require]]\npaths = [{patterns}]\nlevel = "exact"\n'
    tables += f'[[exempt]]\nactors = ["robot"]\npaths = [{patterns}]\n'
    written = f"version = 1\nignore = [{patterns}]\n{tables}"
    (folder / ".attest.toml").write_text(written, "utf-8")
    (folder / ".attest").mkdir(exist_ok=True)
    (folder / ".attest/allowed_signers").write_text(signers(many, own), "utf-8")
    run(folder, "git", "add", ".")
    run(folder, "git", "commit", "-qm", "rules")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--many", type=int, default=5000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attest-bench-") as temporary:
        folder = Path(temporary) / "repo"
        folder.mkdir()
        run(folder, "git", "init", "-q", "-b", "start")
        run(folder, "git", "commit", "-q", "--allow-empty", "-m", "start")
        key = folder.parent / "key"
        run(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
        own = " ".join(key.with_suffix(".pub").read_text("utf-8").split()[:2])
        run(folder, *ATTEST, "init", "--key", str(key), "--yes", "--no-hooks")
        run(folder, "git", "checkout", "-q", "-b", "topic")
        for number in range(asked.commits):
            for part in range(5):
                (folder / f"file{number}_{part}.py").write_text(f"line {number}\n", "utf-8")
            run(folder, "git", "add", ".")
            run(folder, "git", "commit", "-qm", f"change {number}")
        made = run(folder, *ATTEST, "answer", "start..topic", "--template")
        made = made.replace(b'invariant = ""', b'invariant = "kept"')
        made = made.replace(b'breaks = ""', b'breaks = "all"')
        run(folder, *ATTEST, "answer", "start..topic", "--answers", "-", stdin=made)
        for name, many in (("few", 1), ("many", asked.many)):
            rules(folder, name, many, own)
            taken = []
            for _ in range(3):
                before = time.perf_counter()
                run(folder, *ATTEST, "check", "--base", name, "start..topic", "--quiet")
                taken.append(time.perf_counter() - before)
            print(f"{asked.commits} commits, {many:>5} patterns and signers: {min(taken):.2f} s")


if __name__ == "__main__":
    main()
