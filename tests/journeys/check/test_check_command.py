"""`attest check`: ranges, bases, exit codes, formats, signers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from support.messages import edit
from support.repo import EMAIL, Repo, environment


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Path:
    """What `history` copies: made once, for it takes a while."""
    folder = tmp_path_factory.mktemp("history")
    repo = Repo.create(folder)
    repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    repo.commit("start")
    repo.set_up(key)
    for name, line in (("one", 3), ("two", 15), ("three", 30)):
        if name == "one":
            repo.git("tag", "start")
            repo.git("branch", "base")
        edit(repo, line, name)
        if name == "two":
            repo.commit(name)
        else:
            repo.attested(name)
        repo.git("tag", name)
    return folder


@pytest.fixture
def history(original: Path, tmp_path: Path) -> Repo:
    """`start`, then `one` (attested), `two` (not), `three` (attested); tags of
    those names, and a branch `base` on `start`."""
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    return Repo(tmp_path / "repo", tmp_path / "home", environment(tmp_path / "home"))


def subjects(repo: Repo, *args: str) -> list[str]:
    return [commit["subject"] for commit in repo.report(*args)["commits"]]


RANGES = [
    (("start..three",), ["one", "two", "three"]),
    (("start..one",), ["one"]),
    (("two..",), ["three"]),
    (("start..HEAD~1",), ["one", "two"]),
    (("two",), ["two"]),
    (("HEAD",), ["three"]),
    (("HEAD^",), ["two"]),
    (("start",), ["start"]),
    (("base..main",), ["one", "two", "three"]),
    (("refs/tags/one..refs/heads/main",), ["two", "three"]),
    (("--base", "two"), ["three"]),
    (("--base=base",), ["one", "two", "three"]),
]


@pytest.mark.parametrize(("args", "expected"), RANGES, ids=[" ".join(r[0]) for r in RANGES])
def test_a_range_is_judged_oldest_first(
    history: Repo, args: tuple[str, ...], expected: list[str]
) -> None:
    assert subjects(history, *args) == expected


def test_a_range_may_begin_at_head(history: Repo) -> None:
    history.git("checkout", "-q", "start")
    assert subjects(history, "..main") == ["one", "two", "three"]


def test_a_branch_that_was_merged_is_part_of_the_range(history: Repo) -> None:
    history.git("switch", "-q", "-c", "side", "start")
    edit(history, 38, "side")
    history.attested("side")
    history.git("switch", "-q", "main")
    history.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    outcome = {c["subject"]: c["verdict"] for c in history.report("two..HEAD")["commits"]}
    assert outcome == {"three": "attested", "side": "attested", "merge": "not-needed"}


REFUSED = [
    (("start...main",), 2),
    (("...",), 2),
    (("no-such-thing",), 3),
    (("no-such-thing..HEAD",), 3),
    (("start..no-such-thing",), 3),
    (("--base", "no-such-thing"), 3),
    (("HEAD..HEAD",), 3),
    (("three..one",), 3),
    (("..",), 3),
    (("start^..HEAD",), 3),
    (("0" * 40,), 3),
    (("HEAD:a.py",), 3),
    (("HEAD^{tree}",), 3),
    (("--no-such-option",), 2),
    (("start..one", "two..three"), 2),
    (("HEAD", "--format", "yaml"), 2),
    (("HEAD", "--signers", "no-such-file"), 2),
    (("HEAD", "--signers", "."), 2),
]


@pytest.mark.parametrize(("args", "code"), REFUSED, ids=[" ".join(r[0]) for r in REFUSED])
def test_what_cannot_be_judged_never_passes(
    history: Repo, args: tuple[str, ...], code: int
) -> None:
    result = history.attest("check", *args)
    assert result.returncode == code, result.stderr
    assert result.stdout == b""
    assert result.stderr
    assert b"Traceback" not in result.stderr
    assert b"[Errno" not in result.stderr, "the system's number is nobody's business"


OPTIONS = ["--output=pwned", "--all", "-n1", "--exec=touch pwned", "--upload-pack=touch pwned"]


@pytest.mark.parametrize("name", OPTIONS)
def test_a_name_that_looks_like_an_option_is_only_a_name(history: Repo, name: str) -> None:
    target = (name, f"{name}..HEAD", f"start..{name}")
    for one in target:
        assert history.attest("check", "--", one).returncode == 3
    assert history.attest("check", f"--base={name}").returncode == 3
    assert not (history.path / "pwned").exists()


def test_a_branch_that_is_called_like_an_option_is_judged(history: Repo) -> None:
    history.git("update-ref", "refs/heads/--all", "one")
    assert subjects(history, "--", "start..--all") == ["one"]
    assert subjects(history, "--base=--all") == ["two", "three"]


def test_the_upstream_is_what_head_is_compared_with(history: Repo) -> None:
    history.git("branch", "-q", "--set-upstream-to=base", "main")
    assert subjects(history) == ["one", "two", "three"]
    history.git("branch", "-q", "-f", "base", "two")
    assert subjects(history) == ["three"]


@pytest.mark.parametrize("remote", ["origin", "elsewhere"])
def test_without_an_upstream_it_is_the_default_branch_of_the_remote(
    history: Repo, remote: str
) -> None:
    history.git("remote", "add", remote, "nowhere")
    history.git("update-ref", f"refs/remotes/{remote}/main", "two")
    history.git("symbolic-ref", f"refs/remotes/{remote}/HEAD", f"refs/remotes/{remote}/main")
    assert subjects(history) == ["three"]


def test_with_nothing_to_compare_with_it_says_so(history: Repo) -> None:
    result = history.attest("check")
    assert result.returncode == 3
    assert b"--base" in result.stderr


def test_an_unborn_branch_has_nothing_to_judge(bare_repo: Repo) -> None:
    assert bare_repo.attest("check").returncode == 3
    assert bare_repo.attest("check", "HEAD").returncode == 3


def test_exit_codes_tell_pass_from_fail(history: Repo) -> None:
    assert history.attest("check", "start..one").returncode == 0
    assert history.attest("check", "start..two").returncode == 1
    history.git("commit", "-q", "--allow-empty", "-m", "Empty")
    assert history.attest("check", "HEAD").returncode == 0


def test_outside_of_a_repository_it_is_an_error_of_the_environment(history: Repo) -> None:
    assert history.attest("check", "HEAD", cwd=history.home).returncode == 4


def test_every_problem_is_listed(history: Repo) -> None:
    history.rewrite(history.raw("three").replace(b"Attest-Breaks: r", b"Attest-Breaks: R"))
    edit(history, 9, "four")
    history.attested_by_git("four", "--author=Some Body <some@example.org>")
    result = history.attest("check", "start..HEAD")
    assert result.returncode == 1
    reply = result.stdout.decode()
    for code in ("unattested", "signature-invalid", "attester-mismatch"):
        assert f"error: {code}" in reply
    assert "start..HEAD: 1 attested, 3 failed" in reply
    for name in ("one", "two", "three", "four"):
        assert name in reply


def test_text_names_the_commit_the_person_and_the_remedy(history: Repo) -> None:
    reply = history.attest("check", "start..two").stdout.decode()
    assert history.git("rev-parse", "two")[:10] in reply
    assert f"A U Thor <{EMAIL}>" in reply
    assert "\n  attest answer start..HEAD\n  git push --force-with-lease\n" in reply


@pytest.mark.parametrize("option", ["--quiet", "-q"])
def test_quiet_writes_only_what_failed(history: Repo, option: str) -> None:
    assert history.attest("check", option, "start..one").stdout == b""
    reply = history.attest("check", option, "start..three").stdout.decode()
    assert history.git("rev-parse", "two")[:10] in reply
    assert history.git("rev-parse", "one")[:10] not in reply
    assert "warning" not in reply


def test_json_has_the_published_shape(history: Repo, key: Path) -> None:
    report = history.report("start..two")
    assert list(report) == [
        "version",
        "range",
        "base",
        "has_policy",
        "advisory",
        "advisory_reason",
        "unit",
        "commits",
        "ok",
    ]
    assert (report["version"], report["range"], report["ok"]) == (2, "start..two", False)
    one, two = report["commits"]
    line = history.run("ssh-keygen", "-lf", str(key), check=True).stdout.decode()
    finding = {"code", "severity", "path", "line", "message", "hint"}
    assert all(set(f) == finding for c in report["commits"] for f in c["findings"])
    assert [f["code"] for f in one.pop("findings")] == ["signer-unknown"]
    (answered,), (bare,) = one.pop("hunks"), two.pop("hunks")
    assert (answered["path"], answered["state"]) == ("a.py", "answered")
    assert [answer["label"] for answer in answered["answers"]] == ["invariant", "breaks"]
    assert all(answer["question"] and answer["answer"] for answer in answered["answers"])
    assert (bare["state"], [a["answer"] for a in bare["answers"]]) == ("not-covered", ["", ""])
    assert one == {
        "oid": history.git("rev-parse", "one"),
        "subject": "one",
        "unit": {
            "kind": "commit",
            "commits": [
                {
                    "oid": history.git("rev-parse", "one"),
                    "subject": "one",
                    "author": f"A U Thor <{EMAIL}>",
                    "committer": f"A U Thor <{EMAIL}>",
                }
            ],
        },
        "verdict": "attested",
        "level": "exact",
        "coverage": {"total": 1, "attested": 1, "answered": 1},
        "attester": f"A U Thor <{EMAIL}>",
        "key": line.split(" ")[1],
        "signer": "unknown",
        "exempt": None,
        "unasked": {"total": 0, "groups": {}, "behaviour": []},
        "disclosures": [],
        "presence": None,
    }
    errors = [f["code"] for f in two.pop("findings") if f["severity"] == "error"]
    assert errors == ["unattested"]
    assert two == {
        "oid": history.git("rev-parse", "two"),
        "subject": "two",
        "unit": {
            "kind": "commit",
            "commits": [
                {
                    "oid": history.git("rev-parse", "two"),
                    "subject": "two",
                    "author": f"A U Thor <{EMAIL}>",
                    "committer": f"A U Thor <{EMAIL}>",
                }
            ],
        },
        "verdict": "failed",
        "level": "none",
        "coverage": {"total": 1, "attested": 0, "answered": 0},
        "attester": None,
        "key": None,
        "signer": None,
        "exempt": None,
        "unasked": None,
        "disclosures": [],
        "presence": None,
    }


def test_json_says_ok_and_names_the_range_it_chose(history: Repo) -> None:
    history.git("branch", "-q", "-f", "base", "two")
    history.git("branch", "-q", "--set-upstream-to=base", "main")
    result = history.attest("check", "--format", "json")
    report = json.loads(result.stdout)
    assert (result.returncode, report["ok"]) == (0, True)
    assert report["range"].endswith("..HEAD")


def test_json_holds_a_subject_that_is_not_text(history: Repo) -> None:
    history.rewrite(history.raw("three").replace(b"\nthree\n", b"\n\xff\x1b[31m\xe2\x80\xae\n"))
    result = history.attest("check", "--format", "json", "HEAD")
    assert result.stdout.isascii()
    assert json.loads(result.stdout)["commits"][0]["level"] == "exact"


def signers(repo: Repo, key: Path, line: str) -> str:
    """A signers file; KEY in *line* stands for the key's type and base64."""
    public = " ".join(Path(f"{key}.pub").read_text().split(" ")[:2])
    path = repo.home / "allowed signers"
    path.write_text(line.replace("KEY", public) + "\n")
    return str(path)


LINES = [
    (f"{EMAIL} KEY a comment", "trusted"),
    (f'{EMAIL} namespaces="git-attest-v1" KEY', "trusted"),
    ("*@example.com KEY", "trusted"),
    (f"other@example.com KEY\n# more\n\n{EMAIL} KEY", "trusted"),
    ("other@example.com KEY", "unknown"),
    (f"{EMAIL},!{EMAIL} KEY", "unknown"),
    (f'{EMAIL} namespaces="git" KEY', "unknown"),
    (f'{EMAIL} valid-before="20200101Z" KEY', "unknown"),
    (f'{EMAIL} valid-after="20990101Z" KEY', "unknown"),
    ("# nobody at all", "unknown"),
]


@pytest.mark.parametrize(("line", "expected"), LINES, ids=[line for line, _ in LINES])
def test_signers_say_who_is_known(history: Repo, key: Path, line: str, expected: str) -> None:
    verdict = history.verdict("one", "--signers", signers(history, key, line))
    known = expected == "trusted"
    assert verdict["verdict"] == ("attested" if known else "failed")
    codes = [(f["code"], f["severity"]) for f in verdict["findings"]]
    assert codes.count(("signer-unknown", "error")) == (not known)
    assert (verdict["signer"] == "trusted") == known


def test_several_signers_files_are_one(history: Repo, key: Path) -> None:
    first = signers(history, key, "# nobody")
    second = history.home / "second"
    Path(first).rename(second)
    first = signers(history, key, f"{EMAIL} KEY")
    verdict = history.verdict("one", "--signers", str(second), "--signers", first)
    assert verdict["signer"] == "trusted"


MALFORMED = [
    f"{EMAIL} KEY\n{EMAIL}",
    f"# fine\n{EMAIL} ssh-ed25519 AAAA",
    f"\n{EMAIL} cert-authority KEY",
    f'\n{EMAIL} valid-before="20300101" KEY',
    f'\n{EMAIL} no-such-option="x" KEY',
    f'\n"{EMAIL} KEY',
    f"\n{EMAIL} ssh-dss AAAAB3NzaC1kc3M=",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_signers_file_is_named_with_its_line(
    history: Repo, key: Path, text: str
) -> None:
    path = signers(history, key, text)
    result = history.attest("check", "one", "--signers", path)
    assert result.returncode == 4
    assert f"{path}:2:".encode() in result.stderr
    assert result.stdout == b""


def test_a_bare_repository_is_checked(history: Repo, tmp_path: Path) -> None:
    history.git("clone", "-q", "--bare", str(history.path), str(tmp_path / "bare.git"))
    bare = Repo(tmp_path / "bare.git", history.home, history.env)
    assert subjects(bare, "start..three") == ["one", "two", "three"]
    assert bare.attest("check", "one").returncode == 0
    assert bare.attest("answer", "--template").returncode == 2


def clone(repo: Repo, folder: Path, *options: str) -> Repo:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", *options, repo.path.as_uri(), str(folder))
    return Repo(folder, repo.home, repo.env)


@pytest.mark.parametrize("target", ["HEAD", "start..HEAD", "HEAD~1..HEAD", "HEAD~1"])
def test_a_shallow_clone_is_told_to_fetch_the_rest(
    history: Repo, tmp_path: Path, target: str
) -> None:
    # Two commits: the older one's parent, and so its change, is not there.
    shallow = clone(history, tmp_path / "shallow", "--depth=2")
    result = shallow.attest("check", target)
    if target in ("HEAD", "HEAD~1..HEAD"):
        assert result.returncode == 0
    else:
        assert result.returncode == 3
        assert b"git fetch --unshallow" in result.stderr
        assert result.stdout == b""
    single = clone(history, tmp_path / "single", "--depth=1")
    result = single.attest("check", target)
    assert result.returncode == 3
    assert b"git fetch --unshallow" in result.stderr


def test_a_shallow_clones_edge_is_not_an_ancestor_of_everything(
    history: Repo, tmp_path: Path
) -> None:
    # With the base fetched apart, the history between it and HEAD has a hole:
    # a range that is not whole must not be judged as if it were.
    shallow = clone(history, tmp_path / "shallow", "--depth=1")
    shallow.git("fetch", "-q", "--depth=1", "origin", "tag", "start")
    result = shallow.attest("check", "start..HEAD")
    assert result.returncode == 3
    assert b"git fetch --unshallow" in result.stderr


def test_a_partial_clone_is_judged_or_told_what_is_missing(history: Repo, tmp_path: Path) -> None:
    partial = clone(history, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    result = partial.attest("check", "start..one")
    assert result.returncode in (3, 4)
    assert b"Traceback" not in result.stderr
    assert b"partial" in result.stderr
    assert result.stdout == b""
    partial.git("checkout", "-q", "one")
    partial.git("checkout", "-q", "start")
    assert partial.attest("check", "start..one").returncode == 0


def test_a_damaged_object_never_passes(history: Repo) -> None:
    blob = history.git("rev-parse", "one:a.py")
    path = history.path / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    result = history.attest("check", "start..one")
    assert result.returncode in (3, 4)
    assert b"Traceback" not in result.stderr
