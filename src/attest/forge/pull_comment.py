"""What a pull request at GitHub shows of a report: one comment, and one label.

A job that may write to pull requests runs this (`comment/action.yml`, docs/reports.md) on what a
job without any right has left. Nothing of that is believed: the JSON must fit its schema, the API
must say that the pull request is at the judged commit, and the text is made here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attest.errors import AttestError, EnvironmentFault, NothingToJudge, UsageError
from attest.forge import https
from attest.report import json_reading, markdown_format, overview
from attest.report.findings import Report
from attest.report.links import Links
from attest.text import lazy, showable

Call = Callable[[str, str, Any], Any]
"""Calls the API: a method, what follows the repository in the path, and a body or None; the JSON
that it answers."""

MARK = "<!-- attest: report -->"
"""The first line of the comment, by which it is found again."""
LABELS = ("attest: answered", "attest: unsure", "attest: missing")
REPORT, NUMBER = "report.json", "number"
"""The files that the judging job leaves."""
LARGEST_REPORT = 32 << 20
"""Bytes of a report that are read."""
LARGEST_ANSWER = 32 << 20
"""Bytes of an answer of the API: a hundred comments."""
PAGE, PAGES = 100, 30
"""Comments of a page, and pages that are searched."""
_PULL_NUMBER = lazy(r"^[1-9][0-9]{0,8}$")
_REPOSITORY_NUMBER = lazy(r"^[1-9][0-9]{0,17}$")
_JUDGED_RANGE = lazy(r"^[0-9a-f]{40,64}\.\.([0-9a-f]{40,64})$")
_REPOSITORY_NAME = lazy(r"^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a report is shown, as far as the job that shows it knows.

    Args:
        author: the login that writes the comment. Anybody can write one that begins alike.
        source: the number of the repository that the pull request is from, by the event. Who
            forges a report could name any pull request and its commit, and make it look answered.
        url: the project's page, for links; empty for none.
    """

    author: str
    source: int
    url: str = ""


def publish(folder: Path, target: Target, call: Call) -> str:
    """Show a report at its pull request: change the comment if its text is another one, and the
    labels if they are others.

    Args:
        folder: has the report and the number of the pull request.
        call: calls the API.

    Returns:
        What was done, in words.

    Raises:
        UsageError: a file is missing, too large, or not what it must be.
        NothingToJudge: the pull request is closed, at another commit, or from elsewhere.
        EnvironmentFault: the API does not answer, or not as documented.
    """
    number = _number(folder / NUMBER)
    report = _report(folder / REPORT)
    head = _head(report)
    try:
        pull = call("GET", f"/pulls/{number}", None)
        if pull["state"] != "open" or pull["head"]["sha"] != head:
            raise NothingToJudge(
                f"pull request {number} is closed, or not at {head[:10]}, which the report is about"
            )
        if (pull["head"]["repo"] or {}).get("id") != target.source:
            raise NothingToJudge(f"pull request {number} is not from the repository of this run")
        links = Links(target.url, "github", number)
        body = markdown_format.render(report, markdown_format.COMMENT_BYTES, links)
        changes = [
            _comment(number, f"{MARK}\n{body}", target.author, call),
            _label(number, label(report), call),
        ]
    except (KeyError, TypeError) as error:
        raise EnvironmentFault(f"the API's answer is not as documented: {error!r}") from None
    return f"pull request {number}: {', '.join(changes)}"


def label(report: Report) -> str:
    """The label for a report: something is missing, or somebody is unsure, or all is answered."""
    answered, unsure, missing = LABELS
    if not report.ok or overview.missing(report):
        return missing
    return unsure if overview.unsure(report) else answered


def _read(path: Path, limit: int) -> bytes:
    """A file that another job left. A link could lead to any file of this machine."""
    if path.is_symlink() or not path.is_file():
        raise UsageError(f"{path}: not a file")
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UsageError(f"{path}: longer than {limit} bytes")
    return data


def _number(path: Path) -> int:
    text = _read(path, 20).decode("ascii", "replace").strip()
    if not _PULL_NUMBER.fullmatch(text):
        raise UsageError(f"{path}: not the number of a pull request")
    return int(text)


def _report(path: Path) -> Report:
    try:
        return json_reading.read(_read(path, LARGEST_REPORT))
    except ValueError as error:
        reason = showable(str(error).partition("\n")[0])[:200]
        raise UsageError(f"{path}: not a report of this version: {reason}") from None


def _head(report: Report) -> str:
    match = _JUDGED_RANGE.fullmatch(report.range)
    if match is None:
        raise UsageError("the report does not name its range by commit ids")
    return match[1]


def _comment(number: int, text: str, author: str, call: Call) -> str:
    ours = _find_comment(number, author, call)
    if ours is None:
        call("POST", f"/issues/{number}/comments", {"body": text})
        return "wrote a comment"
    if ours["body"].replace("\r\n", "\n").strip() == text.strip():
        return "the comment stays"
    call("PATCH", f"/issues/comments/{int(ours['id'])}", {"body": text})
    return "changed the comment"


def _find_comment(number: int, author: str, call: Call) -> Mapping[str, Any] | None:
    for page in range(1, PAGES + 1):
        comments = call("GET", f"/issues/{number}/comments?per_page={PAGE}&page={page}", None)
        for comment in comments:
            is_ours = (comment["user"] or {}).get("login") == author
            if is_ours and (comment["body"] or "").startswith(MARK):
                return dict(comment)
        if len(comments) < PAGE:
            return None
    raise EnvironmentFault(f"pull request {number} has more than {PAGE * PAGES} comments")


def _label(number: int, name: str, call: Call) -> str:
    from urllib.parse import quote

    present = {one["name"] for one in call("GET", f"/issues/{number}/labels?per_page=100", None)}
    for other in LABELS:
        if other != name and other in present:
            call("DELETE", f"/issues/{number}/labels/{quote(other)}", None)
    if name in present:
        return f"the label “{name}” stays"
    call("POST", f"/issues/{number}/labels", {"labels": [name]})
    return f"set the label “{name}”"


def github(environ: Mapping[str, str]) -> Call:
    """The API of GitHub for the repository of a job (GITHUB_API_URL, GITHUB_REPOSITORY and
    GITHUB_TOKEN).

    Raises:
        UsageError: a variable is missing, or is not what it must be.
    """
    url, name = environ.get("GITHUB_API_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    token = environ.get("GITHUB_TOKEN", "")
    if not url.startswith("https://") or not _REPOSITORY_NAME.fullmatch(name) or not token:
        raise UsageError("GITHUB_API_URL, GITHUB_REPOSITORY or GITHUB_TOKEN is missing or wrong")

    def call(method: str, path: str, body: object) -> Any:  # noqa: ANN401 - any JSON
        request = https.ApiRequest(
            method,
            f"{url}/repos/{name}{path}",
            token,
            b"" if body is None else json.dumps(body).encode(),
            LARGEST_ANSWER,
        )
        answer = https.send(request)
        try:
            return json.loads(answer or b"null")
        except ValueError:
            raise EnvironmentFault(f"{request.url}: the answer is not JSON") from None

    return call


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Publish a report; the exit code (docs/commands.md).

    Args:
        arguments: the folder, and optionally the login that writes the comment.
        environ: see `github`; HEAD_REPOSITORY is the number of the repository that the pull
            request is from.
    """
    author = arguments[1] if len(arguments) > 1 else "github-actions[bot]"
    source = environ.get("HEAD_REPOSITORY", "")
    url = f"{environ.get('GITHUB_SERVER_URL', '')}/{environ.get('GITHUB_REPOSITORY', '')}"
    try:
        if not _REPOSITORY_NUMBER.fullmatch(source):
            raise UsageError("HEAD_REPOSITORY is not the number of a repository")
        target = Target(author, int(source), url)
        print(f"attest: {publish(Path(arguments[0]), target, github(environ))}")
    except AttestError as error:
        print(f"attest: {showable(error.message)}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
