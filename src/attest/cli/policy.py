"""`attest policy`: explain, check, schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from attest.project.rules import ProjectRules

app = typer.Typer(
    name="policy",
    help="""Explain or check the project's policy, or print its schema.

    The policy is the file .attest.toml at the root of the repository.
    """,
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command()
def explain(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", show_default=False, help="Files to explain the policy for."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="REF", help="Commit whose policy to explain."),
    ] = None,
) -> int:
    """Explain the policy in plain words, for the project or for paths.

    Without --base, explains the policy that this clone uses: the one on the default branch
    of its remote (upstream, then origin), or in `git config attest.base`.

    \b
    Examples:
      attest policy explain
      attest policy explain src/app.py package-lock.json
      attest policy explain --base HEAD
    """
    from attest.git.repository import Repository
    from attest.project import explain as explanation
    from attest.project import local_rules, other_branches
    from attest.project.rules import ProjectRules
    from attest.text import showable

    repository = Repository.find()
    with repository.isolated() as isolated:
        if base is None:
            rules = local_rules.read(repository, isolated)
        else:
            named = repository.resolve(base)
            oid = other_branches.rules_commit(repository, isolated, named, None)
            rules = ProjectRules.read(isolated, oid, anybody=True)
            if oid != named:
                print(f"{named[:10]} has no .attest.toml, and the default branch's applies to it:")
        names = [explanation.path_in_tree(repository, path) for path in paths or []]
        lines = explanation.of_paths(rules, names) if names else _all(rules)
        for line in lines:
            print(showable(line))
    return 0


def _all(rules: ProjectRules) -> list[str]:
    from attest.policy import summary

    if rules.digest is None:
        where = f"the base commit {rules.oid[:10]}" if rules.oid else "the base commit"
        first = f"There is no .attest.toml in {where}; the built-in rules apply."
    else:
        first = f".attest.toml at {(rules.oid or '')[:10]}:"
    read = [f"Read {name} before you contribute." for name in rules.policy.read]
    return [first, *summary.sentences(rules.policy), *read]


@app.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="Policy file. Default: .attest.toml in the work tree.",
        ),
    ] = None,
) -> int:
    """Check .attest.toml and the files in .attest/ for mistakes.

    Names the file, line and key of a mistake and exits with code 4. Also warns about
    settings that are valid but probably unintended.

    \b
    Examples:
      attest policy check
      attest policy check drafts/.attest.toml
    """
    from attest.git.repository import Repository
    from attest.project import lint
    from attest.text import showable

    path = file or Repository.find().top() / ".attest.toml"
    for line in lint.check(path):
        print(showable(line))
    return 0


@app.command()
def schema() -> int:
    """Print the JSON Schema of .attest.toml, for editors.

    \b
    Examples:
      attest policy schema > .attest/schema.json
    """
    import json

    from attest.policy import parser

    print(json.dumps(parser.schema(), indent=2))
    return 0
