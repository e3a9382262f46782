"""`attest check --output` and `attest show` of a range: the same report in many formats."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

import pytest

from attest.cli.outputs import FormatName
from support.repo import Repo
from support.rewriting import again, filled

FORMATS = get_args(FormatName)
STOP = re.compile("[0-9a-f]{40}")
"""The word that ends `::stop-commands::`: another one each time."""


@pytest.fixture
def topic(repo: Repo) -> Repo:
    """A branch with two commits: one is answered for, and one is not."""
    repo.git("switch", "-q", "-c", "topic")
    for line in (3, 13):
        lines = (repo.path / "a.py").read_text("utf-8").splitlines()
        lines[line] = f"call({line})"
        repo.write("a.py", "\n".join(lines) + "\n")
        repo.git("commit", "-q", "-a", "-m", f"line {line}", "--no-verify")
        if line == 3:
            again(repo, "main..HEAD", stdin=filled(repo, "main..HEAD"))
    return repo


def test_every_format_is_written_in_one_run(topic: Repo, tmp_path: Path) -> None:
    files = {name: tmp_path / f"report.{name}" for name in FORMATS}
    options = [word for name, file in files.items() for word in ("--output", f"{name}={file}")]
    result = topic.attest("check", "main..HEAD", "--format", "json", *options)
    assert result.returncode == 1
    assert files["json"].read_bytes() == result.stdout
    assert "1 attested, 1 failed" in files["text"].read_text("utf-8")
    assert files["markdown"].read_text("utf-8").startswith("❌ **attest: failed**")
    assert files["html"].read_text("utf-8").startswith("<!doctype html>")
    assert files["github"].read_text("utf-8").startswith("::error ")
    assert {entry["check_name"] for entry in json.loads(files["gitlab"].read_text("utf-8"))} == {
        "attest/unattested",
        "attest/signer-unknown",
        "attest/answer",
    }
    assert ET.parse(files["junit"]).getroot().attrib["failures"] == "1"


def test_what_a_format_has_does_not_depend_on_the_others(topic: Repo, tmp_path: Path) -> None:
    """A page shows every hunk; what reads the JSON beside it must not see more for that."""
    topic.write("uv.lock", "words\n")
    topic.git("add", "uv.lock")
    topic.git("commit", "-q", "-m", "words", "--no-verify")
    topic.write("a.py", (topic.path / "a.py").read_text("utf-8") + "more = call()\n")
    topic.write("uv.lock", "other words\n")
    topic.git("commit", "-q", "-a", "-m", "both", "--no-verify")
    again(topic, "main..HEAD", stdin=filled(topic, "main..HEAD"))
    page = tmp_path / "page.html"
    for name in ("json", "markdown", "gitlab", "junit", "github", "text"):
        command = ("check", "main..HEAD", "--format", name)
        alone = topic.attest(*command).stdout
        both = topic.attest(*command, "--output", f"html={page}").stdout
        assert STOP.sub("", both.decode()) == STOP.sub("", alone.decode()), name
    shown = json.loads(topic.ok("show", "main..HEAD", "--format", "json"))
    states = {hunk["state"] for commit in shown["commits"] for hunk in commit["hunks"]}
    assert "unasked" in states


@pytest.mark.parametrize("target", ["missing/folder.html", "/dev/full"])
def test_one_that_cannot_be_written_is_named_and_the_others_are_there(
    topic: Repo, tmp_path: Path, target: str
) -> None:
    if target == "/dev/full" and not Path(target).exists():
        pytest.skip("this system has no /dev/full")
    file = tmp_path / target if not target.startswith("/") else Path(target)
    beside = tmp_path / "report.md"
    result = topic.attest(
        "check", "main..HEAD~1", "--output", f"html={file}", "--output", f"markdown={beside}"
    )
    assert result.returncode == 4
    assert f"--output html={file}: " in result.stderr.decode()
    assert "1 attested" in result.stdout.decode()
    assert beside.read_text("utf-8").startswith("✅ **attest: passed**")
    assert file.exists() == target.startswith("/")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_nobody_reads_is_an_error(topic: Repo, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    result = topic.attest("check", "main..HEAD~1", "--output", f"html={pipe}")
    assert result.returncode == 4
    assert f"--output html={pipe}: " in result.stderr.decode()


def test_a_folder_is_an_error_and_stays(topic: Repo, tmp_path: Path) -> None:
    result = topic.attest("check", "main..HEAD~1", "--output", f"html={tmp_path}")
    assert result.returncode == 4
    assert tmp_path.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="a link needs a right there")
def test_a_link_is_followed(topic: Repo, tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    topic.ok("check", "main..HEAD~1", "--output", f"markdown={link}")
    assert link.is_symlink()
    assert file.read_text("utf-8").startswith("✅ **attest: passed**")


def test_one_file_for_two_formats_is_refused(topic: Repo) -> None:
    result = topic.attest("check", "main..HEAD", "--output", "html=a", "--output", "json=./a")
    assert (result.returncode, result.stdout) == (2, b"")
    assert "--output json=./a: named twice" in result.stderr.decode()
    both = ("--output", f"html={os.devnull}", "--output", f"json={os.devnull}")
    assert topic.attest("check", "main..HEAD~1", *both).returncode == 0


@pytest.mark.parametrize("option", ["html", "=a.html", "html=", "pdf=a.pdf"])
def test_an_option_of_another_form_is_refused_before_anything_is_checked(
    topic: Repo, option: str
) -> None:
    result = topic.attest("check", "main..HEAD", "--output", option)
    assert (result.returncode, result.stdout) == (2, b"")
    assert "For example: --output html=report.html" in result.stderr.decode()


def test_a_job_of_github_gets_outputs_and_cannot_be_commanded(topic: Repo, tmp_path: Path) -> None:
    raw = topic.raw().replace(b"\nline 13\n", b"\n::error::mine\n\n::set-output name=result::ok\n")
    topic.rewrite(raw)
    outputs = tmp_path / "outputs"
    outputs.write_text("before=1\n", "utf-8")
    result = topic.attest("check", "main..HEAD", "--format", "github", GITHUB_OUTPUT=str(outputs))
    assert result.returncode == 1
    assert outputs.read_text("utf-8") == "before=1\nresult=failed\nunsure=0\nmissing=1\n"
    lines = result.stdout.decode().splitlines()
    token = lines[-1].strip(":")
    assert re.fullmatch(r"[0-9a-f]{40}", token)
    commands = [line for line in lines if line.startswith("::")]
    assert commands[-2:] == [f"::stop-commands::{token}", f"::{token}::"]
    assert all(re.match(r"::(error|warning|notice) ", line) for line in commands[:-2])
    assert lines[-2] == "  git push --force-with-lease"
    assert not any("mine" in line for line in commands)


def test_a_red_check_explains_itself_to_somebody_new(topic: Repo) -> None:
    text = topic.attest("check", "main..HEAD").stdout.decode()
    assert "attest asks whoever submits a change a few questions about it" in text
    assert "attest init" in text
    assert "attest answer main..HEAD" in text
    assert "attest asks" not in topic.attest("check", "main..HEAD~1").stdout.decode()


class TestShow:
    def test_a_range_shows_each_commit_with_its_hunks(self, topic: Repo) -> None:
        text = topic.ok("show", "main..HEAD")
        first, second = text.split("\n\nfailed ")
        assert first.startswith("main..HEAD: 1 attested, 1 failed\n\nattested ")
        assert "+call(3)" in first
        assert "invariant: " in first
        assert "NOT COVERED" in second

    def test_it_agrees_with_the_check(self, topic: Repo) -> None:
        shown = json.loads(topic.ok("show", "main..HEAD", "--base", "main", "--format", "json"))
        judged = topic.report("main..HEAD")
        for one, other in zip(shown["commits"], judged["commits"], strict=True):
            assert (one["oid"], one["verdict"]) == (other["oid"], other["verdict"])
            assert [h for h in one["hunks"] if h["answers"]] == other["hunks"]

    def test_filters_leave_the_rest_out(self, topic: Repo) -> None:
        template = topic.ok("answer", "HEAD", "--template")
        answers = template.replace('\nunsure = ""', '\nunsure = "whether line 13 blocks"')
        again(topic, "HEAD", stdin=answers.encode())
        text = topic.ok("show", "main..HEAD", "--unsure")
        assert "unsure: whether line 13 blocks" in text
        assert "call(3)" not in text
        assert "hunk 1" not in topic.ok("show", "main..HEAD", "--unasked")

    @pytest.mark.parametrize("option", ["--unsure", "--weak", "--unasked"])
    def test_a_filter_does_not_change_the_result(self, topic: Repo, option: str) -> None:
        shown = json.loads(topic.ok("show", "main..HEAD", option, "--format", "json"))
        assert (shown["ok"], [one["verdict"] for one in shown["commits"]]) == (False, ["failed"])
        text = topic.ok("show", "main..HEAD", option)
        assert text.startswith("main..HEAD: 1 attested, 1 failed\n\nfailed ")

    @pytest.mark.parametrize("ref", ["refs/pull/7/head", "refs/merge-requests/7/head"])
    def test_a_pull_request_is_fetched_from_the_project(
        self, topic: Repo, tmp_path: Path, ref: str
    ) -> None:
        project = tmp_path / "project.git"
        topic.git("init", "-q", "--bare", str(project))
        topic.git("push", "-q", "--no-verify", str(project), "main:main", f"topic:{ref}")
        topic.git("remote", "add", "upstream", str(project))
        topic.git("fetch", "-q", "upstream")
        topic.git("switch", "-q", "main")
        topic.git("branch", "-q", "-D", "topic")
        text = topic.ok("show", "--pull", "7")
        assert "1 attested, 1 failed" in text
        assert topic.git("branch", "--format=%(refname:short)") == "main"
        result = topic.attest("show", "--pull", "8")
        assert result.returncode == 3
        assert "no remote has a pull request 8" in result.stderr.decode()

    @pytest.mark.skipif(os.name == "nt", reason="the browser here is a shell script")
    def test_a_browser_opens_the_page(self, topic: Repo, tmp_path: Path) -> None:
        opened = tmp_path / "opened"
        topic.git("config", "web.browser", "here")
        topic.git(
            "config",
            "browser.here.cmd",
            f'{sys.executable} -c "import sys; open({str(opened)!r}, {"w"!r}).write(sys.argv[1])"',
        )
        result = topic.attest("show", "main..HEAD", "--web")
        assert result.returncode == 0, result.stderr
        page = Path(opened.read_text("utf-8"))
        assert page.is_relative_to(topic.path / ".git")
        assert page.read_text("utf-8").startswith("<!doctype html>")
