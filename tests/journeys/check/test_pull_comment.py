"""The comment and the label at a pull request, which a job writes from what another has left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attest.forge import pull_comment
from attest.report import json_reading, json_writing
from attest.report.findings import Report
from support import api_server, reports
from support.api_server import BOT, Api
from support.forge_server import Authority
from support.reports import HOSTILE, OID, hunk, report, verdict

FORK = 4711
RANGE = f"{'f' * 40}..{OID}"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority.pem")


@pytest.fixture
def api(authority: Authority) -> Iterator[Api]:
    with api_server.serving(authority.context()) as server:
        server.pulls = {7: ("open", OID), 8: ("open", "8" * 40), 9: ("closed", OID)}
        server.pulls |= {11: ("open", OID), 12: ("open", OID)}
        server.sources = {7: {"id": FORK}, 8: {"id": FORK}, 9: {"id": FORK}, 11: {"id": FORK + 1}}
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    left = tmp_path / "left"
    left.mkdir()
    leave(left, report(verdict(hunk("it keeps None"), failed=False)))
    return left


def leave(folder: Path, shown: Report, number: str = "7\n") -> None:
    """What the judging job leaves."""
    written = json_writing.render(shown._replace(range=RANGE))
    (folder / "report.json").write_text(written, "utf-8")
    (folder / "number").write_text(number, "utf-8")


def publish(
    folder: Path, api: Api, authority: Authority, **extra: str
) -> subprocess.CompletedProcess[str]:
    variables = {
        **{k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")},
        "SSL_CERT_FILE": str(authority.file),
        "GITHUB_API_URL": f"https://localhost:{api.port}",
        "GITHUB_REPOSITORY": "me/kettle",
        "GITHUB_TOKEN": api_server.TOKEN,
        "GITHUB_SERVER_URL": "https://github.com",
        "HEAD_REPOSITORY": str(FORK),
        **extra,
    }
    command = [sys.executable, "-m", "attest.forge.pull_comment", str(folder)]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def test_one_comment_is_kept_and_changes_with_its_content(
    folder: Path, api: Api, authority: Authority
) -> None:
    api.labels[7] = ["bug"]
    first = publish(folder, api, authority)
    assert first.returncode == 0, first.stderr
    (comment,) = api.comments
    assert comment["body"].startswith("<!-- attest: report -->\n✅ **attest: passed**")
    assert api.labels[7] == ["bug", "attest: answered"]

    result = len(api.changes)
    again = publish(folder, api, authority)
    assert "the comment stays" in again.stdout
    assert len(api.changes) == result

    leave(folder, report(verdict(hunk("it keeps None", unsure="whether it blocks"))))
    assert publish(folder, api, authority).returncode == 0
    (comment,) = api.comments
    assert "whether it blocks" in comment["body"]
    assert f"(https://github.com/me/kettle/blob/{OID}/src/a.py#L3)" in comment["body"]
    assert api.labels[7] == ["bug", "attest: unsure"]

    leave(folder, report(verdict(hunk("a"), failed=True)))
    assert publish(folder, api, authority).returncode == 0
    assert len(api.comments) == 1
    assert api.labels[7] == ["bug", "attest: missing"]


def test_a_comment_of_somebody_else_is_left_alone(
    folder: Path, api: Api, authority: Authority
) -> None:
    forged = f"{pull_comment.MARK}\n**attest: passed**"
    for _ in range(pull_comment.PAGE):
        api.add(7, "mallory", forged)
    api.add(7, BOT, "about something else")
    assert publish(folder, api, authority).returncode == 0
    assert publish(folder, api, authority).returncode == 0
    assert [one["body"] for one in api.comments[: pull_comment.PAGE]] == [
        forged
    ] * pull_comment.PAGE
    assert len(api.comments) == pull_comment.PAGE + 2


@pytest.mark.parametrize(
    ("number", "code"),
    [("8", 3), ("9", 3), ("11", 3), ("12", 3), ("10", 2), ("7; id", 2), ("-7", 2), ("", 2)],
)
def test_a_number_of_another_pull_request_changes_nothing(
    folder: Path, api: Api, authority: Authority, number: str, code: int
) -> None:
    """11 is somebody else's, at the same commit; the repository of 12 is gone."""
    (folder / "number").write_text(number, "utf-8")
    result = publish(folder, api, authority)
    assert result.returncode == code, result.stderr
    assert api.changes == []


def test_what_is_no_report_changes_nothing(folder: Path, api: Api, authority: Authority) -> None:
    file = folder / "report.json"
    good = json.loads(file.read_bytes())
    finding = {"code": "unattested", "severity": "error", "path": None, "line": None}
    spoiled = [
        b"",
        b"[" * 100_000,
        b"\xff",
        json.dumps({**good, "version": 1}).encode(),
        json.dumps({**good, "more": 1}).encode(),
        json.dumps({**good, "ok": False}).encode(),
        json.dumps({**good, "range": "main..HEAD"}).encode(),
        json.dumps({**good, "commits": [{**good["commits"][0], "findings": [finding]}]}).encode(),
    ]
    for data in spoiled:
        file.write_bytes(data)
        result = publish(folder, api, authority)
        assert result.returncode == 2, (data[:80], result.stderr)
        assert "Traceback" not in result.stderr
    assert api.requests == []


@pytest.mark.skipif(os.name == "nt", reason="a link needs a right there")
def test_a_link_is_not_followed(folder: Path, api: Api, authority: Authority) -> None:
    good = (folder / "report.json").rename(folder.parent / "elsewhere.json")
    (folder / "report.json").symlink_to(good)
    assert publish(folder, api, authority).returncode == 2
    assert api.requests == []


def test_an_api_that_refuses_is_named_without_the_token(
    folder: Path, api: Api, authority: Authority
) -> None:
    result = publish(folder, api, authority, GITHUB_TOKEN="another-token")
    assert result.returncode == 4
    assert "status 401" in result.stderr
    assert "another-token" not in result.stderr + result.stdout
    assert publish(folder, api, authority, GITHUB_TOKEN="").returncode == 2
    assert publish(folder, api, authority, HEAD_REPOSITORY="").returncode == 2
    assert publish(folder, api, authority, GITHUB_API_URL="http://localhost").returncode == 2


@pytest.mark.parametrize("attack", HOSTILE)
def test_json_leads_to_the_same_report(attack: str) -> None:
    written = json_writing.render(reports.hostile(attack)._replace(range=RANGE))
    reread = json_reading.read(written.encode())
    assert json_writing.render(reread) == written
