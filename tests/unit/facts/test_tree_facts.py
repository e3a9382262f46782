"""Facts from the new tree: what still names a definition, whether a test does, and what has to
agree with a value."""

from __future__ import annotations

import pytest

from support import facts
from support.repo import Repo

OLD = "def split_header(line):\n    return line.split(':')\n"
NEW = "def split_header(line):\n    return line.split(':', 1)\n"
USER = "from http import split_header\n\n\ndef read(line):\n    return split_header(line)\n"


def changed(repo: Repo, **others: str) -> facts.Known:
    """What is known of a change of `split_header`, beside other files that stay."""
    repo.write("http.py", OLD)
    for name, content in others.items():
        repo.write(name.replace("__", "/").replace("_DOT_", "."), content)
    repo.commit("start")
    repo.write("http.py", NEW)
    repo.commit("Split at the first colon")
    return facts.only(repo)


def test_who_uses_a_definition_is_no_fact(bare_repo: Repo) -> None:
    assert changed(bare_repo, reader_DOT_py=USER).fact is None


@pytest.mark.parametrize(
    "content",
    [
        "def split_header(x):\n    return x\n",
        "class A:\n    split_header = 1\n",
        "split_header = None\n",
    ],
)
def test_a_name_of_several_things(bare_repo: Repo, content: str) -> None:
    known = changed(bare_repo, a_DOT_py=USER, other_DOT_py=content)
    assert known.reasons["tests"] == "the name is defined in several files"


def test_a_name_in_a_hundred_files(bare_repo: Repo) -> None:
    known = changed(bare_repo, **{f"a{n}_DOT_py": USER for n in range(101)})
    assert known.fact is None
    assert known.reasons["tests"] == "the name occurs in more than 100 files"


@pytest.mark.parametrize("name", ["get", "run", "ab", "__call__", "to_string"])
def test_a_common_or_short_name(bare_repo: Repo, name: str) -> None:
    repo = bare_repo
    method = f"class A:\n    def {name}(self, line):\n        return line\n"
    repo.write("http.py", method)
    repo.commit("start")
    repo.write("http.py", method.replace("return line", "return line[1:]"))
    repo.commit("Leave the first out")
    known = facts.only(repo)
    assert known.fact is None
    assert known.reasons["tests"] == "no definition that can be looked for is changed"


def test_a_constructor_is_used_by_the_name_of_its_type(bare_repo: Repo) -> None:
    repo = bare_repo
    pair = "class KeyPair {\n  KeyPair(int a) {\n    if (a > 0) use(a);\n  }\n}\n"
    repo.write("KeyPair.java", pair)
    repo.commit("start")
    repo.write("KeyPair.java", pair.replace("a > 0", "a > 1"))
    repo.commit("More")
    known = facts.only(repo)
    assert known.fact is None
    assert known.reasons["tests"] == "no definition that can be looked for is changed"


def removed(repo: Repo, **others: str) -> facts.Known:
    """What is known of a change that takes `split_header` out."""
    repo.write("http.py", f"x = 1\n\n\n{OLD}")
    for name, content in others.items():
        repo.write(name.replace("__", "/").replace("_DOT_", "."), content)
    repo.commit("start")
    repo.write("http.py", "x = 1\n")
    repo.commit("Take it out")
    return facts.only(repo)


def test_a_removed_name_that_code_still_has(bare_repo: Repo) -> None:
    known = removed(bare_repo, a_DOT_py="import http\n\nx = http.split_header(y)\n")
    assert known.text == (
        "still-used: `split_header` is taken out here and still named in `a.py:3`. "
        "What does that line find now?"
    )


def test_a_removed_name_that_a_document_still_has(bare_repo: Repo) -> None:
    known = removed(bare_repo, docs__http_DOT_md="# HTTP\n\nCall `split_header`.\n")
    assert known.text == (
        "still-used: `split_header` is taken out here and still documented in `docs/http.md:3`. "
        "What should a reader find there now?"
    )


def test_a_change_log_may_name_what_is_gone(bare_repo: Repo) -> None:
    known = removed(bare_repo, CHANGELOG_DOT_md="- `split_header` is new\n")
    assert known.reasons["still-used"] == "nothing names what the hunk takes out"


def test_what_is_defined_elsewhere_is_not_gone(bare_repo: Repo) -> None:
    known = removed(bare_repo, a_DOT_py=USER, b_DOT_py=OLD)
    assert known.reasons["still-used"] == "the name is still defined somewhere"


def test_a_removed_option_that_a_document_still_has(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("cli.py", "add('--dry-run')\nadd('--no-colour')\n")
    repo.write("README.md", "Use `--no-colour-at-all`.\nUse `--no-colour` in a log.\n")
    repo.commit("start")
    repo.write("cli.py", "add('--dry-run')\n")
    repo.commit("Drop it")
    assert facts.only(repo).text == (
        "still-used: `--no-colour` is in no code now and still documented in `README.md:2`. "
        "What should a reader find there now?"
    )


def of_tested(repo: Repo, test: str, name: str = "split_header") -> facts.Known:
    """What is known of a change of `split_header`, with a test file beside it."""
    other = "def join_header(name, value):\n    return name + value\n"
    repo.write("http.py", OLD.replace("split_header", name) + other)
    repo.write("tests/test_http.py", test)
    repo.commit("start")
    repo.write("http.py", NEW.replace("split_header", name) + other)
    repo.commit("Split at the first colon")
    return facts.known(repo)["http.py:2"]


IMPORTS = "from http import join_header, split_header\n\n\n"
BOTH = "def test_both():\n    assert join_header('a', 'b')\n"


def test_what_a_test_mentions_is_no_fact(bare_repo: Repo) -> None:
    test = f"{IMPORTS}{BOTH}    assert split_header('a:b')\n"
    assert of_tested(bare_repo, test).reasons["tests"] == "a test mentions it, or it is a type"


def test_no_test_where_tests_are_usual(bare_repo: Repo) -> None:
    known = of_tested(bare_repo, "from http import join_header\n\n\n" + BOTH)
    assert known.text == (
        "tests: No test mentions `split_header`. What would fail without this hunk?"
    )


def test_a_private_name_needs_no_test(bare_repo: Repo) -> None:
    test = "from http import join_header\n\n\n" + BOTH
    known = of_tested(bare_repo, test, "_split_header")
    assert known.reasons["tests"] == "no test mentions it, and that is usual here"


def test_no_test_where_tests_are_not_usual(bare_repo: Repo) -> None:
    known = of_tested(bare_repo, "def test_nothing():\n    assert True\n")
    assert known.fact is None
    assert known.reasons["tests"] == "tests mention few of the other definitions of this file"


def test_a_default_that_a_document_still_has(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("http.py", "def fetch(url, timeout=30):\n    return url\n")
    repo.write("README.md", "It waits: 30 times.\n- `timeout`: the default is 30 seconds\n")
    repo.commit("start")
    repo.write("http.py", "def fetch(url, timeout=5):\n    return url\n")
    repo.commit("Wait less")
    assert facts.only(repo).text == (
        "relation: `README.md:2` still has `30` for `timeout`. Which of the two is right?"
    )


def test_a_document_that_has_the_new_default(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("http.py", "def fetch(url, timeout=30):\n    return url\n")
    repo.write("README.md", "- `timeout`: the default is 5 seconds, it was 30\n")
    repo.commit("start")
    repo.write("http.py", "def fetch(url, timeout=5):\n    return url\n")
    repo.commit("Wait less")
    assert facts.only(repo).reasons["relation"] == "no document has the old value"


@pytest.mark.parametrize(
    ("value", "others", "shown"),
    [
        ("0x1f8b", 1, True),
        ("0x1f8b", 2, False),
        ("1000", 1, False),
        ("4096", 1, False),
        ("2024", 1, False),
        ("86399", 1, True),
    ],
)
def test_the_same_constant(bare_repo: Repo, value: str, others: int, *, shown: bool) -> None:
    repo = bare_repo
    repo.write("gzip.py", f"MAGIC = {value}\n")
    for number in range(others):
        repo.write(f"b{number}.py", f"if head == {value}:\n    unpack()\n")
    repo.commit("start")
    repo.write("gzip.py", "MAGIC = 7\n")
    repo.commit("Another one")
    known = facts.only(repo)
    assert (known.fact is not None and known.fact.kind == "relation") is shown
    if shown:
        assert known.text == (
            f"relation: `{value}` is also in `b0.py:1`. Why does it stay as it is there?"
        )


def test_a_type_that_another_module_defines_now(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("Config.hs", "module Config where\n\ndata PgVersion = PgVersion Int\n")
    repo.write("Main.hs", "import Config (PgVersion)\n")
    repo.commit("start")
    repo.write("Config.hs", "module Config where\n")
    repo.write("Types.hs", "data PgVersion = PgVersion Int Int\n")
    repo.commit("Move it")
    reasons = [known.reasons.get("still-used") for known in facts.known(repo).values()]
    assert "the name is still defined somewhere" in reasons
    assert all(known.fact is None for known in facts.known(repo).values())
