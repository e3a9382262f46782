"""The CI job that `attest init --maintainer` writes: its own shell lines are run, against
real repositories, and install this very attest from a repository of its own.

Two things stand in for the network. The packages that attest needs, and the backend that
builds it, come from the environment of the tests (`PIP_NO_DEPS`, `PYTHONPATH`).
"""

from __future__ import annotations

import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from attest import __version__
from attest.forge import job_source, workflow
from attest.forge.ci_event import Forge
from support import forge as forges
from support.fork import Fork
from support.inside import Done
from support.repo import Repo
from support.terminal import POLICY_QUESTIONS, Terminal

ROOT = Path(__file__).resolve().parents[3]
JOBS: dict[Forge, str] = {
    "github": ".github/workflows/attest.yml",
    "forgejo": ".forgejo/workflows/attest.yml",
    "gitlab": ".gitlab/attest.yml",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A commit of attest, as it is here, in a repository that a runner can reach."""
    repo = Repo.create(tmp_path_factory.mktemp("source"), "attest")
    for name in ("src", "hooks"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, repo.path / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, repo.path / name)
    repo.git("add", ".")
    repo.commit("attest")
    return f"git+{repo.path.as_uri()}@{repo.head}"


def maintain(repo: Repo, *options: str) -> Done:
    return forges.run(repo, "init", "--maintainer", *options)


def job(repo: Repo, name: Forge) -> list[str]:
    """The shell lines of the job that is written, step by step."""
    loaded = yaml.safe_load((repo.path / JOBS[name]).read_text("utf-8"))
    if name == "gitlab":
        outcome = loaded["attest"]
        return ["\n".join([*outcome["before_script"], *outcome["script"]])]
    return [step["run"] for step in loaded["jobs"]["attest"]["steps"]]


@pytest.mark.long
@pytest.mark.parametrize("name", JOBS)
def test_the_job_installs_attest_and_judges_a_pull_request(
    repo: Repo, key: Path, source: str, name: Forge
) -> None:
    fork = Fork.of(repo, key, upstream=True)
    result = maintain(repo, "--yes", "--forge", name, "--source", source)
    assert f"{JOBS[name]}: written" in result.stdout.decode()
    fork.topic(3)
    if name == "gitlab":
        code, reply = run(repo, fork, name)
        assert (code, "error: unattested" in reply) == (1, True), reply
        assert "\n  attest answer main..HEAD\n  git push --force-with-lease\n" in reply
        return
    fork.answer("attest answer main..HEAD")
    fork.push()
    code, reply = run(repo, fork, name)
    assert (code, "1 attested" in reply) == (0, True), reply


@pytest.mark.parametrize("branch", ["main", "release/pr-3-x"])
def test_the_job_asks_for_the_pull_request_that_a_queue_names(repo: Repo, branch: str) -> None:
    """A program called curl stands in for the network; it writes down what it is asked."""
    maintain(repo, "--yes", "--forge", "github", "--source", "git-attest==0.1.0")
    head = repo.commit("of the queue")
    stub = repo.home / "bin/curl"
    stub.parent.mkdir()
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$HOME/asked"\n', "utf-8")
    stub.chmod(0o755)
    repo.git("branch", "queue")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    env = {
        "PATH": f"{stub.parent}:{repo.env['PATH']}",
        "REPOSITORY": repo.path.as_uri(),
        "BASE": head,
        "HEAD": head,
        "DEFAULT": "main",
        "TOKEN": "secret",
        "API": "https://api.example/repos/me/kettle/pulls",
        "QUEUE": f"refs/heads/gh-readonly-queue/{branch}/pr-12-{head}",
    }
    repo.run("bash", "-e", "-c", job(repo, "github")[0], env=env, cwd=repo.home, check=True)
    asked = (repo.home / "asked").read_text("utf-8").splitlines()
    assert asked[-1] == "https://api.example/repos/me/kettle/pulls/12"
    assert asked[asked.index("--output") + 1] == "work.git/pull-request.json"


def run(repo: Repo, fork: Fork, name: Forge) -> tuple[int, str]:
    """Run the job's steps, one after the other, as the forge's runner does."""
    base, head = fork.there("main", fork.project), fork.there("topic")
    server = fork.clone.home / "server"
    shutil.rmtree(server, ignore_errors=True)
    shutil.copytree(fork.project, server / "me" / "kettle.git")
    project = Repo(server / "me" / "kettle.git", fork.clone.home, repo.env)
    project.git("config", "uploadpack.allowAnySHA1InWant", "true")
    project.git("fetch", "-q", str(fork.fork), "topic:refs/pull/7/head")
    shutil.copytree(project.path, server / "me" / "kettle")
    runner = fork.clone.home / f"runner-{head}"
    runner.mkdir()
    env = {
        **repo.env,
        "PATH": f"{Path(sys.executable).parent}:{repo.env['PATH']}",
        "PYTHONPATH": site.getsitepackages()[0],
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's word for: none
        "PIP_NO_INDEX": "1",
        "RUNNER_TEMP": str(runner),
        "TMPDIR": str(runner),
        "REPOSITORY": (server / "me" / "kettle").as_uri(),
        "BASE": "refs/heads/main",
        "HEAD": head,
        "DEFAULT": "main",
        "NUMBER": "7",
        "TOKEN": "secret",
        **fork.variables(name, base, head),
    }
    folder = runner
    if name == "gitlab":
        env["CI_MERGE_REQUEST_PROJECT_URL"] = (server / "me" / "kettle").as_uri()
        folder = runner / "checkout"
        project.git("clone", "-q", str(project.path), str(folder))
        Repo(folder, fork.clone.home, repo.env).git("fetch", "-q", "origin", "refs/pull/7/head")
    reply = ""
    for script in job(repo, name):
        # --forge asks a server whose keys these are: left out, as there is none here
        script = script.replace(f" --forge {name}", "")
        result = subprocess.run(
            ["bash", "-e", "-c", script], cwd=folder, env=env, capture_output=True, check=False
        )
        reply += result.stdout.decode() + result.stderr.decode()
        if result.returncode != 0:
            return result.returncode, reply
    where = [str(runner / "attest/bin/python"), "-c", "import attest; print(attest.__file__)"]
    outcome = subprocess.run(where, env=env, capture_output=True, check=True).stdout.decode()
    assert Path(outcome).is_relative_to(runner), outcome
    return 0, reply


class TestSource:
    """`--source`, and what happens without one. The environment of the tests has an editable
    installation, which no runner can reach."""

    @pytest.fixture(autouse=True)
    def _editable(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.git("remote", "add", "origin", "https://github.com/me/kettle.git")
        folder = repo.home / "attest"
        folder.mkdir()
        unknown = job_source.UnknownOrigin("this attest was installed from a folder", str(folder))
        monkeypatch.setattr(job_source, "of_installation", lambda: unknown)

    def test_without_one_all_but_the_job_is_written_and_the_command_is_said(
        self, repo: Repo
    ) -> None:
        result = maintain(repo)
        reply = result.stdout.decode()
        assert result.returncode == 0
        assert "this attest was installed from a folder" in reply
        assert not (repo.path / JOBS["github"]).exists()
        for path in (".attest.toml", ".attest/allowed_signers", "CONTRIBUTING.md"):
            assert (repo.path / path).is_file()
        (line,) = [line.strip() for line in reply.splitlines() if "--source" in line]
        spec = job_source.EXAMPLE
        assert line == f"attest init --maintainer --forge github --source {spec}"
        spec = spec.replace("HOST/PATH", "git.example.org/attest").replace("COMMIT", "ab" * 20)
        words = line.replace(job_source.EXAMPLE, spec).split()[1:]
        assert forges.run(repo, *words).returncode == 0
        assert spec in (repo.path / JOBS["github"]).read_text("utf-8")

    def test_a_clone_that_is_published_is_proposed(self, repo: Repo) -> None:
        clone = Repo(repo.home / "attest", repo.home, repo.env)
        clone.git("init", "-q")
        head = clone.commit("attest")
        clone.git("remote", "add", "origin", "git@git.example.org:me/attest.git")
        reply = maintain(repo).stdout.decode()
        assert job_source.EXAMPLE in reply
        clone.git("update-ref", "refs/remotes/origin/main", head)
        spec = f"https://git.example.org/me/attest.git@{head}"
        assert spec in maintain(repo).stdout.decode()

    def test_in_a_terminal_it_is_asked(self, repo: Repo, source: str) -> None:
        """The installation of the tests, as it is: in a process of its own."""
        outcome = job_source.of_record('{"url": "file:///srv", "dir_info": {"editable": true}}')
        assert isinstance(outcome, job_source.UnknownOrigin)
        with Terminal.attest(repo, "init", "--maintainer", columns=200) as terminal:
            terminal.expect("Where should the CI job install attest from?")
            terminal.say("git-attest")
            terminal.expect("it names no version, commit or archive")
            terminal.say(source)
            for question in POLICY_QUESTIONS:
                terminal.expect(question)
                terminal.say("")
            terminal.expect(f"{JOBS['github']}: written")
            assert terminal.finish() == 0
        assert source in (repo.path / JOBS["github"]).read_text("utf-8")

    def test_in_a_terminal_the_job_can_be_left_out(self, repo: Repo) -> None:
        with Terminal.attest(repo, "init", "--maintainer", columns=200) as terminal:
            terminal.expect("Where should the CI job install attest from?")
            terminal.say("-")
            for question in POLICY_QUESTIONS:
                terminal.expect(question)
                terminal.say("")
            terminal.expect(f"{JOBS['github']}: not written")
            assert terminal.finish() == 0

    def test_what_is_not_pinned_is_refused_and_nothing_is_written(self, repo: Repo) -> None:
        result = maintain(repo, "--source", "git+https://git.example.org/attest@main")
        assert result.returncode == 2
        assert b"'main' is not the full id of a commit" in result.stderr
        assert not (repo.path / ".attest.toml").exists()

    def test_a_version_without_a_hash_is_written_and_warned_of(self, repo: Repo) -> None:
        reply = maintain(repo, "--source", "git-attest==0.1.0").stdout.decode()
        assert "no hash of it is known" in reply
        assert "'git-attest==0.1.0'" in (repo.path / JOBS["github"]).read_text("utf-8")

    def test_source_without_maintainer_is_a_mistake(self, repo: Repo) -> None:
        result = forges.run(repo, "init", "--source", "git-attest==0.1.0")
        assert result.returncode == 2

    def test_a_job_that_is_there_needs_no_source(self, repo: Repo) -> None:
        (repo.path / JOBS["github"]).parent.mkdir(parents=True)
        (repo.path / JOBS["github"]).write_text("ours\n", "utf-8")
        reply = maintain(repo).stdout.decode()
        assert f"{JOBS['github']}: unchanged (it exists already)" in reply
        assert "--source" not in reply


@pytest.mark.long
def test_hashes_of_a_version_are_given_to_pip_for_it_alone(repo: Repo, tmp_path: Path) -> None:
    """A wheel at an index, which is a folder here: a wrong hash ends the job."""
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    repo.run(*build, cwd=ROOT, check=True)
    (wheel,) = wheels.glob("*.whl")
    import hashlib

    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for named, code in ((digest, 0), ("0" * 64, 1)):
        spec = f"git-attest=={__version__} --hash=sha256:{named}"
        text = workflow.render("github", job_source.parse(spec)).text
        script = yaml.safe_load(text)["jobs"]["attest"]["steps"][1]["run"]
        runner = tmp_path / named[:8]
        runner.mkdir()
        env = {"PIP_FIND_LINKS": str(wheels), "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1"}
        path = f"{Path(sys.executable).parent}:{repo.env['PATH']}"
        env |= {"RUNNER_TEMP": str(runner), "PATH": path}
        result = repo.run("bash", "-e", "-o", "pipefail", "-c", script, env=env)
        assert (result.returncode != 0) == bool(code), result
        assert (runner / "attest/bin/attest").exists() == (not code)
        assert code == 0 or b"DO NOT MATCH THE HASHES" in result.stderr
