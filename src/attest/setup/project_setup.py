"""`attest init --maintainer`: write what the project needs, and name the next steps."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attest.errors import AttestError, UsageError
from attest.forge import job_source
from attest.forge.ci_event import Forge
from attest.forge.job_source import Origin, UnknownOrigin
from attest.forge.workflow import Trigger
from attest.git import identity
from attest.git.repository import Repository
from attest.interview.line_editor import ask_line
from attest.interview.terminal import has_terminal
from attest.policy import parser
from attest.policy.model import FILE
from attest.setup import maintainer, merge_method
from attest.setup import wishes as new_policy
from attest.setup.file_result import FileResult
from attest.setup.merge_method import MergeMethod
from attest.setup.wishes import Wishes
from attest.signatures import signing_key
from attest.signatures.ssh_key import SigningKey


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """The options of `attest init --maintainer`.

    Args:
        preset: the policy to start from; None for the default one.
        forge: whose CI job; None to go by the remote.
        source: where the job installs attest from; None for where this one is from.
        ask: whether the person may be asked.
        agents: whether AGENTS.md gets a section.
        merge_method: how the project merges; None to ask.
        trigger: the event that starts the CI job.
    """

    preset: str | None
    forge: Forge | None
    source: str | None
    ask: bool
    agents: bool = False
    merge_method: str | None = None
    trigger: Trigger = "pull_request_target"


def set_up(repository: Repository, options: ProjectOptions, write: Callable[[str], None]) -> None:
    """Write the files that are missing, and print what became of each.

    Args:
        write: prints a line.

    Raises:
        AttestError: see `maintainer.write` and `job_source.parse`.
    """
    source = _source(repository, options)
    preset = options.preset or "default"
    asks_about_policy = options.ask and has_terminal() and not (repository.top() / FILE).exists()
    method = _merge_method(options, ask=asks_about_policy)
    wishes = _wishes(repository, options) if asks_about_policy else None
    results = list(
        maintainer.write(
            repository,
            preset,
            options.forge,
            source,
            is_requested=options.preset is not None,
            method=method,
            wishes=wishes,
            agents=options.agents,
            trigger=options.trigger,
        )
    )
    for result in results:
        first, *more = result.note.split("\n")
        write(f"{result.path}: {result.outcome}" + (f" ({first})" if first else ""))
        for line in more:
            write(line)
    write("Next:")
    steps = _next_steps(repository, results)
    if method is not None:
        forge, _ = maintainer.job(repository, options.forge)
        steps += merge_method.settings(method, forge)
    for number, step in enumerate(steps, 1):
        first, *more = step.split("\n")
        for line in (f"  {number}. {first}", *(f"     {line}" for line in more)):
            write(line)


def _merge_method(options: ProjectOptions, *, ask: bool) -> MergeMethod | None:
    """How the project merges; None where nobody says.

    Args:
        ask: whether the person is asked about a new policy. One that exists says what its project
            wants.
    """
    if options.merge_method is not None:
        return merge_method.parse(options.merge_method)
    return merge_method.ask() if ask else None


def _wishes(repository: Repository, options: ProjectOptions) -> Wishes:
    forge, _ = maintainer.job(repository, options.forge)
    return new_policy.ask(repository.top(), on_github=forge == "github")


def _source(repository: Repository, options: ProjectOptions) -> Origin | UnknownOrigin:
    if options.source is not None:
        return job_source.parse(options.source)
    source = job_source.of_installation()
    if isinstance(source, Origin) or not options.ask:
        return source
    _, missing = maintainer.job(repository, options.forge)
    return _ask_source(source) if missing and has_terminal() else source


def _ask_source(unknown: UnknownOrigin) -> Origin | UnknownOrigin:
    """Ask where the CI job installs attest from; a dash skips the job."""
    guess = maintainer.suggestion(unknown.folder) if unknown.folder else ""
    question = (
        f"Where should the CI job install attest from? ({unknown.reason}.)\n"
        f"For example: {job_source.EXAMPLE}. Type - to skip the job."
    )
    while (answer := ask_line(question, guess or "-")) != "-":
        try:
            return job_source.parse(answer)
        except UsageError as error:
            question = f"{error.message}.\nTry again, or type - to skip"
    return unknown


def _next_steps(repository: Repository, results: Sequence[FileResult]) -> list[str]:
    """What the maintainer does now, each step in one or more lines."""
    top = repository.top()
    paths = [result.path for result in results if (top / result.path).is_file()]
    new_paths = [".attest" if path.startswith(".attest/") else path for path in paths]
    steps = [
        _list_a_key(repository),
        "review .attest.toml (is `project` the right name?), then: attest policy check",
        *(f"paste the section above into {result.path}" for result in results if result.paste),
        f"git add {' '.join(dict.fromkeys(map(shlex.quote, new_paths)))}\n{_THEN}",
    ]
    if any("attest.yml" in path for path in paths):
        steps.append(
            "when contributors are ready, make the job `attest` a required check of the branch"
        )
    return steps


_THEN = "then commit, read the result (attest policy explain --base HEAD) and push"


def _list_a_key(repository: Repository) -> str:
    try:
        key, author = signing_key.choose(repository), identity.author(repository)
    except AttestError:
        key = None
    if not isinstance(key, SigningKey):
        return "add a line for the key of each maintainer to .attest/allowed_signers"
    policy = parser.read((repository.top() / FILE).read_bytes(), FILE)
    line = maintainer.signer_line(author.email, key.public, policy)
    return f"list your own key: add this line to .attest/allowed_signers\n{line}"
