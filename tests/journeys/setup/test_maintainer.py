"""The maintainer's commands: init --maintainer, policy explain, policy check."""

from __future__ import annotations

import shlex
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from attest.forge import job_source, workflow
from attest.forge.ci_event import Forge
from attest.policy import parser, presets
from support import forge, ruled
from support.inside import Done
from support.repo import EMAIL, Repo
from support.terminal import POLICY_QUESTIONS, Terminal

SPEC = f"git+https://git.example.org/attest@{'ab' * 20}"
ORIGIN = job_source.parse(SPEC)


def maintain(repo: Repo, *options: str) -> Done:
    return forge.run(repo, "init", "--maintainer", "--yes", "--source", SPEC, *options)


@pytest.mark.parametrize("preset", presets.names())
def test_everything_is_written_and_right(repo: Repo, preset: str) -> None:
    repo.git("remote", "add", "origin", "git@github.com:me/my-kettle.git")
    result = maintain(repo, "--preset", preset)
    assert result.returncode == 0, result.stderr
    for path in (".attest.toml", ".attest/allowed_signers", ".github/workflows/attest.yml"):
        assert f"{path}: written" in result.stdout.decode()
        assert (repo.path / path).is_file()
    assert 'project = "my-kettle"' in (repo.path / ".attest.toml").read_text("utf-8")
    checked = forge.run(repo, "policy", "check")
    assert (checked.returncode, b".attest.toml: valid" in checked.stdout) == (0, True)
    assert repo.git("status", "--porcelain", "--untracked-files=no") == ""


@pytest.mark.parametrize("exemption", [f'signers = ["{EMAIL}"]', "commits = 5"])
def test_the_line_of_a_signer_is_good_for_all_that_the_policy_uses(
    repo: Repo, key: Path, exemption: str
) -> None:
    """These exemptions look at git's own signature of a commit."""
    repo.write(".attest.toml", f"version = 1\n[[exempt]]\n{exemption}\n")
    output = maintain(repo).stdout.decode()
    line = next(line.strip() for line in output.split("\n") if "ssh-ed25519" in line)
    assert line == f'{EMAIL} namespaces="git-attest-v1,git" {forge.public(key)}'


def test_what_is_written_is_what_judges(repo: Repo, key: Path) -> None:
    reply = maintain(repo, "--preset", "linux").stdout.decode()
    line = next(line.strip() for line in reply.split("\n") if "ssh-ed25519" in line)
    assert line == f'{EMAIL} namespaces="git-attest-v1" {forge.public(key)}'
    with (repo.path / ".attest/allowed_signers").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    repo.git("add", ".")
    repo.commit("rules")
    repo.git("checkout", "-q", "-b", "topic")
    ruled.change(repo).attested_by_git("good")
    assert ruled.outcomes(repo) == ["attested"]
    repo.write("b.py", "x\n")
    repo.attested_by_git("told in the wrong form\n\nAssisted-by: some tool")
    assert ruled.errors(repo) == ["disclosure-invalid"]


def test_files_that_are_there_are_left_alone_and_the_section_follows(repo: Repo) -> None:
    (repo.path / "CONTRIBUTING.md").write_text("# How\n\nBe kind.\n", "utf-8")
    (repo.path / ".attest.toml").write_text('version = 1\nmerges = "forbid"\n', "utf-8")
    reply = maintain(repo, "--forge", "forgejo").stdout.decode()
    assert ".attest.toml: unchanged (it exists already)" in reply
    written = (repo.path / "CONTRIBUTING.md").read_text("utf-8")
    assert written.startswith("# How\n\nBe kind.\n\n<!-- attest: begin -->\n")
    assert "Merge commits are not allowed; rebase branches instead." in written
    (repo.path / ".attest.toml").write_text('version = 1\nmerges = "clean"\n', "utf-8")
    with (repo.path / "CONTRIBUTING.md").open("a", encoding="utf-8") as file:
        file.write("\nMore.\n")
    assert "CONTRIBUTING.md: updated" in maintain(repo).stdout.decode()
    again = (repo.path / "CONTRIBUTING.md").read_text("utf-8")
    assert "A merge commit must not add anything to git's own merge." in again
    assert again.endswith("<!-- attest: end -->\n\nMore.\n")
    assert again.count("attest: begin") == 1
    assert "CONTRIBUTING.md: unchanged" in maintain(repo).stdout.decode()


def test_another_contributing_file_is_not_touched_and_the_text_is_shown(repo: Repo) -> None:
    (repo.path / "docs").mkdir()
    (repo.path / "docs/CONTRIBUTING.md").write_text("Ours.\n", "utf-8")
    reply = maintain(repo).stdout.decode()
    assert "docs/CONTRIBUTING.md: unchanged (add this section to it yourself:)" in reply
    assert "## Answer for your change" in reply
    assert not (repo.path / "CONTRIBUTING.md").exists()
    command = next(line.split("git add ")[1] for line in reply.splitlines() if "git add" in line)
    repo.git("add", *shlex.split(command))
    assert ".attest.toml" in repo.git("diff", "--cached", "--name-only")


def test_a_remote_of_no_known_forge(repo: Repo) -> None:
    repo.git("remote", "add", "origin", "https://git.example.org/me/kettle")
    reply = maintain(repo).stdout.decode()
    assert "the CI job: not written (no remote shows which forge; name it: --forge github)" in reply


@pytest.mark.parametrize("path", [".attest.toml", ".attest/allowed_signers", "CONTRIBUTING.md"])
def test_a_folder_in_the_way_is_an_error_and_nothing_is_written(repo: Repo, path: str) -> None:
    (repo.path / path).mkdir(parents=True)
    before = sorted(repo.path.rglob("*.toml"))
    result = maintain(repo)
    assert (result.returncode, path.encode() in result.stderr) == (2, True)
    assert sorted(repo.path.rglob("*.toml")) == before
    assert repo.git("status", "--porcelain") == ""


def test_an_unknown_preset(repo: Repo) -> None:
    result = maintain(repo, "--preset", "linus")
    assert (result.returncode, b"Known: default, apache" in result.stderr) == (2, True)


def test_preset_without_maintainer_is_a_mistake(repo: Repo) -> None:
    assert forge.run(repo, "init", "--preset", "linux").returncode == 2


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://github.com/me/x.git", "github"),
        ("git@github.com:me/x", "github"),
        ("ssh://git@github.com:22/me/x", "github"),
        ("https://user@gitlab.example.org:8443/me/x", "gitlab"),
        ("git@codeberg.org:me/x.git", "forgejo"),
        ("https://forgejo.example.org/me/x", "forgejo"),
        ("https://notgithub.com/me/x", None),
        ("https://example.org/github.com/x", None),
        ("/srv/git/x.git", None),
        ("C:/git/x.git", None),
        ("", None),
    ],
)
def test_the_forge_that_a_remote_shows(url: str, outcome: str | None) -> None:
    assert workflow.of_remote(url) == outcome


@pytest.mark.parametrize("name", ["github", "gitlab", "forgejo"])
def test_a_job_is_yaml_and_lets_nobody_write_into_its_shell(name: Forge) -> None:
    job = workflow.render(name, ORIGIN)
    loaded = yaml.safe_load(job.text)
    assert "@ATTEST@" not in job.text
    assert f"'git-attest @ {SPEC}'" in job.text
    if name == "gitlab":
        assert loaded["attest"]["variables"]["GIT_DEPTH"] == "0"
        return
    queue = {"pull-requests": "read"} if name == "github" else {}
    assert loaded["permissions"] == {"contents": "read", **queue}
    steps = loaded["jobs"]["attest"]["steps"]
    assert not any("uses" in step for step in steps)
    assert all("${{" not in step["run"] for step in steps)
    assert "pull_request_target" in loaded[True]  # YAML takes `on` for a truth value


def test_the_github_job_fetches_base_and_head_and_judges_them(repo: Repo, key: Path) -> None:
    """Its own shell, against a bare repository: what is in the clone is enough."""
    ruled.change(ruled.begin(repo, key)).attested_by_git("good")
    base, head = repo.git("rev-parse", "main"), repo.head
    remote = repo.home / "server/me/kettle"
    repo.git("clone", "-q", "--bare", str(repo.path), str(remote))
    repo.git("-C", str(remote), "config", "uploadpack.allowAnySHA1InWant", "true")
    steps = yaml.safe_load(workflow.render("github", ORIGIN).text)["jobs"]["attest"]["steps"]
    env = {
        "REPOSITORY": remote.as_uri(),
        "BASE": base,
        "HEAD": head,
        "DEFAULT": "main",
        "TOKEN": "secret",
    }
    folder = repo.home / "runner"
    folder.mkdir()
    subprocess.run(
        ["bash", "-e", "-c", steps[0]["run"]], cwd=folder, env={**repo.env, **env}, check=True
    )
    bare = Repo(folder / "work.git", repo.home, repo.env)
    result = forge.run(bare, "check", f"{base}..{head}")
    assert result.returncode == 0, result.stderr


class TestExplain:
    def test_in_words(self, repo: Repo, key: Path) -> None:
        ruled.begin(repo, key, 'ignore = ["docs/"]\n[questions]\nunsure = false\n')
        reply = forge.run(repo, "policy", "explain", "--base", "main").stdout.decode()
        assert "Each change, but for `docs/`, needs a signed attestation by its author." in reply
        assert "saying that you are not sure is not enough" in reply

    def test_a_path_and_why(self, repo: Repo, key: Path) -> None:
        policy = (
            'ignore = ["*.md", "!keep.md"]\n[[require]]\npaths = ["a.py"]\npresence = "touch"\n'
        )
        ruled.begin(repo, key, policy, {".gitattributes": "gen.py linguist-generated\n"})
        paths = ["a.py", "b.md", "keep.md", "x/uv.lock", "gen.py"]
        reply = forge.run(repo, "policy", "explain", "--base", "main", *paths).stdout.decode()
        assert reply.split("\n")[:-1] == [
            "a.py: asked about and signed, because '*' of `paths` matches it.",
            "a.py: needs a security key with a touch (require).",
            "b.md: needs no attestation, because '*.md' of `ignore` matches it.",
            "keep.md: asked about and signed, because '*' of `paths` matches it.",
            "x/uv.lock: signed, but not asked about, because its name is that of a lock file.",
            (
                "gen.py: signed, but not asked about, "
                "because .gitattributes of the base mark it as linguist-generated."
            ),
        ]

    def test_a_path_outside_is_a_mistake(self, repo: Repo) -> None:
        assert forge.run(repo, "policy", "explain", "../x").returncode == 2

    def test_without_a_policy(self, repo: Repo) -> None:
        reply = forge.run(repo, "policy", "explain").stdout.decode()
        assert reply.startswith(
            f"There is no .attest.toml in the base commit {repo.head[:10]}; "
            "the built-in rules apply."
        )


class TestCheck:
    def test_without_a_policy(self, repo: Repo) -> None:
        result = forge.run(repo, "policy", "check")
        assert (result.returncode, b"attest init --maintainer" in result.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("path", "content", "reply"),
        [
            (".attest.toml", "version = 1\nlevle = 2\n", ".attest.toml:2: levle: unknown key"),
            (".attest/allowed_signers", "a@b\n", ".attest/allowed_signers:1: "),
            (".attest/revoked", "# x\nnonsense\n", ".attest/revoked:2: "),
            (".attest/keys/x.asc", "nonsense\n", "keys/x.asc does not contain an OpenPGP key"),
            (".attest/keys/sub/x.asc", "nonsense\n", "sub/x.asc does not contain an OpenPGP key"),
            (
                ".attest/allowed_signers",
                "a@b ssh-ed25519-cert-v01@openssh.com AAAA\n",
                "certificates are not supported",
            ),
        ],
    )
    def test_a_mistake_is_named(self, repo: Repo, path: str, content: str, reply: str) -> None:
        repo.write(".attest.toml", "version = 1\n")
        repo.write(path, content)
        result = forge.run(repo, "policy", "check")
        assert (result.returncode, reply in result.stderr.decode()) == (4, True), result.stderr

    @pytest.mark.parametrize(
        ("policy", "reply"),
        [
            ('ignore = ["*"]', "`ignore` matches every path"),
            ('[[require]]\npaths = ["a"]\npresence = "pin"', "lists no key that could prove it"),
            ('[[exempt]]\nactors = ["robot"]', "narrow it with `authors`"),
            ('[findings]\nsigner-unknown = "warning"', "anybody's key is accepted"),
            (
                '[disclosure]\nassistance = "required"\nforbidden = { "Assisted-by" = ".*" }',
                "assisted-by is in `trailers` and in `forbidden`",
            ),
            ('[disclosure]\nassistance = "required"', 'add none = "none"'),
        ],
    )
    def test_what_was_probably_not_meant(self, repo: Repo, policy: str, reply: str) -> None:
        repo.write(".attest.toml", f"version = 1\n{policy}\n")
        result = forge.run(repo, "policy", "check")
        assert (result.returncode, reply in result.stdout.decode()) == (0, True), result.stdout


class TestSection:
    """What CONTRIBUTING says to somebody whose pull request is red."""

    def section(self, repo: Repo) -> str:
        return (repo.path / "CONTRIBUTING.md").read_text("utf-8")

    def test_it_has_how_to_install_and_the_two_commands(self, repo: Repo) -> None:
        maintain(repo)
        assert f"\npipx install {SPEC}\nattest init\n" in self.section(repo)
        assert "\nattest answer main..HEAD\ngit push --force-with-lease\n" in self.section(repo)

    def test_the_branch_is_the_remotes(self, repo: Repo) -> None:
        repo.git("remote", "add", "origin", "https://git.example.org/kettle")
        repo.git("update-ref", "refs/remotes/origin/release/2", "HEAD")
        ref = ("refs/remotes/origin/HEAD", "refs/remotes/origin/release/2")
        repo.git("symbolic-ref", *ref)
        maintain(repo)
        assert "\nattest answer release/2..HEAD\n" in self.section(repo)

    def test_how_to_install_stays_where_it_is_not_known(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        maintain(repo)
        (repo.path / ".attest.toml").write_text('version = 1\nmerges = "forbid"\n', "utf-8")
        monkeypatch.setattr(
            job_source, "of_installation", lambda: job_source.UnknownOrigin("nobody knows")
        )
        forge.run(repo, "init", "--maintainer", "--yes")
        assert "Merge commits are not allowed" in self.section(repo)
        assert f"\npipx install {SPEC}\n" in self.section(repo)

    def test_no_warning_about_a_section_that_is_up_to_date(self, repo: Repo) -> None:
        maintain(repo)
        assert b"section in CONTRIBUTING" not in forge.run(repo, "policy", "check").stdout
        path = repo.path / "CONTRIBUTING.md"
        path.write_text(self.section(repo).replace("Lock files", "No files"), "utf-8")
        assert b"section in CONTRIBUTING" in forge.run(repo, "policy", "check").stdout


def test_agents_are_asked_to_hand_over(repo: Repo) -> None:
    (repo.path / "AGENTS.md").write_text("# Agents\n\nRun the tests.\n", "utf-8")
    result = maintain(repo, "--agents")
    assert (result.returncode, b"AGENTS.md: updated" in result.stdout) == (0, True), result.stderr
    text = (repo.path / "AGENTS.md").read_text("utf-8")
    assert text.startswith("# Agents\n\nRun the tests.\n\n<!-- attest: begin -->\n")
    assert "When your work is done, stop." in text
    (repo.path / "AGENTS.md").write_text(text.replace("stop.", "go on.") + "\nMore.\n", "utf-8")
    assert b"AGENTS.md: updated" in maintain(repo, "--agents").stdout
    assert (repo.path / "AGENTS.md").read_text("utf-8") == text + "\nMore.\n"
    assert b"AGENTS.md: unchanged" in maintain(repo, "--agents").stdout


def test_without_the_option_agents_md_stays(repo: Repo) -> None:
    assert maintain(repo).returncode == 0
    assert not (repo.path / "AGENTS.md").exists()
    assert forge.run(repo, "init", "--agents").returncode == 2


def test_an_agents_md_that_is_a_link_is_refused(repo: Repo) -> None:
    (repo.path / "AGENTS.md").symlink_to(repo.home / "elsewhere")
    result = maintain(repo, "--agents")
    assert (result.returncode, b"AGENTS.md is a symbolic link" in result.stderr) == (2, True)
    assert not (repo.home / "elsewhere").exists()


@pytest.mark.parametrize(
    ("method", "unit", "setting"),
    [
        ("squash", "pull-request", "Pull request title and commit details"),
        ("merge", "pull-request", ""),
        ("rebase", "commit", "do not squash"),
        ("mail", "commit", ""),
    ],
)
def test_how_the_project_merges_decides_the_unit(
    repo: Repo, method: str, unit: str, setting: str
) -> None:
    repo.git("remote", "add", "origin", "git@github.com:me/my-kettle.git")
    reply = maintain(repo, "--merge-method", method).stdout.decode()
    assert parser.read((repo.path / ".attest.toml").read_bytes(), "it").unit == unit
    assert setting in reply
    assert ("squash_merge_commit_message=COMMIT_MESSAGES" in reply) is (method == "squash")


@pytest.mark.parametrize("trigger", workflow.TRIGGERS)
def test_the_trigger_of_the_job_can_be_chosen(repo: Repo, trigger: str) -> None:
    maintain(repo, "--forge", "github", "--trigger", trigger)
    text = (repo.path / ".github/workflows/attest.yml").read_text("utf-8")
    assert f"\n  {trigger}:" in text
    assert ("protect this file with code owners" in text) is (trigger == "pull_request")


def test_a_trigger_needs_maintainer(repo: Repo) -> None:
    assert forge.run(repo, "init", "--trigger", "pull_request").returncode == 2


def test_a_merge_method_that_is_none_is_refused(repo: Repo) -> None:
    assert maintain(repo, "--merge-method", "octopus").returncode == 2
    assert forge.run(repo, "init", "--merge-method", "squash").returncode == 2
    assert not (repo.path / ".attest.toml").exists()


@pytest.mark.parametrize("name", ["gitlab", "forgejo"])
def test_each_forge_has_its_setting(repo: Repo, name: str) -> None:
    reply = maintain(repo, "--merge-method", "squash", "--forge", name).stdout.decode()
    assert {"gitlab": "%{all_commits}", "forgejo": "attest block --markdown"}[name] in reply


def test_in_a_terminal_it_asks_how_the_project_merges(repo: Repo) -> None:
    command = ("init", "--maintainer", "--source", SPEC, "--forge", "github")
    with Terminal.attest(repo, *command, columns=200) as terminal:
        terminal.expect("How does the project merge")
        terminal.say("octopus")
        terminal.expect("Type one of squash, merge, rebase, mail")
        terminal.say("merge")
        for question in POLICY_QUESTIONS[1:]:
            terminal.expect(question)
            terminal.say("")
        terminal.expect(".attest.toml: written")
        assert terminal.finish() == 0
    policy = parser.read((repo.path / ".attest.toml").read_bytes(), "it")
    assert policy.unit == "pull-request"
    assert (policy.mode, policy.exempt) == ("advisory", [])
    assert policy.advisory_until is not None
    assert 88 <= (policy.advisory_until - datetime.now(UTC).date()).days <= 90


def test_in_a_terminal_it_asks_when_the_check_fails_and_whom_it_spares(repo: Repo) -> None:
    """Mistakes are asked about again; a bot only where its configuration is there."""
    repo.save(".github/dependabot.yml", "version: 2\n")
    command = ("init", "--maintainer", "--source", SPEC, "--forge", "github")
    with Terminal.attest(repo, *command, "--merge-method", "squash", columns=200) as terminal:
        terminal.expect(POLICY_QUESTIONS[1])
        terminal.say("soon")
        terminal.expect("Type a day such as")
        terminal.say("2001-01-01")
        terminal.expect("2001-01-01 is not in the future")
        terminal.say("now")
        terminal.expect("a configuration of dependabot. Spare its own commits?")
        terminal.say("perhaps")
        terminal.expect("Type yes or no")
        terminal.say("yes")
        terminal.expect(POLICY_QUESTIONS[2])
        terminal.say("-3")
        terminal.expect("Type a number such as 5")
        terminal.say("5")
        terminal.expect(".attest.toml: written")
        assert terminal.finish() == 0
    policy = parser.read((repo.path / ".attest.toml").read_bytes(), "it")
    assert (policy.mode, policy.advisory_until) == ("enforce", None)
    assert isinstance(policy.enforce_from, date)
    assert [(one.bot, one.commits) for one in policy.exempt] == [("dependabot", None), (None, 5)]
