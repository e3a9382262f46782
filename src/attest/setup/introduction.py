"""What the project asks, shown once before the first change."""

from __future__ import annotations

from attest.attesting import documents
from attest.git.repository import Repository
from attest.interview.prompter import Page
from attest.interview.terminal import has_terminal, open_terminal
from attest.interview.tty import TerminalPrompter
from attest.policy import summary
from attest.policy.model import FILE
from attest.project.session import Session


def show(repository: Repository, *, ask: bool) -> list[str]:
    """Show the policy, and the documents that it names, where they are new to the person.

    Args:
        ask: whether the person may be asked to confirm that they read it.

    Returns:
        Lines to print; none where all was shown in the terminal, or is known already.
    """
    with Session.open(repository) as session:
        base, store = session.rules, session.store
        unread = documents.list_documents(session)
    if base.digest is None:
        names = list(documents.pointers(repository))
        expectations = f"This project's expectations may be described in: {', '.join(names)}"
        return [expectations] if names else []
    if store.read_oid(FILE) == base.digest and all(one.read_oid == one.oid for one in unread):
        return []
    title = f"What this project asks ({FILE})"
    lines = [f"- {sentence}" for sentence in summary.sentences(base.policy)]
    if not (ask and has_terminal()):
        read = [f"- Read {one.name} (git show {one.oid[:10]})." for one in unread]
        return [f"{title}:", *lines, *read]
    plain = repository.config.get("attest.plain", kind="bool") == "true"
    with open_terminal(plain=plain) as terminal:
        pages = [Page(title, lines), *(one.page for one in unread)]
        TerminalPrompter(terminal).show(pages)
    documents.remember(store, unread)
    store.keep_read(FILE, base.digest)
    return []
