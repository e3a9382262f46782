"""The project's own words: the documents that its policy wants contributors to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from attest import text
from attest.console import say
from attest.git import commit_object, revisions, tree_paths
from attest.git.repository import Repository
from attest.interview.prompter import Page, Prompter
from attest.project.session import Session
from attest.state.store import Store

MAX_BYTES = 1 << 20
"""A document larger than this is not one that a person reads before a commit."""

_NAMES = ("CONTRIBUTING", "AI_POLICY", "AI-POLICY", "AI_USAGE", "GENERATIVE_AI", "DCO")
_FOLDERS = ("", ".github/", ".gitlab/", ".forgejo/", ".gitea/", "docs/")
_ENDINGS = ("", ".md", ".rst", ".txt", ".adoc")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the base.

    Args:
        oid: of its blob; another one means that it changed.
        read_oid: id of the blob that was read before; None where none was.
    """

    name: str
    oid: str
    content: str
    read_oid: str | None = None

    @property
    def page(self) -> Page:
        note = " (it changed since you read it)" if self.read_oid is not None else ""
        return Page(f"{self.name}{note}", self.content.splitlines())


def list_documents(session: Session) -> list[Document]:
    """The documents that the policy names, as they are in the base.

    One that is missing keeps nobody from contributing: it is reported, for a maintainer
    to correct.
    """
    rules, isolated = session.rules, session.isolated
    if rules.oid is None or not rules.policy.read:
        return []
    tree = commit_object.parse(isolated.commit(rules.oid), rules.oid).tree
    entries = tree_paths.entries_below(isolated, tree, *rules.policy.read)
    documents = []
    for name in rules.policy.read:
        entry = entries.get(name.encode())
        if entry is None or not entry[0].startswith("100"):
            say(
                f"{rules.oid[:10]}:.attest.toml: read: there is no file {text.showable(name)}; "
                "a maintainer must add it, or remove it from the list"
            )
            continue
        content = isolated.blob(entry[1], name, MAX_BYTES).decode("utf-8", "replace")
        documents.append(Document(name, entry[1], content, session.store.read_oid(name)))
    return documents


def show_new(session: Session, prompter: Prompter) -> None:
    """Show what is new to the person before they are asked anything. Without a terminal,
    only the names are printed, each time: nobody can confirm there that they read it."""
    new = [document for document in list_documents(session) if document.read_oid != document.oid]
    if not new:
        return
    if prompter.show([document.page for document in new]):
        remember(session.store, new)
        return
    say("the project asks you to read, before you answer:")
    for document in new:
        say(f"  git show {document.oid[:10]}    {text.showable(document.name)}")


def remember(store: Store, documents: list[Document]) -> None:
    """Remember what was read."""
    for document in documents:
        store.keep_read(document.name, document.oid)


def pointers(repository: Repository) -> Iterator[str]:
    """Files at HEAD in which projects write down what they expect."""
    folder_files = revisions.names_in_tree(repository, "HEAD", *_FOLDERS[1:])
    top = revisions.names_in_tree(repository, "HEAD")
    known = {
        f"{folder}{name}{ending}".lower()
        for folder in _FOLDERS
        for name in _NAMES
        for ending in _ENDINGS
    }
    for name in dict.fromkeys([*top, *folder_files]):
        if name.lower() in known:
            yield name
