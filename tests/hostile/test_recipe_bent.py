"""Nothing of a repository, its user or its place bends the digests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support import hostile, recipe
from support.repo import Repo, environment

pytestmark = pytest.mark.long

TESTS = Path(__file__).parents[1]


class Plain:
    """A small repository with an ordinary commit and a merge with conflicts,
    and the digests of both before anything bends them."""

    def __init__(self, root: Path) -> None:
        self.repo = repo = Repo.create(root, "plain")
        lines = [b"def f%d():\n    if ok:\n        pass\n\n" % n for n in range(12)]
        link = "1" * 40
        repo.write("code.py", b"".join(lines))
        repo.write("caf\u00e9 \t.txt", b"a  b\r\nc\n")
        repo.write("quo\"te's", hostile.BINARY)
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{link},module")
        base = repo.commit()
        lines[2], lines[3] = b"def g():\n    if ok:\n        pass\n\n", b"\n"
        repo.write("code.py", b"".join(lines))
        repo.write("z renamed", hostile.BINARY + b"\n")
        repo.write("caf\u00e9 \t.txt", b"a b\r\nc")
        repo.git("rm", "--quiet", "--cached", "quo\"te's")
        repo.git("update-index", "--cacheinfo", f"160000,{link[1:]}2,module")
        self.edit = repo.commit()
        repo.git("checkout", "--quiet", "--force", "-b", "side", base)
        repo.write("code.py", b"side\n" + b"".join(lines).replace(b"ok", b"fine"))
        self.side = repo.commit()
        heads = ("-p", self.edit, "-p", self.side)
        self.merge = repo.git("commit-tree", *heads, "-m", "merge", f"{self.side}^{{tree}}")
        repo.git("checkout", "--quiet", "--force", "main")
        repo.git("update-ref", "refs/heads/merge", self.merge)
        self.base = base
        self.expected = {rev: recipe.digests(repo.path, rev, env=repo.env) for rev in self.revs}

    @property
    def revs(self) -> tuple[str, str]:
        return (self.edit, self.merge)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Plain:
    return Plain(tmp_path_factory.mktemp("plain"))


def copied(plain: Plain, root: Path, name: str = "copy") -> Repo:
    """A copy, with a home of its own, to be spoiled."""
    home = root / "home"
    home.mkdir(exist_ok=True)
    shutil.copytree(plain.repo.path, root / name, symlinks=True)
    return Repo(root / name, home, environment(home))


def unbent(
    plain: Plain, repo: Repo, monkeypatch: pytest.MonkeyPatch, env: dict[str, str] | None = None
) -> None:
    """Assert that both ways still make the same digests."""
    whole = {**repo.env, **(env or {})}
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in whole.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(repo.path)
    for rev in plain.revs:
        assert recipe.product(rev) == plain.expected[rev], "the product"
        assert recipe.digests(repo.path, rev, env=whole) == plain.expected[rev], "the recipe"


CONFIG = {
    "algorithm": {"diff.algorithm": "patience"},
    "prefix": {"diff.noprefix": "true", "diff.mnemonicPrefix": "true", "diff.srcPrefix": "@@ "},
    "renames": {"diff.renames": "copies", "merge.renames": "false", "diff.renameLimit": "1"},
    "context": {"diff.context": "9", "diff.interHunkContext": "99", "diff.indentHeuristic": "no"},
    "quoting": {"core.quotePath": "false", "core.precomposeUnicode": "true"},
    "colour": {"color.ui": "always", "color.diff": "always", "diff.colorMoved": "zebra"},
    "word diff": {"diff.wordRegex": ".", "diff.wsErrorHighlight": "all", "core.whitespace": "-all"},
    "pager": {"core.pager": "false", "pager.diff-tree": "false", "interactive.diffFilter": "false"},
    "order": {"diff.orderFile": "order", "diff.relative": "true", "diff.submodule": "diff"},
    "submodules": {"diff.ignoreSubmodules": "all", "submodule.module.ignore": "all"},
    "merge": {"merge.conflictStyle": "diff3", "merge.default": "union", "merge.renormalize": "1"},
    "encoding": {"i18n.commitEncoding": "latin1", "i18n.logOutputEncoding": "utf-16"},
    "big files": {"core.bigFileThreshold": "1", "diff.external": "false"},
    "line ends": {"core.autocrlf": "true", "core.eol": "crlf", "core.fileMode": "false"},
    "abbreviation": {"core.abbrev": "4", "log.showSignature": "true", "diff.statGraphWidth": "3"},
    "replace": {"core.useReplaceRefs": "true", "core.commitGraph": "true"},
}


@pytest.mark.parametrize("name", CONFIG)
@pytest.mark.parametrize("scope", ["local", "global"])
def test_configuration(
    plain: Plain, name: str, scope: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = copied(plain, tmp_path)
    (repo.path / "order").write_text("z*\nmodule\n")
    for key, value in CONFIG[name].items():
        repo.git("config", f"--{scope}", key, value)
    unbent(plain, repo, monkeypatch)


ATTRIBUTES = {
    "no diff": "* -diff",
    "binary": "* binary",
    "no merge": "* -merge",
    "union": "* merge=union",
    "driver": "* merge=evil diff=evil",
    "text": "* text=auto eol=crlf working-tree-encoding=UTF-16 ident filter=evil",
    "markers": "* conflict-marker-size=20 whitespace=all",
    "words": "* diff=python",
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes(
    plain: Plain, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every place at once where git looks for them, with drivers that would
    leave a mark."""
    repo = copied(plain, tmp_path)
    line = ATTRIBUTES[name] + "\n"
    mark = tmp_path / "ran"
    for key in (
        "diff.evil.textconv",
        "diff.evil.command",
        "merge.evil.driver",
        "filter.evil.clean",
    ):
        repo.git("config", key, f"touch '{mark}';:")
    repo.git("config", "diff.python.xfuncname", "^.*$")
    (repo.path / "anywhere").write_text(line)
    repo.git("config", "core.attributesFile", str(repo.path / "anywhere"))
    for place in (repo.path / ".git" / "info", repo.home / ".config" / "git"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "attributes").write_text(line)
    repo.write(".gitattributes", line)
    repo.write(".gitmodules", '[submodule "module"]\n\tpath = module\n\turl = x\n\tignore = all\n')
    mark.unlink(missing_ok=True)
    unbent(plain, repo, monkeypatch, {"GIT_ATTR_SOURCE": "HEAD"})
    assert not mark.exists()


ENVIRONMENTS = {
    "diff options": {"GIT_DIFF_OPTS": "-u7"},
    "external diff": {"GIT_EXTERNAL_DIFF": "false"},
    "turkish": {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "de"},
    "utf-8": {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    "parameters": {"GIT_CONFIG_PARAMETERS": "'diff.context'='9' 'merge.conflictStyle'='diff3'"},
    "counted": {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "diff.orderFile",
        "GIT_CONFIG_VALUE_0": "/dev/null",
    },
    "elsewhere": {"GIT_INDEX_FILE": "/nowhere/index", "GIT_NAMESPACE": "x"},
    "pathspecs": {"GIT_LITERAL_PATHSPECS": "1", "GIT_REPLACE_REF_BASE": "refs/heads/"},
    "pagers": {"GIT_PAGER": "false", "PAGER": "false", "GIT_PAGER_IN_USE": "1", "LESS": "-F"},
    "colours": {"TERM": "xterm-256color", "CLICOLOR_FORCE": "1", "COLUMNS": "20"},
    "posix": {"POSIXLY_CORRECT": "1", "TZ": "Asia/Kathmandu"},
    "no lazy": {"GIT_DEFAULT_HASH": "sha256", "GIT_MERGE_VERBOSITY": "5"},
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment(plain: Plain, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    unbent(plain, plain.repo, monkeypatch, ENVIRONMENTS[name])


def _replace(plain: Plain, repo: Repo) -> None:
    tree = repo.git("rev-parse", f"{plain.base}^{{tree}}")
    repo.git("replace", plain.edit, plain.base)
    repo.git("replace", "--force", f"{plain.side}^{{tree}}", tree)
    repo.git("replace", f"{plain.edit}:code.py", f"{plain.base}:code.py")


def _graft(plain: Plain, repo: Repo) -> None:
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    grafts = f"{plain.edit}\n{plain.merge} {plain.base}\n{plain.side} {plain.edit}\n"
    (repo.path / ".git" / "info" / "grafts").write_text(grafts)


def _pack(plain: Plain, repo: Repo) -> None:
    repo.git("repack", "-adq")
    repo.git("commit-graph", "write", "--reachable")


def _shared(plain: Plain, repo: Repo) -> None:
    """The objects are those of another repository."""
    shutil.move(repo.path / ".git" / "objects", repo.path / 'far away: "objects"')
    (repo.path / ".git" / "objects" / "info").mkdir(parents=True)
    far = str(repo.path / 'far away: "objects"')
    (repo.path / ".git" / "objects" / "info" / "alternates").write_text(far + "\n")


@pytest.mark.parametrize("spoil", [_replace, _graft, _pack, _shared])
def test_objects(
    plain: Plain,
    spoil: Callable[[Plain, Repo], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repo = copied(plain, tmp_path)
    spoil(plain, repo)
    unbent(plain, repo, monkeypatch)


NAMES = [
    "with space",
    "quo\"te's",
    "co:lon",
    '"in front',
    "back\\slash",
    "$(id) `x`",
    "# no",
    "\xe9",
]


@pytest.mark.parametrize("name", NAMES)
def test_place(plain: Plain, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unbent(plain, copied(plain, tmp_path, name), monkeypatch)


@pytest.mark.parametrize("name", ["plain", 'co:lon "and" quo\'te \\s'])
def test_linked_worktree(
    plain: Plain, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = copied(plain, tmp_path, name)
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    unbent(plain, Repo(tmp_path / "linked", repo.home, repo.env), monkeypatch)


@pytest.mark.parametrize("name", ["plain", "with space", "quo\"te's", "co:lon", "back\\slash"])
def test_quarantine(plain: Plain, name: str, tmp_path: Path) -> None:
    """A real push into a repository whose hook runs both: git names the
    quarantine, and what lies behind it, in the environment."""
    server = tmp_path / name
    plain.repo.git("init", "--quiet", "--bare", str(server))
    plain.repo.git("push", "--quiet", str(server), f"{plain.base}:refs/heads/base")
    reply = tmp_path / "said"
    reply.mkdir()
    script = tmp_path / "recipe.sh"
    script.write_text(recipe.script(), "utf-8")
    show = "import sys; from support import recipe; print(*recipe.product(sys.argv[1]), sep='\\n')"
    hook = server / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!/bin/sh\nwhile read -r old new ref; do\n"
        f"  sh '{script}' . $new > '{reply}/recipe.'$new 2>&1\n"
        f"  PYTHONPATH='{TESTS}' '{sys.executable}' -c \"{show}\" $new"
        f" > '{reply}/product.'$new 2>&1\n"
        f"done\nexit 0\n"
    )
    hook.chmod(0o755)
    refs = [f"{rev}:refs/heads/pushed-{rev}" for rev in plain.revs]
    plain.repo.git("push", "--quiet", str(server), *refs)
    for rev in plain.revs:
        expected = plain.expected[rev]
        assert (reply / f"recipe.{rev}").read_text().splitlines() == expected
        assert (reply / f"product.{rev}").read_text().splitlines() == expected
