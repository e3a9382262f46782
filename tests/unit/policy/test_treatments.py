"""What a policy wants of each path, and why."""

from __future__ import annotations

import pytest

from attest.git.attributes import Attributes
from attest.policy import parser
from attest.policy.treatments import Treatments
from support import forge
from support.repo import Repo

MARKS = """\
gen/** linguist-generated
lib/** linguist-vendored
both/** linguist-generated linguist-vendored
"""


def decided(repo: Repo, policy: str, path: str) -> tuple[str, str]:
    """The treatment of a path and the reason, by a policy and by attributes of a commit."""
    repo.write(".gitattributes", MARKS)
    repo.commit("attributes")
    with forge.isolated(repo) as isolated:
        attributes = Attributes(isolated, repo.git("rev-parse", "HEAD^{tree}"))
        treatments = Treatments(
            parser.read(f"version = 1\n{policy}".encode(), "policy"), attributes
        )
        name = path.encode()
        decision = treatments.decisions([name])[name]
        assert treatments.of([name]) == {name: decision.treatment}
        return decision.treatment, decision.reason


@pytest.mark.parametrize(
    ("policy", "path", "treatment", "reason"),
    [
        ("", "src/a.py", "ask", "'*' of `paths` matches it"),
        ('paths = ["src/"]', "docs/a.md", "ignore", "no pattern of `paths` matches it"),
        ('ignore = ["*.md"]', "docs/a.md", "ignore", "'*.md' of `ignore` matches it"),
        ('ignore = ["*"]', "uv.lock", "cover", "its name is that of a lock file"),
        ('ignore = ["*"]\nlock-files = "ask"', "uv.lock", "ask", "its name is that of a lock file"),
        ("", "gen/a.py", "cover", ".gitattributes of the base mark it as linguist-generated"),
        ('generated = "ask"', "gen/a.py", "ask", ".gitattributes of the base mark it as "),
        ('vendored = "ignore"', "lib/a.py", "ignore", ".gitattributes of the base mark it as "),
        ('vendored = "ignore"', "both/a.py", "ignore", "linguist-generated and linguist-vendored"),
        ('generated = "ask"', "both/a.py", "cover", "linguist-generated and linguist-vendored"),
    ],
)
def test_the_first_rule_that_applies_decides(
    repo: Repo, policy: str, path: str, treatment: str, reason: str
) -> None:
    result = decided(repo, policy, path)
    assert (result[0], reason in result[1]) == (treatment, True)


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        ('paths = ["src/"]', "docs/a.md"),
        ('ignore = ["*.md"]', "docs/a.md"),
        ('generated = "ignore"', "gen/a.md"),
    ],
)
def test_what_is_required_of_a_path_makes_it_count(repo: Repo, policy: str, path: str) -> None:
    required = f'{policy}\n[[require]]\npaths = ["*.md"]\nlevel = "exact"\n'
    assert decided(repo, required, path) == (
        "cover",
        "`require` matches it",
    )
