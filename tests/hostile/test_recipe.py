"""The product's digests are those of the shell recipe in docs/format.md."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.git import branches
from attest.git.isolated import Isolated
from support import hostile, recipe
from support.keys import make
from support.repo import EMAIL, Repo


class Cases:
    """The hostile repository of one object format, and the product's digests."""

    def __init__(self, root: Path, object_format: str) -> None:
        self.repo, self.oids = hostile.build(root, f"--object-format={object_format}")
        objects = self.repo.path / ".git" / "objects"
        with Isolated([objects], object_format) as isolated:
            self.product = {
                name: recipe.product_in(isolated, oid) for name, oid in self.oids.items()
            }


@pytest.fixture(scope="module")
def sha1(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    return Cases(tmp_path_factory.mktemp("sha1"), "sha1")


@pytest.fixture(scope="module")
def sha256(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    return Cases(tmp_path_factory.mktemp("sha256"), "sha256")


GROUPS = ("root", "merge, ", "submodule", "files and", "binary", "modes", "empty file", "")


@pytest.mark.parametrize(
    ("object_format", "group"),
    [*(("sha1", group) for group in GROUPS), *(("sha256", group) for group in GROUPS if group)],
)
def test_every_commit_has_the_digests_of_the_recipe(
    object_format: str, group: str, request: pytest.FixtureRequest
) -> None:
    cases: Cases = request.getfixturevalue(object_format)
    others = tuple(other for other in GROUPS if other)
    names = [n for n in cases.oids if (n.startswith(group) if group else not n.startswith(others))]
    assert names
    for name in names:
        outcome = recipe.digests(cases.repo.path, cases.oids[name], env=cases.repo.env)
        assert cases.product[name] == outcome, name


def test_the_cases_are_what_their_names_say(sha1: Cases) -> None:
    """Guards the two against agreeing on nothing."""
    hunks = {
        name: sum(x.startswith("hunk ") for x in reply) for name, reply in sha1.product.items()
    }
    assert hunks["root"] == len(hostile.PATHS)
    assert hunks["several hunks each"] >= 2 * len(hostile.PATHS)
    assert hunks["files and symlinks swap"] > 5
    for name in ("nothing", "merge, clean", "merge, of the same"):
        assert hunks[name] == 0, name
    for name in ("merge, evil", "merge, ours", "merge, conflict resolved", "merge, unrelated"):
        assert hunks[name] > 0, name


def test_a_branch_has_the_digests_of_the_recipe(sha1: Cases, sha256: Cases) -> None:
    """Some of the cases above one another, in one difference."""
    names = ["several hunks each", "long lines", "files and symlinks swap", "everything out"]
    for cases in (sha1, sha256):
        objects = [cases.repo.path / ".git" / "objects"]
        with Isolated(objects, "sha1" if cases is sha1 else "sha256") as isolated:
            for base, tip in pairwise(cases.oids[name] for name in names):
                branch = branches.read(isolated, base, tip)
                product = recipe.in_words(branches.change(isolated, branch))
                reply = recipe.digests(cases.repo.path, f"{base}..{tip}", env=cases.repo.env)
                assert product == reply


def test_a_tracked_attributes_file_bends_no_other_digest(bare_repo: Repo) -> None:
    bare_repo.write("kept", hostile.BLOCK)
    base = bare_repo.commit()
    bare_repo.write("kept", hostile.BLOCK * 2)
    plain = bare_repo.commit()
    bare_repo.git("reset", "--quiet", "--hard", base)
    bare_repo.write("kept", hostile.BLOCK * 2)
    bare_repo.write(".gitattributes", "* -diff -merge -text\n* linguist-generated\n")
    bare_repo.write(".gitmodules", '[submodule "m"]\n\tpath = m\n\turl = x\n\tignore = all\n')
    bent = bare_repo.commit()
    with Isolated([bare_repo.path / ".git" / "objects"], "sha1") as isolated:
        of_kept = [line for line in recipe.product_in(isolated, bent) if line.endswith(" kept")]
        assert of_kept == recipe.product_in(isolated, plain)[1:]


def test_the_recipe_judges_blocks_as_the_check_does(
    repo: Repo, key: Path, key_folder: Path, tmp_path: Path
) -> None:
    known, other = tmp_path / "known", tmp_path / "other"
    public = key.with_suffix(".pub").read_text("utf-8")
    known.write_text(f"{EMAIL} {public}", "utf-8")
    stranger = make(key_folder, "ecdsa").with_suffix(".pub").read_text("utf-8")
    other.write_text(f"{EMAIL} {stranger}", "utf-8")
    repo.write("a.py", "line 1\nnew\n")
    exact = repo.attested()

    def verdict(rev: str, *signers: Path) -> tuple[int, str]:
        result = recipe.run(repo.path, rev, *map(str, signers), env=repo.env)
        reply = [x for x in result.stdout.decode().splitlines() if x.startswith("block ")]
        return result.returncode, "; ".join(reply)

    assert verdict(exact) == (0, "block 1: good, exact")
    assert verdict(exact, known) == (0, "block 1: good, exact")
    assert verdict(exact, other) == (1, "block 1: not by a known signer, exact")
    assert verdict(f"{exact}~1") == (1, "")
    raw = repo.raw(exact)
    repo.rewrite(raw.replace(b"Attest-Invariant: ", b"Attest-Invariant: not ", 1))
    assert verdict("HEAD") == (1, "block 1: bad signature, exact")
    repo.rewrite(raw.replace(b"author A U Thor <author@", b"author A U Thor <somebody@"))
    assert verdict("HEAD") == (1, "block 1: not by the author, exact")
    assert verdict("HEAD", known) == (0, "block 1: good, exact")
    message = raw.partition(b"\n\n")[2].decode()
    repo.git("checkout", "--quiet", "-b", "side", "main~1")
    repo.write("b.py", "before\n")
    repo.commit()
    repo.write("a.py", "line 1\nnew\n")
    repo.git("commit", "--quiet", "--no-verify", "-m", message)
    assert repo.verdict()["level"] == "exact"
    repo.write("c.py", "more\n")
    repo.git("commit", "--quiet", "--no-verify", "--amend", "-m", message)
    code, reply = verdict("HEAD")
    assert code == 1
    assert reply.startswith("block 1: good, partial: ")
    assert repo.verdict()["level"] == "partial"


def test_a_missing_parent_is_nothing_to_judge(repo: Repo, tmp_path: Path) -> None:
    for number in range(3):
        repo.write("a.py", f"{number}\n")
        repo.commit()
    clone = tmp_path / "shallow"
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(clone))
    assert recipe.run(clone, "HEAD", env=repo.env).returncode == 3
    assert recipe.run(clone, "no-such", env=repo.env).returncode == 3
    assert repo.attest("check", "HEAD", cwd=clone).returncode == 3


PART = st.binary(min_size=1, max_size=8).filter(
    lambda p: not {0, 47} & set(p) and p not in (b".", b"..") and not p.lower().startswith(b".git")
)
LOOK = st.sampled_from([p for p in hostile.PATHS if b"/" not in p])
PATH = st.lists(PART | LOOK, min_size=1, max_size=2).map(b"/".join)
TEXT = st.lists(st.sampled_from(hostile.LINES) | st.binary(max_size=6), max_size=12).map(b"\n".join)
MODE = st.sampled_from([b"100644", b"100755", b"120000", b"160000"])
FILE = st.tuples(MODE, TEXT | st.binary(max_size=40))
TREE = st.dictionaries(PATH, FILE, max_size=4)


@settings(max_examples=24)
@given(old=TREE, new=TREE, shared=TREE)
def test_random_trees_have_the_digests_of_the_recipe(
    sha1: Cases,
    old: dict[bytes, tuple[bytes, bytes]],
    new: dict[bytes, tuple[bytes, bytes]],
    shared: dict[bytes, tuple[bytes, bytes]],
) -> None:
    """Half of the paths are in both trees, so that there is something to compare."""
    flipped = {path: (mode, content[::-1]) for path, (mode, content) in shared.items()}
    stream = _import(shared | old) + _import(new | flipped)
    repo = sha1.repo
    repo.run("git", "update-ref", "-d", "refs/heads/random", check=True)
    repo.run("git", "fast-import", "--quiet", "--force", stdin=stream, check=True)
    with Isolated([repo.path / ".git" / "objects"], "sha1") as isolated:
        reply = recipe.product_in(isolated, repo.git("rev-parse", "refs/heads/random"))
    assert reply == recipe.digests(repo.path, "refs/heads/random", env=repo.env)


def _import(tree: dict[bytes, tuple[bytes, bytes]]) -> bytes:
    """A commit of a `git fast-import` stream; where a file and a folder clash,
    the later one stays, as git has it."""
    lines = [
        b"commit refs/heads/random",
        b"committer A <a@example.com> 0 +0000",
        b"data 0",
        b"deleteall",
    ]
    for path, (mode, content) in tree.items():
        quoted = b'"' + b"".join(b"\\%03o" % byte for byte in path) + b'"'
        if mode == b"160000":
            oid = (content.hex().encode() + b"1" * 40)[:40]
            lines.append(b"M 160000 " + oid + b" " + quoted)
        else:
            if mode == b"120000":
                content = content.replace(b"\0", b"") or b"target"
            lines.append(b"M " + mode + b" inline " + quoted)
            lines.append(b"data %d\n" % len(content) + content)
    return b"\n".join(lines) + b"\n"


def test_the_page_names_the_commands_that_the_product_runs() -> None:
    """The options are stated in prose, in the recipe and in the code: once each."""
    from attest.git import diff_tree

    page = " ".join(recipe.PAGE.read_text("utf-8").split())
    patch = " ".join(diff_tree._PATCH)
    assert page.count(f"git diff-tree {patch} OLD NEW") == 1
    assert f"isolated diff-tree {patch}" in page.replace("\\ ", "")
    assert page.count(f"diff-tree {' '.join(diff_tree.RAW_OPTIONS)}") == 2


def test_the_recipe_is_plain_shell() -> None:
    subprocess.run(["sh", "-n", "-c", recipe.script()], check=True)
    assert "python" not in recipe.script()
