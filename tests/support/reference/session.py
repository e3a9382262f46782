"""The session that the README shows, played in a real terminal.

The key comes from a fixed seed and the clock stands still, so that a session is the same each
time: Ed25519 signatures are deterministic (RFC 8032).
"""

from __future__ import annotations

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from support.repo import Repo
from support.terminal import Terminal

_SEED = b"the key of the README's session."
_NAME, _EMAIL = "Ada Contributor", "ada@example.org"
_FILE = "src/session.py"
_BEFORE = '''\
"""Sessions of signed-in users."""


class Session:
    def __init__(self, user, started):
        self.user = user
        self.started = started


def load(store, key):
    data = store.get(key)
    return Session(data["user"], data["started"])
'''
_NEW = "    if data is None:\n        return None\n"
_ANSWERS = (
    "makes it more robust",
    "an unknown key gives None, not a TypeError in the next line",
    "? whether every caller checks for None",
)
_SUBJECT = "Return None for an unknown session"
_POLICY = 'version = 1\nproject = "shop"\n'
_BLOCK = re.compile(r"^```\n\$ (.+)\n(?:.*\n)*?```$", re.MULTILINE)


def play(root: Path) -> dict[str, str]:
    """Play it below a folder; what each command shows, without its end of line."""
    repo = Repo.create(root, "shop")
    for role in ("AUTHOR", "COMMITTER"):
        repo.env.update({f"GIT_{role}_NAME": _NAME, f"GIT_{role}_EMAIL": _EMAIL})
    key = _key(repo.home)
    public = key.with_suffix(".pub").read_text("utf-8")
    repo.write(_FILE, _BEFORE)
    repo.write(".attest.toml", _POLICY)
    repo.write(".attest/allowed_signers", f'{_EMAIL} namespaces="git-attest-v1" {public}')
    repo.commit("Keep sessions of signed-in users")
    repo.set_up(key)
    repo.git("switch", "--quiet", "-c", "topic")
    first, *rest = _BEFORE.partition("    return Session(")
    repo.write(_FILE, "".join((first, _NEW, *rest)))
    with Terminal.attest(repo, rows=60) as terminal:
        weak, better, doubt = _ANSWERS
        terminal.prompted()
        terminal.say(weak)
        terminal.asked("Or press Enter to keep it.")
        terminal.say_instead(better)
        terminal.prompted()
        terminal.say(doubt)
        terminal.expect(doubt)
        terminal.sign()
        assert terminal.finish() == 0, terminal.output
        asked = "\n".join(terminal.screen).rstrip()
    repo.commit(_SUBJECT)
    return {
        "attest": asked,
        "git log -1 --format=%B": repo.git("log", "-1", "--format=%B").rstrip(),
        "attest check main..HEAD": repo.ok("check", "main..HEAD").rstrip(),
    }


def expected(readme: str, shown: dict[str, str]) -> str:
    """The README with the blocks of these commands as they are played."""
    return _BLOCK.sub(
        lambda match: (
            f"```\n$ {match[1]}\n{shown[match[1]]}\n```" if match[1] in shown else match[0]
        ),
        readme,
    )


def _key(folder: Path) -> Path:
    secret = Ed25519PrivateKey.from_private_bytes(_SEED)
    key = folder / "id_ed25519"
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    key.chmod(0o600)
    public = secret.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    key.with_suffix(".pub").write_bytes(public + b" ada's laptop\n")
    return key
