"""The project's own words: the documents that its policy wants contributors to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from attest import text
from attest.console import say
from attest.git import commit_object
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.interview.prompter import Page, Prompter
from attest.project.rules import ProjectRules
from attest.state.store import Store

MAX_BYTES = 1 << 20

_NAMES = ("CONTRIBUTING", "AI_POLICY", "AI-POLICY", "AI_USAGE", "GENERATIVE_AI", "DCO")
_FOLDERS = ("", ".github/", ".gitlab/", ".forgejo/", ".gitea/", "docs/")
_ENDINGS = ("", ".md", ".rst", ".txt", ".adoc")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the base.

    Args:
        oid: of its blob; another one means that it changed.
        seen: id of the blob that was read before; None where none was.
    """

    name: str
    oid: str
    content: str
    seen: str | None = None

    @property
    def page(self) -> Page:
        note = " (it changed since you read it)" if self.seen is not None else ""
        return Page(f"{self.name}{note}", self.content.splitlines())


def wanted(isolated: Isolated, base: ProjectRules, store: Store) -> list[Document]:
    """The documents that the policy names, as they are in the base. One that is not
    there locks nobody out: that is said, for a maintainer to mend.
    """
    if base.oid is None or not base.policy.read:
        return []
    tree = commit_object.parse(isolated.commit(base.oid), base.oid).tree
    entries = isolated.entries(tree, *base.policy.read)
    found = []
    for name in base.policy.read:
        entry = entries.get(name.encode())
        if entry is None or not entry[0].startswith("100"):
            say(
                f"{base.oid[:10]}:.attest.toml: read: there is no file {text.showable(name)}; "
                "a maintainer adds it, or takes it out of the list"
            )
            continue
        content = isolated.blob(entry[1], name, MAX_BYTES).decode("utf-8", "replace")
        found.append(Document(name, entry[1], content, store.read_before(name)))
    return found


def before_answers(
    isolated: Isolated,
    base: ProjectRules,
    store: Store,
    prompter: Prompter,
    tell: Callable[[str], None],
) -> None:
    """Show what is new to the person before they are asked anything. Where nobody sits
    at a terminal, it is named, each time."""
    new = [one for one in wanted(isolated, base, store) if one.seen != one.oid]
    if not new:
        return
    if prompter.show([one.page for one in new]):
        keep(store, new)
        return
    tell("the project asks you to read, before you answer:")
    for one in new:
        tell(f"  git show {one.oid[:10]}    {text.showable(one.name)}")


def keep(store: Store, documents: list[Document]) -> None:
    """Remember what was read."""
    for one in documents:
        store.keep_read(one.name, one.oid)


def pointers(repository: Repository) -> Iterator[str]:
    """Files at HEAD in which projects write down what they expect."""
    out = repository.ask("ls-tree", "--name-only", "--full-tree", "HEAD", *_FOLDERS[1:]) or ""
    top = repository.ask("ls-tree", "--name-only", "--full-tree", "HEAD") or ""
    known = {
        f"{folder}{name}{ending}".lower()
        for folder in _FOLDERS
        for name in _NAMES
        for ending in _ENDINGS
    }
    for name in dict.fromkeys([*top.split("\n"), *out.split("\n")]):
        if name.lower() in known:
            yield name
