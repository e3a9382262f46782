"""Deep history, long paths and hostile ownership: it fails clearly, or it just works."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from attest.git.blob_limits import MAX_BLOB_LINES
from support import forge, ruled
from support.repo import EPOCH, Repo


def history(repo: Repo, count: int, path: str = "a.py") -> None:
    """A branch of many small commits on top of main, made in one go."""
    stream = [b"reset refs/heads/topic\nfrom refs/heads/main^0\n\n"]
    for number in range(count):
        stream.append(b"commit refs/heads/topic\n")
        stream.append(b"author A U Thor <author@example.com> %d +0000\n" % EPOCH)
        stream.append(b"committer A U Thor <author@example.com> %d +0000\n" % EPOCH)
        stream.append(b"data 1\nx\n")
        data = b"%d\n" % number
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    repo.run("git", "fast-import", "--quiet", stdin=b"".join(stream), check=True)


_MEASURED = """
import resource, sys
from attest.__main__ import main
try:
    sys.exit(main())
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts kilobytes on Linux alone")
def test_memory_stays_flat_over_a_deep_history(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    peaks = []
    for count in (20, 400):
        history(repo, count)
        result = repo.run(
            sys.executable, "-P", "-c", _MEASURED, "check", "main..topic", "--format", "json"
        )
        assert (result.returncode, result.stdout.count(b'"unattested"')) == (1, count)
        peaks.append(int(result.stderr.split()[-1]))
    assert peaks[1] - peaks[0] < 20_000  # kilobytes, for 380 verdicts more


def test_a_file_of_line_ends_is_named_by_the_check_and_by_its_author(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    ruled.change(repo, "blank.txt", "\n" * (MAX_BLOB_LINES + 1))
    for command in ("questions", "answer"):
        result = repo.attest(command)
        assert result.returncode == 1, result.stderr.decode()
        assert f"blank.txt has {MAX_BLOB_LINES + 1} lines" in result.stderr.decode()
        assert b"history" not in result.stderr
    repo.commit("blank", "--no-verify")
    (verdict,) = ruled.verdicts(repo)
    (finding,) = verdict["findings"]
    assert (verdict["verdict"], finding["code"]) == ("failed", "limit-exceeded")
    assert finding["message"].startswith("blank.txt has ")


def test_a_path_of_many_folders_is_judged(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    history(repo, 1, "/".join(["d" * 200] * 18) + "/x.py")
    outcome = [f for v in ruled.verdicts(repo) for f in v["findings"]]
    assert {f["code"] for f in outcome} == {"unattested"}


def test_a_folder_that_somebody_else_owns_is_refused_by_git_and_so_by_us(
    repo: Repo, key: Path
) -> None:
    """safe.directory: what is there could run programs by its configuration."""
    ruled.begin(repo, key)
    ruled.change(repo).attested("good")
    result = repo.run(
        sys.executable, "-P", "-m", "attest", "check", ruled.RANGE,
        env={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"},
    )  # fmt: skip
    assert result.returncode == 4
    remedy = rb"^ +git config --global --add safe\.directory \S+$"  # git's tab is no `\t` here
    assert re.search(remedy, result.stderr, re.MULTILINE), result.stderr
    assert forge.run(repo, "check", ruled.RANGE).returncode == 0
