"""gitignore patterns, with git itself as the oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

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


def by_git(repo: Repo, patterns: list[str]) -> set[str]:
    file = repo.home / "exclude"
    file.write_text("".join(f"{line}\n" for line in patterns), "utf-8")
    stdin = b"".join(path.encode() + b"\0" for path in PATHS)
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


@pytest.mark.parametrize("line", ["", "   ", "# comment", "!", "a\nb"])
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


@given(st.text("a./\n\r\x85é", max_size=8), st.sampled_from([[], ["*"]]))
def test_what_is_matched_without_pathspec_is_what_pathspec_matches(
    path: str, lines: list[str]
) -> None:
    expected = GitIgnoreSpec.from_lines(lines).match_file(path)
    assert Patterns(lines).match(path.encode()) is expected
