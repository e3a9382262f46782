"""Makes the source of the history in which changes cost next to nothing."""

from __future__ import annotations

from pathlib import Path

from object_pack import git


def tiny_source(folder: Path) -> Path:
    """A repository whose commits change one line each."""
    target = folder / "tiny-source"
    if target.exists():
        return target
    git(target, "init", "--quiet", "--bare", "--initial-branch=main")
    stream = bytearray()
    for number in range(10_001):
        text = "".join(f"value{n} = {(number + n) // 50}\n" for n in range(50)).encode()
        message = b"Change a value, number %d\n" % number
        stream += b"commit refs/heads/main\ncommitter A <a@example.com> %d +0000\n" % number
        stream += b"data %d\n%s" % (len(message), message)
        stream += b"M 100644 inline values.py\ndata %d\n%s" % (len(text), text)
    git(target, "fast-import", "--quiet", stdin=bytes(stream))
    return target
