"""`sign-off`: the line by which an author certifies the origin of a commit
(https://developercertificate.org; git-commit(1), `--signoff`)."""

from __future__ import annotations

from collections.abc import Iterator

from attest.policy import disclosure
from attest.report.findings import Finding

LINE = "Signed-off-by"


def is_there(message: bytes, author_email: bytes) -> bool:
    """Whether a message has the line, with a name and the address of the author, byte by byte:
    somebody else's line certifies nothing for the author."""
    try:
        email = author_email.decode("utf-8")
    except UnicodeDecodeError:
        return False
    values = [value for name, value in disclosure.trailers(message) if name.lower() == LINE.lower()]
    return bool(email) and any(_is_by(value, email) for value in values)


def _is_by(value: str, email: str) -> bool:
    name, _, address = value.partition("<")
    return bool(name.strip(" >")) and address == f"{email}>" and not set(email) & set("<>")


def judge(message: bytes, author_email: bytes) -> Iterator[Finding]:
    """`sign-off-missing`, where the author of a commit did not sign it off.

    Args:
        author_email: as its bytes are.
    """
    if not is_there(message, author_email):
        email = author_email.decode("utf-8", "replace")
        yield Finding(
            "sign-off-missing",
            f"it has no line {LINE}: NAME <{email}>",
            "Its author signs it off: git commit --amend --signoff --no-edit; several commits: "
            "git rebase --signoff BASE. Answers stay.",
        )
