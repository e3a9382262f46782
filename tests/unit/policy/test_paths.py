"""gitignore patterns, with git itself as the oracle."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest.policy.globs import Glob
from attest.policy.paths import LOCK_FILES, Patterns, assert_pattern, is_lock_file
from support.repo import Repo

PATHS = [
    "a.py",
    "b.md",
    "keep.md",
    "docs/a.md",
    "docs/deep/a.md",
    "src/docs/x",
    "src/a.py",
    "src/gen/a.py",
    "src/gen/deep/b.py",
    "src/general.py",
    "A.PY",
    "a.py/b",
    "sp ace/x y.txt",
    "#hash",
    "!bang",
    "[x]/y",
    "x/y/z/w",
    "foo/bar/baz",
    "bar/baz",
    "dir.d/file",
    "über/x.txt",
    "a\\b",
    "trailing ",
]
LISTS = [
    ["*"],
    ["*.md"],
    ["*.md", "!keep.md"],
    ["!keep.md", "*.md"],
    ["docs/"],
    ["/docs/"],
    ["docs"],
    ["docs/*"],
    ["docs/**"],
    ["**/docs/**"],
    ["src/**/b.py"],
    ["src/gen/"],
    ["src/gen"],
    ["src/gen*"],
    ["/a.py"],
    ["a.p?"],
    ["[ab].*"],
    ["[!a].*"],
    ["\\#hash"],
    ["\\!bang"],
    ["*.PY"],
    ["foo/**/baz"],
    ["**/baz"],
    ["bar/baz"],
    ["x/*/z"],
    ["x/**/w"],
    ["dir.d/"],
    ["sp ace/"],
    ["über/"],
    ["*", "!src/"],
    ["src/*", "!src/gen/"],
]


def by_git(repo: Repo, patterns: list[str], paths: list[str] = PATHS) -> set[str]:
    file = repo.home / "exclude"
    file.write_text("".join(f"{line}\n" for line in patterns), "utf-8", newline="")
    stdin = b"".join(path.encode() + b"\0" for path in paths)
    command = ("git", "-c", f"core.excludesFile={file}", "check-ignore", "--no-index")
    out = repo.run(*command, "--stdin", "-z", stdin=stdin).stdout
    return {path.decode() for path in out.split(b"\0")[:-1]}


def test_patterns_mean_what_git_takes_them_for(bare_repo: Repo) -> None:
    for patterns in LISTS:
        ours = {path for path in PATHS if Patterns(patterns).match(path.encode())}
        assert ours == by_git(bare_repo, patterns), patterns


def test_unlike_git_a_later_pattern_counts_below_a_folder_too() -> None:
    """git does not look into a folder that is excluded; a policy has no such reason."""
    patterns = Patterns(["*", "!*.md"])
    assert patterns.match(b"docs/a.py")
    assert not patterns.match(b"docs/a.md")


@pytest.mark.parametrize(
    "line", ["", "   ", "# comment", "!", "a\nb", "a\0", "/", "a\\", "[a", "[[:x:]]", "[z-a]"]
)
def test_a_line_that_means_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"pattern"):
        assert_pattern(line)


@given(st.text(max_size=20), st.binary(min_size=1, max_size=20))
def test_any_pattern_is_refused_or_matches(line: str, path: bytes) -> None:
    try:
        assert_pattern(line)
    except ValueError:
        return
    assert isinstance(Patterns([line]).match(path), bool)
    assert (Patterns([line]).last(path) is not None) == Patterns([line]).match(path)


@pytest.mark.parametrize("name", sorted(LOCK_FILES))
def test_lock_files_are_known_by_their_names(name: str) -> None:
    assert is_lock_file(name.encode())
    assert is_lock_file(f"deep/{name}".encode())
    assert not is_lock_file(f"{name}/x".encode())
    assert not is_lock_file(f"x{name}".encode())


@pytest.mark.parametrize(("name", "is_one"), [("pylock.dev.toml", True), ("pylock.py", False)])
def test_pylock_by_its_form(name: str, is_one: bool) -> None:
    assert is_lock_file(name.encode()) is is_one


NAMES = st.text(
    ["a", "b", "-", "]", "[", "\\", "!", "^", "*", "?", " ", "\n", "\r", "é", "."], max_size=5
)
HOSTILE = st.lists(NAMES.filter(lambda name: name not in ("", ".", "..")), min_size=1, max_size=4)
PIECES = ["a", "b", "*", "**", "/", "/**/", "?", "[ab]", "[!a]", "[^]-a]", "[a-\\b]", "[[:alpha:]]"]
PIECES += ["[[:space:]-]", "[]!]", "\\*", "\\a", "\\ ", " ", "é", ".", "!", "[é]", "-", "]", "\r"]
GLOBS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(GLOBS, st.lists(HOSTILE.map("/".join), min_size=1, max_size=12, unique=True))
def test_a_pattern_means_what_git_takes_it_for(
    bare_repo: Repo, line: str, paths: list[str]
) -> None:
    git = by_git(bare_repo, [line], paths)
    try:
        assert_pattern(line)
    except ValueError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        # git takes the first character of a range that ends before it begins.
        assert not git or "range" in refused
        return
    # git reads lines of a file, and drops a carriage return at their end.
    if not line.endswith("\r"):
        assert {path for path in paths if Patterns([line]).match(path.encode())} == git


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.sampled_from(["*", "*.md", "a/", "b", "a/*", "/a", "a/**", "**/b/"]).flatmap(
            lambda line: st.sampled_from([line, f"!{line}"])
        ),
        max_size=5,
    ),
    st.lists(st.sampled_from(["a", "b", "c.md"]), min_size=1, max_size=3).map("/".join),
)
def test_a_list_means_what_git_takes_it_for_unless_it_spares_below_a_folder(
    bare_repo: Repo, lines: list[str], path: str
) -> None:
    ours = Patterns(lines).match(path.encode())
    git = bool(by_git(bare_repo, lines, [path]))
    if ours != git:
        assert git
        assert any(Patterns([line[1:]]).match(path.encode()) for line in lines if line[0] == "!")


@pytest.mark.parametrize("path", ["a\nb/c.py", "x/a\nb.py", "c.py", "\n.py", "x/\n/c.py"])
def test_a_newline_in_a_name_hides_nothing(path: str) -> None:
    assert Patterns(["*.py"]).match(path.encode())
    assert not Patterns(["*.py"]).match(path.encode() + b"\n")


@pytest.mark.parametrize("unit", ["*a", "**/", "**/*a", "?*", "[ab]*", "*/**/"])
def test_a_path_is_read_once_whatever_the_pattern_has(unit: str) -> None:
    """Each byte of a path changes the set of places in the pattern once."""
    steps = 0

    class Counted(Glob):
        def _reach(self, entered: int, stayed: int = 0) -> int:
            nonlocal steps
            steps += 1
            return super()._reach(entered, stayed)

    path = b"/".join([b"a" * 400] * 10)
    for many in (1, 10, 100):
        steps = 0
        assert not Counted(unit * many + "b").depth(path)
        assert steps <= len(path) + 11
