"""`attest init` and `attest uninstall`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer


class ForgeName(StrEnum):
    """Forges that attest can write a CI job for."""

    GITHUB = "github"
    GITLAB = "gitlab"
    FORGEJO = "forgejo"


if TYPE_CHECKING:
    from attest.forge.ci_event import Forge
    from attest.forge.job_source import Origin, Unknown
    from attest.git.repository import Repository
    from attest.setup.hooks import Installed
    from attest.signatures.signing_key import Key


def init(
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Signing key: an SSH key file (private or public), or openpgp:ADDRESS.",
        ),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Ask nothing: use the first key found, or create one."),
    ] = False,
    no_hooks: Annotated[bool, typer.Option("--no-hooks", help="Do not install hooks.")] = False,
    maintainer: Annotated[
        bool,
        typer.Option(
            "--maintainer",
            help="Set up the project: write .attest.toml, the list of signers, the CI job and "
            "a section of CONTRIBUTING.md.",
        ),
    ] = False,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="With --maintainer: policy to start from: default, linux, apache, "
            "kubernetes, openstack, ban.",
        ),
    ] = None,
    forge: Annotated[
        ForgeName | None,
        typer.Option(
            "--forge",
            help="With --maintainer: forge to write the CI job for. Default: that of the remote.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="SPEC",
            help="With --maintainer: where the CI job installs attest from: "
            "git+https://…@COMMIT, the URL of an archive with #sha256=…, or "
            "git-attest==VERSION. Default: where this attest was installed from.",
        ),
    ] = None,
) -> int:
    """Set up this clone: choose a signing key and install the hooks.

    Looks for a key in git's user.signingKey, in the SSH agent and in ~/.ssh, and never
    changes existing keys. Existing hooks keep running, before attest's. Shows the
    project's policy. You can run it again at any time.

    With --maintainer, sets up the project instead of the clone.

    \b
    Examples:
      attest init
      attest init --key ~/.ssh/id_ed25519 --yes
      attest init --maintainer --preset linux
      attest init --maintainer --forge github --source git+https://HOST/PATH@COMMIT
    """
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.signatures import signing_key

    if not maintainer and any(one is not None for one in (preset, forge, source)):
        raise UsageError("--preset, --forge and --source require --maintainer", "Add --maintainer.")
    repository = Repository.find()
    if maintainer:
        return _maintain(repository, preset, forge, source, ask=not yes)
    chosen = _choose(repository, key, yes=yes)
    if repository.config(signing_key.SETTING) != chosen.value:
        repository.set_config(signing_key.SETTING, chosen.value)
    print(f"Signing key: {chosen.fingerprint} ({chosen.comment or chosen.value})")
    _record(repository, chosen)
    if no_hooks:
        print("Hooks: not installed (--no-hooks). Use `attest commit` and `attest push`.")
    elif repository.bare:
        print("Hooks: not installed (this is a bare repository).")
    else:
        from attest.setup import hooks

        installed = hooks.install(repository)
        _report(installed)
        if installed.outside is not None:
            _project(repository, ask=not yes)
            print("Next: add those lines, or use `attest commit` and `attest push`.")
            return 0
    _project(repository, ask=not yes)
    print("Next: commit and push as usual. `git push` asks about commits without answers.")
    print("To answer before you commit: `git add`, then `attest`, then `git commit`.")
    return 0


def _record(repository: Repository, key: Key) -> None:
    """Make hooks sign with the program that signs in this shell."""
    from attest.setup import signing_program
    from attest.signatures import signing_key

    found = signing_program.record(repository, key)
    if found is not None:
        signer = signing_key.Signer.of(key)
        print(f"Signing program: {signer.program(repository)} ({signer.recorded})")
        print(f"  A hook finds {found.in_hook or 'none'}, your shell {found.here or 'none'}.")


def _maintain(
    repository: Repository,
    preset: str | None,
    forge: ForgeName | None,
    source: str | None,
    *,
    ask: bool,
) -> int:
    """Write what a project needs, and print the next steps."""
    import shlex

    from attest.errors import AttestError
    from attest.forge import job_source
    from attest.setup import maintainer
    from attest.signatures import signing_key
    from attest.signatures.ssh_key import SigningKey
    from attest.text import showable

    named: Forge | None = forge.value if forge else None
    found = job_source.parse(source) if source is not None else job_source.of_installation()
    if isinstance(found, job_source.Unknown) and ask and maintainer.job(repository, named)[1]:
        found = _ask_source(found)
    written = list(
        maintainer.write(repository, preset or "default", named, found, asked=preset is not None)
    )
    for one in written:
        first, *more = one.note.split("\n")
        print(showable(f"{one.path}: {one.done}" + (f" ({first})" if first else "")))
        for line in more:
            print(showable(line))
    print("Next:")
    try:
        key, author = signing_key.chosen(repository), repository.author()
    except AttestError:
        key = None
    if isinstance(key, SigningKey):
        print("  1. list your own key: add this line to .attest/allowed_signers")
        print(f"     {showable(maintainer.signer_line(author.email, key.public))}")
    else:
        print("  1. add a line for the key of each maintainer to .attest/allowed_signers")
    print("  2. review .attest.toml (is `project` the right name?), then: attest policy check")
    made = [one.path for one in written if (repository.top() / one.path).is_file()]
    left = [one.path for one in written if one.note.startswith(maintainer.PASTE)]
    paths = [".attest" if path.startswith(".attest/") else path for path in made]
    steps = [f"paste the section above into {path}" for path in left]
    steps.append(
        f"git add {' '.join(dict.fromkeys(map(shlex.quote, paths)))}\n"
        "     then commit, read the result (attest policy explain --base HEAD) and push"
    )
    if any("attest.yml" in path for path in made):
        steps.append(
            "when contributors are ready, make the job `attest` a required check of the branch"
        )
    for number, step in enumerate(steps, 3):
        for line in f"  {number}. {step}".split("\n"):
            print(showable(line))
    return 0


def _ask_source(unknown: Unknown) -> Origin | Unknown:
    """Ask where the CI job installs attest from; a dash skips the job."""
    from attest.errors import UsageError
    from attest.forge import job_source
    from attest.interview.terminal import has_terminal
    from attest.setup import maintainer
    from attest.text import showable

    if not has_terminal():
        return unknown
    guess = maintainer.suggestion(unknown.folder) if unknown.folder else ""
    question = (
        f"Where should the CI job install attest from? ({showable(unknown.why)}.)\n"
        f"For example: {job_source.EXAMPLE}. Type - to skip the job."
    )
    while (said := _ask(question, guess or "-", keep=True)) != "-":
        try:
            return job_source.parse(said)
        except UsageError as error:
            question = f"{showable(error.message)}.\nTry again, or type - to skip"
    return unknown


def _project(repository: Repository, *, ask: bool) -> None:
    """Show the project's policy once, before the first change."""
    from attest.attesting import documents
    from attest.interview.prompter import Page
    from attest.interview.terminal import has_terminal, open_terminal
    from attest.interview.tty import TerminalPrompter
    from attest.policy import summary
    from attest.project import local_rules
    from attest.state.store import Store
    from attest.text import showable

    store = Store(repository.common_dir, repository.git_dir)
    with repository.isolated() as isolated:
        base = local_rules.base(repository, isolated)
        unread = documents.wanted(isolated, base, store)
    if base.digest is None:
        found = list(documents.pointers(repository))
        if found:
            print(f"This project's expectations may be described in: {showable(', '.join(found))}")
        return
    if store.read_before(".attest.toml") == base.digest and all(
        one.seen == one.oid for one in unread
    ):
        return
    said = summary.sentences(base.policy)
    if ask and has_terminal():
        page = Page("What this project asks (.attest.toml)", [f"- {line}" for line in said])
        plain = repository.config("attest.plain", kind="bool") == "true"
        with open_terminal(plain=plain) as terminal:
            TerminalPrompter(terminal).show([page, *(one.page for one in unread)])
        documents.keep(store, unread)
        store.keep_read(".attest.toml", base.digest)
        return
    print("What this project asks (.attest.toml):")
    for line in said:
        print(f"- {showable(line)}")
    for one in unread:
        print(f"- Read {showable(one.name)} (git show {one.oid[:10]}).")


def uninstall() -> int:
    """Remove attest's hooks and settings from this clone.

    Restores the hooks that were there before. Your answers stay in the git directory;
    attest prints the folder.

    \b
    Examples:
      attest uninstall
    """
    from attest.git.repository import Repository
    from attest.setup import hooks, signing_program
    from attest.signatures import signing_key

    repository = Repository.find()
    removed = hooks.uninstall(repository)
    if repository.config(signing_key.SETTING) is not None:
        repository.set_config(signing_key.SETTING, None)
    signing_program.forget(repository)
    print(f"Removed hooks: {', '.join(removed) or 'none were installed'}")
    kept = repository.common_dir / "attest"
    if kept.is_dir():
        print(f"Your answers are still in {kept}. Delete that folder if you do not need them.")
    if repository.ask("for-each-ref", "--count=1", "refs/attest/"):
        print("The old tips of rewritten branches are still under refs/attest/. To delete them:")
        print(
            "  git for-each-ref --format='delete %(refname)' refs/attest | git update-ref --stdin"
        )
    return 0


def _choose(repository: Repository, file: str | None, *, yes: bool) -> Key:
    from attest.interview.terminal import has_terminal
    from attest.signatures import signing_key

    if file is not None:
        return signing_key.load(repository, file, "--key")
    current = signing_key.configured(repository)
    if current is not None:
        return current
    unique: dict[str, Key] = {}
    for key in signing_key.candidates(repository):
        unique.setdefault(key.fingerprint, key)
    found = list(unique.values())
    if not found:
        return _make(repository, yes=yes)
    if len(found) == 1 or yes or signing_key.of_git(repository) or not has_terminal():
        return found[0]
    return _pick(found)


def _pick(found: list[Key]) -> Key:
    lines = [f"  {n}  {k.fingerprint}  {k.kind}  {k.comment}" for n, k in enumerate(found, 1)]
    question = "Which key should sign?\n" + "\n".join(lines) + "\nNumber"
    while not (said := _ask(question, "1")).isdigit() or not 1 <= int(said) <= len(found):
        question = f"Choose a number from 1 to {len(found)}. Number"
    return found[int(said) - 1]


def _make(repository: Repository, *, yes: bool) -> Key:
    from attest.errors import EnvironmentFault
    from attest.interview.terminal import has_terminal
    from attest.signatures import signing_key, ssh_key

    missing = signing_key.missing(repository)
    if not yes and not has_terminal():
        raise EnvironmentFault(
            missing,
            "Create one: ssh-keygen -t ed25519\n"
            "or let attest create one without a passphrase: attest init --yes",
        )
    if not yes and _ask(f"{missing}.\nCreate an Ed25519 key in ~/.ssh? (yes/no)", "yes") not in (
        "y",
        "yes",
    ):
        raise EnvironmentFault(missing, "Create one: ssh-keygen -t ed25519")
    home = signing_key.home_folder()
    if home is None:
        raise EnvironmentFault(
            f"{missing}, and there is no home directory to create one in",
            "Set HOME, or choose a key: attest init --key FILE",
        )
    email = repository.author().email
    made = ssh_key.make_key(home, email, passphrase="" if yes else None)
    print(f"Created {made.value}" + (" without a passphrase" if yes else ""))
    return made


def _ask(question: str, default: str, *, keep: bool = False) -> str:
    from attest.interview.line_editor import read_plain
    from attest.interview.terminal import open_terminal

    with open_terminal() as terminal:
        print(f"{question} [{default}]", file=terminal.writer)
        said = read_plain(terminal)
        return (said.strip() if keep else said.lower()) or default


def _report(installed: Installed) -> None:
    from attest.setup import hooks

    if installed.outside is not None:
        print(
            f"Hooks: {installed.outside} is outside the git directory; attest does not change it."
        )
        print("Add these lines to your hooks, or use `attest commit` and `attest push`:")
        for name in hooks.HOOKS:
            print(f"  {name}:  {hooks.line_to_add(name)}")
        return
    print(f"Hooks: {', '.join(installed.written) or 'already installed'}")
    for name in installed.chained:
        print(f"  {name}: your existing hook still runs, before attest's")
