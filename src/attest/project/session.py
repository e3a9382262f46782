"""What every step of answering for a change works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from attest import clock
from attest.console import say
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project import local_rules
from attest.project.rules import ProjectRules
from attest.state.store import Store


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a command or hook in one clone.

    Args:
        repository: the clone, with the person's own git configuration.
        isolated: the same clone for reading commits, out of reach of that configuration.
        store: the answers that are kept in it.
        rules: those of the project, as far as the clone knows them.
        clock: the time that a new signature claims, in UTC. What is checked is checked by
            the present, never by this.
    """

    repository: Repository
    isolated: Isolated
    store: Store
    rules: ProjectRules
    clock: Callable[[], datetime] = clock.now

    @classmethod
    def of(cls, repository: Repository, isolated: Isolated) -> Session:
        """The session in a clone whose isolated repository is open already.

        Raises:
            EnvironmentFault: the rules of the project cannot be read.
        """
        store = Store(repository.common_dir, repository.git_dir)
        return cls(repository, isolated, store, local_rules.read(repository, isolated))

    @classmethod
    @contextmanager
    def open(cls, repository: Repository) -> Iterator[Session]:
        """The session in a clone, until the block ends.

        Raises:
            EnvironmentFault: git or the rules of the project cannot be read.
        """
        with repository.isolated(say) as isolated:
            yield cls.of(repository, isolated)
