"""`attest policy`: explain, check, schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from attest.project.rules import ProjectRules

app = typer.Typer(
    name="policy",
    help="""Read the project's rules: what holds, whether the file is right, its schema.

    The rules stand in .attest.toml (docs/policy.md).
    """,
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command()
def explain(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", show_default=False)
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="REF", help="The commit whose rules are explained."),
    ] = None,
) -> int:
    """Say in plain words what holds, also for a path.

    Without --base: the rules that this clone goes by, of the default branch of its
    remote (upstream, then origin), or of `git config attest.base`.

    \b
    Examples:
      attest policy explain
      attest policy explain src/app.py package-lock.json
      attest policy explain --base HEAD
    """
    from attest.git.repository import Repository
    from attest.project import explain as explain_
    from attest.project import local_rules
    from attest.project.rules import ProjectRules
    from attest.text import showable

    repository = Repository.find()
    with repository.isolated() as isolated:
        if base is None:
            rules = local_rules.read(repository, isolated)
        else:
            rules = ProjectRules.read(isolated, repository.resolve(base), anybody=True)
        names = [explain_.path_in_tree(repository, path) for path in paths or []]
        lines = explain_.of_paths(rules, names) if names else _all(rules)
        for line in lines:
            print(showable(line))
    return 0


def _all(rules: ProjectRules) -> list[str]:
    from attest.policy import summary

    if rules.digest is None:
        where = f"the base commit {rules.oid[:10]}" if rules.oid else "the base commit"
        first = f"There is no .attest.toml in {where}; the built-in rules apply."
    else:
        first = f"By .attest.toml in {(rules.oid or '')[:10]}:"
    read = [f"Read {name} before you contribute." for name in rules.policy.read]
    return [first, *summary.sentences(rules.policy), *read]


@app.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", show_default=False, help="The work tree's, by default."),
    ] = None,
) -> int:
    """Look at .attest.toml, and at .attest/ beside it, for mistakes.

    A mistake is named with its file, line and key; exit code 4. What is right and
    surely not meant is said too.

    \b
    Examples:
      attest policy check
      attest policy check drafts/.attest.toml
    """
    from attest.git.repository import Repository
    from attest.project import lint
    from attest.text import showable

    found = file or Repository.find().top() / ".attest.toml"
    for line in lint.check(found):
        print(showable(line))
    return 0


@app.command()
def schema() -> int:
    """Print the JSON schema of .attest.toml, for completion in editors.

    \b
    Examples:
      attest policy schema > .attest/schema.json
    """
    import json

    from attest.policy import parser

    print(json.dumps(parser.schema(), indent=2))
    return 0
