"""Who signs and who wrote a commit, where the two have different addresses: what the check will
say of that, before anybody answers."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from attest import text
from attest.attestation.block import Block
from attest.attesting.builder import Claim
from attest.forge import no_reply
from attest.git import remotes
from attest.project.rules import ProjectRules
from attest.project.session import Session
from attest.questions import selection
from attest.text import lazy
from attest.trust import signer

_PLAIN_ADDRESS = lazy(r"[A-Za-z0-9_][A-Za-z0-9._%+-]*@[A-Za-z0-9][A-Za-z0-9.-]*")
"""What can be offered in a command: nothing that means anything to a shell or to git."""


def warnings(
    session: Session, claim: Claim, author: bytes, commit: str, command: str
) -> Sequence[str]:
    """What the check will say of a block that this person signs for a commit; nothing where
    the commit is theirs, or where the project lists their key.

    Args:
        author: the address of the commit's author, as it stands there.
        commit: what the commit is called.
        command: the attest command that answers for it.

    Raises:
        EnvironmentFault: the project's list of signers cannot be read.
    """
    own_address = claim.author.email
    if author == own_address.encode() or not _is_refused(session, claim, author):
        return ()
    address = text.showable(author.decode("utf-8", "replace")) or "nobody (it has no address)"
    forge = no_reply.read(address, remotes.urls(session.repository))
    lines = [f"{commit}: its author is {address}, and you sign as {text.showable(own_address)}"]
    if forge is None:
        lines.append("The check will refuse that (attester-mismatch).")
    else:
        page = f"https://{forge.host}/{forge.login}.keys"
        lines.append(
            f"A forge's button made it for {forge.login}. The check takes that for you only if CI "
            f"names this login (--forge) and {page} lists your key; if not: attester-mismatch."
        )
    remedy = as_author(address, command)
    if remedy:
        lines += ["If both addresses are yours, sign with the author's instead:", remedy]
    return lines


def as_author(address: str, command: str) -> str:
    """The command that signs with another address of one's own; empty where the address is not
    one to paste. git passes its `-c` on to `git attest`."""
    if not _PLAIN_ADDRESS.fullmatch(address):
        return ""
    return f"  git -c user.email={shlex.quote(address)} {command}"


def _is_refused(session: Session, claim: Claim, author: bytes) -> bool:
    """Whether the check refuses this person for the commit, as far as the clone knows."""
    rules = session.rules
    if rules.oid is not None:
        rules = ProjectRules.read(session.isolated, rules.oid)
    block = Block(
        at=claim.at,
        mode=claim.mode,
        hunk_counts=(0, 0),
        rules=selection.RULES,
        name=claim.author.name,
        email=claim.author.email,
        key=claim.key.line,
        change="",
        hunks=(),
        files=(),
    )
    status = signer.judge(block, author, rules.known, claim.at)
    return any(finding.code == "attester-mismatch" for finding in status.findings)
